"""The picker over a main screen whose tests settle one by one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pytest
from textual.pilot import Pilot

from llmkeys.service.models import Offer, offers
from llmkeys.service.overview import Overview
from llmkeys.service.session import Session
from llmkeys.ui.app import LlmkeysApp
from llmkeys.ui.screens import picker
from llmkeys.ui.screens.picker import PickerScreen
from llmkeys.ui.screens.picker_list import ModelList
from llmkeys.verdict import State
from ui.test_main import SIZE, Gate, gate, status, until

__all__ = ["gate"]


def headings(app: LlmkeysApp) -> list[str]:
    """The groups below what is remembered, in their order, with the account's state."""
    models = app.screen.query_one(ModelList)
    lines = [
        models.render_row(row, 80, False).plain.strip() for row in range(models.listing.remembered, len(models.rows))
    ]
    return [line for line, row in zip(lines, models.rows[models.listing.remembered :], strict=True) if row < 0]


async def opened_while_testing(app: LlmkeysApp, pilot: Pilot[Any]) -> ModelList:
    await pilot.press("T")
    await until(pilot, lambda: "testing" in status(app))
    await pilot.press("m")
    await until(pilot, lambda: isinstance(app.screen, PickerScreen))
    await until(pilot, lambda: app.screen.query(ModelList))
    models = app.screen.query_one(ModelList)
    await until(pilot, lambda: models.size.height)
    return models


async def test_a_test_that_settles_behind_the_picker_changes_glyph_and_order_of_its_group(
    stored: Session, gate: Gate
) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        models = await opened_while_testing(app, pilot)
        assert all("untested" in each for each in headings(app))
        gate.answer("groq/personal")
        await until(pilot, lambda: headings(app)[0].startswith("GROQ · personal  ✓ ok"))
        gate.answer("openai/personal", State.INVALID_KEY)
        await until(pilot, lambda: "OPENAI · personal  ✗ invalid" in headings(app))
        assert headings(app)[-1].startswith("OPENAI")
        assert models.is_attached


async def test_the_cursor_stays_on_its_model_and_on_its_line(stored: Session, gate: Gate) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        models = await opened_while_testing(app, pilot)
        await pilot.press("pagedown", "pagedown", *["up"] * 5)
        choice, line = models.choice, (models.cursor or 0) - models.scroll_offset.y
        assert choice is not None
        before = models.cursor
        gate.answer("groq/personal")
        await until(pilot, lambda: headings(app)[0].startswith("GROQ · personal  ✓ ok"))
        assert models.choice == choice
        assert models.cursor != before
        assert (models.cursor or 0) - models.scroll_offset.y == line


async def test_what_is_typed_goes_on_while_groups_change(stored: Session, gate: Gate) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        models = await opened_while_testing(app, pilot)
        await pilot.press(*"llama")
        found = models.listing.found
        gate.answer("groq/personal")
        await until(pilot, lambda: any(each.startswith("GROQ · personal  ✓ ok") for each in headings(app)))
        assert models.listing.found == found
        await pilot.press("escape", "escape")
        gate.answer("anthropic/work")
        await pilot.pause(0.3)
        assert app.is_running
        assert len(app.screen_stack) == 1


async def test_a_model_marked_meanwhile_stays_a_favourite(stored: Session, gate: Gate) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        models = await opened_while_testing(app, pilot)
        choice = models.choice
        await pilot.press("ctrl+f")
        await until(pilot, lambda: models.picker.favourites == (choice,))
        before = models.picker
        gate.answer("groq/personal")
        await until(pilot, lambda: models.picker is not before)
        assert models.picker.favourites == (choice,)


async def test_a_person_who_scrolled_away_from_the_cursor_is_not_brought_back_by_news(
    stored: Session, gate: Gate
) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        models = await opened_while_testing(app, pilot)
        models.scroll_to(y=60, animate=False)
        await until(pilot, lambda: models.scroll_offset.y == 60)
        gate.answer("groq/personal")
        await until(pilot, lambda: headings(app)[0].startswith("GROQ · personal  ✓ ok"))
        assert models.scroll_offset.y == 60


async def test_a_list_that_took_long_to_make_never_covers_a_newer_one(
    stored: Session, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = LlmkeysApp(stored)
    made: list[float] = []

    def slow_at_first(session: Session, shown: Overview) -> Sequence[Offer]:
        made.append(0.8 if not made else 0)
        time.sleep(made[-1])
        return offers(session, shown)

    async with app.run_test(size=SIZE) as pilot:
        models = await opened_while_testing(app, pilot)
        monkeypatch.setattr(picker, "offers", slow_at_first)
        gate.answer("groq/personal")
        await until(pilot, lambda: made)
        gate.answer("openai/personal", State.INVALID_KEY)
        await until(pilot, lambda: len(made) == 2)
        await pilot.pause(1)
        assert any(each.startswith("GROQ · personal  ✓ ok") for each in headings(app))
        assert "OPENAI · personal  ✗ invalid" in headings(app)
        assert models.is_attached
