"""A call that may hang, on a daemon thread and with a deadline: it can delay neither the caller nor the exit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


class TooLate(Exception):
    """The call had not ended at its deadline; it may still end later, unheard."""


def within(seconds: float, call: Callable[[], Answer], when_late: Callable[[], object] | None = None) -> Answer:
    """What `call` returns or raises, within `seconds`. Raises TooLate after that.

    A call that succeeds after its deadline is followed by `when_late`, on the same thread, to take back what it did.
    """
    import threading

    answers: list[Answer] = []
    errors: list[Exception] = []
    ended = threading.Event()
    deciding = threading.Lock()
    abandoned = False

    def run() -> None:
        try:
            answer = call()
        except Exception as error:
            errors.append(error)
        else:
            with deciding:
                answers.append(answer)
                take_back = when_late if abandoned else None
            if take_back is not None:
                _quietly(take_back)
        ended.set()

    threading.Thread(target=run, name="llmkeys-keychain", daemon=True).start()
    ended.wait(seconds)
    with deciding:
        if answers:
            return answers[0]
        abandoned = not errors
    if errors:
        raise errors[0]
    raise TooLate


def _quietly(call: Callable[[], object]) -> None:
    try:
        call()
    except Exception:
        return
