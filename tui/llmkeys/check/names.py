"""Host names looked up on daemon threads of our own: many at once, and none that holds up the end of the program."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import socket
import threading
from collections.abc import Callable
from typing import Any

MOST_THREADS = 64
_LOOPBACK = ((socket.AF_INET6, "::1"), (socket.AF_INET, "127.0.0.1"))

Lookup = Callable[..., list[Any]]


class Names:
    """Stands in for an event loop's `getaddrinfo`, whose own pool has only cores + 4 threads that exit waits for."""

    def __init__(self, lookup: Lookup = socket.getaddrinfo) -> None:
        self._lookup = lookup
        self._waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._idle = 0

    async def getaddrinfo(
        self, host: str | bytes | None, port: int | str | None, *, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0  # noqa: A002, E501
    ) -> list[Any]:  # fmt: skip
        """As the loop's own. `localhost` and names below it mean this machine, whatever a name server says."""
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host or ""
        if name == "localhost" or name.endswith(".localhost"):
            return [(each, socket.SOCK_STREAM, 6, "", (address, port)) for each, address in _LOOPBACK]
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[Any]] = loop.create_future()

        def look_up() -> None:
            try:
                found = self._lookup(host, port, family, type, proto, flags)
            except (OSError, UnicodeError) as error:
                _deliver(loop, answer, None, error)
            else:
                _deliver(loop, answer, found, None)

        self._run(look_up)
        return await answer

    def _run(self, task: Callable[[], None]) -> None:
        with self._lock:
            self._waiting.put(task)
            if self._idle < self._waiting.qsize() and self._threads < MOST_THREADS:
                self._threads += 1
                threading.Thread(target=self._work, name="llmkeys-names", daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
            task = self._waiting.get()
            with self._lock:
                self._idle -= 1
            task()


def _deliver(
    loop: asyncio.AbstractEventLoop, answer: asyncio.Future[list[Any]], found: list[Any] | None, error: Exception | None
) -> None:
    def settle() -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(found or [])

    with contextlib.suppress(RuntimeError):  # the loop was closed while the name server thought about it
        loop.call_soon_threadsafe(settle)
