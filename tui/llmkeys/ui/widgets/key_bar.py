"""The footer: keys with their verbs on one line, the least important left out where they do not fit."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textual import events
from textual.content import Content

from llmkeys.ui.spans import Span, to_content, width_of
from llmkeys.ui.widgets.line import Line


class KeyHint(NamedTuple):
    """One key as the footer shows it, such as `KeyHint("t", "Test", "screen.test")`."""

    key: str
    verb: str
    action: str = ""
    """What a click does, as Textual names actions; empty for nothing."""
    kept: bool = False
    """Whether it stays when others do not fit: help and the way out."""


class KeyBar(Line):
    """Keys and verbs, most used first; a click on one does what its key does."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; background: $surface; }
    """

    def __init__(self, hints: Iterable[KeyHint] = (), *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._hints = tuple(hints)

    def set_hints(self, hints: Iterable[KeyHint]) -> None:
        """Show these keys; nothing is drawn if they are the same."""
        hints = tuple(hints)
        if hints != self._hints:
            self._hints = hints
            self.refresh()

    def render(self) -> Content:
        """Textual asks what the line looks like now."""
        return to_content(span for hint in fitting(self._hints, self.size.width) for span in _spans(hint))

    async def on_click(self, event: events.Click) -> None:
        """Do what the key under the pointer does."""
        event.stop()
        end = 0
        for hint in fitting(self._hints, self.size.width):
            end += width_of(_spans(hint))
            if event.x < end:
                if hint.action:
                    await self.run_action(hint.action)
                return


def fitting(hints: Sequence[KeyHint], width: int) -> list[KeyHint]:
    """The hints that fit on `width` cells: from the end, those that need not be kept go first."""
    shown = list(hints)
    while width_of(span for hint in shown for span in _spans(hint)) - 1 > width:
        droppable = [hint for hint in shown if not hint.kept] or shown
        if not droppable:
            break
        shown.remove(droppable[-1])
    return shown


def _spans(hint: KeyHint) -> list[Span]:
    return [(hint.key, "key"), (f" {hint.verb} ", "")]
