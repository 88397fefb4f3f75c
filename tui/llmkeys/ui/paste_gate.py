"""Stands before Textual's parser: cuts a paste that nothing takes, and puts a key without brackets in them."""

from __future__ import annotations

from llmkeys.ui.bursts import MOST_PASTED, PASTE_END, PASTE_START, Bursts


class PasteGate:
    """Stands between the terminal's text and Textual's parser, which takes a microsecond for each character.

    Of a bracketed paste it lets one character more than `MOST_PASTED` through, so that fields see that it is too
    long, and drops the rest up to the closing bracket. What comes without brackets goes through `bursts`.
    """

    def __init__(self, bursts: Bursts | None = None) -> None:
        self._bursts = bursts
        self._inside = False
        self._left = 0
        self._tail = ""

    @property
    def patience(self) -> float | None:
        """Seconds after which `rest` wants to be asked; None if it need not be."""
        return self._bursts.patience if self._bursts is not None else None

    def pass_on(self, text: str) -> str:
        """What of `text` the parser is to see; the end of a piece may be held back inside a paste, for the next.

        Outside of one only bursts are: an escape may be a key that somebody pressed. What may begin an opening
        bracket is only remembered.
        """
        seen = 0 if self._inside else len(self._tail)
        text, self._tail = self._tail + text, ""
        passed: list[str] = []
        position = 0
        while position < len(text):
            mark = PASTE_END if self._inside else PASTE_START
            found = text.find(mark, position)
            end = self._before_bracket(text, position, mark) if found < 0 else found
            if self._inside:
                passed.append(text[position : min(end, position + self._left)])
                self._left = max(0, self._left - (end - position))
            else:
                passed.append(self._outside(text[max(position, seen) : len(text) if found < 0 else end], found >= 0))
            if found < 0:
                break
            passed.append(mark[max(0, seen - found) :])
            position = found + len(mark)
            self._inside, self._left = not self._inside, MOST_PASTED + 1
        return "".join(passed)

    def rest(self) -> str:
        """Nothing came for a while: what looked like the start of an opening bracket was a key.

        Answers what was held back and is to be seen now.
        """
        if self._inside:
            return ""
        self._tail = ""
        return self._bursts.rest() if self._bursts is not None else ""

    def _outside(self, text: str, ends: bool) -> str:
        if self._bursts is None:
            return text
        passed = self._bursts.pass_on(text)
        return passed + self._bursts.flush() if ends else passed

    def _before_bracket(self, text: str, position: int, mark: str) -> int:
        """Where the part of `text` ends that cannot belong to a `mark` that is cut in two."""
        escape = text.rfind("\x1b", max(position, len(text) - len(mark) + 1))
        if escape < 0 or not mark.startswith(text[escape:]):
            return len(text)
        self._tail = text[escape:]
        return escape
