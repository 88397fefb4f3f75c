"""The line in which the filter of the main screen is typed."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from llmkeys.ui.key_judge import Judge
from llmkeys.ui.widgets.field import PlainInput
from llmkeys.ui.widgets.line import Line


class FilterInput(PlainInput):
    """Filters as you type; arrows move the list below it; a key is not taken, since what is typed is seen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.move(-1)", show=False),
        Binding("down", "screen.move(1)", show=False),
        Binding("escape", "screen.back", show=False),
    ]


class FilterBar(Horizontal):
    """`/`, what is typed, and how much of the list is left."""

    class Typed(Message):
        """The filter reads otherwise now."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Done(Message):
        """The filter is to stay as it is."""

    def __init__(self, is_key: Judge, *, id: str) -> None:  # noqa: A002 - Textual's word
        """`is_key` tells what cannot be pasted here."""
        super().__init__(id=id)
        self._is_key = is_key

    def compose(self) -> ComposeResult:
        """A slash, the field, a count."""
        yield Line(lambda width: [(" /", "key")], id="filter-slash")
        yield FilterInput("", placeholder="groq   !   p:openai   status:invalid", is_key=self._is_key, id="filter-text")
        yield Line(id="filter-count")

    @on(Input.Changed)
    def _tell_text(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.value))

    @on(Input.Submitted)
    def _tell_done(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Done())
