"""The lines that details are made of: a label with what it is, and text that takes several lines; pure."""

from collections.abc import Iterator

from llmkeys.ui.spans import Span, Spans, column, wrap

LABEL = 11
"""Cells of the labels at the left."""
_LEAST_TEXT = 16


def fact(label: str, text: str) -> list[Span]:
    """A label and what it is."""
    return [(f" {column(label, LABEL)}", "quiet"), (text, "")]


def labelled(label: str, text: str, width: int) -> Iterator[Spans]:
    """A fact that may take several lines."""
    pieces = wrap(text, max(_LEAST_TEXT, width - LABEL - 2))
    yield from (fact("" if number else label, piece) for number, piece in enumerate(pieces))


def wrapped(text: str, width: int, tone: str = "") -> Iterator[Spans]:
    """Text on as many lines as it takes; none for none."""
    if text:
        yield from ([(f" {piece}", tone)] for piece in wrap(text, max(_LEAST_TEXT, width - 2)))
