"""The detail pane: lines about one row, worded for the room there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest

from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

from llmkeys.ui.spans import Spans, to_content

Draw = Callable[[int, int], Sequence[Spans]]
"""What to show on so many columns and rows."""


class DetailPane(Widget):
    """Shows what `draw(width, height)` says; what does not fit is reached by scrolling.

    It draws line by line and only the lines that changed, since it follows every move of the cursor. It is no
    scrolling widget of Textual's: those are laid out again whenever the number of lines changes.
    """

    DEFAULT_CSS = """
    DetailPane { text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, draw: Draw, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self.set_reactive(Widget.auto_links, False)
        self._draw = draw
        self._top = 0
        self._room = Size(0, 0)
        self._window: Sequence[Spans] = ()

    def show(self, *, from_top: bool = False) -> None:
        """Draw what changed; `from_top` where it is about another row now."""
        if from_top:
            self._top = 0
        before, after = self._window, self._fill()
        width = self.content_size.width
        changed = [number for number, (old, new) in enumerate(zip_longest(before, after)) if old != new]
        if changed:
            self.refresh(*(Region(0, number, width, 1) for number in changed))

    def scroll_lines(self, step: int) -> bool:
        """Scroll by `step` lines; answers whether there was anything further."""
        width, height = self.content_size
        top = max(0, min(self._top + step, len(self._draw(width, height)) - height))
        moved = top != self._top
        self._top = top
        self.show()
        return moved

    @property
    def text(self) -> str:
        """What can be seen, a line a row."""
        return "\n".join("".join(text for text, _ in line) for line in self._fill())

    def render_line(self, y: int) -> Strip:
        """Textual's line API: the strip of line `y` of the content."""
        if self._room != self.content_size:
            self._fill()
        width, style = self.content_size.width, self.visual_style
        if y >= len(self._window) or not self._window[y]:
            return Strip.blank(width, style.rich_style)
        content = to_content(self._window[y]).truncate(width, ellipsis=True)
        strips = Visual.to_strips(self, content, width, 1, style, pad=True)
        return next(iter(strips), Strip.blank(width)).adjust_cell_length(width, style.rich_style)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel."""
        event.stop()
        self.scroll_lines(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel, the other way."""
        event.stop()
        self.scroll_lines(-1)

    def _fill(self) -> Sequence[Spans]:
        self._room = self.content_size
        width, height = self._room
        self._window = self._draw(width, height)[self._top : self._top + height]
        return self._window
