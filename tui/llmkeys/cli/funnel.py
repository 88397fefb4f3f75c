"""One funnel for what nobody expected: no traceback, no locals, no key; one sentence and how to report it."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Any

_PACKAGE = "llmkeys"
_HOUSE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def install() -> None:
    """Leads every unexpected error of every thread and destructor through `describe`."""
    import threading

    sys.excepthook = _on_error
    sys.unraisablehook = _on_unraisable
    threading.excepthook = _on_thread_error


def describe(error: BaseException) -> str:
    """What may be said of an error nobody expected: its kind and where in llmkeys it arose, never its text."""
    return (
        f"An error that nobody expected: {type(error).__name__} at {_place(error.__traceback__)}. "
        "Nothing more of it is shown, so that no key is."
    )


def how_to_report() -> str:
    """One line that names version, Python and platform, for the report."""
    import platform

    return f"Please report that line, with: llmkeys {version()}, Python {platform.python_version()}, {sys.platform}."


def version() -> str:
    """The installed version, or `unknown` where the package has no metadata."""
    from importlib import metadata

    try:
        return metadata.version(_PACKAGE)
    except metadata.PackageNotFoundError:
        return "unknown"


def quiet_loop(loop: Any, context: dict[str, Any]) -> None:
    """Handler for an asyncio loop: a lost task's error says its kind only."""
    error = context.get("exception")
    if error is not None:
        _say(error)


def _place(traceback: TracebackType | None) -> str:
    """The innermost place within llmkeys, as `service/overview.py:41`."""
    place = "an unknown place"
    while traceback is not None:
        file = os.path.abspath(traceback.tb_frame.f_code.co_filename)
        if file.startswith(_HOUSE):
            place = f"{file[len(_HOUSE) :].replace(os.sep, '/')}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place


def _say(error: BaseException) -> None:
    if sys.stderr is not None:
        print(f"llmkeys: {describe(error)}\n  {how_to_report()}", file=sys.stderr)


def _on_error(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _say(error)


def _on_unraisable(unraisable: Any) -> None:
    # Destructors of libraries complain while the process ends; nobody can act on that.
    if unraisable.exc_value is not None and _place(unraisable.exc_value.__traceback__) != "an unknown place":
        _say(unraisable.exc_value)


def _on_thread_error(arguments: Any) -> None:
    if arguments.exc_value is not None and not issubclass(arguments.exc_type, SystemExit):
        _say(arguments.exc_value)
