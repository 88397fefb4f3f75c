"""The small parts of dialogs: notices, fields, tabs, and the way to a browser."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult

from llmkeys.service.standing import Tone
from llmkeys.ui import browser, theme
from llmkeys.ui.browser import open_page
from llmkeys.ui.key_judge import judge_of
from llmkeys.ui.notice import Notice
from llmkeys.ui.spans import width_of
from llmkeys.ui.widgets.field import Field, PlainInput
from llmkeys.ui.widgets.notice_line import NoticeLine, notice_spans
from llmkeys.ui.widgets.tabs import Tabs
from ui.fixtures import CATALOG
from ui.stage import SENTINEL, Unread, paste

REFUSED = Notice(
    "✗", Tone.BAD, "401 key not accepted", keys=(("↵", "try again"), ("^s", "save anyway"), ("f2", "get a key"))
)
VENDOR = Notice("!", Tone.WARN, "looks like an Anthropic key", "(sk-ant-)", keys=(("^o", "switch to Anthropic"),))
CLEANED = Notice("✓", Tone.GOOD, "OpenAI key", "sk-…   51 chars · removed 1 newline", "  51 chars · removed 1 newline")


@pytest.mark.parametrize(
    ("notice", "width", "text"),
    [
        (REFUSED, 70, "✗ 401 key not accepted     ↵ try again   ^s save anyway   f2 get a key"),
        (REFUSED, 56, "✗ 401 key not accepted         ↵ try again   ^s save anyway"[:22]),
        (REFUSED, 30, "✗ 401 key not accepted   ↵ try again"),
        (VENDOR, 70, "! looks like an Anthropic key (sk-ant-)         ^o switch to Anthropic"),
        (VENDOR, 60, "! looks like an Anthropic key          ^o switch to Anthropic"[:29]),
        (CLEANED, 60, "✓ OpenAI key sk-…   51 chars · removed 1 newline"),
        (CLEANED, 44, "✓ OpenAI key   51 chars · removed 1 newline"),
        (Notice(quiet="paste or type"), 40, "paste or type"),
        (Notice(), 40, ""),
    ],
)
def test_a_notice_gives_up_its_quiet_words_and_then_keys(notice: Notice, width: int, text: str) -> None:
    spans = notice_spans(notice, width)
    assert "".join(words for words, _ in spans).startswith(text)
    assert "(sk-ant-)" not in str(spans) or width == 70


@given(st.integers(0, 120))
def test_the_words_and_the_first_key_are_always_there(width: int) -> None:
    for notice in (REFUSED, VENDOR):
        spans = notice_spans(notice, width)
        shown = "".join(words for words, _ in spans)
        assert notice.words in shown
        assert " ".join(notice.keys[0]) in shown
        if width >= 60:
            assert width_of(spans) <= width


class Parts(App[None]):
    """A notice, tabs and a field."""

    def __init__(self) -> None:
        super().__init__()
        self.clicked: list[int] = []
        self.refused = 0
        self.said: list[str] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return theme.EXTRA_VARIABLES

    def compose(self) -> ComposeResult:
        yield NoticeLine(id="notice")
        yield Tabs(id="tabs")
        judge = judge_of(CATALOG)
        yield Field("Account", "work", judge=judge, strict=True, id="safe")
        yield Field("Model", judge=judge, id="plain")

    def on_tabs_clicked(self, message: Tabs.Clicked) -> None:
        self.clicked.append(message.position)

    def on_plain_input_key_pasted(self) -> None:
        self.refused += 1

    def on_plain_input_too_long(self, message: PlainInput.TooLong) -> None:
        self.said.append(message.words)


async def test_a_long_notice_takes_more_lines_and_a_short_one_gives_them_back() -> None:
    app = Parts()
    async with app.run_test(size=(40, 12)) as pilot:
        line = app.query_one(NoticeLine)
        line.show(Notice("✗", Tone.BAD, "a sentence that goes on", "and says what to do about it in the end"))
        await pilot.pause()
        assert line.size.height == 2
        line.show(Notice(words="short"))
        await pilot.pause()
        assert line.size.height == 1
        assert line.notice.words == "short"


async def test_a_click_on_a_tab_chooses_it() -> None:
    app = Parts()
    async with app.run_test(size=(60, 12)) as pilot:
        app.query_one(Tabs).show_tabs((("All", 662), ("Recent", 3)), 0, "12 found")
        await pilot.pause()
        await pilot.click("#tabs", offset=(2, 0))
        await pilot.click("#tabs", offset=(10, 0))
        await pilot.click("#tabs", offset=(40, 0))
        assert app.clicked == [0, 1]


async def test_a_plain_field_deletes_words_to_the_left_and_selects_nothing_by_itself() -> None:
    app = Parts()
    async with app.run_test(size=(60, 12)) as pilot:
        field = app.query_one("#safe", Field)
        field.input.focus()
        await pilot.pause()
        assert field.input.selection.is_empty
        await pilot.press("space", *"two", "space", *"three", "ctrl+backspace")
        assert field.input.value == "work two "
        await pilot.press("alt+backspace")
        assert field.value == "work"
        field.value = "  space around  "
        assert field.value == "space around"


async def test_a_plain_field_scrolls_with_what_is_typed() -> None:
    app = Parts()
    async with app.run_test(size=(20, 12)) as pilot:
        field = app.query_one("#plain", Field)
        field.input.focus()
        await pilot.press(*"abcdefghijklmnopqrstuvwxyz")
        assert field.input.render_line(0).text.rstrip().endswith("xyz")
        await pilot.press("home")
        assert field.input.render_line(0).text.startswith("abc")
        await pilot.press(*["delete"] * 26)
        assert field.value == ""


async def test_a_field_for_names_takes_no_key() -> None:
    app = Parts()
    async with app.run_test(size=(60, 12)) as pilot:
        app.query_one("#safe", Field).input.focus()
        await paste(pilot, SENTINEL)
        assert (app.query_one("#safe", Field).value, app.refused) == ("work", 1)
        await paste(pilot, "-eu")
        assert app.query_one("#safe", Field).value == "work-eu"
        app.query_one("#plain", Field).input.focus()
        await pilot.pause()
        await paste(pilot, f"OPENAI_API_KEY={SENTINEL}")
        assert (app.query_one("#plain", Field).value, app.refused) == ("", 2)
        await paste(pilot, "meta-llama/Llama-3.3-70B-Instruct-Turbo")
        assert app.query_one("#plain", Field).value == "meta-llama/Llama-3.3-70B-Instruct-Turbo"


@pytest.mark.parametrize(
    ("text", "is_key"),
    [
        (SENTINEL, True),
        (f"https://llm.example.com/v1?key={SENTINEL}", True),
        (f" '{SENTINEL}' ", True),
        ("claude-3-5-sonnet-20241022", False),
        ("accounts/fireworks/models/llama-v3p1-405b-instruct", False),
        ("https://resource-4711.openai.azure.com/v1", False),
        ("0123456789abcdef0123456789abcdef", False),
        ("", False),
    ],
)
async def test_a_field_tells_what_holds_a_key_however_it_came_there(text: str, is_key: bool) -> None:
    app = Parts()
    async with app.run_test(size=(60, 12)):
        field = app.query_one("#plain", Field)
        field.value = text
        assert field.holds_key is is_key


@pytest.mark.parametrize("field", ["plain", "safe"])
async def test_ten_megabytes_are_refused_by_their_length_alone(field: str) -> None:
    app = Parts()
    async with app.run_test(size=(80, 12)) as pilot:
        widget = app.query_one(f"#{field}", Field)
        before = widget.value
        widget.input.focus()
        await pilot.pause()
        app.post_message(events.Paste(Unread("k" * 10_000_000)))
        await pilot.pause()
        assert widget.value == before
        assert app.said == ["that paste is longer than 65,536 characters; nothing was taken"]


@pytest.fixture
def desktop(tmp_path: Path) -> dict[str, str]:
    """A desktop whose opener writes down what it was asked to open."""
    opener = tmp_path / "xdg-open"
    opener.write_text(f"#!/bin/sh\necho noise; echo \"$1\" >> '{tmp_path}/opened'\n")
    opener.chmod(0o755)
    return {"PATH": str(tmp_path), "DISPLAY": ":0"}


@pytest.mark.only_on("linux")
def test_a_page_is_opened_quietly_and_without_waiting(
    desktop: dict[str, str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = set(threading.enumerate())
    assert open_page("https://example.com/keys", desktop)
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
    assert (tmp_path / "opened").read_text() == "https://example.com/keys\n"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("url", "environ"),
    [
        ("https://example.com", {"PATH": "/nowhere", "DISPLAY": ":0"}),
        ("https://example.com", {"PATH": "/usr/bin"}),
        ("file:///etc/passwd", {"PATH": "/usr/bin", "DISPLAY": ":0"}),
    ],
)
def test_without_a_desktop_nothing_is_started(
    url: str, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("something was started"))
    assert not open_page(url, environ, "linux")


def test_windows_has_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(browser.webbrowser, "open", asked.append)
    assert open_page("https://example.com", {}, "win32")
    for _ in range(100):
        if asked:
            break
        threading.Event().wait(0.01)
    assert asked == ["https://example.com"]
