"""The detail pane: lines about one row, worded for the room there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.content import Content
from textual.widget import Widget

from llmkeys.ui.spans import Spans, to_content

Draw = Callable[[int, int], Sequence[Spans]]
"""What to show on so many columns and rows."""


class DetailPane(Widget):
    """Shows what `draw(width, height)` says; what does not fit is reached by scrolling.

    It is no scrolling widget of Textual's: those are laid out again whenever the number of lines changes.
    """

    DEFAULT_CSS = """
    DetailPane { text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, draw: Draw, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._draw = draw
        self._top = 0

    def show(self, *, from_top: bool = False) -> None:
        """Draw again; `from_top` where it is about another row now."""
        if from_top:
            self._top = 0
        self.refresh()

    def scroll_lines(self, step: int) -> bool:
        """Scroll by `step` lines; answers whether there was anything further."""
        top = max(0, min(self._top + step, len(self._lines()) - self.content_size.height))
        moved = top != self._top
        self._top = top
        self.refresh()
        return moved

    def render(self) -> Content:
        """Textual asks what the pane looks like now."""
        lines = self._lines()[self._top : self._top + self.content_size.height]
        return Content("\n").join(to_content(line) for line in lines)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel."""
        event.stop()
        self.scroll_lines(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel, the other way."""
        event.stop()
        self.scroll_lines(-1)

    def _lines(self) -> Sequence[Spans]:
        return self._draw(self.content_size.width, self.content_size.height)
