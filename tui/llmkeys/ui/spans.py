"""Text with a tone, as pure state builds it, and the one place where tones become styles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from textual.content import Content

from llmkeys.text import clean

Span = tuple[str, str]
"""A piece of text and its tone, one of TONES."""
Spans = Sequence[Span]

_BETWEEN_SLASHES = re.compile(r"[^/]*/+|[^/]+")
_BETWEEN_MARKS = re.compile(r"[^-._?&=:]*[-._?&=:]+|[^-._?&=:]+")

TONES = {
    "": "",
    "strong": "bold",
    "quiet": "$quiet",
    "spare": "$quiet",
    "rule": "$rule",
    "good": "$success",
    "warn": "$warning",
    "bad": "$error",
    "busy": "$secondary",
    "key": "bold $primary",
    "star": "$warning",
    "chosen": "bold reverse",
}
"""What each tone looks like; `$text-muted` is no choice, since a span renders it white. `spare` is quiet, and what is
left out first where a line is too long."""


def cells(text: str) -> int:
    """How many cells of a terminal `text` takes."""
    return len(text) if text.isascii() else Content(text, strip_control_codes=False).cell_length


def to_content(spans: Iterable[Span]) -> Content:
    """The spans as Content. None of the text is parsed as markup, and none reaches the terminal uncleaned."""
    pieces: list[tuple[str, str]] = []
    for text, tone in spans:
        if not text:
            continue
        safe = text if text.isprintable() else clean(text, len(text))
        # Blanks have no colour but where it is reversed: fewer, longer pieces are drawn in half the time.
        if pieces and (pieces[-1][1] == tone or (safe.isspace() and pieces[-1][1] != "chosen")):
            pieces[-1] = (pieces[-1][0] + safe, pieces[-1][1])
        else:
            pieces.append((safe, tone))
    return Content.assemble(*((text, TONES[tone]) for text, tone in pieces))


def width_of(spans: Iterable[Span]) -> int:
    """How many cells the spans take."""
    return sum(cells(text) for text, _ in spans)


def fit(text: str, width: int) -> str:
    """`text` in at most `width` cells, a cut marked by `…`."""
    if cells(text) <= width:
        return text
    if width < 1:
        return ""
    kept, used = [], 0
    for character in text:
        used += cells(character)
        if used > width - 1:
            break
        kept.append(character)
    return "".join(kept) + "…"


def column(text: str, width: int, *, right: bool = False) -> str:
    """`text` in exactly `width` cells, cut or filled up."""
    fitted = fit(text, width)
    space = " " * (width - cells(fitted))
    return space + fitted if right else fitted + space


def fit_spans(spans: Spans, width: int) -> list[Span]:
    """As many of `spans` as `width` cells take, the last one cut."""
    fitted: list[Span] = []
    left = width
    for text, tone in spans:
        length = cells(text)
        if length > left:
            fitted.append((fit(text, left), tone))
            break
        fitted.append((text, tone))
        left -= length
    return fitted


def without_spare(spans: Spans, width: int) -> list[Span]:
    """`spans` for `width` cells: where they do not fit the spare ones are left out, the last one first."""
    kept = list(spans)
    for each in reversed(spans):
        if each[1] == "spare" and width_of(kept) > width:
            kept.remove(each)
    return kept


def spread(left: Spans, right: Spans, width: int) -> list[Span]:
    """`left` and `right` at the two ends of `width` cells; the left one is cut where both do not fit."""
    right = fit_spans(right, width)
    room = max(0, width - width_of(right))
    kept = left if width_of(left) < room else fit_spans(left, max(0, room - 1))
    return [*kept, (" " * (room - width_of(kept)), ""), *right]


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, broken between words, in longer ones between their parts."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and cells(lines[-1]) + 1 + cells(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines += _pieces(word, width)
    return lines


def _pieces(word: str, width: int) -> list[str]:
    """`word` in pieces of at most `width` cells: broken after a slash, else after a dot or the like, else anywhere."""
    if cells(word) <= width:
        return [word]
    parts: list[str] = []
    for part in _BETWEEN_SLASHES.findall(word):
        parts += [part] if cells(part) <= width else _BETWEEN_MARKS.findall(part)
    pieces = [""]
    for part in parts:
        if pieces[-1] and cells(pieces[-1]) + cells(part) > width:
            pieces.append("")
        pieces[-1] += part
        while cells(pieces[-1]) > width and len(pieces[-1]) > 1:
            head = fit(pieces[-1], width + 1)[:-1] or pieces[-1][0]
            pieces[-1:] = [head, pieces[-1][len(head) :]]
    return pieces
