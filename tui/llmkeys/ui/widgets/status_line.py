"""The line for what was just done or is being done: a sentence, or progress with a spinner."""

from __future__ import annotations

from textual.timer import Timer

from llmkeys.ui.spans import Spans, fit_spans, without_spare
from llmkeys.ui.widgets.line import Line

SHOWN_SECONDS = 12.0
"""A good result goes away by itself; a bad one stays until something else is done."""


class StatusLine(Line):
    """One sentence at a time; the latest wins, and progress covers it while it lasts."""

    _clearing: Timer | None = None

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._said: Spans = ()
        self._progress: Spans = ()

    def say(self, spans: Spans, *, stays: bool = False) -> None:
        """Show `spans`, for a while or until something else is said."""
        if self._clearing is not None:
            self._clearing.stop()
            self._clearing = None
        self._said = spans
        if spans and not stays:
            self._clearing = self.set_timer(SHOWN_SECONDS, self._clear)
        self._refresh()

    @property
    def is_saying(self) -> bool:
        """Whether something was said that has not gone yet."""
        return bool(self._said)

    def progress(self, spans: Spans) -> None:
        """Show how far something is, over what was said; nothing ends it."""
        if spans != self._progress:
            self._progress = spans
            self._refresh()

    def _clear(self) -> None:
        self._said = ()
        self._refresh()

    def _refresh(self) -> None:
        shown = self._progress or self._said
        self.show(lambda width: fit_spans(without_spare([(" ", ""), *shown], width), width) if shown else [])
