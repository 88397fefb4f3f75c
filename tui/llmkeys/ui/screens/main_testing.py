"""Tests as the main screen runs them: rows settle one by one, one spinner timer, esc stops."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from textual.timer import Timer

from llmkeys.service.session import Session
from llmkeys.service.settings import get_setting
from llmkeys.service.standing import is_waiting
from llmkeys.ui.screens.main_state import accounts_to_test, settled
from llmkeys.ui.screens.main_wishes import MainWishes
from llmkeys.ui.spinner import FRAMES_A_SECOND, SHOWN_AT_LEAST
from llmkeys.verdict import State, Verdict

TEST_GROUP = "tests"
PAINT_EVERY = 1 / 30
"""Seconds between two paintings of the list while rows settle: a hundred at once are painted once."""
ASKS_BEFORE_READING = sys.platform == "darwin"
"""macOS may ask the person at every keychain read, so there nothing is tested before the first `t` or `T`."""
_NONE = Verdict(State.UNTESTABLE)


class MainTesting(MainWishes):
    """The main screen with its tests."""

    def __init__(self, session: Session, classes: str = "") -> None:
        super().__init__(session, classes)
        self._spinner: Timer | None = None
        self._painting: Timer | None = None
        self._checking: Any = None
        self._waits_for_person = ASKS_BEFORE_READING

    def on_unmount(self) -> None:
        """Whatever still runs is left to its daemon threads."""
        if self._checking is not None:
            self._checking.close()

    def _checker(self) -> Any:
        """The one checker of this screen; made, with all it imports, when something is first tested."""
        if self._checking is None:
            from llmkeys.check.runner import Checker  # httpx and ssl come with it: never before the first paint

            self._checking = Checker(self._session.environ)
        return self._checking

    def _start_tests(self, accounts: Sequence[str], *, asked: bool = True, again: bool = True) -> None:
        """Test `accounts` beside everything else; those under way are not tested twice.

        With `again` those are tested that settled in this run; without it they are left alone too, and so are those
        whose server asked for time.
        """
        if asked:
            self._waits_for_person = False
        wanted = accounts if again else [each for each in accounts if each not in self._tests.accounts]
        fresh = self._tests.begin(wanted, time.monotonic())
        if fresh:
            self.run_worker(self._heard(self._test(fresh, asked, patient=not again)), group=TEST_GROUP)
        elif accounts:
            self.tell([("testing already   ", ""), ("esc", "key"), (" stops", "quiet")])

    async def _test_stale(self) -> None:
        """Ask again about what has not been asked about for ten minutes, unless that is turned off."""
        if not self._may_ask_unasked():
            return
        from llmkeys.service.checks import stale_accounts

        self._start_tests(stale_accounts(self._overview, self._session.now()), asked=False)

    def _may_ask_unasked(self) -> bool:
        """Whether the network may be used without a person's wish."""
        if self._session.offline or self._waits_for_person:
            return False
        return get_setting(self._session, "offline").value != "on"

    async def _test(self, accounts: list[str], asked: bool, patient: bool) -> None:
        from llmkeys.service.checks import check_accounts
        from llmkeys.service.rounds import Extent

        began, waiting = time.monotonic(), self._told_to_wait(accounts) if patient else {}
        found: dict[str, Verdict] = {}
        async with self._under_way(accounts):
            async for each in check_accounts(self._session, self._checker(), accounts, Extent(patient=patient)):
                found[each.account] = each.verdict
                self._settle(each.account, each.verdict)
        await self._look_again()
        left_alone = [each for each, checked_at in waiting.items() if found.get(each, _NONE).checked_at == checked_at]
        if asked:
            self._tell_verdicts(found, time.monotonic() - began, left_alone)

    @asynccontextmanager
    async def _under_way(self, accounts: list[str]) -> AsyncIterator[None]:
        """The spinners of `accounts` turn meanwhile; afterwards each was seen for long enough, or all was stopped."""
        self._spin()
        try:
            yield
            while self._tests.held.keys() & set(accounts):
                await asyncio.sleep(SHOWN_AT_LEAST / 3)
        finally:
            for account, verdict in self._tests.stop(accounts).items():
                self._show_verdict(account, verdict)
            self._paint_tests()

    def _settle(self, account: str, verdict: Verdict) -> None:
        if self._tests.settle(account, verdict, time.monotonic()):
            self._show_verdict(account, verdict)

    def _told_to_wait(self, accounts: Sequence[str]) -> dict[str, str | None]:
        """Which of `accounts` have a server that asked for time, and when it did."""
        now = self._session.now()
        verdicts = {row.account: row.verdict for row in self._overview.rows if row.account in accounts}
        return {name: each.checked_at for name, each in verdicts.items() if each is not None and is_waiting(each, now)}

    def _tell_verdicts(self, found: dict[str, Verdict], seconds: float, left_alone: Sequence[str]) -> None:
        from llmkeys.ui.screens.main_words import round_words, verdict_words  # not before the first paint

        names = self._names()
        if len(found) == 1 and not left_alone:
            account, verdict = next(iter(found.items()))
            self.tell(verdict_words(names.get(account, account), verdict), stays=verdict.key_accepted is not True)
        else:
            tested = {account: verdict for account, verdict in found.items() if account not in left_alone}
            self.tell(round_words(tested, seconds, len(left_alone)), stays=True)

    def _test_everything(self) -> None:
        accounts = accounts_to_test(self._overview.rows)
        if not accounts and not self.refuses_changes():
            self.tell_trouble("There is no account to test yet.", "a adds one")
        self._start_tests(accounts, again=False)

    def _stop_tests(self) -> bool:
        """Stop whatever is being tested; answers whether anything was."""
        if not self._tests.is_running:
            return False
        left = len(self._tests.began)
        self.workers.cancel_group(self, TEST_GROUP)
        self.tell([(f"stopped, {left} not tested", "")])
        return True

    def _show_verdict(self, account: str, verdict: Verdict) -> None:
        self._settled_meanwhile[account] = verdict
        self._state = self._state.with_overview(settled(self._overview, account, verdict))
        if self._painting is None:
            self._painting = self.set_timer(PAINT_EVERY, self._paint_settled)

    def _paint_settled(self) -> None:
        self._painting = None
        self.paint()

    def _spin(self) -> None:
        if self._spinner is None:
            self._spinner = self.set_interval(1 / FRAMES_A_SECOND, self._tick)
        self._spinner.resume()

    def _tick(self) -> None:
        """Ten times a second while something is tested: turn the spinners that can be seen."""
        for account, verdict in self._tests.tick(time.monotonic()).items():
            self._show_verdict(account, verdict)
        self._paint_tests()

    def _paint_tests(self) -> None:
        shown = frozenset(self._tests.shown)
        progress = self._tests.progress(time.monotonic(), self._names())
        self._progress(progress)
        self._list.redraw(self._drawing(), shown)
        if self._key() in shown:
            self._pane.show()
        if not self._tests.is_running and self._spinner is not None:
            self._spinner.pause()
