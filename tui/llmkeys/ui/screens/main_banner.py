"""What keeps config from being read or written: it stands above the list for as long as that is so."""

from __future__ import annotations

import os

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from llmkeys.errors import LlmkeysError
from llmkeys.ui.spans import Span, Spans, fit, to_content, wrap

_MOST_ROWS = 6
_MOST_OF_SCREEN = 3
"""It takes at most this part of the screen's rows."""


class Banner(Widget):
    """Names the file, what is wrong with it and the way out, on as many lines as that takes."""

    DEFAULT_CSS = """
    Banner { height: auto; text-wrap: nowrap; display: none; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._problem: LlmkeysError | None = None

    def show(self, problem: LlmkeysError | None) -> None:
        """Stand for `problem`, or go away."""
        before, self._problem = self._problem, problem
        if _words(before) != _words(problem):
            self.display = problem is not None
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Textual asks how many lines it needs on `width` cells."""
        return len(self._lines(width, viewport.height))

    def render(self) -> Content:
        """Textual asks what it looks like now."""
        lines = self._lines(self.size.width, self.screen.size.height)
        return Content("\n").join(to_content(line) for line in lines)

    def _lines(self, width: int, rows: int) -> list[Spans]:
        if self._problem is None:
            return []
        return banner_lines(self._problem, width, min(_MOST_ROWS, max(2, rows // _MOST_OF_SCREEN)))


def banner_lines(problem: LlmkeysError, width: int, most: int) -> list[Spans]:
    """`problem` and its way out in at most `most` lines of `width` cells; the way out is never what is left out."""
    room = max(1, width - 4)
    remedy = wrap(problem.next, room) if problem.next else []
    message = wrap(problem.message, room)
    kept = max(1, most - len(remedy))
    if len(message) > kept:
        message = [*message[: kept - 1], fit(f"{message[kept - 1]} …", room)]
    lines: list[Spans] = [[("   " if number else " ! ", "warn"), (text, "")] for number, text in enumerate(message)]
    return [*lines, *([("   ", ""), (text, "strong")] for text in remedy)]


def _words(problem: LlmkeysError | None) -> tuple[str, str] | None:
    return None if problem is None else (problem.message, problem.next)


def refusal_spans(problem: LlmkeysError, path: str) -> list[Span]:
    """The same for the status line: where it is short, the folder of `path` and what is not urgent go first."""
    folder = os.path.join(os.path.dirname(path), "")
    shown = problem.message.startswith(folder)
    first, mark, rest = problem.message.removeprefix(folder).partition(": ")
    spans: list[Span] = [("! ", "warn"), (folder if shown else "", "spare"), (first, "")]
    return [*spans, (mark + rest, "spare"), (f"   {problem.next}" if problem.next else "", "quiet")]
