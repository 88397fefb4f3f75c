"""Keys that come in without a paste's brackets, a burst of characters: they are told, and put in brackets."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import cached_property
from typing import Protocol

PASTE_START, PASTE_END = "\x1b[200~", "\x1b[201~"
MOST_PASTED = 64 * 1024
"""Characters of a paste beyond which every field refuses it by its length alone."""
QUIET = 0.05
"""Seconds without a character that end a burst; a hand needs longer from one to the next."""
LONGEST_DOUBT = 0.25
"""Seconds that what does not look like a key is held back for more of it."""
BURST = 8
"""Characters of one read from which on nobody can have typed them one by one."""
_SHORTEST_BEGINNING = 3
_REMEMBERED = 16
"""Characters in which the beginning of a key is looked for."""
_SEQUENCE = re.compile(
    r"(\x1b(?:\[[0-?]*[ -/]*[@-~]?|O.?|[^\[O\x1b]?)|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f])", re.DOTALL
)
_OPEN_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|O?)\Z")


class Teller(Protocol):
    """Tells keys in what comes in."""

    def is_key(self, text: str) -> bool:
        """Whether there is a key in `text`."""

    def find_key(self, text: str) -> int:
        """Where in `text` a word begins as known keys do; -1 for nowhere."""


class Bursts:
    """Between what comes in outside of brackets and the parser, which would take each character for a command.

    A burst is held back until it ends: then it goes on as a paste if there is a key in it, and else as it came. What
    is typed by hand is never held. `make_teller` is asked when something first comes quickly.
    """

    def __init__(self, make_teller: Callable[[], Teller], clock: Callable[[], float] = time.monotonic) -> None:
        self._make_teller = make_teller
        self._clock = clock
        self._typed = ""
        """The last of what came since it was quiet; it is passed on already, and may be the beginning of a key."""
        self._held = ""
        self._since = self._last = 0.0
        self._open = ""
        """A sequence that is cut in two, as far as it is passed on."""

    @cached_property
    def _teller(self) -> Teller:
        return self._make_teller()

    @property
    def patience(self) -> float | None:
        """Seconds after which `rest` wants to be asked; None while nothing is held back."""
        return max(0.0, self._last + QUIET - self._clock()) if self._held else None

    def pass_on(self, text: str) -> str:
        """What of `text` the parser is to see now, with what was held back before it."""
        passed = [self._ended()]
        seen, text = self._open, self._open + text
        for place, piece in enumerate(_SEQUENCE.split(text)):
            if place % 2:
                passed += (self.flush(), piece.removeprefix(seen))
                seen = ""
            elif piece:
                passed.append(self._take(piece))
        cut = _OPEN_SEQUENCE.search(text)
        self._open, self._last = cut.group() if cut else "", self._clock()
        return "".join(passed)

    def rest(self) -> str:
        """Nothing came for a while: what was held back, if that was long enough for a burst to end."""
        self._open = ""
        return self._ended()

    def flush(self) -> str:
        """What was held back, at once: as a paste if it is a key."""
        typed, held, self._typed, self._held = self._typed, self._held, "", ""
        if held and self._teller.is_key(typed + held):
            lines = (typed + held).replace("\r\n", "\n").replace("\r", "\n")
            return f"{PASTE_START}{lines[: MOST_PASTED + 1]}{PASTE_END}"
        return held

    def _ended(self) -> str:
        return self.flush() if self._clock() - self._last >= QUIET else ""

    def _take(self, piece: str) -> str:
        if self._held:
            self._held += piece[: max(0, 2 * MOST_PASTED - len(self._held))]
            is_doubted = self._clock() - self._since >= LONGEST_DOUBT
            return self.flush() if is_doubted and not self._may_be_key(self._typed + self._held) else ""
        begun = self._typed + piece
        start = self._teller.find_key(begun) if len(begun) >= _SHORTEST_BEGINNING else -1
        if start < 0 and len(piece) < BURST:
            self._typed = begun[-_REMEMBERED:]
            return piece
        before = 0 if len(piece) >= BURST else max(0, start - len(self._typed))
        self._typed = self._typed[start:] if start >= 0 else ""
        self._held, self._since = piece[before:], self._clock()
        return piece[:before]

    def _may_be_key(self, text: str) -> bool:
        return self._teller.find_key(text) >= 0 or self._teller.is_key(text)
