"""Whose key a key looks like."""

from __future__ import annotations

import pytest

from llmkeys.catalog.rows import load_catalog
from llmkeys.catalog.shapes import describe_shape, guess, looks_like_key
from llmkeys.catalog.snapshot import load_snapshot
from llmkeys.secret import Secret

CATALOG = load_catalog()
HEX = "0123456789abcdef"

CERTAIN = {
    "sk-ant-api03-" + "a" * 95: "anthropic",
    "sk-ant-unknown": "openai",
    "sk-or-v1-" + HEX * 4: "openrouter",
    "sk-proj-" + "aB3_" * 12: "openai",
    "sk-svcacct-" + "aB3_" * 12: "openai",
    "AIza" + "x" * 35: "gemini",
    "gsk_" + "a" * 52: "groq",
    "xai-" + "a" * 80: "xai",
    "csk-" + "a" * 40: "cerebras",
    "pplx-" + "a" * 48: "perplexity",
    "nvapi-" + "a" * 64: "nvidia",
    "hf_" + "a" * 34: "huggingface",
    "r8_" + "a" * 37: "replicate",
    "fw_" + "a" * 24: "fireworks",
    "jina_" + "a" * 40: "jina",
    "pa-" + "a" * 40: "voyage",
    "vck_abc": "vercel",
    "sk-cp-" + "a" * 40: "minimax",
    "sk-helicone-" + "a" * 20: "helicone",
    "sk-do-" + "a" * 20: "digitalocean",
    "tgp_v1_" + "a" * 30: "together",
    "ABSK" + "a" * 120: "bedrock",
    "ya29." + "a" * 120: "vertex",
    "sk_" + HEX * 3: "elevenlabs",
    HEX * 2 + "." + "a" * 16: "zai",
    "01234567-89ab-cdef-0123-456789abcdef": "scaleway",
}


@pytest.mark.parametrize(("key", "provider"), CERTAIN.items(), ids=CERTAIN.values())
def test_the_likeliest_provider_comes_first(key: str, provider: str) -> None:
    assert provider in [each.id for each in guess(Secret(key), CATALOG)][:2]


def test_the_longest_prefix_decides() -> None:
    assert [each.id for each in guess(Secret("sk-ant-api03-xyz"), CATALOG)] == ["anthropic"]
    assert [each.id for each in guess(Secret("sk-or-v1-xyz"), CATALOG)] == ["openrouter"]
    assert [each.id for each in guess(Secret("sk-proj-xyz"), CATALOG)] == ["openai"]


def test_a_plain_sk_key_fits_several_and_those_it_fits_best_come_first() -> None:
    alike = [each.id for each in guess(Secret("sk-" + HEX * 2), CATALOG)]
    assert {"openai", "deepseek", "moonshot", "dashscope", "stability", "litellm-proxy"} <= set(alike)
    assert alike[0] == "deepseek"
    assert "anthropic" not in alike
    assert alike.index("litellm-proxy") > alike.index("stability")


def test_a_key_without_a_prefix_is_told_by_its_form_alone() -> None:
    assert {each.id for each in guess(Secret("aB3x" * 8), CATALOG)} == {"mistral"}
    assert {"azure-openai", "mistral", "assemblyai"} <= {each.id for each in guess(Secret(HEX * 2), CATALOG)}


def test_nothing_is_guessed_from_nothing() -> None:
    assert guess(Secret(""), CATALOG) == ()
    assert guess(Secret("what is this"), CATALOG) == ()


def test_a_retired_provider_is_never_guessed() -> None:
    assert "github-models" not in {each.id for each in guess(Secret("ghp_" + "a" * 36), CATALOG)}


def test_an_own_provider_with_a_prefix_is_guessed() -> None:
    catalog = load_catalog({"mine": {"base_url": "https://a.example", "key_prefixes": ["mine-"]}})
    assert [each.id for each in guess(Secret("mine-123"), catalog)] == ["mine"]


def test_a_key_of_the_usual_form_is_described_by_its_kind() -> None:
    shape = describe_shape(Secret("sk-proj-" + "x" * 44 + "a91F"), CATALOG.find("openai"), CATALOG)
    assert shape == ("OpenAI project key", "sk-proj-", False, "sk-…", None, 56, "a91F", "OpenAI project key")


