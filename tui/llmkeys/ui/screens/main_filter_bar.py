"""The line in which the filter of the main screen is typed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from llmkeys.ui.widgets.line import Line


class FilterInput(Input):
    """Filters as you type; arrows move the list below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.move(-1)", show=False),
        Binding("down", "screen.move(1)", show=False),
        Binding("escape", "screen.back", show=False),
        # Textual 8.2 deletes to the right with these two.
        Binding("alt+backspace,ctrl+backspace", "delete_left_word", show=False),
    ]


class FilterBar(Horizontal):
    """`/`, what is typed, and how much of the list is left."""

    DEFAULT_CSS = """
    FilterBar { height: 1; }
    FilterBar #filter-slash { width: 3; }
    FilterBar #filter-text { width: 1fr; background: transparent; }
    FilterBar #filter-count { width: 20; text-align: right; }
    """

    def compose(self) -> ComposeResult:
        """A slash, the field, a count."""
        yield Line(lambda width: [(" /", "key")], id="filter-slash")
        yield FilterInput(
            placeholder="groq   !   p:openai   status:invalid", compact=True, select_on_focus=False, id="filter-text"
        )
        yield Line(id="filter-count")
