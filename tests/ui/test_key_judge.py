"""What is told to be a key, and what a person may put where everybody can read it."""

from __future__ import annotations

import random
import string
import time

import pytest

from llmkeys.catalog.snapshot import load_snapshot
from llmkeys.ui.key_judge import judge_of, looks_random, strict_judge
from ui.fixtures import CATALOG
from ui.stage import SENTINEL

IS_KEY = judge_of(CATALOG)
IS_KEY_STRICTLY = strict_judge(IS_KEY)
LETTERS_AND_DIGITS = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
IDS = sorted({model.id for provider in CATALOG for model in load_snapshot().models(provider.id)})
PREFIXES = sorted({(each.id, prefix) for each in CATALOG for prefix in each.key_prefixes})
WITHOUT_PREFIX = {
    "32 hex digits": [(HEX, 32)],
    "32 letters and digits": [(LETTERS_AND_DIGITS, 32)],
    "40 letters and digits": [(LETTERS_AND_DIGITS, 40)],
    "40 small letters and digits": [(string.ascii_lowercase + string.digits, 40)],
    "40 characters of URLs": [(LETTERS_AND_DIGITS + "-_", 40)],
    "84 letters and digits": [(LETTERS_AND_DIGITS, 84)],
    "a UUID": [(HEX, 8), ("-", 1), (HEX, 4), ("-", 1), (HEX, 4), ("-", 1), (HEX, 4), ("-", 1), (HEX, 12)],
    "two parts with a dot": [(HEX, 32), (".", 1), (LETTERS_AND_DIGITS, 16)],
}
"""Every shape of a key without a prefix that a row of the catalogue describes, as alphabets and how many of each."""


def made(parts: list[tuple[str, int]], seed: int) -> str:
    chance = random.Random(seed)
    return "".join(chance.choice(alphabet) for alphabet, count in parts for _ in range(count))


def test_no_id_of_a_known_model_is_refused() -> None:
    assert len(IDS) > 1000
    assert [each for each in IDS if IS_KEY_STRICTLY(each)] == []


@pytest.mark.parametrize(("provider", "prefix"), PREFIXES)
def test_a_key_with_a_known_prefix_is_told_whatever_is_around_it(provider: str, prefix: str) -> None:
    for seed in range(50):
        key = prefix + made([(LETTERS_AND_DIGITS, 36)], seed)
        for text in (key, f"{provider} {key}", f"export KEY='{key}'\n", f"https://x.example/v1?key={key}"):
            assert IS_KEY_STRICTLY(text), (provider, seed)


@pytest.mark.parametrize("shape", WITHOUT_PREFIX)
def test_a_key_without_a_prefix_is_told_where_nothing_random_belongs(shape: str) -> None:
    for seed in range(200):
        key = made(WITHOUT_PREFIX[shape], seed)
        assert IS_KEY_STRICTLY(key), seed
        assert IS_KEY_STRICTLY(f'"api_key": "{key}",'), seed


@pytest.mark.parametrize(
    ("text", "random_looking"),
    [
        (SENTINEL, True),
        ("0123456789abcdef0123456789abcdef", True),
        ("work", False),
        ("my-laptop-since-2024-09-01", False),
        ("my-very-long-account-label-without-numbers", False),
        ("https://resource-4711.openai.azure.com/v1", False),
        ("projects/1234567890123456789/endpoints/9876543210987654321", False),
        ("My GPT-4 key for the office", False),
        ("accounts/fireworks/models/llama-v3p1-405b-instruct", False),
        ("", False),
    ],
)
def test_random_characters_are_told_from_words_and_numbers(text: str, random_looking: bool) -> None:
    assert looks_random(text) is random_looking


def test_an_address_may_hold_the_id_of_an_account() -> None:
    assert not IS_KEY("https://api.cloudflare.com/client/v4/accounts/0123456789abcdef0123456789abcdef/ai/v1")


@pytest.mark.parametrize("piece", ["a", "1", "aB", "a-b1"])
def test_a_text_of_any_make_is_judged_at_once(piece: str) -> None:
    began = time.perf_counter()
    IS_KEY_STRICTLY(piece * 200_000)
    assert time.perf_counter() - began < 3
