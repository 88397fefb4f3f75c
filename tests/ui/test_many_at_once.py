"""A hundred accounts of quick, slow and dead servers, tested from the main screen over real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import reduce
from typing import Any

import pytest
from textual.pilot import Pilot

from llmkeys.account import AccountName
from llmkeys.config import with_account
from llmkeys.service.overview import overview
from llmkeys.service.session import Session, look
from llmkeys.service.settings import change_setting
from llmkeys.store.config_file import change_config
from llmkeys.ui.app import LlmkeysApp
from llmkeys.verdict import State
from support.answering_server import Answer, AnsweringServer
from support.keeping import KEY, kept
from support.provider_server import answering
from ui.test_main import drawn, status

SIZE = (120, 36)
QUICK, SLOW, DEAD = 84, 10, 6
ALL = QUICK + SLOW + DEAD


class Servers:
    """A server for each account, on an address of its own in 127.0.0.x; the dead ones hang up."""

    def __init__(self, stack: ExitStack, session: Session) -> None:
        self.slow_ones_answer = threading.Event()
        self.all = [
            stack.enter_context(AnsweringServer(self._answer(number), host=f"127.0.0.{number + 2}"))
            for number in range(ALL)
        ]
        kept(session, "openai/a00", KEY, base_url=f"{self.all[0].url}/v1")
        first = look(session).config.accounts[AccountName("openai", "a00")]
        others = [
            first._replace(name=AccountName("openai", f"a{number:02}"), base_url=f"{server.url}/v1")
            for number, server in enumerate(self.all)
        ]
        change_config(session.paths, lambda config: reduce(with_account, others, config))

    def _answer(self, number: int) -> Any:
        if number < DEAD:
            return Answer(ending="silent")
        return self._slow if number < DEAD + SLOW else answering({KEY})

    def _slow(self, request: Any) -> Answer:
        self.slow_ones_answer.wait(30)
        return answering({KEY})(request)


@pytest.fixture
def opened(session: Callable[..., Session]) -> Session:
    found = session("app")
    change_setting(found, "offline", "on")
    return found


@pytest.fixture
def servers(opened: Session) -> Iterator[Servers]:
    with ExitStack() as stack:
        made = Servers(stack, opened)
        yield made
        made.slow_ones_answer.set()


async def until(pilot: Pilot[int], condition: Callable[[], object]) -> None:
    """Wait until something holds; a hundred verdicts are written one after another."""
    for _ in range(3000):
        await pilot.pause(0.02)
        if condition():
            return
    raise AssertionError(status(pilot.app))  # type: ignore[arg-type]


def recorded(opened: Session) -> dict[str, State]:
    return {row.account: row.verdict.state for row in overview(opened).rows if row.verdict}


@pytest.mark.only_on("linux")  # elsewhere 127.0.0.2 is no address of the machine
async def test_rows_settle_one_by_one_and_a_second_test_of_all_adds_nothing(opened: Session, servers: Servers) -> None:
    app = LlmkeysApp(opened)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("T")
        await until(pilot, lambda: f" of {ALL} " in status(app))
        await until(pilot, lambda: len(recorded(opened)) >= 5)
        assert any("testing" in each for each in drawn(app))
        await pilot.press("T")
        await pilot.pause(0.1)
        assert f" of {ALL} " in status(app)
        servers.slow_ones_answer.set()
        await until(pilot, lambda: f"{ALL} tested in" in status(app))
        assert f"✓ {QUICK + SLOW} ok" in status(app)
        assert f"? {DEAD} unreachable" in status(app)
        assert len(recorded(opened)) == ALL
        asked_each = {len(each.received) for each in servers.all[DEAD:]}
        assert len(asked_each) == 1


@pytest.mark.only_on("linux")
async def test_esc_stops_and_nothing_is_kept_for_those_stopped(opened: Session, servers: Servers) -> None:
    app = LlmkeysApp(opened)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("T")
        await until(pilot, lambda: f"testing {QUICK + DEAD + 1} of {ALL}" in status(app))
        await pilot.press("escape")
        await until(pilot, lambda: status(app) == f"stopped, {SLOW} not tested")
        await until(pilot, lambda: not any("testing" in each for each in drawn(app)))
        kept = recorded(opened).values()  # a machine that is too busy may have met the deadline of some before esc
        assert len([state for state in kept if state is not State.TIMEOUT]) == QUICK + DEAD
