"""One line of text that is drawn anew for whatever width it gets."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.widget import Widget

from llmkeys.ui.spans import Spans, to_content

Draw = Callable[[int], Spans]
"""What to show on so many cells."""


class Line(Widget):
    """Shows what `draw(width)` says; told a new one by `show`."""

    DEFAULT_CSS = """
    Line { height: 1; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self, draw: Draw = lambda width: (), *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._draw = draw

    def show(self, draw: Draw) -> None:
        """Draw this from now on."""
        self._draw = draw
        self.refresh()

    def render(self) -> Content:
        """Textual asks what the line looks like now."""
        return to_content(self._draw(self.size.width))
