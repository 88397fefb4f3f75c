"""Blocking wishes run beside the event loop, and quitting never waits for one."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time

import pytest

from llmkeys.service.background import in_background


async def test_the_loop_goes_on_while_a_wish_blocks() -> None:
    gate = threading.Event()
    waiting = asyncio.ensure_future(in_background(lambda: gate.wait(5)))
    await asyncio.sleep(0.02)
    assert not waiting.done()
    gate.set()
    assert await waiting is True


async def test_what_a_wish_raises_is_raised_where_it_is_awaited() -> None:
    def fail(text: str) -> None:
        raise LookupError(text)

    with pytest.raises(LookupError, match="here"):
        await in_background(fail, "here")


async def test_a_wish_nobody_waits_for_any_more_settles_in_silence() -> None:
    gate = threading.Event()
    waiting = asyncio.ensure_future(in_background(lambda: gate.wait(5)))
    await asyncio.sleep(0.02)
    waiting.cancel()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.sleep(0.05)


def test_a_wish_that_hangs_does_not_keep_the_process_alive() -> None:
    program = """
import asyncio, time
from llmkeys.service.background import in_background
async def main():
    asyncio.ensure_future(in_background(time.sleep, 30))
    await asyncio.sleep(0.1)
asyncio.run(main())
"""
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=20, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert time.monotonic() - started < 10


def test_a_wish_that_outlives_its_loop_is_forgotten() -> None:
    done = threading.Event()

    def slow() -> None:
        time.sleep(0.2)
        done.set()

    async def main() -> None:
        waiting = asyncio.ensure_future(in_background(slow))
        await asyncio.sleep(0.05)
        assert not waiting.done()

    asyncio.run(main())
    assert done.wait(5)
    time.sleep(0.05)
    assert not [thread for thread in threading.enumerate() if thread.name == "llmkeys wish"]
