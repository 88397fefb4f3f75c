"""The two lines on top: the default with the counts, and what one key would set."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.config import Choice
from llmkeys.resolution.candidate import Kind, Source
from llmkeys.service.overview import Overview
from llmkeys.service.store_state import StoreState
from llmkeys.ui.screens.main_header import Switch, header_spans, switch_spans, switches
from llmkeys.ui.screens.main_switches import key_at
from llmkeys.ui.spans import Span, width_of
from ui.fixtures import NOW, drawn_rows, make_overview, row

FIVE = (
    Choice("anthropic/work", "claude-sonnet-4-5"),
    Choice("openai/personal", "gpt-4.1"),
    Choice("openrouter/personal", "anthropic/claude-3.7-sonnet:thinking"),
    Choice("gemini/work", "gemini-2.5-pro"),
    Choice("ollama/local", "llama3.1:8b"),
)


def text(spans: list[Span]) -> str:
    return "".join(piece for piece, _ in spans)


def header(width: int, over: Overview | None = None) -> str:
    return text(header_spans(over or make_overview(), NOW, width))


def test_the_header_is_as_drawn() -> None:
    shown = header(120)
    assert shown.startswith(" llmkeys  ★ claude-sonnet-4-5 · Anthropic · work  ")
    assert shown.endswith("✓ 8  ! 1  ✗ 1  ? 2  ○ 6 ")
    assert len(shown) == 120


def test_a_narrow_header_cuts_the_default_and_keeps_the_counts() -> None:
    assert header(60) == " llmkeys  ★ claude-sonnet-4-5 · Anthrop… ✓ 8  ! 1  ✗ 1  ? 2 "


def test_without_a_default_the_header_says_so() -> None:
    assert "no default yet" in header(80, make_overview((), default=None))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_plaintext_file_is_named_for_good(width: int) -> None:
    in_file = make_overview(tuple(each._replace(source=Source(Kind.FILE)) for each in drawn_rows()))
    chosen = make_overview(store=StoreState("file", True, "no keychain is running"))
    assert "plaintext file" in header(width, in_file)
    assert "plaintext file" in header(width, chosen)
    assert "plaintext file" not in header(width)


def test_at_forty_columns_the_model_is_told_before_where_keys_are_kept() -> None:
    in_file = make_overview(store=StoreState("file", True, "no keychain is running"))
    assert header(40, in_file) == " ★ claude-sonnet-4-5 ✓ 8  ! 1  ✗ 1  ? 2 "
    assert header(40) == header(40, in_file)


def test_a_bare_default_is_shown_with_the_account_it_means() -> None:
    assert "★ gpt-4.1 · OpenAI · personal" in header(120, make_overview(default=Choice("openai", "gpt-4.1")))


@pytest.mark.parametrize("width", [40, 60, 120])
def test_a_default_that_has_no_key_now_does_not_shine(width: int) -> None:
    shown = header(width, make_overview(default_missing="The key of anthropic/work is gone."))
    assert "no key for claude-" in shown
    assert "★" not in shown


def test_a_narrow_header_counts_what_cannot_be_told_before_what_is_not_there() -> None:
    assert "? 2" in header(60)
    assert "○" not in header(60)
    assert "? 2" in header(40)


def test_what_is_switched_off_is_not_counted() -> None:
    untested = row("openai/a", None, history=())
    assert "? 1" in header(120, make_overview((untested,)))
    assert "?" not in header(120, make_overview((untested._replace(enabled=False),)))


def test_a_default_whose_account_is_gone_is_still_named() -> None:
    assert "★ m · nobody · x" in header(120, make_overview(default=Choice("nobody/x", "m")))


def test_what_one_key_would_set_is_listed_once_with_all_its_keys() -> None:
    assert switches(make_overview()) == (
        Switch("1", "claude-sonnet-4-5", "Anthropic · work", is_now=True),
        Switch("- 2", "gpt-4.1", "OpenAI · personal", is_now=False),
        Switch("3", "gemini-2.5-pro", "Google Gemini · work", is_now=False),
    )


def test_a_previous_default_that_is_not_recent_comes_first() -> None:
    found = switches(make_overview(previous=Choice("ollama/local", "llama3.1:8b")))
    assert found[0].keys == "-"
    assert [each.keys for each in found] == ["-", "1", "2", "3"]


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_every_key_is_named_at_every_size(width: int) -> None:
    shown = text(switch_spans(make_overview(recent=FIVE), width))
    assert len(shown) <= width
    for key, name in (("1", "★"), ("- 2", "gpt-"), ("3", "clau"), ("4", "gemi"), ("5", "llam")):
        start = name[:3] if width == 40 else name
        assert f"{key} {start}" in shown.replace("anthropic/", "")


def test_a_wide_line_names_the_accounts_too() -> None:
    assert " - 2 gpt-4.1 · OpenAI · personal" in text(switch_spans(make_overview(), 120)).replace("  ", " ")


def test_nothing_to_switch_to_is_an_empty_line() -> None:
    assert switch_spans(make_overview(previous=None, recent=()), 80) == []


@given(st.integers(1, 300))
def test_both_lines_fit_at_any_width(width: int) -> None:
    assert width_of(header_spans(make_overview(), NOW, width)) <= max(width, 1)


@given(st.integers(40, 300))
def test_the_switches_fit_from_forty_cells_on(width: int) -> None:
    assert width_of(switch_spans(make_overview(recent=FIVE), width)) <= width


def test_a_click_means_the_key_whose_name_is_under_it() -> None:
    spans = switch_spans(make_overview(), 120)
    shown = text(spans)
    for name, key in (("★", "1"), ("gpt-4.1", "2"), ("2 gpt", "2"), ("gemini-2.5-pro", "3")):
        assert key_at(spans, shown.index(name)) == key
    assert key_at(spans, 0) == ""
    assert key_at(spans, shown.index("- 2") - 1) == ""
    assert key_at(spans, 119) == ""
