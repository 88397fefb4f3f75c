"""Pictures of the main screen at the three sizes that the drawings have, over the drawn accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from llmkeys.service.session import Session
from llmkeys.service.settings import change_setting
from llmkeys.ui.app import LlmkeysApp
from llmkeys.ui.screens import main_view
from ui.fixtures import NOW, make_overview

SIZES = [(60, 16), (80, 24), (120, 36)]


def app_of(session: Callable[..., Session], look: str) -> LlmkeysApp:
    """The app over a home of its own with one look, whatever the terminal."""
    opened = session("app", offline=True)._replace(now=lambda: NOW)
    change_setting(opened, "theme", look)
    return LlmkeysApp(opened)


@pytest.fixture(autouse=True)
def drawn_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The accounts of the drawings."""
    monkeypatch.setattr(main_view, "overview", lambda session: make_overview())
    monkeypatch.setenv("TZ", "UTC")


@pytest.fixture
def app(session: Callable[..., Session]) -> LlmkeysApp:
    """The app in its usual look."""
    return app_of(session, "dark")


async def models_read(pilot: Pilot[Any]) -> None:
    """Prices come a moment after the first paint."""
    for _ in range(200):
        await pilot.pause(0.01)
        if pilot.app.screen._models_of("anthropic"):  # type: ignore[attr-defined]
            return


each_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


@each_size
def test_the_main_screen_looks_as_drawn(size: tuple[int, int], app: LlmkeysApp, snap_compare: Any) -> None:
    assert snap_compare(app, terminal_size=size, run_before=models_read)


def test_the_details_over_a_narrow_list(app: LlmkeysApp, snap_compare: Any) -> None:
    assert snap_compare(app, terminal_size=(60, 16), run_before=models_read, press=["right"])


@each_size
def test_the_question_before_a_deletion(size: tuple[int, int], app: LlmkeysApp, snap_compare: Any) -> None:
    assert snap_compare(app, terminal_size=size, run_before=models_read, press=["d"])


@each_size
def test_the_sheet_of_keys(size: tuple[int, int], app: LlmkeysApp, snap_compare: Any) -> None:
    assert snap_compare(app, terminal_size=size, run_before=models_read, press=["question_mark"])


@pytest.mark.parametrize("look", ["light", "ansi", "mono"])
def test_the_other_looks(look: str, session: Callable[..., Session], snap_compare: Any) -> None:
    assert snap_compare(app_of(session, look), terminal_size=(80, 24), run_before=models_read)
