"""Which rows the model picker shows, in which order, and what each of them stands for."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.config import Choice
from llmkeys.service.models import Offer
from llmkeys.ui.screens.picker_listing import Listing, old_lists
from llmkeys.ui.screens.picker_state import ALL, FAVOURITES, RECENT, Picker
from ui.fixtures import NOW, row, verdict
from ui.offers_made_up import BROKEN, CLAUDE, HOME, OFFERS, ROWS, WORK, many, model, offer, shown

PICKER = Picker(OFFERS, shown(), None, NOW)


def picked(picker: Picker, text: str = "", scope: int = 0) -> Listing:
    return picker.listing(picker.scopes()[scope], text)


def lines(listing: Listing) -> list[str]:
    """`account:model` for a row, the words for a heading."""
    found = []
    for number in range(len(listing.rows)):
        each = listing.offer(number)
        found.append(f"{each.account}:{each.model.id}" if each else listing.heading(number).words)
    return found


def test_without_a_query_recent_ones_and_favourites_come_before_the_accounts() -> None:
    assert lines(picked(PICKER)) == [
        "RECENT",
        "openai/work:gpt-4.1",
        "anthropic/work:claude-sonnet-4-5",
        "FAVOURITES",
        "openai/work:gpt-4.1-mini",
        "Anthropic · work",
        "anthropic/work:claude-haiku-4-5",
        "Ollama · local",
        "ollama/local:llama3.1:8b",
        "OpenAI · home",
        "openai/home:gpt-4.1",
        "openai/home:gpt-4.1-mini",
        "Groq · personal",
        "groq/personal:mixtral",
    ]


def test_what_cannot_write_words_is_left_out() -> None:
    assert not any("gpt-image" in line for line in lines(picked(PICKER, "gpt")))


def test_enter_switches_to_the_previous_default() -> None:
    listing = picked(PICKER)
    start = PICKER.start(listing)
    assert start is not None
    assert PICKER.choice(listing, start) == Choice("anthropic/work", "claude-sonnet-4-5")


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"previous": None}, "openai/work:gpt-4.1"),
        ({"previous": Choice("gone/away", "x")}, "openai/work:gpt-4.1"),
        ({"previous": None, "default": None, "recent": ()}, "openai/work:gpt-4.1-mini"),
    ],
)
def test_without_a_previous_default_the_cursor_starts_on_the_default_or_the_first_model(
    fields: dict[str, object], line: str
) -> None:
    picker = Picker(OFFERS, shown(**fields), None, NOW)
    listing = picked(picker)
    start = picker.start(listing)
    assert start is not None
    assert lines(listing)[start] == line


def test_an_empty_list_has_nothing_to_stand_on() -> None:
    picker = Picker((), shown(default=None, previous=None, recent=(), favourites=())._replace(rows=()), None, NOW)
    listing = picked(picker)
    assert picker.start(listing) is None
    assert lines(listing) == ["No models: no account can chat yet · esc closes"]
    assert picker.choice(listing, 0) is None
    assert lines(picked(picker, scope=1)) == ["Nothing chosen yet"]
    assert lines(picked(picker, scope=2)) == ["No favourites yet · ^f marks one"]
    assert len(picker.scopes()) == 3


def test_two_accounts_that_serve_a_model_are_two_rows_the_active_one_first() -> None:
    assert lines(picked(PICKER, "gpt-4.1")) == [
        "OpenAI · work",
        "openai/work:gpt-4.1",
        "openai/work:gpt-4.1-mini",
        "OpenAI · home",
        "openai/home:gpt-4.1",
        "openai/home:gpt-4.1-mini",
    ]


def test_the_account_with_the_exact_id_comes_first() -> None:
    exact = offer(HOME, OFFERS[3].model._replace(id="sonnet"))
    picker = Picker((*OFFERS, exact), shown(), None, NOW)
    assert lines(picked(picker, "sonnet"))[:2] == ["OpenAI · home", "openai/home:sonnet"]


def test_a_model_nobody_lists_can_be_used_as_it_was_typed() -> None:
    listing = picked(PICKER, "My-Tune")
    assert lines(listing) == [
        "Nothing matches “My-Tune” · esc clears",
        "openai/work:My-Tune",
        "anthropic/work:My-Tune",
        "ollama/local:My-Tune",
        "openai/home:My-Tune",
        "groq/personal:My-Tune",
    ]
    assert PICKER.choice(listing, 1) == Choice("openai/work", "My-Tune")
    assert listing.found == 0


@pytest.mark.parametrize(
    "text",
    ["sk-ant-q0TTTTTTTTTTTTTTTT1234", "k-ant-q0TTTTTTTTTTTTTTTT1234", "sk-0-q0123456789", "p:openai q0TTTTTTTTTTTT34"],
)
def test_what_looks_like_a_key_or_the_rest_of_one_is_no_id(text: str) -> None:
    assert lines(picked(PICKER, text)) == [f"Nothing matches “{text}” · esc clears"]


def test_a_provider_in_the_query_says_who_is_to_use_the_id() -> None:
    assert lines(picked(PICKER, "p:ollama my-tune"))[1:] == ["ollama/local:my-tune"]


@pytest.mark.parametrize(
    "text", ["ctx>banana", "CTX=banana", "ctx<=1x", "<$banana", ">>5", "$5", "+banana", "p:ollama ctx>x"]
)
def test_a_mistyped_filter_is_no_id(text: str) -> None:
    assert lines(picked(PICKER, text)) == [f"Nothing matches “{text}” · esc clears"]


@pytest.mark.parametrize("text", ["zzz yyy", "zzz +vision", "ctx>900m", "zzz <$1"])
def test_only_one_word_without_filters_can_be_an_id(text: str) -> None:
    assert len(lines(picked(PICKER, text))) == 1


def test_a_typo_is_answered_with_what_was_meant() -> None:
    assert lines(picked(PICKER, "sonet"))[0] == "Nothing matches “sonet” · did you mean sonnet · esc clears"


def test_scopes_narrow_the_list_and_the_search() -> None:
    assert [(each.words, len(each.positions)) for each in PICKER.scopes()] == [
        (ALL, 8),
        (RECENT, 2),
        (FAVOURITES, 1),
        ("OpenAI · work", 2),
    ]
    assert lines(picked(PICKER, scope=1))[1::2] == ["openai/work:gpt-4.1", "anthropic/work:claude-sonnet-4-5"]
    assert lines(picked(PICKER, "sonnet", scope=3))[0].startswith("Nothing matches")
    assert lines(picked(PICKER, "mini", scope=3)) == ["OpenAI · work", "openai/work:gpt-4.1-mini"]
    assert lines(picked(PICKER, "zzz", scope=3))[1:] == ["openai/work:zzz"]


def test_the_last_scope_is_the_account_it_was_opened_for() -> None:
    picker = Picker(OFFERS, shown(), "anthropic/work", NOW)
    assert picker.scopes()[-1].words == "Anthropic"
    nowhere = Picker(OFFERS, shown(), "xai/env", NOW)
    assert nowhere.scopes()[-1].words == "xai/env"
    assert lines(picked(nowhere, scope=3)) == ["No models known yet · type an id, ↵ takes it"]


def test_an_account_without_any_list_still_takes_an_id() -> None:
    mine = row("mistral/work", verdict())
    picker = Picker(OFFERS, shown()._replace(rows=(*ROWS, mine)), "mistral/work", NOW)
    assert lines(picked(picker, "tune", scope=3))[1:] == ["mistral/work:tune"]


def test_a_remembered_model_that_no_list_has_keeps_its_row() -> None:
    picker = Picker(OFFERS, shown(previous=Choice("openai/home", "my-tune")), None, NOW)
    listing = picked(picker)
    assert "openai/home:my-tune" in lines(listing)
    start = picker.start(listing)
    assert start is not None
    assert lines(listing)[start] == "openai/home:my-tune"


def test_a_bare_provider_means_its_active_account_and_is_answered_as_it_is_kept() -> None:
    picker = Picker(OFFERS, shown(previous=Choice("anthropic", "claude-haiku-4-5")), None, NOW)
    listing = picked(picker)
    start = picker.start(listing)
    assert start is not None
    assert lines(listing)[start] == "anthropic/work:claude-haiku-4-5"
    assert picker.choice(listing, start) == Choice("anthropic", "claude-haiku-4-5")
    assert picker.is_previous(Choice("anthropic/work", "claude-haiku-4-5"))


def test_disabled_accounts_have_no_rows() -> None:
    off = CLAUDE._replace(enabled=False)
    picker = Picker(
        [each for each in OFFERS if each.account != off.account], shown()._replace(rows=(WORK, off)), None, NOW
    )
    assert not any("anthropic" in line for line in lines(picked(picker)))


def test_marks_and_labels() -> None:
    picker = Picker(OFFERS, shown(), None, NOW)
    listing = picked(picker)
    assert [picker.is_default(picker.choice(listing, each)) for each in (0, 1, 2)] == [False, True, False]
    assert [picker.is_favourite(each) for each in OFFERS[:2]] == [False, True]
    assert [picker.needs_label(listing, each) for each in (0, 1, 2, 10)] == [False, True, False, False]
    picker.mark(Choice("openai/work", "gpt-4.1-mini"), False)
    picker.mark(Choice("ollama/local", "llama3.1:8b"), True)
    assert lines(picked(picker, scope=2)) == ["Ollama · local", "ollama/local:llama3.1:8b"]


def test_a_typed_id_that_becomes_a_favourite_is_listed_and_found() -> None:
    picker = Picker(OFFERS, shown(), None, NOW)
    assert lines(picked(picker, "my-tune"))[0].startswith("Nothing matches")
    picker.mark(Choice("ollama/local", "my-tune"), True)
    assert lines(picked(picker, "my-tune")) == ["Ollama · local", "ollama/local:my-tune"]
    assert "ollama/local:my-tune" in lines(picked(picker))


def test_the_cursor_finds_its_model_again() -> None:
    listing = picked(PICKER)
    assert PICKER.row_of(listing, Choice("ollama/local", "llama3.1:8b"), 1) == 8
    assert PICKER.row_of(listing, Choice("ollama/local", "gone"), 1) == 1


@given(st.text(max_size=12), st.integers(0, 3))
def test_whatever_is_typed_every_row_is_a_heading_or_an_offer(text: str, scope: int) -> None:
    listing = picked(PICKER, text, scope)
    assert listing.rows
    for number in range(len(listing.rows)):
        offered = listing.offer(number)
        assert isinstance(offered, Offer) or listing.heading(number).words
        assert (PICKER.choice(listing, number) is None) == (offered is None)


@given(st.sampled_from(["", "gpt", "claude", "llama 7", "p:openrouter", "-3", "ctx>100k"]))
def test_no_offer_is_listed_twice_and_groups_do_not_mix(text: str) -> None:
    picker = Picker(many(200), shown(), None, NOW)
    listing = picked(picker, text)
    places = [place for place in listing.rows if place >= 0]
    assert len(places) == len(set(places))
    accounts = [listing.offers[place].account for place in places]
    assert len([1 for one, two in pairwise(accounts) if one != two]) <= len(listing.headings)


def test_lists_are_asked_for_again_when_they_are_old_and_nobody_minds() -> None:
    day = 90_000.0
    rows = (
        WORK,
        CLAUDE,
        HOME,
        row("gemini/work", verdict(), testable_in_background=False),
        row("xai/work", verdict(), enabled=False),
        row("groq/work", verdict()),
    )
    known = (offer(WORK, OFFERS[0].model, 60.0), offer(CLAUDE, OFFERS[3].model, day), OFFERS[6])
    assert [each.account for each in old_lists(rows, known)] == ["anthropic/work", "groq/work"]
    assert [each.account for each in old_lists(rows, known, HOME.account)] == [
        HOME.account,
        "anthropic/work",
        "groq/work",
    ]


def test_a_chosen_model_that_no_list_has_does_not_make_a_list_old() -> None:
    chosen = offer(WORK, model("mine"))
    assert old_lists((WORK,), (offer(WORK, OFFERS[0].model, 60.0), chosen)) == []


def test_an_account_whose_key_was_refused_is_not_asked_for_its_models() -> None:
    assert old_lists((BROKEN,), (), BROKEN.account) == []
