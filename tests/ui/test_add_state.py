"""Finding a provider by name, and telling names from keys while they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.ui.screens.add_state import OTHER, OTHER_WORDS, Entry, Names, listed, row_spans
from llmkeys.ui.spans import width_of
from ui.fixtures import CATALOG

NAMES = Names(CATALOG)


def test_the_main_providers_come_first_and_retired_ones_not_at_all() -> None:
    main = [each.main for each in NAMES.providers]
    assert main == sorted(main, reverse=True)
    assert all(each.status == "active" for each in NAMES.providers)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("openai", "openai"),
        ("OpenR", "openrouter"),
        ("claude", "anthropic"),
        ("google", "gemini"),
        ("XAI_API_KEY", "xai"),
        ("hugging face", "huggingface"),
        (" groq ", "groq"),
    ],
)
def test_names_aliases_and_variables_lead_to_their_provider(text: str, first: str) -> None:
    assert NAMES.matching(text)[0].id == first


def test_without_a_word_everything_is_listed_and_the_other_server_comes_last() -> None:
    rows = listed(NAMES, "", (), is_key=False)
    assert len(rows) == len(NAMES.providers) + 1
    assert rows[-1] is OTHER


def test_a_word_nobody_has_leaves_the_other_server() -> None:
    assert listed(NAMES, "zzzz", (), is_key=False) == (OTHER,)


def test_a_key_lists_its_guesses_first_and_everybody_once() -> None:
    guesses = (CATALOG.find("openai"),)
    rows = listed(NAMES, "", guesses, is_key=True)
    assert rows[:3] == (Entry(heading="LOOKS LIKE A KEY OF"), Entry(guesses[0]), Entry(heading="OR OF"))
    found = [each.provider.id for each in rows if each.provider]
    assert sorted(found) == sorted(each.id for each in NAMES.providers)
    assert listed(NAMES, "", (), is_key=True)[0] == Entry(heading="A KEY OF")


@pytest.mark.parametrize("text", ["", "o", "open", "anthrpoic", "google ge", "XAI_API", "mistral", "sk"])
def test_a_name_is_shown_as_it_is_typed(text: str) -> None:
    assert NAMES.may_show(text)


@pytest.mark.parametrize(
    "text", ["sk-", "sk-ant-api03-x", "gsk_", "AIza", "abc_d", "a1b2c3", "abcdefghijklmnop", "xai-"]
)
def test_what_may_be_a_key_is_not(text: str) -> None:
    assert not NAMES.may_show(text)


@pytest.mark.parametrize(
    ("text", "exact"), [("OpenAI", True), ("claude ", True), ("GROQ_API_KEY", True), ("open", False)]
)
def test_only_a_whole_name_is_taken_for_one_when_it_is_pasted(text: str, exact: bool) -> None:
    assert NAMES.is_exact(text) is exact


@given(st.integers(8, 200), st.sampled_from([*NAMES.providers]), st.booleans())
def test_a_row_fits_its_width(width: int, provider: object, highlighted: bool) -> None:
    for entry in (Entry(provider), OTHER):  # type: ignore[arg-type]
        assert width_of(row_spans(entry, width, highlighted)) <= max(width, len(OTHER_WORDS) + 2)


def test_rows_say_variable_and_page_where_there_is_room() -> None:
    text = "".join(words for words, _ in row_spans(Entry(CATALOG.find("openai")), 100, True))
    assert text.startswith("▸ OpenAI")
    assert "OPENAI_API_KEY" in text
    assert "platform.openai.com/api-keys" in text
    assert "no key needed" in str(row_spans(Entry(CATALOG.find("ollama")), 60, False))
    assert "api-keys" not in str(row_spans(Entry(CATALOG.find("openai")), 60, False))
    assert row_spans(Entry(heading="A KEY OF"), 60, False) == [(" A KEY OF", "quiet")]


def test_a_server_that_no_row_describes_is_offered_once() -> None:
    words = ["".join(text for text, _ in row_spans(each, 120, False)) for each in listed(NAMES, "", (), is_key=False)]
    assert [each for each in words if "OpenAI-compatible" in each] == [f"  {OTHER_WORDS}"]
    assert listed(NAMES, "custom", (), is_key=False) == (OTHER,)
