"""What is said and where: answers on stdout, talk on stderr, JSON in ASCII, columns that fit the terminal."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TextIO

from llmkeys.errors import LlmkeysError
from llmkeys.text import clean

SCHEMA = 1
_SENTENCE = 600
_SIGNS = ("✓+", "✗x", "–.", "○.", "★*", "▸>", "•*", "·-", "—-", "…...", "→->", "↵enter", '“"', '”"', "‘'", "’'")
"""Each glyph with what stands for it in plain ASCII."""
_PLAIN_GLYPHS = str.maketrans({sign[0]: sign[1:] for sign in _SIGNS})


class _Glyphs:
    """Whether plain signs are wanted in place of glyphs; asked only where a glyph is about to be shown."""

    are_unwanted: Callable[[], bool] = staticmethod(lambda: False)


class Unwritable(LlmkeysError):
    """An answer that could not be written where it should go."""

    code = "unwritable"


def answer(as_json: bool, document: Mapping[str, object], lines: Iterable[str]) -> None:
    """Puts the answer on stdout: `document` (without its `schema`) as JSON, or `lines` for people."""
    if as_json:
        show_json(document)
    else:
        show(lines)


def show_json(document: Mapping[str, object]) -> None:
    """One JSON document on stdout, in ASCII, with the number of its schema in front."""
    import json

    _write(sys.stdout, json.dumps({"schema": SCHEMA, **document}, indent=2) + "\n")


def show(lines: Iterable[str]) -> None:
    """Lines for people, on stdout."""
    text = "".join(f"{line}\n" for line in lines)
    if text:
        _write(sys.stdout, text)


def talk(*lines: str) -> None:
    """Lines that are no answer, on stderr; nobody fails because they cannot be said."""
    try:
        _write(sys.stderr, "".join(f"{line}\n" for line in lines))
    except LlmkeysError:
        return


def fail(error: LlmkeysError, *, as_json: bool) -> int:
    """Says `error` where its reader looks for it, and gives the exit code."""
    message = clean(error.message, _SENTENCE)
    next_step = clean(error.next, _SENTENCE)
    if as_json:
        show_json({"error": {"code": error.code, "message": message, "next": next_step or None}})
    else:
        talk(f"llmkeys: {message}", *([f"  {next_step}"] if next_step else []))
    return error.exit_code


def notes(lines: Iterable[str]) -> None:
    """Remarks that come with an answer, on stderr, one a line."""
    said = [f"note: {clean(line, _SENTENCE)}" for line in lines if line]
    if said:
        talk(*said)


def problem(error: LlmkeysError | None) -> None:
    """A trouble that did not stop the answer, on stderr."""
    if error is not None:
        fail(error, as_json=False)


def columns(rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), indent: str = "") -> list[str]:
    """`rows` with their cells aligned, two spaces apart; `right` names columns aligned at their right edge.

    On a terminal a line is cut at its width; in a file or pipe nothing is cut.
    """
    rows = [[_showable(text, sys.stdout) for text in row] for row in rows]
    widths = [max(cells(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    lines = []
    for row in rows:
        parts = []
        for column, (text, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - cells(text))
            parts.append(space + text if column in right else text + space)
        lines.append((indent + "  ".join(parts)).rstrip())
    limit = terminal_width()
    return lines if limit is None else [cut(line, limit) for line in lines]


def plain_if(are_glyphs_unwanted: Callable[[], bool]) -> None:
    """From now on plain ASCII stands in place of glyphs wherever `are_glyphs_unwanted` answers yes."""
    _Glyphs.are_unwanted = staticmethod(are_glyphs_unwanted)


def plain(text: str) -> str:
    """`text`, with plain signs for glyphs if those are wanted."""
    return text if text.isascii() or not _Glyphs.are_unwanted() else text.translate(_PLAIN_GLYPHS)


def cells(text: str) -> int:
    """How many cells of a terminal `text` takes."""
    if text.isascii():
        return len(text)
    import unicodedata

    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells, the cut marked."""
    if cells(text) <= width:
        return text
    mark = _showable("…", sys.stdout)
    while text and cells(text) > width - len(mark):
        text = text[:-1]
    return text.rstrip() + mark


def terminal_width() -> int | None:
    """Cells of the terminal on stdout; None where stdout is none, or does not say."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (OSError, AttributeError, ValueError):
        return None


def or_null(text: Any) -> Any:
    """None in place of an empty text: in JSON, unknown is null."""
    return None if text == "" else text


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:
        return
    try:
        stream.write(_showable(text, stream))
        stream.flush()
    except OSError as error:
        _silence(stream)
        if error.errno in (errno.EPIPE, errno.EINVAL):
            return
        raise Unwritable(f"The answer could not be written: {error.strerror}.") from None


def _showable(text: str, stream: TextIO | None) -> str:
    """`text`, with plain signs for glyphs where those are wanted, or the stream's encoding has none."""
    text = plain(text)
    encoding = "utf-8" if stream is None else stream.encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN_GLYPHS).encode(encoding, "replace").decode(encoding)
    return text


def _silence(stream: TextIO) -> None:
    """Leads what is left in the stream's buffer nowhere, so that closing it at the end does not fail again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
