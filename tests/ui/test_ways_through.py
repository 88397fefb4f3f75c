"""From the main screen through the dialogs and back, in the app itself, against a real server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from llmkeys.config import Choice
from llmkeys.secret import Secret
from llmkeys.service.keys import resolve
from llmkeys.service.session import Session, look
from llmkeys.service.settings import change_setting
from llmkeys.ui.app import LlmkeysApp
from llmkeys.ui.screens.add import AddScreen
from llmkeys.ui.screens.edit import EditScreen
from llmkeys.ui.screens.key import KeyScreen
from llmkeys.ui.screens.picker import PickerScreen
from llmkeys.ui.widgets.secret_input import SecretInput
from support.answering_server import AnsweringServer
from support.keeping import KEY, OTHER_KEY, kept
from support.provider_server import add_acme
from ui.stage import SENTINEL, everything_seen, paste

Opened = Callable[..., Session]


@pytest.fixture
def here(session: Opened, server: AnsweringServer) -> Session:
    opened = session()
    change_setting(opened, "store", "file")
    add_acme(opened, server, default_model="m-1")
    return opened


async def reaches(pilot: Pilot[Any], screen: type) -> None:
    for _ in range(300):
        if isinstance(pilot.app.screen, screen):
            await pilot.pause()
            return
        await pilot.pause(0.02)
    raise AssertionError(repr(pilot.app.screen))


async def back_on_main(pilot: Pilot[Any]) -> None:
    for _ in range(300):
        if len(pilot.app.screen_stack) == 1:
            await pilot.pause()
            return
        await pilot.pause(0.02)
    raise AssertionError(repr(pilot.app.screen))


async def test_a_key_is_added_rotated_edited_and_its_model_chosen(here: Session, server: AnsweringServer) -> None:
    app = LlmkeysApp(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("a")
        await reaches(pilot, AddScreen)
        await pilot.press(*"acme", "enter")
        await reaches(pilot, KeyScreen)
        await paste(pilot, f"{KEY}\n")
        await pilot.press("enter")
        await back_on_main(pilot)
        assert resolve(here, "acme/default").secret == Secret(KEY)
        assert look(here).config.default == Choice("acme/default", "m-1")

        await pilot.press("e")
        await reaches(pilot, EditScreen)
        await pilot.press("ctrl+u", *"work", "enter")
        await back_on_main(pilot)
        assert resolve(here, "acme/work").secret == Secret(KEY)

        await pilot.press("r")
        await reaches(pilot, KeyScreen)
        await paste(pilot, OTHER_KEY)
        await pilot.press("ctrl+s")
        await back_on_main(pilot)
        assert resolve(here, "acme/work").secret == Secret(OTHER_KEY)

        await pilot.press("m")
        await reaches(pilot, PickerScreen)
        await pilot.press(*"m-7", "enter")
        await back_on_main(pilot)
        for _ in range(100):
            await pilot.pause(0.02)
            if look(here).config.default == Choice("acme/work", "m-7"):
                break
        assert look(here).config.default == Choice("acme/work", "m-7")
        await pilot.press("m")
        await reaches(pilot, PickerScreen)
        await pilot.press("enter")
        await back_on_main(pilot)
        for _ in range(100):
            await pilot.pause(0.02)
            if look(here).config.default == Choice("acme/work", "m-1"):
                break
        assert look(here).config.default == Choice("acme/work", "m-1")


async def test_a_pasted_key_finds_its_provider_and_is_in_the_dialog(here: Session) -> None:
    app = LlmkeysApp(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("a")
        await reaches(pilot, AddScreen)
        await paste(pilot, SENTINEL)
        await pilot.press("enter")
        await reaches(pilot, KeyScreen)
        field = app.screen.query_one(SecretInput)
        assert field.reading.length == len(SENTINEL)
        assert app.screen.focused is field
        assert "SENTINEL" not in everything_seen(app)


async def test_a_screenshot_hides_a_key_that_was_made_legible(here: Session) -> None:
    kept(here, "acme/work", KEY)
    app = LlmkeysApp(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("r")
        await reaches(pilot, KeyScreen)
        await paste(pilot, SENTINEL)
        await pilot.press("ctrl+r")
        field = app.screen.query_one(SecretInput)
        assert field.revealed
        assert SENTINEL in field.render().plain
        assert "SENTINEL" not in app.export_screenshot()
        assert not field.revealed


@pytest.mark.parametrize("size", [(10, 3), (24, 7), (40, 10), (72, 20), (200, 60)])
async def test_every_dialog_can_be_drawn_at_any_size(here: Session, size: tuple[int, int]) -> None:
    kept(here, "acme/work", KEY)
    app = LlmkeysApp(here._replace(offline=True))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        for key, screen in (("a", AddScreen), ("e", EditScreen), ("r", KeyScreen), ("m", PickerScreen)):
            await pilot.press(key)
            await reaches(pilot, screen)
            await pilot.resize_terminal(*size)
            await pilot.press("z", "down", "up")
            await pilot.resize_terminal(100, 30)
            await pilot.press("escape", "escape")
            await back_on_main(pilot)
