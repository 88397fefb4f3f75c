"""The person's terminal, opened by its own name so that redirections do not matter: a masked key, a yes or no."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from llmkeys.cli.argument_keys import looks_like_a_key
from llmkeys.cli.key_line import KeyLine
from llmkeys.cli.output import plain
from llmkeys.errors import Cancelled, NeedsUser, UsageError

_DEVICE = "/dev/tty"
_PASTE_ON, _PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"
_QUIET = 0.1
"""Seconds without input after which a paste is taken to be over."""
_LONGEST_DRAIN = 3.0
_LARGEST_DRAIN = 16 << 20


def ask_key(question: str, *, otherwise: str) -> str:
    """What a person typed or pasted at `question`, shown as bullets only, uncleaned.

    Raises NeedsUser, with `otherwise` as the next step, where no person is at a terminal; Cancelled on ctrl+c
    and ctrl+d.
    """
    if sys.platform == "win32":
        return _ask_key_on_windows(question, otherwise)
    with _terminal(otherwise) as device, _raw(device):
        pastes = os.environ.get("TERM", "dumb") not in ("", "dumb")
        _say(device, (_PASTE_ON if pastes else "") + question)
        line = KeyLine()
        try:
            while not line.done:
                _say(device, line.feed(os.read(device, 4096)))
        finally:
            _say(device, (_PASTE_OFF if pastes else "") + "\n")
            _drain(device)
        return line.text()


def confirm(question: str, *, otherwise: str) -> bool:
    """Whether a person answered yes to `question` on the terminal.

    Raises NeedsUser where there is none, and UsageError for a key in place of an answer, which the terminal has shown.
    """
    if sys.platform == "win32":
        return _confirm_on_windows(question, otherwise)
    with _terminal(otherwise) as device:
        _say(device, f"{question} [y/N] ")
        answer = os.read(device, 4096).decode("utf-8", "replace")
        is_key = any(map(looks_like_a_key, answer.split()))
        if is_key:
            _drain(device)
    if is_key:
        raise UsageError(
            "That looks like a key, and a yes or no was asked for: it was shown on the screen. Nothing was changed.",
            next="Rotate that key at its provider, then start again.",
        )
    if not answer:
        raise Cancelled("Nothing was answered, so nothing was changed.")
    return answer.strip().lower() in ("y", "yes")


def is_there() -> bool:
    """Whether a person can be asked at all."""
    try:
        if sys.platform == "win32":
            _console("")
        else:
            with _terminal(""):
                pass
    except NeedsUser:
        return False
    return True


@contextmanager
def _terminal(otherwise: str) -> Iterator[int]:
    """The controlling terminal of a process in the foreground; one in the background would be stopped by asking."""
    try:
        device = os.open(_DEVICE, os.O_RDWR | os.O_NOCTTY)
    except OSError:
        raise _no_terminal(otherwise) from None
    try:
        if os.tcgetpgrp(device) != os.getpgrp():
            raise _no_terminal(otherwise)
        yield device
    finally:
        os.close(device)


def _no_terminal(otherwise: str) -> NeedsUser:
    return NeedsUser("This asks a person, and there is no terminal to ask on.", next=otherwise)


@contextmanager
def _raw(device: int) -> Iterator[None]:
    """No echo, no line editing (which would cut a line at 1,024 or 4,096 bytes), no suspending with echo off.

    What was typed but not read is thrown away at the end: a second pasted line must not become a shell command.
    """
    import termios

    before = termios.tcgetattr(device)
    settings: list[Any] = list(before)
    settings[3] = before[3] & ~(termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN)
    settings[6] = [*before[6]]
    settings[6][termios.VMIN], settings[6][termios.VTIME] = 1, 0
    handlers = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    termios.tcsetattr(device, termios.TCSAFLUSH, settings)
    try:
        yield
    finally:
        termios.tcsetattr(device, termios.TCSAFLUSH, before)
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _drain(device: int) -> None:
    """Throws away what is still coming in: the rest of a long paste would be a command to the shell.

    A terminal hands a paste over in pieces, so flushing once would catch the first of them only.
    """
    import select

    end, left = time.monotonic() + _LONGEST_DRAIN, _LARGEST_DRAIN
    try:
        while left > 0 and time.monotonic() < end and select.select([device], [], [], _QUIET)[0]:
            data = os.read(device, 1 << 16)
            if not data:
                return
            left -= len(data)
    except OSError:
        return  # the terminal is gone, and with it the paste


def _leave(number: int, frame: object) -> None:
    """Ends the program by an exception, so that the terminal gets its settings back."""
    raise SystemExit(128 + number)


def _say(device: int, text: str) -> None:
    os.write(device, plain(text).encode("utf-8"))


if sys.platform == "win32":
    import msvcrt

    def _ask_key_on_windows(question: str, otherwise: str) -> str:
        _console(otherwise)
        _put(question)
        line = KeyLine()
        try:
            while not line.done:
                typed = msvcrt.getwch()
                if typed in "\x00\xe0":
                    msvcrt.getwch()  # the second half of an arrow or function key
                else:
                    _put(line.feed(typed.encode("utf-8", "surrogatepass")))
        finally:
            _put("\r\n")
            _drain_console()
        return line.text()

    def _drain_console() -> None:
        end, quiet_since = time.monotonic() + _LONGEST_DRAIN, time.monotonic()
        while time.monotonic() < min(end, quiet_since + _QUIET):
            if msvcrt.kbhit():
                msvcrt.getwch()
                quiet_since = time.monotonic()
            else:
                time.sleep(_QUIET / 10)

    def _confirm_on_windows(question: str, otherwise: str) -> bool:
        _console(otherwise)
        _put(f"{question} [y/N] ")
        typed = msvcrt.getwche()
        _put("\r\n")
        _drain_console()  # a key pasted here must not become a command
        if typed == "\x03":
            raise Cancelled("Stopped.")
        return typed in ("y", "Y")

    def _console(otherwise: str) -> None:
        if sys.stdin is None or not sys.stdin.isatty():
            raise _no_terminal(otherwise)

    def _put(text: str) -> None:
        for character in plain(text):
            msvcrt.putwch(character)
