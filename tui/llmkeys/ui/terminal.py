"""Finds the terminal a screen can be drawn on, and puts it under the app for as long as the app runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

STDIN, STDOUT, STDERR = 0, 1, 2
_WINDOWS = sys.platform == "win32"
_DEVICES = {STDIN: "CONIN$", STDOUT: "CONOUT$"} if _WINDOWS else {STDIN: "/dev/tty", STDERR: "/dev/tty"}
"""What Textual reads and draws on. It draws on stderr, so that `$(llmkeys …)` captures answers only; on Windows it
draws on stdout."""
_WITHOUT_SCREEN = ("", "dumb", "unknown")


def has_terminal(environ: Mapping[str, str]) -> bool:
    """Whether a full screen can be shown: a terminal that knows escape codes, and somebody in front of it.

    Where stdin, stdout and stderr are all redirected a program asked, not a person, even if it has a terminal.
    """
    if not _WINDOWS and environ.get("TERM", "") in _WITHOUT_SCREEN:
        return False
    if not any(os.isatty(number) for number in (STDIN, STDOUT, STDERR)):
        return False
    return all(os.isatty(number) or _can_open(device) for number, device in _DEVICES.items())


@contextmanager
def borrowed_terminal() -> Iterator[None]:
    """The terminal on the streams that Textual reads and draws on; what was there comes back at the end."""
    with ExitStack() as stack:
        for number, device in _DEVICES.items():
            if not os.isatty(number):
                stack.enter_context(_replaced(number, device))
        yield


@contextmanager
def _replaced(number: int, device: str) -> Iterator[None]:
    name = {STDIN: "__stdin__", STDOUT: "__stdout__", STDERR: "__stderr__"}[number]
    before = getattr(sys, name)
    if before is not None:
        before.flush()
    saved = os.dup(number)
    opened = os.open(device, os.O_RDWR | getattr(os, "O_NOCTTY", 0))
    os.dup2(opened, number)
    os.close(opened)
    # A stream of its own: the encoding and buffering of the one before were chosen for a file or a pipe.
    stream = open(number, "r" if number == STDIN else "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    setattr(sys, name, stream)
    try:
        yield
    finally:
        stream.close()
        setattr(sys, name, before)
        os.dup2(saved, number)
        os.close(saved)


def _can_open(device: str) -> bool:
    try:
        os.close(os.open(device, os.O_RDWR | getattr(os, "O_NOCTTY", 0)))
    except OSError:
        return False
    return True
