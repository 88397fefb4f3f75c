"""The line in which a key is typed: bytes of a terminal in, bullets out; pure."""

from __future__ import annotations

from llmkeys.errors import BadKey, Cancelled
from llmkeys.typed_key import LONGEST_KEY

SHOWN_BULLETS = 48
"""More bullets are not drawn: a wrapped line could not be rubbed out."""
_BULLET, _RUBOUT = "•", "\b \b"
_PASTE_START, _PASTE_END = b"200~", b"201~"
_LIMIT = LONGEST_KEY * 4


class KeyLine:
    """What was typed so far; `done` once the line was ended. A pasted line end does not end it."""

    __slots__ = ("_escape", "_pasting", "_typed", "done")

    def __init__(self) -> None:
        self.done = False
        self._typed = bytearray()
        self._escape: bytes | None = None
        self._pasting = False

    def feed(self, data: bytes) -> str:
        """Takes bytes from the terminal and gives what to draw. Raises Cancelled on ctrl+c, ctrl+d and at its end."""
        if not data:
            raise Cancelled("The terminal closed.")
        before = self._bullets()
        for byte in data:
            if not self.done:
                self._take(byte)
        if len(self._typed) > _LIMIT:
            raise BadKey(f"That is more than {_LIMIT:,} characters; a key has at most {LONGEST_KEY:,}.")
        after = self._bullets()
        return _BULLET * (after - before) if after >= before else _RUBOUT * (before - after)

    def text(self) -> str:
        """What was typed, as text; bytes that are no text become U+FFFD."""
        return self._typed.decode("utf-8", "replace")

    def _take(self, byte: int) -> None:
        if self._escape is not None:
            self._take_escape(byte)
        elif byte == 0x1B:
            self._escape = b""
        elif self._pasting:
            self._typed.append(byte)
        elif byte in b"\r\n":
            self.done = True
        elif byte in b"\x03\x04":
            raise Cancelled("Stopped: no key was taken.")
        elif byte in b"\x7f\x08":
            self._rub_out()
        elif byte in b"\x15\x17":
            self._typed.clear()
        else:
            self._typed.append(byte)

    def _take_escape(self, byte: int) -> None:
        """Follows an escape sequence to its end; only the brackets around a paste mean anything."""
        started = self._escape
        self._escape = (started or b"") + bytes([byte])
        if not started and byte not in b"[O":
            self._escape = None  # the escape key alone: what follows is typed
            self._take(byte)
            return
        if not started or not 0x40 <= byte <= 0x7E:
            return
        sequence, self._escape = self._escape[1:], None
        if sequence == _PASTE_START:
            self._pasting = True
        elif sequence == _PASTE_END:
            self._pasting = False

    def _rub_out(self) -> None:
        while self._typed and self._typed[-1] & 0xC0 == 0x80:
            self._typed.pop()
        if self._typed:
            self._typed.pop()

    def _bullets(self) -> int:
        return min(SHOWN_BULLETS, sum(byte & 0xC0 != 0x80 for byte in self._typed))
