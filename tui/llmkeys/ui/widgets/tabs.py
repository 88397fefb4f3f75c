"""Scopes on one line, one of them chosen."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from llmkeys.ui.spans import Span, Spans, spread, width_of
from llmkeys.ui.widgets.line import Line

_GAP = 2


class Tabs(Line):
    """Told which words to show and which of them is chosen; a click on another one posts `Clicked`."""

    class Clicked(Message):
        """A person clicked the tab at `position`."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._tabs: tuple[tuple[str, int], ...] = ()

    def show_tabs(self, tabs: Sequence[tuple[str, int]], chosen: int, note: str) -> None:
        """Show `tabs` (words and how many they hold) with `note` at the right."""
        self._tabs = tuple(tabs)
        spans = tab_spans(self._tabs, chosen)
        self.show(lambda width: spread(spans, [(note, "quiet")], width))

    def on_click(self, event: events.Click) -> None:
        """Find the tab under the pointer."""
        end = 0
        for position, (words, count) in enumerate(self._tabs):
            end += width_of([(f"{words} {count}", "")]) + _GAP
            if event.x < end:
                self.post_message(self.Clicked(position))
                return


def tab_spans(tabs: Sequence[tuple[str, int]], chosen: int) -> Spans:
    """The tabs as text; the chosen one reversed."""
    spans: list[Span] = []
    for position, (words, count) in enumerate(tabs):
        spans += [
            (" " * _GAP if position else "", ""),
            (f"{words} {count}", "chosen" if position == chosen else "quiet"),
        ]
    return spans
