"""What the main screen lists, as pure state: groups, filter, cursor, counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.config import Choice
from llmkeys.moment import DAY, to_text
from llmkeys.resolution.candidate import Fate
from llmkeys.service.standing import Tone
from llmkeys.ui.screens.main_filter import Query, read_query
from llmkeys.ui.screens.main_state import (
    Heading,
    Listed,
    MainState,
    Offered,
    Remark,
    accounts_to_test,
    counts,
    cursor_in,
    entries,
    first_key,
    key_of,
    provider_of,
    row_of,
    settled,
)
from llmkeys.verdict import State
from ui.fixtures import NOW, drawn_rows, make_overview, row, verdict

TEXTS = st.text(alphabet=st.sampled_from("!:/ abgoprstu.-“é"), max_size=12)


def listed(filter_text: str = "") -> list[str]:
    """The keys of the rows that a filter leaves."""
    return [key for each in entries(MainState(make_overview(), filter_text), NOW) if (key := key_of(each))]


def headings(state: MainState) -> list[tuple[str, int]]:
    return [(each.title, each.number) for each in entries(state, NOW) if isinstance(each, Heading)]


def test_attention_comes_first_then_connected_then_the_rest() -> None:
    assert headings(MainState(make_overview())) == [("NEEDS ATTENTION", 2), ("CONNECTED", 10), ("NOT CONFIGURED", 6)]


def test_the_name_of_a_provider_opens_each_run_of_its_accounts() -> None:
    opened = [
        each.row.account
        for each in entries(MainState(make_overview()), NOW)
        if isinstance(each, Listed) and each.opens_run
    ]
    assert "anthropic/work" in opened
    assert "anthropic/personal" not in opened


def test_providers_without_a_key_stand_in_the_order_of_their_names() -> None:
    names = [each.provider.short_name for each in entries(MainState(make_overview()), NOW) if isinstance(each, Offered)]
    assert names == sorted(names, key=str.casefold)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("groq", {"groq/personal"}),
        ("GROQ", {"groq/personal"}),
        ("!", {"groq/personal", "mistral/personal"}),
        ("! mis", {"mistral/personal"}),
        ("p:openai", {"openai/personal", "openai/acme-eu", "azure-openai/corp-weu"}),
        ("p:openai acme", {"openai/acme-eu"}),
        ("status:invalid", {"mistral/personal"}),
        ("status:inv", {"mistral/personal"}),
        ("status:unt", {"deepseek/personal"}),
        ("status:ok haiku", {"anthropic/personal"}),
        ("anthropic/work", {"anthropic/work"}),
    ],
)
def test_a_filter_leaves_the_accounts_that_pass_all_its_tokens(text: str, expected: set[str]) -> None:
    assert {key for key in listed(text) if not key.startswith("+")} == expected


def test_a_filter_looks_through_all_providers_and_not_only_the_main_ones() -> None:
    everything = {provider.id for provider in make_overview().not_configured}
    found = {key.removeprefix("+") for key in listed("elevenlabs")}
    assert found
    assert not found & everything


def test_status_no_key_leaves_providers_without_one() -> None:
    assert {key[0] for key in listed("status:nokey")} == {"+"}


def test_attention_leaves_out_providers_without_a_key() -> None:
    assert not any(key.startswith("+") for key in listed("!"))


@pytest.mark.parametrize("text", ["", "   ", "p:", "status:", "p: status:"])
def test_a_token_without_a_value_asks_for_nothing(text: str) -> None:
    assert read_query(text) == Query()
    assert listed(text) == listed()


def test_no_match_says_so_and_which_key_clears() -> None:
    assert entries(MainState(make_overview(), "zzz"), NOW) == (Remark("Nothing matches “zzz”", "esc", "clears"),)


def test_an_empty_list_teaches_the_first_key() -> None:
    first, *_ = entries(MainState(make_overview(())), NOW)
    assert first == Remark("No keys yet", "a", "adds one")


@given(TEXTS)
def test_a_filter_only_ever_leaves_out(text: str) -> None:
    accounts = {key for key in listed() if not key.startswith("+")}
    assert {key for key in listed(text) if not key.startswith("+")} <= accounts


@given(TEXTS)
def test_headings_count_what_stands_below_them(text: str) -> None:
    lines = entries(MainState(make_overview(), text), NOW)
    assert sum(each.number for each in lines if isinstance(each, Heading)) == sum(1 for each in lines if key_of(each))


@given(
    TEXTS,
    st.sampled_from(["", *(each.account for each in drawn_rows()), "+cohere", "gone/default"]),
    st.integers(0, 40),
)
def test_the_cursor_always_finds_a_row_if_there_is_one(text: str, key: str, index: int) -> None:
    lines = entries(MainState(make_overview(), text), NOW)
    found = cursor_in(lines, key, None)
    if any(key_of(each) for each in lines):
        assert found is not None
        assert key_of(lines[found])
    if key in [key_of(each) for each in lines] and key:
        assert key_of(lines[cursor_in(lines, key, index) or 0]) == key


def test_the_cursor_follows_its_account_into_another_group() -> None:
    before = entries(MainState(make_overview()), NOW)
    over = settled(make_overview(), "openai/personal", verdict(State.INVALID_KEY))
    after = entries(MainState(over), NOW)
    index = cursor_in(after, "openai/personal", 9)
    assert index is not None
    assert key_of(after[index]) == "openai/personal"
    assert before.index(next(each for each in before if key_of(each) == "openai/personal")) != index


def test_the_cursor_of_a_deleted_account_goes_to_its_provider() -> None:
    lines = entries(
        MainState(make_overview(tuple(each for each in drawn_rows() if each.account != "groq/personal"))), NOW
    )
    index = cursor_in(lines, "groq/personal", 1)
    assert index is not None
    assert key_of(lines[index]) == "+groq"


def test_the_cursor_starts_on_the_default() -> None:
    assert first_key(make_overview()) == "anthropic/work"
    assert first_key(make_overview(())) == ""


def test_counts_are_by_tone() -> None:
    found = counts(make_overview(), NOW)
    assert (found[Tone.GOOD], found[Tone.WARN], found[Tone.BAD], found[Tone.QUIET]) == (8, 1, 1, 2)


def test_an_account_that_expires_soon_needs_attention() -> None:
    soon = row("openai/soon", verdict(), expires_at=to_text(NOW + 3 * DAY))
    entry = entries(MainState(make_overview((soon,))), NOW)[1]
    assert isinstance(entry, Listed)
    assert (entry.standing.glyph, entry.standing.word) == ("!", "expiring")


def test_a_settled_verdict_shows_at_once_with_its_history() -> None:
    found = next(
        each
        for each in settled(make_overview(), "groq/personal", verdict(State.OK, 77)).rows
        if each.account == "groq/personal"
    )
    assert found.verdict is not None
    assert found.verdict.latency_ms == 77
    assert found.last_known == found.verdict
    assert [tick.state for tick in found.history] == [State.OK, State.RATE_LIMITED]


def test_what_cannot_tell_keeps_the_last_known_state() -> None:
    before = next(each for each in make_overview().rows if each.account == "openai/personal")
    over = settled(make_overview(), "openai/personal", verdict(State.TIMEOUT, None))
    after = next(each for each in over.rows if each.account == "openai/personal")
    assert after.last_known == before.verdict


def test_tests_leave_out_what_is_disabled_or_cannot_be_used() -> None:
    rows = (
        row("openai/a"),
        row("openai/b", enabled=False),
        row("openai/c", fate=Fate.UNRESOLVED),
        row("openai/d", fate=Fate.UNUSABLE),
        row("openai/e", fate=Fate.SHADOWED),
    )
    assert accounts_to_test(rows) == ["openai/a", "openai/e"]


def test_a_default_is_found_by_account_by_bare_provider_or_not_at_all() -> None:
    over = make_overview()
    named = row_of(over, Choice("openai/acme-eu", "x"))
    bare = row_of(over, Choice("openai", "x"))
    assert named is not None
    assert named.account == "openai/acme-eu"
    assert bare is not None
    assert bare.account == "openai/personal"
    assert row_of(over, Choice("cohere/x", "y")) is None
    provider = provider_of(over, Choice("cohere/x", "y"))
    assert provider is not None
    assert provider.id == "cohere"
    assert provider_of(over, Choice("nobody/x", "y")) is None
