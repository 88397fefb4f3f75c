"""The key field, driven as a person does, and searched for the key it must not show."""

from __future__ import annotations

import asyncio
import time

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Input

from llmkeys.errors import BadKey
from llmkeys.secret import Secret
from llmkeys.typed_key import TypedKey
from llmkeys.ui.widgets import secret_input
from llmkeys.ui.widgets.secret_input import SecretInput

SENTINEL = "sk-proj-SENTINELsentinel0123456789SENTINEL"


class FieldApp(App[None]):
    """A key field, and another field to go to."""

    def __init__(self) -> None:
        super().__init__()
        self.key = SecretInput(id="key")
        self.edits = 0

    def compose(self) -> ComposeResult:
        yield self.key
        yield Input()

    def on_mount(self) -> None:
        self.key.focus()

    def on_secret_input_edited(self, message: SecretInput.Edited) -> None:
        assert message.control is self.key
        self.edits += 1


def shown(app: FieldApp) -> str:
    return app.key.render().plain.rstrip()


async def paste(app: App[None], pilot: object, text: str) -> None:
    app.screen.focused.post_message(events.Paste(text))  # type: ignore[union-attr]
    await pilot.pause()  # type: ignore[attr-defined]


async def test_typing_shows_bullets_only() -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        await pilot.press("s", "k", "minus", "1")
        assert shown(app) == "••••"
        assert app.key.take().secret == Secret("sk-1")
        assert shown(app) == ""


@pytest.mark.parametrize(
    ("pasted", "key", "removed"),
    [
        ("sk-12345678901234567890", "sk-12345678901234567890", ()),
        ("\nsk-12345678901234567890\n", "sk-12345678901234567890", ("2 newlines",)),
        ("export OPENAI_API_KEY='sk-1234'\n", "sk-1234", ("1 newline", "“export”", "“OPENAI_API_KEY=”", "quotes")),
        ("\u200bBearer sk-1234\ufeff", "sk-1234", ("2 invisible characters", "“Bearer”")),
    ],
)
async def test_a_paste_is_read_whole_and_cleaned(pasted: str, key: str, removed: tuple[str, ...]) -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        await paste(app, pilot, pasted)
        assert app.key.reading.key is not None
        assert app.key.reading.key.removed == removed
        assert shown(app) == "•" * len(key)
        assert app.key.take().secret == Secret(key)


async def test_a_second_paste_replaces_the_first() -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        await paste(app, pilot, "sk-first-1234567890")
        await paste(app, pilot, "sk-second-1234567890")
        assert app.key.take().secret == Secret("sk-second-1234567890")


@pytest.mark.parametrize("pasted", ["sk-1234\nrm -rf x\n", "sk-12 34", "••••••••", "sk-é", "\x1b]52;c;AAAA\x07"])
async def test_a_paste_that_is_no_key_leaves_a_sentence_and_nothing_else(pasted: str) -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        await paste(app, pilot, "sk-before-1234567890")
        await paste(app, pilot, pasted)
        assert app.key.reading.key is None
        assert app.key.reading.length == 0
        assert app.key.reading.problem
        assert pasted.strip() not in app.key.reading.problem
        with pytest.raises(BadKey):
            app.key.take()


async def test_the_sentence_goes_with_the_next_key_typed() -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        await paste(app, pilot, "two words")
        assert app.key.reading.problem
        await pilot.press("s")
        assert app.key.reading.problem == ""


async def test_ten_megabytes_are_refused_at_once() -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        started = time.perf_counter()
        await paste(app, pilot, "k" * 10_000_000)
        assert time.perf_counter() - started < 1
        assert "more than 65,536 characters" in app.key.reading.problem


async def test_a_paste_without_brackets_is_cleaned_too() -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        await pilot.press(*"export", "space", *"KEY", "equals_sign", *"abc123")
        assert app.key.take().secret == Secret("abc123")


async def test_what_was_typed_and_is_no_key_is_explained_and_can_be_mended() -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        await pilot.press("a", "é")
        assert app.key.reading.problem == "Character 2 is U+00E9: a key has none."
        assert app.key.reading.length == 2
        await pilot.press("backspace")
        assert app.key.take().secret == Secret("a")


