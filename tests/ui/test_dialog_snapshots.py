"""Pictures of the dialogs at three sizes; `pytest --snapshot-update` accepts a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from llmkeys.service.session import Session
from llmkeys.ui.screens import picker as picker_module
from llmkeys.ui.screens.add import AddScreen
from llmkeys.ui.screens.key import KeyScreen
from llmkeys.ui.screens.picker import PickerScreen
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
