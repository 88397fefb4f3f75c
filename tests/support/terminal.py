"""A terminal with a program in it: driven with keys, read as a person reads it. POSIX only."""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

import pyte

PATIENCE = 20.0
"""Seconds after which a wait fails, with the screen in its message."""
LONE_ESCAPE = 0.15
"""Seconds of silence after an escape: without them it begins the next key's sequence."""
# pyte shows these as text or stumbles over them; a real terminal shows nothing.
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b(?:[PX^_][^\x1b]*\x1b\\|\[[<=>][0-9;]*[a-zA-Z]|\[\?[0-9;]*\$p|\[[0-9;]*t)")
KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "pagedown": "\x1b[6~",
    "tab": "\t",
    "backspace": "\x7f",
    "ctrl+q": "\x11",
    "ctrl+s": "\x13",
    "ctrl+r": "\x12",
}


class Terminal:
    """Runs `command` as leader of a session on a pseudo-terminal of `size` (columns, rows).

    `stdin`, `stdout`, `stderr` may each be a file descriptor or file in place of the terminal.
    """

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        size: tuple[int, int] = (80, 24),
        *,
        cwd: str | None = None,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
    ) -> None:
        self.screen = pyte.Screen(*size)
        self._stream = pyte.Stream(self.screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.raw = b""
        """Everything the program wrote to the terminal."""
        self._master, slave = os.openpty()
        self._set_size(size)
        self.before = termios.tcgetattr(slave)
        self.process = subprocess.Popen(
            list(command),
            env={**env},
            cwd=cwd,
            stdin=slave if stdin is None else stdin,
            stdout=slave if stdout is None else stdout,
            stderr=slave if stderr is None else stderr,
            preexec_fn=lambda: _lead_session(slave),
            pass_fds=(slave,),
        )
        self._slave = slave

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def send(self, *keys: str) -> None:
        """Press keys: names of KEYS, anything else is typed as it is."""
        for key in keys:
            os.write(self._master, KEYS.get(key, key).encode())
            if key == "escape":
                time.sleep(LONE_ESCAPE)

    def paste(self, text: str) -> None:
        """Paste as a terminal does that knows bracketed paste."""
        os.write(self._master, f"\x1b[200~{text}\x1b[201~".encode())

    @property
    def text(self) -> str:
        """What is on the screen now, trailing blanks left out."""
        self._read(0)
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait_for(self, wanted: str | re.Pattern[str], seconds: float = PATIENCE) -> str:
        """Wait until the screen holds `wanted`, a text or a compiled pattern; answers the screen."""
        return self._wait(
            lambda shown: wanted in shown if isinstance(wanted, str) else bool(wanted.search(shown)), wanted, seconds
        )

    def wait_until_gone(self, unwanted: str, seconds: float = PATIENCE) -> str:
        """Wait until the screen does not hold `unwanted` any more."""
        return self._wait(lambda shown: unwanted not in shown, f"no {unwanted}", seconds)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; the program gets SIGWINCH."""
        self.screen.resize(rows, columns)
        self._set_size((columns, rows))
        self.process.send_signal(signal.SIGWINCH)

    def signal(self, number: int) -> None:
        """Send a signal to the program."""
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """Close the terminal under the program, as a closed window does."""
        os.close(self._slave)
        os.close(self._master)
        self._slave = self._master = -1

    def wait_for_exit(self, seconds: float = PATIENCE) -> int:
        """Wait until the program has ended; answers its exit code, negative for a signal."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            if time.monotonic() > deadline:
                raise AssertionError(f"the program did not end within {seconds} s; the screen:\n{self.text}")
            self._read(0.02)
        self._read(0)
        return self.process.returncode

    @property
    def is_raw(self) -> bool:
        """Whether the terminal is still in the mode of a full-screen program."""
        return termios.tcgetattr(self._slave)[3] != self.before[3]

    @property
    def is_alternate(self) -> bool:
        """Whether the program left the terminal on the alternate screen."""
        return self.raw.rfind(b"\x1b[?1049h") > self.raw.rfind(b"\x1b[?1049l")

    def close(self) -> None:
        """End the program if it runs, and give the terminal back."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for number in (self._master, self._slave):
            if number >= 0:
                os.close(number)
        self._master = self._slave = -1

    def _wait(self, is_there: object, wanted: object, seconds: float) -> str:
        assert callable(is_there)
        deadline = time.monotonic() + seconds
        while True:
            shown = self.text
            if is_there(shown):
                return shown
            if time.monotonic() > deadline or self.process.poll() is not None:
                shown = self.text
                if is_there(shown):
                    return shown
                raise AssertionError(f"not seen: {wanted!r}; exit {self.process.poll()}; the screen:\n{shown}")
            self._read(0.02)

    def _read(self, seconds: float) -> None:
        while self._master >= 0 and select.select([self._master], [], [], seconds)[0]:
            data = b""
            with contextlib.suppress(OSError):
                data = os.read(self._master, 65536)
            if not data:
                return
            self.raw += data
            self._stream.feed(self._decoder.decode(_UNKNOWN_TO_PYTE.sub(b"", data)))
            seconds = 0

    def _set_size(self, size: tuple[int, int]) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))


def _lead_session(terminal: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell lets what it runs in the background ignore it
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
