"""Keeps a paste that nothing here takes from being parsed: what is too long is cut before the parser sees it."""

from __future__ import annotations

MOST_PASTED = 64 * 1024
"""Characters of a paste beyond which every field refuses it by its length alone."""
_START, _END = "\x1b[200~", "\x1b[201~"


class PasteGate:
    """Stands between the terminal's text and Textual's parser, which takes a microsecond for each character.

    Of a bracketed paste it lets one character more than `MOST_PASTED` through, so that fields see that it is too
    long, and drops the rest up to the closing bracket.
    """

    def __init__(self) -> None:
        self._inside = False
        self._left = 0
        self._tail = ""

    def pass_on(self, text: str) -> str:
        """What of `text` the parser is to see; the end of a piece may be held back inside a paste, for the next.

        Outside of one nothing is: an escape may be a key that somebody pressed. What may begin an opening bracket is
        only remembered.
        """
        seen = 0 if self._inside else len(self._tail)
        text, self._tail = self._tail + text, ""
        passed: list[str] = []
        position = 0
        while position < len(text):
            mark = _END if self._inside else _START
            found = text.find(mark, position)
            end = self._before_bracket(text, position, mark) if found < 0 else found
            if self._inside:
                passed.append(text[position : min(end, position + self._left)])
                self._left = max(0, self._left - (end - position))
            else:
                passed.append(text[position : len(text) if found < 0 else end])
            if found < 0:
                break
            passed.append(mark)
            position = found + len(mark)
            self._inside, self._left = not self._inside, MOST_PASTED + 1
        return "".join(passed)[seen:]

    def rest(self) -> None:
        """Nothing came for a while: what looked like the start of an opening bracket was a key."""
        if not self._inside:
            self._tail = ""

    def _before_bracket(self, text: str, position: int, mark: str) -> int:
        """Where the part of `text` ends that cannot belong to a `mark` that is cut in two."""
        escape = text.rfind("\x1b", max(position, len(text) - len(mark) + 1))
        if escape < 0 or not mark.startswith(text[escape:]):
            return len(text)
        self._tail = text[escape:]
        return escape
