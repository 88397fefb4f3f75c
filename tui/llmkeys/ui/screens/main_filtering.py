"""How the main screen is filtered: a line to type in, and the list that follows it."""

from __future__ import annotations

from typing import Any

from llmkeys.service.session import Session
from llmkeys.ui.screens.main_accounts import MainAccounts
from llmkeys.ui.screens.main_state import key_of
from llmkeys.ui.widgets.line import Line


class MainFiltering(MainAccounts):
    """The main screen with its filter."""

    def __init__(self, session: Session, classes: str = "") -> None:
        super().__init__(session, classes)
        self._key_before_filter = ""

    async def action_filter(self) -> None:
        """Type a filter; the list follows every key."""
        if not self.query("#filter-text"):
            from llmkeys.catalog.rows import Catalog
            from llmkeys.ui.key_judge import judge_of, strict_judge
            from llmkeys.ui.screens.main_filter_bar import FilterBar

            self._key_before_filter = self._key()
            is_key = strict_judge(judge_of(Catalog({each.id: each for each in self._overview.providers})))
            await self.mount(FilterBar(is_key, id="filter"), before="#status")
        self.set_class(True, "-filtering")
        self.query_one("#filter-text").focus()

    def on_filter_bar_typed(self, message: Any) -> None:
        """Show what the filter leaves."""
        self._filter(message.text)

    def on_filter_bar_done(self) -> None:
        """Keep the filter and go to the list."""
        self.action_to_list()

    def on_plain_input_key_pasted(self) -> None:
        """What is typed as a filter can be read by anybody."""
        self.tell_trouble("That looks like a key, so it was not taken.", "esc, then a adds it")

    def on_plain_input_too_long(self, message: Any) -> None:
        """Nobody filters by so much."""
        self.tell_trouble(f"{message.words[0].upper()}{message.words[1:]}.")

    def action_to_list(self) -> None:
        """Give the list the focus."""
        self._list.focus()

    def _filter(self, text: str) -> None:
        self._state = self._state.with_filter(text)
        self.paint(self._key() or self._key_before_filter)
        left = sum(1 for entry in self._list.rows if key_of(entry))
        self.query_one("#filter-count", Line).show(
            lambda width: [(f"{left} left   ", "quiet"), ("esc", "key"), (" clears ", "quiet")]
        )

    def _close_filter(self) -> None:
        self.set_class(False, "-filtering")
        self._state = self._state.with_filter("")
        self.query("#filter").remove()
        self._list.focus()
        self.paint(self._key() or self._key_before_filter)
