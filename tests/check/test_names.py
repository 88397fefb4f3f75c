"""Names are looked up on daemon threads, many at once."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from typing import Any

import httpx
import pytest

from llmkeys.check.names import MOST_THREADS, Names
from llmkeys.origin import origin_of

FOUND = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 443))]


def test_localhost_and_names_below_it_mean_this_machine_whatever_a_name_server_says() -> None:
    def lie(*arguments: object) -> list[object]:
        raise AssertionError("asked a name server")

    async def look() -> list[object]:
        names = Names(lie)
        return [await names.getaddrinfo(b"localhost", 80), await names.getaddrinfo("api.localhost", 443)]

    for answer in asyncio.run(look()):
        assert {each[4][0] for each in answer} == {"::1", "127.0.0.1"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "api.localhost", "a.b.LocalHost"])
def test_every_name_a_key_may_be_sent_to_over_plain_http_is_this_machine_to_whoever_sends_it(name: str) -> None:
    url = f"http://{name}:1/v1"
    assert origin_of(url).is_loopback
    asked: list[str] = []

    class Spied(Names):
        async def getaddrinfo(self, host: Any, *arguments: Any, **more: Any) -> list[Any]:
            found = await super().getaddrinfo(host, *arguments, **more)
            asked.extend(each[4][0] for each in found)
            raise ConnectionRefusedError

    async def send() -> None:
        names = Spied(lambda *_: pytest.fail("a name server was asked"))
        asyncio.get_running_loop().getaddrinfo = names.getaddrinfo  # type: ignore[method-assign]
        async with httpx.AsyncClient() as client:
            with pytest.raises(httpx.TransportError):
                await client.get(url)

    asyncio.run(send())
    assert set(asked) == {"::1", "127.0.0.1"}


def test_a_hundred_slow_look_ups_take_about_as_long_as_two_rounds_of_the_pool() -> None:
    threads: set[threading.Thread] = set()

    def slow(*arguments: object) -> list[object]:
        threads.add(threading.current_thread())
        time.sleep(0.1)
        return list(FOUND)

    async def look() -> float:
        names = Names(slow)
        started = time.perf_counter()
        answers = await asyncio.gather(*(names.getaddrinfo(f"h{number}.example", 443) for number in range(100)))
        assert answers == [FOUND] * 100
        took = time.perf_counter() - started
        await names.getaddrinfo("again.example", 443)
        return took

    assert asyncio.run(look()) < 5
    assert 1 < len(threads) <= MOST_THREADS
    assert all(thread.daemon for thread in threads)


@pytest.mark.parametrize("error", [socket.gaierror(-2, "x"), UnicodeError("x")])
def test_a_name_that_is_not_found_raises_as_the_loops_own_look_up_does(error: Exception) -> None:
    def fail(*arguments: object) -> list[object]:
        raise error

    with pytest.raises(type(error)):
        asyncio.run(Names(fail).getaddrinfo("nowhere.example", 443))


def test_an_answer_that_comes_after_the_end_hurts_nobody() -> None:
    asked, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def late(*arguments: object) -> list[object]:
        asked.set()
        go_on.wait(5)
        done.set()
        return list(FOUND)

    async def give_up(names: Names) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(names.getaddrinfo("slow.example", 443), 0.05)

    asyncio.run(give_up(Names(late)))
    go_on.set()
    assert done.wait(5)


def test_an_answer_to_a_look_up_that_was_given_up_is_dropped() -> None:
    def late(*arguments: object) -> list[object]:
        time.sleep(0.05)
        return list(FOUND)

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(Names(late).getaddrinfo("slow.example", 443), 0.01)
        await asyncio.sleep(0.2)

    asyncio.run(give_up())
