"""Tests under way on the main screen: when a spinner shows, when a row settles, what the status line says; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from llmkeys.ui.spans import Span
from llmkeys.ui.spinner import ELAPSED_AFTER, SHOWN_AFTER, SHOWN_AT_LEAST, STOP_AFTER, frame
from llmkeys.verdict import Verdict


@dataclass
class UnderWay:
    """Which accounts are being tested since when; times are seconds of one steady clock."""

    began: dict[str, float] = field(default_factory=dict)
    shown: dict[str, float] = field(default_factory=dict)
    """Since when an account's spinner can be seen."""
    held: dict[str, Verdict] = field(default_factory=dict)
    """Verdicts of accounts whose spinner has not been seen for long enough."""
    accounts: set[str] = field(default_factory=set)
    """Those of this run, which lasts for as long as anything is tested: under way and settled."""

    @property
    def is_running(self) -> bool:
        """Whether anything is being tested or held."""
        return bool(self.began)

    @property
    def total(self) -> int:
        """How many accounts this run has."""
        return len(self.accounts)

    @property
    def done(self) -> int:
        """How many of them settled."""
        return len(self.accounts) - len(self.began)

    def begin(self, accounts: Iterable[str], now: float) -> list[str]:
        """Mark `accounts` as being tested; answers those that were not already, each once."""
        fresh = [account for account in dict.fromkeys(accounts) if account not in self.began]
        self.began.update(dict.fromkeys(fresh, now))
        self.accounts.update(fresh)
        return fresh

    def settle(self, account: str, verdict: Verdict, now: float) -> bool:
        """Whether the row may show the verdict at once; else `tick` gives it out later."""
        shown = self.shown.get(account)
        if shown is not None and now - shown < SHOWN_AT_LEAST:
            self.held[account] = verdict
            return False
        self._forget(account)
        return True

    def tick(self, now: float) -> dict[str, Verdict]:
        """Let spinners begin to show; answers what was held for long enough."""
        for account, began in self.began.items():
            if now - began >= SHOWN_AFTER and account not in self.held:
                self.shown.setdefault(account, now)
        due = {each: verdict for each, verdict in self.held.items() if now - self.shown[each] >= SHOWN_AT_LEAST}
        for account in due:
            self._forget(account)
        return due

    def stop(self, accounts: Iterable[str]) -> dict[str, Verdict]:
        """Forget `accounts`; answers what had settled among them and was held."""
        held = {}
        for account in list(accounts):
            if account in self.held:
                held[account] = self.held[account]
            self._forget(account)
        return held

    def progress(self, now: float, name_of: dict[str, str]) -> list[Span]:
        """What the status line says meanwhile; `name_of` gives accounts' names in words."""
        if not self.shown:
            return []
        account, began = next(iter(self.began.items()))
        number = f"testing {min(self.done + 1, self.total)} of {self.total}" if self.total > 1 else "testing"
        spans = [(f"{frame(now)} ", "busy"), (number, ""), (f"   {name_of.get(account, account)}", "spare")]
        if now - began >= ELAPSED_AFTER:
            spans.append((f"   {now - began:.1f} s", "quiet"))
        if now - began >= STOP_AFTER:
            spans += [("   esc", "key"), (" stops", "quiet")]
        return spans

    def _forget(self, account: str) -> None:
        for kept in (self.began, self.shown, self.held):
            kept.pop(account, None)
        if not self.began:
            self.accounts.clear()
