"""Textual's POSIX driver with the terminal's own size, an input thread that sleeps while idle, and a prompt quit."""

from __future__ import annotations

import asyncio
import contextlib
import os
import selectors
import signal
from codecs import getincrementaldecoder
from functools import partial
from threading import Event
from typing import Any

from textual import constants
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from llmkeys.ui.paste_gate import PasteGate

STDERR = 2
READ_AT_ONCE = 64 * 1024


class WakingEvent(Event):
    """An event that also wakes a `select` by a byte in a pipe."""

    def __init__(self) -> None:
        super().__init__()
        self.wakeup, self._waker = os.pipe()
        self.is_closed = False
        os.set_blocking(self.wakeup, False)

    def set(self) -> None:
        """Set the flag, then wake whoever sleeps on `wakeup`."""
        super().set()
        if not self.is_closed:
            os.write(self._waker, b"x")

    def drain(self) -> None:
        """Take the bytes out of the pipe, so that the next sleep is one."""
        try:
            os.read(self.wakeup, READ_AT_ONCE)
        except BlockingIOError:
            return

    def close(self) -> None:
        """Close both ends of the pipe; only once, for their numbers may belong to others then."""
        if self.is_closed:
            return
        self.is_closed = True
        os.close(self.wakeup)
        os.close(self._waker)


class PromptDriver(LinuxDriver):
    """The driver for Linux and macOS.

    It overrides private parts of Textual 8.2, which tests pin: the size (SIGWINCH asks stdout, which may be a pipe)
    and the input loop (it polls ten times a second, and quitting waits for the poll).
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.exit_event: WakingEvent = WakingEvent()
        self._stop_between_frames()

    def _stop_between_frames(self) -> None:
        """Stop and go on between two steps of the loop.

        Textual's handlers run wherever the program happens to be: in the middle of a frame, whose rest would follow
        on the shell's screen, or of the queue to the terminal, whose lock they would wait for without end.
        """
        with contextlib.suppress(RuntimeError, ValueError):  # no loop, or not the main thread's
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGTSTP, self._sigtstp_application)
            loop.add_signal_handler(signal.SIGCONT, self._sigcont_application)

    def _get_terminal_size(self) -> tuple[int, int]:
        for number in (STDERR, self.fileno):
            try:
                width, height = os.get_terminal_size(number)
            except OSError:
                continue
            if width and height:
                return width, height
        return super()._get_terminal_size()

    def start_application_mode(self) -> None:
        """Take the terminal, at the start and whenever the program goes on after it was stopped.

        A program that was stopped without a word (SIGSTOP) finds the terminal as the shell left it, while its own
        thread still reads: both are given up first.
        """
        if self._key_thread is not None and self._key_thread.is_alive():
            self.suspend_application_mode()
        goes_on = self.exit_event.is_closed
        if goes_on:
            self.exit_event = WakingEvent()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if goes_on:
            asyncio.get_running_loop().call_soon(partial(self._app.refresh, layout=True))

    def run_input_thread(self) -> None:
        """Hand what is typed to the app until `exit_event` is set; a terminal that is gone ends the app."""
        make_bursts = getattr(self._app, "make_bursts", None)
        parser, gate = XTermParser(self._debug), PasteGate(make_bursts and make_bursts())
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self.exit_event.wakeup, selectors.EVENT_READ)
            patience = None
            while not self.exit_event.is_set():
                ready = [key.fd for key, _ in selector.select(patience)]
                patience, typed = None, "" if ready else gate.rest()
                if self.fileno in ready:
                    text = self._read()
                    if text is None:
                        self._app.call_later(self._app.exit, return_code=1)
                        break
                    typed = gate.pass_on(decode(text))
                    # A lone escape and the start of a sequence look alike until the delay has passed.
                    patience = constants.ESCAPE_DELAY
                # Fed with nothing, the parser takes that for the end of all input.
                for event in parser.feed(typed) if typed else ():
                    self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
                patience = patience if gate.patience is None else gate.patience
        self.exit_event.drain()

    def close(self) -> None:
        """Stop the writer and give the pipe back."""
        super().close()
        self.exit_event.close()

    def _read(self) -> bytes | None:
        """What was typed; None once the terminal is gone."""
        try:
            return os.read(self.fileno, READ_AT_ONCE) or None
        except OSError:
            return None