async def test_typing_stops_at_a_length_no_key_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret_input, "MOST_CHARACTERS", 3)
    app = FieldApp()
    async with app.run_test() as pilot:
        await pilot.press(*"abcdef")
        assert app.key.take().secret == Secret("abc")


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+x", "super+c", "super+x"])
async def test_nothing_copies_or_cuts(key: str) -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        await paste(app, pilot, SENTINEL)
        await pilot.press("ctrl+r", "ctrl+a", "shift+end", key)
        assert app.clipboard == ""
        assert app.key.take().secret == Secret(SENTINEL)


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        (["backspace"], "abc-de"),
        (["left", "backspace"], "abc-df"),
        (["left", "delete"], "abc-de"),
        (["home", "delete"], "bc-def"),
        (["home", "right", "delete"], "ac-def"),
        (["home", "left", "x"], "xabc-def"),
        (["end", "right", "x"], "abc-defx"),
        (["left", "left", "ctrl+w"], "ef"),
        (["left", "alt+backspace"], "f"),
        (["left", "ctrl+backspace"], "f"),
        (["left", "ctrl+u"], "f"),
        (["left", "ctrl+k"], "abc-de"),
        (["home", "right", "ctrl+delete"], "a"),
        (["home", "backspace", "ctrl+u"], "abc-def"),
        (["end", "delete", "ctrl+k"], "abc-def"),
        (["ctrl+left", "x"], "abc-defx"),
    ],
)
async def test_editing_knows_characters_and_ends_but_no_words(keys: list[str], left: str) -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        await pilot.press(*"abc", "minus", *"def", *keys)
        assert app.key.take().secret == Secret(left)


async def test_the_typed_key_is_legible_for_a_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret_input, "REVEAL_SECONDS", 0.2)
    app = FieldApp()
    async with app.run_test() as pilot:
        await paste(app, pilot, SENTINEL)
        await pilot.press("ctrl+r")
        assert shown(app) == SENTINEL
        await asyncio.sleep(0.4)
        assert shown(app) == "•" * len(SENTINEL)


async def test_ctrl_r_again_hides_it() -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        await paste(app, pilot, SENTINEL)
        await pilot.press("ctrl+r", "ctrl+r")
        assert "SENTINEL" not in shown(app)


@pytest.mark.parametrize("away", ["focus", "another window", "another screen", "lock", "empty", "hide"])
async def test_it_is_masked_again_when_something_else_happens(away: str) -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        await paste(app, pilot, SENTINEL)
        await pilot.press("ctrl+r")
        assert not app.key.masked
        match away:
            case "focus":
                await pilot.press("tab")
            case "another window":
                app.post_message(events.AppBlur())
            case "another screen":
                await app.push_screen(ModalScreen[None]())
            case "lock":
                app.key.locked = True
            case "empty":
                await pilot.press("ctrl+u")
            case _:
                app.key.hide()
        await pilot.pause()
        assert app.key.masked


async def test_an_empty_or_locked_field_reveals_nothing() -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        await pilot.press("ctrl+r")
        assert app.key.masked
        await paste(app, pilot, SENTINEL)
        app.key.locked = True
        await pilot.press("ctrl+r", "x", "backspace")
        await paste(app, pilot, "sk-other")
        assert app.key.masked
        assert app.key.take().secret == Secret(SENTINEL)


async def test_control_characters_are_drawn_as_dots_while_revealed() -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        await pilot.press("a", "é", "space", "b", "ctrl+r")
        assert shown(app) == "a··b"


async def test_a_key_longer_than_the_field_scrolls_with_the_cursor() -> None:
    app = FieldApp()
    async with app.run_test(size=(20, 5)) as pilot:
        await pilot.press(*"abcdefghijklmnopqrstuvwxyz", "ctrl+r")
        assert shown(app) == "hijklmnopqrstuvwxyz"
        await pilot.press("home")
        assert shown(app) == "abcdefghijklmnopqrst"


async def test_nothing_of_the_key_is_seen_from_outside() -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        await paste(app, pilot, SENTINEL)
        svg = app.export_screenshot()
        seen = [svg, repr(app.key), str(app.key), repr(app.screen), str(app.key.reading), app.clipboard, str(app.tree)]
        assert not [each for each in seen if "SENTINEL" in each.upper().replace("&#160;", "")]
        assert "•" in svg
        assert "SENTINEL" not in repr(SecretInput.Edited(app.key))


async def test_bursts_of_typing_need_few_answers() -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        for character in SENTINEL:
            app.key.post_message(events.Key(character, character))
        await pilot.pause()
        assert app.edits < len(SENTINEL)
        assert app.key.take().secret == Secret(SENTINEL)


async def test_a_key_that_was_pasted_elsewhere_can_be_put_in() -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        app.key.put(TypedKey(Secret(SENTINEL), ()))
        await pilot.pause()
        assert shown(app) == "•" * len(SENTINEL)
        assert app.key.take().secret == Secret(SENTINEL)


async def test_the_field_forgets_the_key_when_it_goes() -> None:
    app = FieldApp()
    async with app.run_test() as pilot:
        await paste(app, pilot, SENTINEL)
        await app.key.remove()
        assert app.key.reading.length == 0


async def test_a_placeholder_invites_and_a_cursor_shows_the_focus() -> None:
    app = FieldApp()
    app.key.placeholder = "paste it"
    async with app.run_test() as pilot:
        assert shown(app) == "paste it"
        assert any("reverse" in str(span.style) for span in app.key.render().spans)
        await pilot.press("tab")
        assert not any("reverse" in str(span.style) for span in app.key.render().spans)
