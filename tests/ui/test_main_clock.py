"""One clock for the whole main screen, and nothing drawn while nothing changes."""

from __future__ import annotations

from typing import Any

import pytest

from llmkeys.moment import MINUTE
from llmkeys.service.overview import Overview
from llmkeys.service.session import Session
from llmkeys.ui.app import LlmkeysApp
from llmkeys.ui.screens import main_view
from llmkeys.ui.screens.main_list import AccountList
from llmkeys.ui.screens.main_pane import DetailPane
from llmkeys.verdict import State
from ui.fixtures import NOW, make_overview, row, verdict
from ui.test_main import SIZE, drawn, screen_of


class Clock:
    """Goes when the test says so."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def shown_with(monkeypatch: pytest.MonkeyPatch, stored: Session, over: Overview) -> tuple[LlmkeysApp, Clock]:
    clock = Clock()
    monkeypatch.setattr(main_view, "overview", lambda session: over)
    return LlmkeysApp(stored._replace(now=clock)), clock


def pane(app: LlmkeysApp) -> str:
    return screen_of(app).query_one(DetailPane).text


async def test_a_list_and_its_details_tell_the_same_age(stored: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    over = make_overview((row("openai/a", verdict(age=2 * MINUTE)), row("openai/b", verdict(age=2 * MINUTE))))
    app, clock = shown_with(monkeypatch, stored, over)
    async with app.run_test(size=SIZE) as pilot:
        clock.now += 70
        await pilot.press("down", "up")
        assert "checked 2m ago" in pane(app)
        assert drawn(app)[1].endswith("2m")
        screen_of(app)._paint_ages()
        assert "checked 3m ago" in pane(app)
        assert drawn(app)[1].endswith("3m")


async def test_while_nothing_changes_nothing_is_drawn(stored: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    app, clock = shown_with(monkeypatch, stored, make_overview((row("openai/a", verdict(age=2 * MINUTE)),)))
    painted: list[Any] = []
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.2)
        for widget in (screen_of(app).query_one(AccountList), screen_of(app).query_one(DetailPane)):
            monkeypatch.setattr(widget, "refresh", lambda *regions, **_: painted.append(regions))
            monkeypatch.setattr(widget, "refresh_line", painted.append, raising=False)
        clock.now += 5
        screen_of(app)._paint_ages()
        assert painted == []
        clock.now += MINUTE
        screen_of(app)._paint_ages()
        assert painted
    assert main_view.AGES_EVERY >= MINUTE


async def test_a_row_that_begins_to_expire_moves_when_its_time_comes(
    stored: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from llmkeys.moment import DAY, to_text

    over = make_overview((row("openai/a", verdict(), expires_at=to_text(NOW + 7 * DAY + 30)),))
    app, clock = shown_with(monkeypatch, stored, over)
    async with app.run_test(size=SIZE):
        assert drawn(app)[0].startswith(" CONNECTED")
        clock.now += MINUTE
        screen_of(app)._paint_ages()
        assert drawn(app)[0].startswith(" NEEDS ATTENTION")


async def test_a_limit_is_counted_down_to_its_end(stored: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    limited = verdict(State.RATE_LIMITED, age=0, retry_after_s=42)
    app, clock = shown_with(monkeypatch, stored, make_overview((row("groq/a", limited),)))
    async with app.run_test(size=SIZE):
        screen = screen_of(app)
        assert "again in 42 s" in pane(app)
        assert screen._countdown is not None
        clock.now += 40
        screen._paint_ages()
        assert "again in 2 s" in pane(app)
        clock.now += 3
        screen._paint_ages()
        assert "again in" not in pane(app)
        assert screen._countdown is None


async def test_a_countdown_that_comes_into_view_begins_at_the_second_it_is_then(
    stored: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = verdict(State.RATE_LIMITED, age=0, retry_after_s=42)
    over = make_overview((row("groq/a", verdict(State.INVALID_KEY)), row("groq/b", limited)))
    app, clock = shown_with(monkeypatch, stored, over)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("g")
        assert "again in" not in pane(app)
        clock.now += 40
        await pilot.press("down")
        assert "again in 2 s" in pane(app)
