"""Dialogs as pictures at three sizes, and in view at any; `pytest --snapshot-update` accepts a change of a picture."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen

from llmkeys.check.runner import Checker
from llmkeys.service.overview import overview
from llmkeys.service.session import Session
from llmkeys.service.store_state import StoreState
from llmkeys.ui.screens import picker as picker_module
from llmkeys.ui.screens.add import AddScreen
from llmkeys.ui.screens.edit import EditScreen
from llmkeys.ui.screens.key import KeyScreen
from llmkeys.ui.screens.picker import PickerScreen
from llmkeys.ui.screens.server import ServerScreen
from support.keeping import kept
from ui.fixtures import CATALOG, KEYCHAIN, NOW
from ui.offers_made_up import OFFERS, shown
from ui.stage import SENTINEL, SIZES, Stage, paste

Opened = Callable[..., Session]
each_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


@each_size
def test_key_dialog(session: Opened, snap_compare: Any, size: tuple[int, int]) -> None:
    async def typed(pilot: Pilot[None]) -> None:
        await paste(pilot, f"{SENTINEL}\n")

    app = Stage(KeyScreen(session(), None, CATALOG.find("openai"), KEYCHAIN, label="acme-us"))  # type: ignore[arg-type]
    assert snap_compare(app, terminal_size=size, run_before=typed)


@each_size
def test_add(session: Opened, snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(Stage(AddScreen(session(), CATALOG)), terminal_size=size, press=["down"])


@each_size
def test_picker(session: Opened, snap_compare: Any, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picker_module, "offers", lambda *_: OFFERS)
    app = Stage(PickerScreen(session()._replace(now=lambda: NOW), shown()))
    assert snap_compare(app, terminal_size=size)


@each_size
def test_edit(session: Opened, snap_compare: Any, size: tuple[int, int]) -> None:
    here = session()
    kept(here, "openai/work", name="My key", model="gpt-4.1")
    assert snap_compare(Stage(EditScreen(here, overview(here).rows[0])), terminal_size=size)


@each_size
def test_another_server(session: Opened, snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(Stage(ServerScreen(session(), "acme")), terminal_size=size)


def _dialogs(here: Session) -> dict[str, Callable[[], ModalScreen[Any]]]:
    kept(here, "openai/work")
    row = overview(here).rows[0]
    store, checker = StoreState("keychain", False, "no D-Bus session runs here"), cast(Checker, None)
    return {
        "add": lambda: AddScreen(here, CATALOG),
        "key": lambda: KeyScreen(here, checker, CATALOG.find("azure-openai"), store),
        "rotate": lambda: KeyScreen(here, checker, CATALOG.find("openai"), store, rotating=row),
        "edit": lambda: EditScreen(here, row),
        "server": lambda: ServerScreen(here),
        "picker": lambda: PickerScreen(here, overview(here)),
    }


@pytest.mark.parametrize("size", [(40, 10), (60, 16), (72, 20), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", ["add", "key", "rotate", "edit", "server", "picker"])
async def test_frame_and_keys_of_a_dialog_are_always_in_view(session: Opened, name: str, size: tuple[int, int]) -> None:
    dialog = _dialogs(session())[name]()
    app = Stage(dialog)
    async with app.run_test(size=size) as pilot:
        if name in ("key", "rotate", "server"):
            await pilot.press("enter")
        for _ in range(3):
            await pilot.pause(0.05)
        frame = [line.strip() for line in app.text.splitlines() if line.strip()]
        assert frame[0].startswith("╭─")
        assert frame[-1].startswith("╰─")
        assert frame[-1].endswith("─╯")
        assert re.search(r"esc (Cancel|Close)", frame[-2])
        assert not dialog.show_vertical_scrollbar


@pytest.mark.parametrize("size", [(40, 10), (60, 16), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_key_dialog_opens_with_its_account_and_its_key_in_view(session: Opened, size: tuple[int, int]) -> None:
    checker = cast(Checker, None)
    app = Stage(KeyScreen(session(), checker, CATALOG.find("bedrock"), KEYCHAIN, label="my-cloud"))
    async with app.run_test(size=size) as pilot:
        for _ in range(3):
            await pilot.pause(0.05)
        assert "Add key · Amazon Bedrock" in app.text
        assert "my-cloud" in app.text
        key = app.screen.query_one("#key")
        assert app.screen.focused is key
        assert key.region.bottom <= app.screen.query_one("#form").region.bottom
