"""Toned text, the key bar, and what the status line says."""

from __future__ import annotations

import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from llmkeys.config import Choice
from llmkeys.service.defaults import DefaultChange
from llmkeys.ui.screens.main_keys import BINDINGS, help_sections, hints_for
from llmkeys.ui.screens.main_sentences import said_of
from llmkeys.ui.screens.main_words import default_words, round_words, verdict_words
from llmkeys.ui.spans import Span, cells, column, fit, fit_spans, spread, to_content, width_of, without_spare, wrap
from llmkeys.ui.widgets import status_line
from llmkeys.ui.widgets.key_bar import KeyBar, KeyHint, fitting
from llmkeys.ui.widgets.status_line import StatusLine
from llmkeys.verdict import State, Verdict
from ui.fixtures import make_overview, verdict

ANY_TEXT = st.text(max_size=30)
HINTS = (
    KeyHint("↵", "Use", "app.note('use')"),
    KeyHint("t", "Test", "app.note('test')"),
    KeyHint("d", "Delete"),
    KeyHint("?", "Help", kept=True),
    KeyHint("q", "Quit", kept=True),
)


def text(spans: list[Span]) -> str:
    return "".join(piece for piece, _ in spans)


@given(ANY_TEXT, st.integers(0, 40))
def test_a_fitted_text_fits(words: str, width: int) -> None:
    assert cells(fit(words, width)) <= width


@given(ANY_TEXT, st.integers(1, 40), st.booleans())
def test_a_column_is_exactly_as_wide_as_asked(words: str, width: int, right: bool) -> None:
    assert cells(column(words, width, right=right)) == width


@given(st.lists(st.tuples(ANY_TEXT, st.just(""))), st.integers(0, 60))
def test_fitted_spans_fit(spans: list[Span], width: int) -> None:
    assert width_of(fit_spans(spans, width)) <= width


@given(ANY_TEXT, ANY_TEXT, st.integers(1, 80))
def test_spread_spans_take_the_width(left: str, right: str, width: int) -> None:
    assert width_of(spread([(left, "")], [(right, "")], width)) == width


@given(st.text(alphabet="ab é漢 /.-", max_size=60), st.integers(1, 20))
def test_wrapped_text_loses_nothing_and_fits(words: str, width: int) -> None:
    lines = wrap(words, width)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert all(cells(each) <= width or len(each) == 1 for each in lines)
    if max(map(cells, words.split(" "))) <= width:
        assert " ".join(lines) == words


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("/home/ada/.config/llmkeys/credentials.json", ["/home/ada/.config/", "llmkeys/", "credentials.json"]),
        ("in https://a.example/v1/models", ["in", "https://a.example/", "v1/models"]),
        ("eu-resource-name.openai.azure.com/v1", ["eu-resource-name.", "openai.azure.com/v1"]),
        ("x" * 25, ["x" * 20, "x" * 5]),
        ("", [""]),
    ],
)
def test_addresses_and_paths_break_where_they_have_parts(words: str, lines: list[str]) -> None:
    assert wrap(words, 20) == lines


def test_pieces_of_one_tone_are_drawn_as_one() -> None:
    content = to_content([("a", "good"), (" ", ""), ("b", "good"), ("c", "bad")])
    assert content.plain == "a bc"
    assert len(content.spans) == 2


def test_text_is_neither_markup_nor_escape_codes() -> None:
    content = to_content([("[@click=app.quit]x[/]\x1b]52;c;eA==\x07y\x9b2J", "bad")])
    assert content.plain == "[@click=app.quit]x[/]y"


@pytest.mark.parametrize(
    ("width", "keys"), [(80, "↵t d?q".replace(" ", "")), (30, "↵t?q"), (20, "↵?q"), (15, "?q"), (7, "?"), (3, "")]
)
def test_help_and_the_way_out_stay_longest(width: int, keys: str) -> None:
    assert "".join(hint.key for hint in fitting(HINTS, width)) == keys


