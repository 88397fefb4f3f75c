"""How the main screen tests every key that could be used for one provider."""

from __future__ import annotations

import time

from llmkeys.ui.screens.main_candidates import Tried, in_order, look_spans
from llmkeys.ui.screens.main_state import Listed, Offered, accounts_to_test
from llmkeys.ui.screens.main_testing import TEST_GROUP, MainTesting


class MainTrying(MainTesting):
    """The main screen with its tests of candidates."""

    def action_candidates(self) -> None:
        """Test each key that could be used for the provider under the cursor."""
        entry = self._entry
        if isinstance(entry, Offered):
            self.tell_trouble(f"{entry.provider.short_name} has no key yet.", "↵ adds one")
        elif isinstance(entry, Listed):
            self._try_candidates(entry.row.provider.id)

    def _try_candidates(self, provider: str) -> None:
        accounts = accounts_to_test(row for row in self._overview.rows if row.provider.id == provider)
        if self._tests.began.keys() & set(accounts):
            self.tell([("testing already   ", ""), ("esc", "key"), (" stops", "quiet")])
            return
        self._waits_for_person = False
        self.run_worker(
            self._heard(self._try(provider, self._tests.begin(accounts, time.monotonic()))), group=TEST_GROUP
        )

    async def _try(self, provider: str, accounts: list[str]) -> None:
        """The rows settle one by one, each with the key that it shows; the look at all comes last."""
        from llmkeys.service.checks import check_candidates

        found: list[Tried] = []
        sources = {row.account: row.source for row in self._overview.rows}
        async with self._under_way(accounts):
            async for each in check_candidates(self._session, self._checker(), provider):
                found.append(Tried(each.account, each.label, each.source, each.fate, each.verdict))
                if sources.get(each.account) == each.source:
                    self._settle(each.account, each.verdict)
        tried = in_order(found)
        self._tried = {**self._tried, provider: tried}
        await self._look_again()
        self.tell(look_spans(tried), stays=True)
