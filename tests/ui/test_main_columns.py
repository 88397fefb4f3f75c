"""Columns at every width, and what stands in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.moment import DAY, HOUR
from llmkeys.ui.screens.main_columns import (
    GUTTER,
    Drawing,
    columns_for,
    entry_spans,
    key_words,
    seen_words,
    time_words,
    title_spans,
)
from llmkeys.ui.screens.main_state import Listed, MainState, entries
from llmkeys.ui.spans import width_of
from llmkeys.verdict import State
from ui.fixtures import NOW, make_overview, row, verdict

LABEL = 8


def line(account: str, width: int, **drawing: object) -> str:
    """The text of one account's line."""
    entry = next(
        each
        for each in entries(MainState(make_overview()), NOW)
        if isinstance(each, Listed) and each.row.account == account
    )
    made = Drawing(columns_for(width, LABEL), NOW)._replace(**drawing)  # type: ignore[arg-type]
    return "".join(text for text, _ in entry_spans(entry, made, highlighted=False))


@pytest.mark.parametrize(
    ("width", "facts"),
    [
        (120, ["provider", "account", "key", "status", "model", "time", "seen"]),
        (79, ["provider", "account", "key", "status", "time", "seen"]),
        (67, ["provider", "account", "key", "status", "time", "seen"]),
        (59, ["provider", "account", "status", "model", "seen"]),
        (46, ["provider", "account", "status", "seen"]),
        (39, ["provider", "account", "status"]),
    ],
)
def test_a_width_has_its_columns(width: int, facts: list[str]) -> None:
    assert [each.fact for each in columns_for(width, LABEL)] == facts


@given(st.integers(40, 400), st.integers(0, 64))
def test_columns_always_fit(width: int, widest: int) -> None:
    assert GUTTER + sum(each.width for each in columns_for(width, widest)) <= width
    assert width_of(title_spans(columns_for(width, widest))) <= width


@given(st.integers(40, 200), st.booleans())
def test_every_line_fits(width: int, highlighted: bool) -> None:
    drawing = Drawing(columns_for(width, LABEL), NOW, "⠹", frozenset({"openai/acme-eu"}))
    for entry in entries(MainState(make_overview()), NOW):
        assert width_of(entry_spans(entry, drawing, highlighted)) <= width


def test_a_line_is_as_drawn() -> None:
    assert line("groq/personal", 74) == "   ! Groq           personal   gsk_…m2Lw    limited     190 ms     1m"


def test_a_narrow_line_has_the_model_in_place_of_key_and_time() -> None:
    shown = line("openai/personal", 59)
    assert "gpt-4.1" in shown
    assert "288 ms" not in shown
    assert "a91F" not in shown


def test_a_model_loses_its_maker_before_its_name() -> None:
    assert "deepseek-ch…" in line("openrouter/personal", 59)


def test_a_row_under_test_turns_its_spinner_and_says_testing() -> None:
    shown = line("openai/acme-eu", 74, frame="⠹", testing=frozenset({"openai/acme-eu"}))
    assert shown.startswith("   ⠹ ")
    assert "testing" in shown
    assert "ms" not in shown


@pytest.mark.parametrize("width", [59, 74, 120])
def test_what_cannot_tell_keeps_the_last_known_state_beside_it(width: int) -> None:
    shown = line("xai/env", width)
    assert "unreachable" in shown
    assert "ok 3h" in shown or "ok · 3h" in shown


def test_the_default_has_a_star_and_the_cursor_a_mark() -> None:
    entry = entries(MainState(make_overview()), NOW)
    star = next(each for each in entry if isinstance(each, Listed) and each.row.is_default)
    text = "".join(text for text, _ in entry_spans(star, Drawing(columns_for(79, LABEL), NOW), highlighted=True))
    assert text.startswith("▸★ ✓ Anthropic")


@pytest.mark.parametrize(
    ("hint", "shown"),
    [
        ("sk-ant-…7Qx2", "sk-ant-…7Qx2"),
        ("sk-ant-api03-…7Qx2", "sk-ant…7Qx2"),
        ("sk-proj-…a91F", "sk-proj…a91F"),
        ("…9fKe", "…9fKe"),
        ("12 characters", "12 characte…"),
        ("", ""),
    ],
)
def test_a_hint_keeps_its_end(hint: str, shown: str) -> None:
    assert key_words(row("openai/a", hint=hint), 12) == shown


@pytest.mark.parametrize(
    ("latency", "shown"),
    [(None, ""), (0, "0 ms"), (999, "999 ms"), (1000, "1.0 s"), (12_340, "12.3 s"), (10**9, "999.0 s")],
)
def test_times_are_short(latency: int | None, shown: str) -> None:
    assert time_words(latency) == shown


@pytest.mark.parametrize(
    ("age", "shown"), [(10, "now"), (120, "2m"), (3 * HOUR, "3h"), (25 * HOUR, "1d?"), (41 * DAY, "41d?")]
)
def test_a_verdict_older_than_a_day_is_questioned(age: float, shown: str) -> None:
    assert seen_words(row("openai/a", verdict(State.OK, age=age)), NOW) == shown


def test_an_untested_row_was_never_seen() -> None:
    assert seen_words(row("openai/a"), NOW) == "never"
