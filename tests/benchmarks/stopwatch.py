"""A pseudo-terminal with a stopwatch: when a program first shows a text, answers a key, and is gone.

It answers the questions a terminal would answer and does not parse what it need not, so that reading costs less than
the programs it times. Nothing counts as painted inside a synchronized update. POSIX only.
"""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence

COLUMNS, ROWS = 120, 40
PATIENCE = 20.0
BEGIN_UPDATE, END_UPDATE = b"\x1b[?2026h", b"\x1b[?2026l"
SEQUENCES = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|[()][0-~]|[=>78MDE])"
)
ANSWERS = (
    (re.compile(rb"\x1b\[\?(\d+)\$p"), lambda found: b"\x1b[?%s;2$y" % found[1]),
    (re.compile(rb"\x1b\[0?c"), lambda found: b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[6n"), lambda found: b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[\?u"), lambda found: b"\x1b[?0u"),
    (re.compile(rb"\x1b\](1[01]);\?(?:\x07|\x1b\\)"), lambda found: b"\x1b]%s;rgb:1010/1010/1010\x1b\\" % found[1]),
)


class NotSeenError(Exception):
    """What was waited for did not come."""


class Stopwatch:
    """One program on one terminal; every figure is in milliseconds."""

    def __init__(self, arguments: Sequence[str], environ: Mapping[str, str], folder: str) -> None:
        self.terminal, inner = os.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        name = os.ttyname(inner)
        on_terminal = [(os.POSIX_SPAWN_OPEN, number, name, os.O_RDWR, 0) for number in (0, 1, 2)]
        self.output = b""
        before = os.getcwd()
        os.chdir(folder)
        self.started = time.perf_counter()
        self.process = os.posix_spawn(arguments[0], arguments, environ, setsid=True, file_actions=on_terminal)
        os.chdir(before)
        os.close(inner)

    def now(self) -> float:
        """Since the program was started."""
        return (time.perf_counter() - self.started) * 1000

    def painted(self, text: str) -> float:
        """When `text` could first be read. Raises NotSeenError."""
        wanted = text.encode()
        return self._wait(lambda: wanted in SEQUENCES.sub(b"", self.output), text)

    def answered(self, key: bytes) -> float:
        """How long after `key` something was painted. Raises NotSeenError."""
        self.drain()
        sent, length = self.now(), len(self.output)
        os.write(self.terminal, key)
        return self._wait(lambda: len(SEQUENCES.sub(b"", self.output[length:])) > 0, repr(key)) - sent

    def left(self, key: bytes) -> float:
        """How long after `key` the program was gone. Raises NotSeenError."""
        self.drain()
        sent = self.now()
        os.write(self.terminal, key)
        end = time.perf_counter() + PATIENCE
        while time.perf_counter() < end:
            if os.waitpid(self.process, os.WNOHANG)[0]:
                os.close(self.terminal)
                return self.now() - sent
            self._read(0.0005)
        raise NotSeenError("the end of the program")

    def drain(self, quiet: float = 0.25) -> None:
        """Reads until nothing came for `quiet` seconds."""
        while self._read(quiet):
            pass

    def kill(self) -> None:
        """Ends the program without asking it."""
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.terminal)

    def _wait(self, seen: object, what: str) -> float:
        end = time.perf_counter() + PATIENCE
        while time.perf_counter() < end:
            at = self._read(0.05)
            updating = self.output.rfind(BEGIN_UPDATE) > self.output.rfind(END_UPDATE)
            if at and not updating and seen():  # type: ignore[operator]
                return at
        raise NotSeenError(what)

    def _read(self, seconds: float) -> float:
        """When the next output was read, or 0.0 if none came within `seconds`."""
        if not select.select([self.terminal], [], [], seconds)[0]:
            return 0.0
        try:
            piece = os.read(self.terminal, 1 << 16)
        except OSError:
            return 0.0
        at = self.now()
        for question, answer in ANSWERS:
            for found in question.finditer(piece):
                os.write(self.terminal, answer(found))
        self.output += piece
        return at
