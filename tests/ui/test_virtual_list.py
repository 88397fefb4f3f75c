"""The virtual list, driven as a person does."""

from __future__ import annotations

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.content import Content

from llmkeys.ui.widgets.virtual_list import VirtualList


class Lines(VirtualList[str]):
    """Rows of text; those that start with `#` are headings."""

    def render_row(self, index: int, width: int, highlighted: bool) -> Content:
        return Content(("▸" if highlighted else " ") + self.rows[index])

    def is_selectable(self, index: int) -> bool:
        return not self.rows[index].startswith("#")


class ListApp(App[None]):
    """One list, and what it said."""

    CSS = "Lines { height: 1fr; }"

    def __init__(self, rows: list[str], cursor: int | None = 0) -> None:
        super().__init__()
        self.lines = Lines()
        self.start = (rows, cursor)
        self.said: list[tuple[str, int]] = []

    def compose(self) -> ComposeResult:
        yield self.lines

    def on_mount(self) -> None:
        self.lines.set_rows(*self.start)
        self.lines.focus()

    def on_virtual_list_highlighted(self, message: VirtualList.Highlighted) -> None:
        self.said.append(("highlighted", message.index))

    def on_virtual_list_chosen(self, message: VirtualList.Chosen) -> None:
        self.said.append(("chosen", message.index))


def _shown(app: ListApp) -> list[str]:
    return [app.lines.render_line(y).text.rstrip() for y in range(app.lines.size.height)]


ROWS = ["# first", "a", "b", "# second", "c", *(f"row {number}" for number in range(20))]


async def test_the_cursor_starts_on_the_first_row_that_is_no_heading() -> None:
    app = ListApp(ROWS)
    async with app.run_test(size=(20, 6)):
        assert app.lines.cursor == 1
        assert _shown(app) == [" # first", "▸a", " b", " # second", " c", " row 0"]
        assert app.said == []


@pytest.mark.parametrize(
    ("keys", "cursor"),
    [
        (["down", "down"], 4),
        (["j", "j", "k"], 2),
        (["up"], 1),
        (["G"], 24),
        (["G", "g"], 1),
        (["end", "home"], 1),
        (["pagedown"], 6),
        (["pagedown", "pageup"], 1),
        (["G", "down"], 24),
    ],
)
async def test_movement_skips_headings_and_stops_at_the_ends(keys: list[str], cursor: int) -> None:
    app = ListApp(ROWS)
    async with app.run_test(size=(20, 6)) as pilot:
        await pilot.press(*keys)
        assert app.lines.cursor == cursor
        assert app.lines.is_visible(cursor)


async def test_the_headings_above_the_first_row_come_back_with_it() -> None:
    app = ListApp(ROWS)
    async with app.run_test(size=(20, 6)) as pilot:
        await pilot.press("G", "g")
        assert app.lines.scroll_offset.y == 0


async def test_resizing_keeps_the_cursor_on_the_screen() -> None:
    app = ListApp(ROWS)
    async with app.run_test(size=(20, 20)) as pilot:
        await pilot.press("pagedown")
        assert app.lines.cursor is not None
        await pilot.resize_terminal(20, 3)
        await pilot.pause()
        assert app.lines.is_visible(app.lines.cursor)


async def test_fewer_rows_move_the_cursor_to_the_nearest() -> None:
    app = ListApp(ROWS, 20)
    async with app.run_test(size=(20, 6)) as pilot:
        app.lines.set_rows(["# only", "a"], 20)
        await pilot.pause()
        assert app.lines.cursor == 1
        app.lines.set_rows(["# only"], 1)
        assert app.lines.cursor is None
        await pilot.press("down", "up", "enter", "pagedown", "end")
        assert app.lines.cursor is None
        app.lines.set_rows([], 0)
        await pilot.press("down", "enter", "G")
        assert app.said == []


async def test_enter_chooses_and_clicks_highlight_then_choose() -> None:
    app = ListApp(ROWS)
    async with app.run_test(size=(20, 6)) as pilot:
        await pilot.press("enter")
        await pilot.click(Lines, offset=(3, 2))
        await pilot.click(Lines, offset=(3, 3))
        await pilot.click(Lines, offset=(3, 4), times=2)
        assert app.said == [("chosen", 1), ("highlighted", 2), ("highlighted", 4), ("chosen", 4)]


async def test_the_wheel_scrolls_without_moving_the_cursor() -> None:
    app = ListApp(ROWS)
    async with app.run_test(size=(20, 6)) as pilot:
        for _ in range(9):
            app.lines.post_message(events.MouseScrollDown(app.lines, 1, 1, 0, 1, 0, False, False, False))
        await pilot.pause()
        assert app.lines.scroll_offset.y > 3
        assert app.lines.cursor == 1
        await pilot.press("down")
        assert app.lines.is_visible(2)


@pytest.mark.parametrize("size", [(4, 3), (1, 1), (2, 10), (200, 60)])
async def test_it_draws_at_any_size(size: tuple[int, int]) -> None:
    app = ListApp(ROWS)
    async with app.run_test(size=size) as pilot:
        await pilot.press("down", "G", "pageup")
        assert all(len(line) <= size[0] for line in _shown(app))


async def test_without_colour_the_row_is_reversed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = ListApp(ROWS)
    async with app.run_test(size=(20, 6)):
        segments = list(app.lines.render_line(1))
        assert all(segment.style is not None and segment.style.reverse for segment in segments)


async def test_moving_draws_two_lines_not_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    app = ListApp(ROWS)
    async with app.run_test(size=(20, 6)) as pilot:
        drawn: list[int] = []
        render = app.lines.render_row
        monkeypatch.setattr(app.lines, "render_row", lambda index, *rest: drawn.append(index) or render(index, *rest))
        await pilot.press("down")
        assert sorted(set(drawn)) == [1, 2]
