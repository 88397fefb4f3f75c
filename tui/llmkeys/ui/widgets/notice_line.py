"""Shows a `Notice`: on one line where it fits, its keys at the right, and on more lines where it is longer."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from llmkeys.ui.notice import Notice
from llmkeys.ui.spans import Span, to_content, width_of

_GAP = 3


class NoticeLine(Static):
    """A line that is told what to show."""

    DEFAULT_CSS = """
    NoticeLine { height: auto; min-height: 1; max-height: 3; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._notice = Notice()

    @property
    def notice(self) -> Notice:
        """What is shown."""
        return self._notice

    def show(self, notice: Notice) -> None:
        """Show `notice`; nothing is laid out again while it fits on one line."""
        if notice != self._notice:
            was_short = self._is_short()
            self._notice = notice
            self.update(self._content(), layout=not (was_short and self._is_short()))

    def on_resize(self) -> None:
        """What fits depends on the width."""
        self.update(self._content(), layout=False)

    def _is_short(self) -> bool:
        return width_of(notice_spans(self._notice, 0)) <= self.content_size.width

    def _content(self) -> Content:
        return to_content(notice_spans(self._notice, self.content_size.width))


def notice_spans(notice: Notice, width: int) -> list[Span]:
    """`notice` for `width` cells: where it is narrow the quiet words go first, then keys but for the first one.

    Nothing of the words is cut; longer ones are for the widget to wrap.
    """
    said: list[Span] = [(f"{notice.glyph} ", notice.tone), (notice.words, "")] if notice.glyph else [(notice.words, "")]
    gap = " " if notice.words else ""
    quiet: list[Span] = [*said, (gap + notice.quiet, "quiet")] if notice.quiet else said
    if not notice.keys:
        short: list[Span] = [*said, (gap + notice.short, "quiet")]
        return short if notice.short and width_of(quiet) > width else quiet
    left = quiet if width_of(quiet) + _GAP + width_of(_keys(notice, 0)) <= width else said
    right = _keys(notice, width - width_of(left) - _GAP)
    return [*left, (" " * max(_GAP, width - width_of(left) - width_of(right)), ""), *right]


def _keys(notice: Notice, width: int) -> list[Span]:
    """As many of the keys as fit on `width` cells, and always the first."""
    shown: list[Span] = []
    for key, words in notice.keys:
        more: list[Span] = [(f"{'   ' if shown else ''}{key}", "key"), (f" {words}", "")]
        if shown and width_of(shown) + width_of(more) > width:
            break
        shown += more
    return shown
