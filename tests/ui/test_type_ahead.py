"""Keys that are all there before the first of them is looked at: each lands where it was meant."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from llmkeys.service.overview import overview
from llmkeys.service.session import Session
from llmkeys.ui.app import LlmkeysApp
from llmkeys.ui.screens.add import AddScreen
from llmkeys.ui.screens.edit import EditScreen
from llmkeys.ui.screens.key import KeyScreen
from llmkeys.ui.screens.main_filter_bar import FilterInput
from llmkeys.ui.screens.picker import PickerScreen
from llmkeys.ui.type_ahead import PATIENCE, TypeAhead
from llmkeys.ui.widgets.field import PlainInput
from llmkeys.ui.widgets.name_or_key import NameOrKey
from llmkeys.ui.widgets.secret_input import SecretInput
from ui.stage import SENTINEL
from ui.test_main import SIZE, rows, status, until

NAMES = {"?": "question_mark", "/": "slash", "\r": "enter"}


def burst(app: App[Any], keys: str) -> None:
    """Type `keys` at once."""
    for each in keys:
        app.post_message(events.Key(NAMES.get(each, each), each))


async def test_letters_behind_the_key_of_a_dialog_are_in_its_field(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        burst(app, "agro")
        await until(pilot, lambda: isinstance(app.screen, AddScreen))
        await until(pilot, lambda: app.screen.query_one(NameOrKey).name_text == "gro")


async def test_a_key_pasted_behind_the_key_of_a_dialog_is_in_its_field_and_unseen(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        burst(app, "acohere\r")
        app.post_message(events.Paste(SENTINEL))
        await until(pilot, lambda: isinstance(app.screen, KeyScreen))
        await until(pilot, lambda: app.screen.query_one(SecretInput).reading.length == len(SENTINEL))


@pytest.mark.parametrize(("key", "screen"), [("m", PickerScreen), ("e", EditScreen)])
async def test_a_form_takes_what_was_typed_before_it_stood(
    key: str, screen: type[Screen[Any]], stored: Session
) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        burst(app, f"{key}dd")
        await until(pilot, lambda: isinstance(app.screen, screen) and app.screen.is_mounted)
        await until(pilot, lambda: app.screen.query(PlainInput).first().value.endswith("dd"))
        assert len(app.screen_stack) == 2


async def test_a_filter_typed_at_once_is_a_filter_and_no_command(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        burst(app, "/personald")
        await until(pilot, lambda: app.screen.query("#filter-text"))
        await until(pilot, lambda: app.screen.query_one(FilterInput).value == "personald")
        assert len(app.screen_stack) == 1
        app.post_message(events.Key("backspace", "\x7f"))
        await until(pilot, lambda: "groq/personal" in rows(app))


async def test_two_keys_switch_the_default_however_quickly_they_follow(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        before = overview(stored).default
        burst(app, "m\r")
        await until(pilot, lambda: "is the default now" in status(app))
        assert len(app.screen_stack) == 1
        assert overview(stored).default == before


class Stuck(Widget, can_focus=True):
    """A widget whose handler of a key takes its time."""

    def __init__(self) -> None:
        super().__init__()
        self.free = asyncio.Event()

    async def on_key(self) -> None:
        await self.free.wait()


class StuckScreen(Screen[None]):
    AUTO_FOCUS = "Stuck"

    def compose(self) -> ComposeResult:
        yield Stuck()


class Patient(TypeAhead, App[int]):
    """An app with a key that comes before all others."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "free", priority=True)]

    def get_default_screen(self) -> Screen[None]:
        return StuckScreen()

    def action_free(self) -> None:
        self.screen.query_one(Stuck).free.set()


async def test_a_key_that_takes_long_does_not_keep_the_next_one_waiting_for_ever() -> None:
    app = Patient()
    async with app.run_test():
        stuck = app.screen.query_one(Stuck)
        app.post_message(events.Key("x", "x"))
        app.post_message(events.Key("f1", None))
        await asyncio.wait_for(stuck.free.wait(), 5)


async def test_once_the_last_key_is_done_nothing_is_left_to_wake_the_app(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        asked: list[asyncio.TimerHandle] = []
        loop = asyncio.get_running_loop()
        later = loop.call_later

        def noted(delay: float, *arguments: Any, **named: Any) -> asyncio.TimerHandle:
            handle = later(delay, *arguments, **named)
            if delay == PATIENCE:
                asked.append(handle)
            return handle

        loop.call_later = noted  # type: ignore[method-assign]
        try:
            burst(app, "jjkk")
            await until(pilot, lambda: len(asked) == 4 and all(each.cancelled() for each in asked))
        finally:
            loop.call_later = later  # type: ignore[method-assign]
