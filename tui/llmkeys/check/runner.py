"""Many checks at once, in an event loop of their own on a daemon thread that neither the screen nor exit waits for."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar

from llmkeys.check.bench import Bench, Job, Listing
from llmkeys.check.names import Names
from llmkeys.check.network import Network
from llmkeys.verdict import Verdict

__all__ = ["SECONDS", "Checker", "Job", "Listing"]

SECONDS = 10.0
"""The deadline of one check, from its first request on."""

_Result = TypeVar("_Result")


class Checker:
    """Runs checks: at most 256 at once and two an origin. One for a process; nothing starts before the first job."""

    def __init__(
        self, environ: Mapping[str, str] | None = None, *, seconds: float = SECONDS, names: Names | None = None
    ) -> None:
        self._environ = os.environ if environ is None else environ
        self._seconds = seconds
        self._names = names
        self._lock = threading.Lock()
        self._running: tuple[asyncio.AbstractEventLoop, Bench] | None = None
        self._closed = False

    def start(self, job: Job) -> Future[Verdict]:
        """Tests `job`; the future never holds an exception but for being cancelled, and can be cancelled."""
        return self._submit(lambda bench: _verdict_of(bench.examine(job)))

    async def examine(self, job: Job) -> Listing:
        """Tests `job` for a coroutine of any loop, and tells the models that the same answer named."""
        return await asyncio.wrap_future(self._submit(lambda bench: bench.examine(job)))

    def start_listing(self, job: Job) -> Future[Listing]:
        """Fetches the account's own list of models, in the same way."""
        return self._submit(lambda bench: bench.list_models(job))

    async def check(self, job: Job) -> Verdict:
        """As `start`, for a coroutine of any loop; cancelling it cancels the test."""
        return await asyncio.wrap_future(self.start(job))

    async def fetch_models(self, job: Job) -> Listing:
        """As `start_listing`, for a coroutine of any loop."""
        return await asyncio.wrap_future(self.start_listing(job))

    def close(self) -> None:
        """Cancels what runs and lets the thread end by itself; returns at once, however long a check hangs."""
        with self._lock:
            self._closed = True
            running, self._running = self._running, None
        if running is not None:
            running[0].call_soon_threadsafe(_wind_up, running[0])

    def _submit(self, work: Callable[[Bench], Coroutine[Any, Any, _Result]]) -> Future[_Result]:
        with self._lock:
            if self._closed:
                cancelled: Future[_Result] = Future()
                cancelled.cancel()
                return cancelled
            loop, bench = self._running = self._running or self._started()
            return asyncio.run_coroutine_threadsafe(work(bench), loop)

    def _started(self) -> tuple[asyncio.AbstractEventLoop, Bench]:
        loop = asyncio.new_event_loop()
        loop.set_exception_handler(_say_nothing)
        loop.getaddrinfo = (self._names or Names()).getaddrinfo  # type: ignore[method-assign, assignment]
        threading.Thread(target=_run, args=(loop,), name="llmkeys-checks", daemon=True).start()
        return loop, Bench(Network(self._environ), self._seconds)


def _say_nothing(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What asyncio would log of a broken connection must not land on the screen; the verdict tells it."""


async def _verdict_of(listing: Awaitable[Listing]) -> Verdict:
    return (await listing).verdict


def _run(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()


def _wind_up(loop: asyncio.AbstractEventLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.create_task(_stop_after(tasks))


async def _stop_after(tasks: set[asyncio.Task[Any]]) -> None:
    if tasks:
        await asyncio.wait(tasks, timeout=1.0)
    asyncio.get_running_loop().stop()