def test_another_vendors_key_names_the_vendor() -> None:
    shape = describe_shape(Secret("sk-ant-api03-" + "a" * 95), CATALOG.find("openai"), CATALOG)
    assert shape.other_vendor is not None
    assert shape.other_vendor.id == "anthropic"
    assert shape.kind == "OpenAI key"


@pytest.mark.parametrize("provider", ["mistral", "requesty", "openai-compatible"])
def test_a_distinct_prefix_is_noticed_also_where_keys_have_none(provider: str) -> None:
    shape = describe_shape(Secret("gsk_" + "a" * 52), CATALOG.find(provider), CATALOG)
    assert shape.other_vendor is not None
    assert shape.other_vendor.id == "groq"


def test_an_ambiguous_form_accuses_no_other_vendor() -> None:
    assert describe_shape(Secret("sk-" + "a" * 45), CATALOG.find("groq"), CATALOG).other_vendor is None
    assert describe_shape(Secret("01234567-89ab-cdef-0123-456789abcdef"), CATALOG.find("groq"), CATALOG)[4] is None


@pytest.mark.parametrize(
    ("provider", "key", "odd"),
    [
        ("openai", "sk-short", True),
        ("openai", "sk-" + "a" * 45, False),
        ("groq", "sk-" + "a" * 45, True),
        ("vercel", "vck_" + "a" * 20, False),
        ("vercel", "abcdefghijklmnopqrstuvwxyz", True),
        ("requesty", "short", True),
        ("requesty", "a" * 16, False),
        ("vllm", "x", False),
    ],
)
def test_an_unusual_form_is_odd(provider: str, key: str, odd: bool) -> None:
    assert describe_shape(Secret(key), CATALOG.find(provider), CATALOG).odd is odd


@pytest.mark.parametrize("key", ["x", "sk-abcd"])
def test_a_very_short_key_is_odd_wherever_one_is_needed(key: str) -> None:
    needed = [each for each in CATALOG if not each.key_optional]
    assert [each.id for each in needed if not describe_shape(Secret(key), each, CATALOG).odd] == []


@pytest.mark.parametrize("text", ["op://a/b/c", "env:OPENAI_API_KEY", "file:/home/me/key", "cmd:pass", "https://x.org"])
def test_what_is_refused_as_a_reference_or_an_address_has_the_form_of_no_providers_keys(text: str) -> None:
    assert guess(Secret(text), CATALOG) == ()


@pytest.mark.parametrize(
    ("provider", "usual"),
    [("openai", "sk-…"), ("anthropic", "sk-ant-api03-…"), ("groq", "gsk_…"), ("mistral", "32 letters and digits")],
)
def test_the_usual_form_is_said_in_short(provider: str, usual: str) -> None:
    assert describe_shape(Secret("x" * 30), CATALOG.find(provider), CATALOG).usual == usual


def test_a_short_key_shows_nothing_of_its_end() -> None:
    shape = describe_shape(Secret("sk-" + "a" * 16), CATALOG.find("openai"), CATALOG)
    assert (shape.length, shape.tail) == (19, "")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("sk-proj-0123456789abcdefghij", True),
        ("sk-ant-api03-0123456789abcdefghij", True),
        ("gsk_0123456789abcdefghij0123456789", True),
        ("sk-short", False),
        ("pplx-70b-online-chat", False),
        ("claude-3-5-sonnet-20241022", False),
        ("org-0123456789abcdefghij", False),
        ("", False),
    ],
)
def test_a_key_given_for_something_else_is_recognised_by_its_prefix(text: str, is_one: bool) -> None:
    assert looks_like_key(text, load_catalog()) is is_one


def test_no_known_model_is_mistaken_for_a_key() -> None:
    catalog, snapshot = load_catalog(), load_snapshot()
    ids = {model.id for provider in snapshot.providers for model in snapshot.models(provider)}
    assert [each for each in ids if looks_like_key(each, catalog)] == []


@pytest.mark.parametrize(
    ("provider", "key", "words"),
    [
        ("openai", "sk-proj-" + "x" * 48, "OpenAI project key"),
        (
            "openai",
            "sk-proj-" + "x" * 36,
            "OpenAI project key by its prefix, but not of the usual form: letters, digits, _ and -; 48 to 170 in all",
        ),
        ("groq", "x" * 30, "not the usual form of Groq's keys, gsk_…"),
    ],
)
def test_of_an_odd_key_what_is_known_of_it_is_said(provider: str, key: str, words: str) -> None:
    assert describe_shape(Secret(key), CATALOG.find(provider), CATALOG).words == words
