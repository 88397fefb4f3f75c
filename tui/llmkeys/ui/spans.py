"""Text with a tone, as pure state builds it, and the one place where tones become styles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.cells import cell_len
from textual.content import Content

Span = tuple[str, str]
"""A piece of text and its tone, one of TONES."""
Spans = Sequence[Span]

TONES = {
    "": "",
    "strong": "bold",
    "quiet": "$quiet",
    "rule": "$rule",
    "good": "$success",
    "warn": "$warning",
    "bad": "$error",
    "busy": "$secondary",
    "key": "bold $primary",
    "star": "$warning",
}
"""What each tone looks like; `$text-muted` is no choice, since a span renders it white."""


def to_content(spans: Iterable[Span]) -> Content:
    """The spans as Content; none of the text is ever parsed as markup."""
    return Content.assemble(*((text, TONES[tone]) for text, tone in spans if text))


def width_of(spans: Iterable[Span]) -> int:
    """How many cells the spans take."""
    return sum(cell_len(text) for text, _ in spans)


def fit(text: str, width: int) -> str:
    """`text` in at most `width` cells, a cut marked by `…`."""
    if cell_len(text) <= width:
        return text
    if width < 1:
        return ""
    kept, used = [], 0
    for character in text:
        used += cell_len(character)
        if used > width - 1:
            break
        kept.append(character)
    return "".join(kept) + "…"


def column(text: str, width: int, *, right: bool = False) -> str:
    """`text` in exactly `width` cells, cut or filled up."""
    fitted = fit(text, width)
    space = " " * (width - cell_len(fitted))
    return space + fitted if right else fitted + space


def fit_spans(spans: Spans, width: int) -> list[Span]:
    """As many of `spans` as `width` cells take, the last one cut."""
    fitted: list[Span] = []
    left = width
    for text, tone in spans:
        length = cell_len(text)
        if length > left:
            fitted.append((fit(text, left), tone))
            break
        fitted.append((text, tone))
        left -= length
    return fitted


def spread(left: Spans, right: Spans, width: int) -> list[Span]:
    """`left` and `right` at the two ends of `width` cells; the left one is cut where both do not fit."""
    right = fit_spans(right, width)
    room = max(0, width - width_of(right))
    kept = left if width_of(left) < room else fit_spans(left, max(0, room - 1))
    return [*kept, (" " * (room - width_of(kept)), ""), *right]
