"""Starts the full-screen app on a terminal and ends it: environment, signals, memory, exit code."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import threading
from collections.abc import MutableMapping
from typing import Any

from llmkeys.errors import Cancelled, NeedsUser
from llmkeys.service.session import Session
from llmkeys.ui.terminal import borrowed_terminal, has_terminal

FRAMES_A_SECOND = "240"
"""Nothing is drawn while nothing changes; a change is drawn 4 ms later at most."""
ESCAPE_DELAY_MS = {False: "25", True: "60"}
"""How long a lone escape may still become a key's sequence, by whether the terminal is across a network."""
LAST_RESORT_SECONDS = 2.0
_KEPT = ("TEXTUAL_ANIMATIONS",)
_SIZES = ("COLUMNS", "LINES")


def run_app(session: Session) -> int:
    """Show the app until the person quits; answers the process's exit code.

    Raises NeedsUser without a terminal: callers ask `terminal.has_terminal` first and print `status` instead.
    """
    if not has_terminal(os.environ):
        raise NeedsUser("There is no terminal to draw on.", next="llmkeys status prints the same as text.")
    prepare_environment(os.environ)
    gc.disable()  # nothing of what the first screen needs is garbage; the app turns it on once that stands
    # Textual reads its variables when it is imported, some of them write what is typed into a file.
    from llmkeys.ui.app import LlmkeysApp

    with borrowed_terminal():
        app = LlmkeysApp(session)
        asyncio.run(_run(app))
    return Cancelled.exit_code if app.return_code is None else app.return_code


def prepare_environment(environ: MutableMapping[str, str]) -> None:
    """Take out what makes Textual log keys, load code or misjudge the size; put in what makes it quick."""
    for name in [name for name in environ if name.startswith("TEXTUAL") and name not in _KEPT]:
        del environ[name]
    for name in _SIZES:
        environ.pop(name, None)
    if not environ.get("NO_COLOR"):
        environ.pop("NO_COLOR", None)  # set but empty means nothing; Textual counts it
    environ["TEXTUAL_FPS"] = FRAMES_A_SECOND
    environ.setdefault("ESCDELAY", ESCAPE_DELAY_MS["SSH_CONNECTION" in environ])


async def _run(app: Any) -> None:
    loop = asyncio.get_running_loop()
    # The usual handler prints the text of a lost task's error, which may quote what was typed.
    loop.set_exception_handler(lambda *_: None)
    for name in ("SIGTERM", "SIGHUP", "SIGQUIT"):
        number = getattr(signal, name, None)
        if number is not None:
            with contextlib.suppress(NotImplementedError, ValueError):  # Windows; not the main thread
                loop.add_signal_handler(number, _end, app, 128 + number)
    await app.run_async()


def _end(app: Any, code: int) -> None:
    """Leave the terminal clean and go; a terminal that is gone must not keep the process."""
    app.exit(return_code=code)
    timer = threading.Timer(LAST_RESORT_SECONDS, os._exit, (code,))
    timer.daemon = True
    timer.start()