class BarApp(App[None]):
    """A key bar and what its clicks did."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[str] = []

    def compose(self) -> ComposeResult:
        yield StatusLine()
        yield KeyBar(HINTS)

    def action_note(self, what: str) -> None:
        self.noted.append(what)


async def test_a_click_on_a_key_does_what_the_key_does() -> None:
    app = BarApp()
    async with app.run_test(size=(60, 4)) as pilot:
        await pilot.click(KeyBar, offset=(0, 0))
        await pilot.click(KeyBar, offset=(8, 0))
        await pilot.click(KeyBar, offset=(15, 0))
        await pilot.click(KeyBar, offset=(50, 0))
        assert app.noted == ["use", "test"]


async def test_a_bar_shows_the_hints_it_is_told() -> None:
    app = BarApp()
    async with app.run_test(size=(60, 4)):
        bar = app.query_one(KeyBar)
        bar.set_hints(HINTS[:1])
        assert bar.render().plain == "↵ Use "


async def test_what_is_said_goes_away_and_trouble_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_line, "SHOWN_SECONDS", 0.05)
    app = BarApp()
    async with app.run_test(size=(60, 4)) as pilot:
        line = app.query_one(StatusLine)
        line.say([("done", "good")])
        assert line.render().plain == " done"
        await pilot.pause(0.2)
        assert line.render().plain == ""
        line.say([("soon gone", "")])
        line.say([("trouble", "bad")], stays=True)
        await pilot.pause(0.2)
        assert line.render().plain == " trouble"


async def test_progress_covers_what_was_said() -> None:
    app = BarApp()
    async with app.run_test(size=(60, 4)):
        line = app.query_one(StatusLine)
        line.say([("done", "good")])
        line.progress([("testing", "busy")])
        assert line.render().plain == " testing"
        line.progress([])
        assert line.render().plain == " done"


def test_a_new_default_is_named_with_the_way_back() -> None:
    now, before = Choice("openai/personal", "gpt-4.1"), Choice("gemini/work", "gemini-2.5-pro")
    assert text(default_words(DefaultChange(now, before), make_overview())) == (
        "★ gpt-4.1 · OpenAI · personal is the default now   - goes back"
    )
    assert text(default_words(DefaultChange(Choice("gone/x", "m"), None), make_overview())) == (
        "★ m · gone/x is the default now"
    )


def test_a_default_that_something_shadows_says_so_in_the_same_line() -> None:
    now = Choice("openai/personal", "gpt-4.1")
    assert "but LLMKEYS_MODEL wins here" in text(
        default_words(DefaultChange(now, None, shadowed_by="LLMKEYS_MODEL"), make_overview())
    )
    assert text(default_words(DefaultChange(now, None, warning="OpenAI does not list it."), make_overview())).endswith(
        "   OpenAI does not list it."
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (verdict(State.OK, 288, models=86), "✓ x is ok   288 ms · 86 models"),
        (verdict(State.OK, None), "✓ x is ok"),
        (
            verdict(State.INVALID_KEY, 1, detail="Refused.", next="r rotates it."),
            "✗ x is invalid   Refused. r rotates it.",
        ),
        (verdict(State.TIMEOUT, 1), "? x did not answer in time"),
        (verdict(State.NOT_AN_API, 1), "! x: no API answered"),
        (verdict(State.INSUFFICIENT_QUOTA, 1, detail="Paid up."), "! x has no credit   Paid up."),
        (verdict(State.RATE_LIMITED, 1, retry_after_s=42), "! x is limited for now, again in 42 s"),
    ],
)
def test_one_test_is_told_in_one_sentence(found: Verdict, expected: str) -> None:
    assert text(verdict_words("x", found)) == expected


def test_a_round_is_told_by_state() -> None:
    found = {"a": verdict(), "b": verdict(), "c": verdict(State.INVALID_KEY)}
    assert text(round_words(found, 1.84)) == "3 tested in 1.8 s   ✓ 2 ok   ✗ 1 invalid"


def test_a_round_says_how_many_were_left_alone() -> None:
    assert text(round_words({"a": verdict()}, 1.84, 2)) == "1 tested in 1.8 s   ✓ 1 ok   2 asked to wait"


def test_every_state_ends_a_sentence() -> None:
    assert all(said_of(state) for state in State)


def test_a_round_that_reached_nobody_asks_whether_this_machine_is_offline() -> None:
    assert "offline" in text(round_words({"a": verdict(State.TIMEOUT), "b": verdict(State.UNREACHABLE)}, 1))


def test_every_key_is_in_the_help_once_and_has_an_id() -> None:
    ids = [binding.id for binding in BINDINGS]
    assert len(set(ids)) == len(ids)
    shown = [keys for _, section in help_sections() for keys, _ in section]
    assert len(set(shown)) == len(shown)
    for key in ("s", "-", "1-5", "m", "t", "T", "c", "a", "e", "r", "x", "d", "/", "→", "←", "R", "esc", "?", "q"):
        assert any(key in keys.split() for keys in shown), key


def test_the_footer_has_at_most_ten_keys() -> None:
    assert len(hints_for(None)) <= 10


def test_the_sheet_of_keys_names_those_of_the_app_itself() -> None:
    app = dict(dict(help_sections())["APP"])
    assert app["^q"] == "quit, from every screen"
    assert ("^z" in app) is hasattr(signal, "SIGTSTP")


@pytest.mark.parametrize(
    ("width", "left"),
    [(40, "done, kept for a while   it goes back"), (20, "done   it goes back"), (9, "done   it goes back")],
)
def test_what_is_spare_goes_before_what_says_the_next_step(width: int, left: str) -> None:
    said = [("done", ""), (", kept for a while", "spare"), ("   it goes back", "quiet")]
    assert text(without_spare(said, width)) == left
