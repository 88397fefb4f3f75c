"""The app's one way of dying of an error nobody expected: where it happened, and neither locals nor texts."""

from __future__ import annotations

import traceback
from typing import Any

from textual.content import Content
from textual.worker import WorkerFailed

from llmkeys.errors import LlmkeysError

SHOWN_FRAMES = 12


class Funnel:
    """Mixed into an App, before it: its crash report holds no key.

    Textual's own prints the locals of every frame, and a key can stand in one. What is overridden here is private
    to Textual 8.2 or shown by it as it is, so a test crashes the app with a key in a local and reads the terminal.
    """

    _stopped_by: BaseException | None = None
    _exit_renderables: list[Any]
    _return_code: int | None
    _close_messages_no_wait: Any

    def _handle_exception(self, error: Exception) -> None:
        if self._stopped_by is None:
            self._stopped_by = error.error if isinstance(error, WorkerFailed) else error
        super()._handle_exception(error)  # type: ignore[misc]

    def _fatal_error(self) -> None:
        if not self._exit_renderables:
            self._exit_renderables.append(Content(report(self._stopped_by)))
        self._close_messages_no_wait()

    def panic(self, *renderables: Any) -> None:
        """Stop with the same report, whatever Textual wanted to show."""
        self._return_code = 1
        self._fatal_error()


def report(error: BaseException | None) -> str:
    """What may be said of `error`: an explained one's own sentence, else its kind and the places it came through.

    The text of a foreign exception is left out: it can quote what was typed.
    """
    if isinstance(error, LlmkeysError):
        return "\n".join(filter(None, (error.message, error.next)))
    frames = traceback.extract_tb(error.__traceback__)[-SHOWN_FRAMES:] if error is not None else []
    places = [f"  {_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    head = f"llmkeys stopped on an error it did not expect: {type(error).__name__}."
    foot = "Nothing half-written is used; llmkeys doctor checks. Please report the lines above."
    return "\n".join((head, *places, foot))


def in_a_line(error: BaseException) -> str:
    """The same in one sentence, for an app that goes on: the error's kind and where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)[-1:]
    place = "".join(f" at {_short(frame.filename)}:{frame.lineno}" for frame in frames)
    return f"llmkeys met an error it did not expect: {type(error).__name__}{place}."


def _short(file: str) -> str:
    return "/".join(file.replace("\\", "/").rsplit("/", 3)[1:])
