"""Blocking wishes for callers with an event loop: a daemon thread each, so that quitting never waits for one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_Parameters = ParamSpec("_Parameters")
_Answer = TypeVar("_Answer")


async def in_background(
    wish: Callable[_Parameters, _Answer], *arguments: _Parameters.args, **named: _Parameters.kwargs
) -> _Answer:
    """What `wish(*arguments)` returns or raises, run on a daemon thread; cancelling stops waiting, not the thread."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_Answer] = loop.create_future()

    def settle(answer: _Answer | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(answer)  # type: ignore[arg-type]

    def work() -> None:
        answer, problem = None, None
        try:
            answer = wish(*arguments, **named)
        except BaseException as error:
            problem = error
        try:
            loop.call_soon_threadsafe(settle, answer, problem)
        except RuntimeError:
            return  # the loop closed first: nobody waits any more

    threading.Thread(target=work, name="llmkeys wish", daemon=True).start()
    return await future
