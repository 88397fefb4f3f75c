"""A program on a real pseudo-terminal, driven with keys and read as the screen a person would see.

    with Terminal(["llmkeys"], environ, folder) as terminal:
        terminal.wait_for("No keys yet")
        terminal.press("a")
        terminal.paste("sk-…")
        assert terminal.left() == 0

POSIX only: import it below `pytest.skip(…, allow_module_level=True)` for Windows.
"""

from __future__ import annotations

import codecs
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyte

PATIENCE = 20.0
KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f10": "\x1b[21~",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}
SEQUENCE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_](?:[^\x1b]|\x1b(?!\\))*\x1b\\|[ -/]+[0-~]|[0-OQ-WYZ`-~\\=>])"
)
UNKNOWN_TO_PYTE = re.compile(r"\x1b(?:[PX^_\]]|\[[<=>]|\[[0-?]*[ -/]|\[\?[0-9;]*[a-gi-km-z]|\[[0-9;]*t|\[[0-9;]*:)")
ANSWERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\x1b\[\?(2026|2004|2031)\$p"), lambda found: f"\x1b[?{found[1]};2$y"),
    (re.compile(r"\x1b\[\?(\d+)\$p"), lambda found: f"\x1b[?{found[1]};0$y"),
    (re.compile(r"\x1b\[0?c"), lambda _: "\x1b[?62;22c"),
    (re.compile(r"\x1b\[6n"), lambda _: "\x1b[1;1R"),
    (re.compile(r"\x1b\[\?u"), lambda _: "\x1b[?0u"),
    (re.compile(r"\x1b\](1[01]);\?(?:\x07|\x1b\\)"), lambda found: f"\x1b]{found[1]};rgb:1010/1212/1818\x1b\\"),
)


class Terminal:
    """One program on one terminal of `columns` x `rows`."""

    def __init__(
        self,
        arguments: Sequence[str],
        environ: Mapping[str, str],
        folder: Path,
        *,
        columns: int = 120,
        rows: int = 36,
        stdout: int | None = None,
    ) -> None:
        self._master, inner = os.openpty()
        self.output = ""
        """Everything the program wrote to the terminal, escape sequences included."""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._unfinished = ""
        self.resize(columns, rows)
        self.process = subprocess.Popen(
            list(arguments),
            env={"TERM": "xterm-256color", "COLORTERM": "truecolor", **environ},
            cwd=folder,
            stdin=inner,
            stdout=inner if stdout is None else stdout,
            stderr=inner,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(inner)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(PATIENCE)
        os.close(self._master)

    @property
    def text(self) -> str:
        """What the screen shows, line by line."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def line(self, part: str) -> str:
        """The first line of the screen that holds `part`. Raises AssertionError without one."""
        found = [line for line in self.text.splitlines() if part in line]
        assert found, f"no line shows {part!r}:\n{self.text}"
        return found[0]

    def press(self, *keys: str) -> None:
        """Presses keys by name (`enter`, `ctrl+r`, `f2`) or by character."""
        for key in keys:
            self.send(KEYS.get(key, key))

    def type(self, text: str) -> None:
        """Types `text`, one character after the other."""
        self.press(*text)

    def paste(self, text: str) -> None:
        """Pastes `text` as a terminal with bracketed paste does."""
        self.send(f"\x1b[200~{text}\x1b[201~")

    def send(self, text: str) -> None:
        """Sends `text` as it is."""
        data = text.encode()
        while data:
            data = data[os.write(self._master, data) :]

    def resize(self, columns: int, rows: int) -> None:
        """Changes the size; the program gets SIGWINCH."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen.resize(rows, columns)

    def wait_for(self, pattern: str, seconds: float = PATIENCE) -> str:
        """Reads until the screen matches the regular expression `pattern`; answers the screen's text."""
        return self.wait_until(lambda: re.search(pattern, self.text) is not None, pattern, seconds)

    def wait_gone(self, pattern: str, seconds: float = PATIENCE) -> str:
        """Reads until the screen does not match `pattern` any more; answers the screen's text."""
        return self.wait_until(lambda: re.search(pattern, self.text) is None, f"not {pattern}", seconds)

    def wait_until(self, seen: Callable[[], bool], what: str, seconds: float = PATIENCE) -> str:
        """Reads until `seen()`. Raises AssertionError with the screen if that takes too long."""
        end = time.monotonic() + seconds
        while not seen():
            if time.monotonic() > end or (not self.read(0.05) and self.process.poll() is not None and not seen()):
                code = self.process.poll()
                raise AssertionError(f"never seen: {what} (exit code {code})\n{self.text}")
        return self.text

    def read(self, seconds: float) -> bool:
        """Reads what the program writes within `seconds`; whether there was anything."""
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            return False
        self._feed(self._decoder.decode(data))
        return bool(data)

    def settle(self, quiet: float = 0.3) -> str:
        """Reads until nothing came for `quiet` seconds; answers the screen's text."""
        while self.read(quiet):
            pass
        return self.text

    def left(self, seconds: float = PATIENCE) -> int:
        """The exit code, once the program has ended. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            if time.monotonic() > end:
                raise TimeoutError(f"the program goes on:\n{self.text}")
            self.read(0.02)
        self.settle(0.05)
        return self.process.returncode

    def _feed(self, text: str) -> None:
        self.output += text
        text, position = self._unfinished + text, 0
        self._unfinished = ""
        while position < len(text):
            start = text.find("\x1b", position)
            self._stream.feed(text[position : start if start >= 0 else len(text)])
            if start < 0:
                return
            found = SEQUENCE.match(text, start)
            if found is None:
                self._unfinished = text[start:]
                return
            self._obey(found.group())
            position = found.end()

    def _obey(self, sequence: str) -> None:
        for question, answer in ANSWERS:
            found = question.fullmatch(sequence)
            if found:
                self.send(answer(found))
                return
        if not UNKNOWN_TO_PYTE.match(sequence):
            self._stream.feed(sequence)


def _take_terminal() -> None:
    """Makes the pseudo-terminal on stdin the controlling one, so that /dev/tty works."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
