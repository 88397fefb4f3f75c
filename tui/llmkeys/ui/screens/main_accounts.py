"""What the main screen does to accounts: add, edit, rotate, switch off, delete.

Dialogs and what changes accounts are imported when they are first wanted: together they cost a tenth of the first
paint.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from textual import events

from llmkeys.catalog.provider import Provider
from llmkeys.resolution.candidate import Kind
from llmkeys.service.background import in_background
from llmkeys.service.overview import Row
from llmkeys.typed_key import TypedKey
from llmkeys.ui.screens.main_columns import key_words
from llmkeys.ui.screens.main_facts import title_words
from llmkeys.ui.screens.main_state import Listed, Offered
from llmkeys.ui.screens.main_upkeep import MainUpkeep
from llmkeys.ui.screens.main_wishes import changes
from llmkeys.ui.spans import Span
from llmkeys.ui.undo import UNDO_SECONDS


class MainAccounts(MainUpkeep):
    """The main screen with its tests, its upkeep and what it does to accounts."""

    @changes
    def action_add(self) -> None:
        """Add a key: first which provider, then the key."""
        self._open_add()

    @changes
    def action_edit(self) -> None:
        """Edit name, label, address, model of the account under the cursor."""
        if row := self._changeable():
            from llmkeys.ui.screens.edit import EditScreen

            with self._hearing():
                self.wish(self._edit(self.ask(EditScreen(self._session, row))))

    @changes
    def action_rotate(self) -> None:
        """Put a new key in the place of the account's old one."""
        if row := self._changeable():
            from llmkeys.ui.screens.key import KeyScreen

            with self._hearing():
                checker, store = self._checker(), self._overview.store
                dialog = KeyScreen(self._session, checker, row.provider, store, rotating=row)
                self.wish(self._show_saved(self.ask(dialog), rotated=True))

    @changes
    def action_switch_off(self) -> None:
        """Disable the account, or enable it again."""
        if row := self._changeable():
            self.wish(self._switch(row))

    @changes
    def action_delete(self) -> None:
        """Delete the account after asking."""
        if row := self._changeable():
            from llmkeys.ui.screens.confirm import ConfirmScreen

            facts = [f"key {key_words(row, 24)}, {row.source.words}"]
            if row.is_default:
                facts.append("It is the default; there will be none.")
            self.wish(self._delete(row, self.ask(ConfirmScreen(f"Delete {title_words(row)}?", facts, "Delete"))))

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted here goes to where `a` and a paste would have brought it; nothing of it is shown."""
        if event.text.strip() and not self.is_too_small and not self.refuses_changes():
            self._open_add(event)

    def _open_add(self, pasted: events.Paste | None = None) -> None:
        from llmkeys.ui.screens.add import AddScreen

        with self._hearing():
            self.app.push_screen(AddScreen(self._session, self._overview.providers, pasted), self._added)

    def _added(self, chosen: Any) -> None:
        """The `Added` that the first dialog answered: no coroutine holds it, for it can hold a key."""
        if chosen is None:
            self.wish(self._look_again())
        else:
            self._add_key(chosen.provider, chosen.typed)

    def _add_key(self, provider: Provider, typed: TypedKey | None = None) -> None:
        from llmkeys.ui.screens.key import KeyScreen

        with self._hearing():
            dialog = KeyScreen(self._session, self._checker(), provider, self._overview.store, typed=typed)
            self.wish(self._show_saved(self.ask(dialog)))

    async def _edit(self, answer: Awaitable[str | None]) -> None:
        account = await answer
        await self._look_again(account or "")
        if account is not None:
            self.tell([("✓ ", "good"), (f"{self._name_of(account)} is changed", "")])

    async def _switch(self, row: Row) -> None:
        from llmkeys.service.accounts import set_enabled

        cleared = await in_background(set_enabled, self._session, row.account, not row.enabled)
        await self._look_again(row.account)
        state = "enabled" if not row.enabled else "disabled"
        self.tell([("✓ ", "good"), (f"{title_words(row)} is {state}", ""), *_cleared_words(cleared)])

    async def _delete(self, row: Row, answer: Awaitable[Any]) -> None:
        from llmkeys.service.accounts import remove_account

        if not await answer:
            return
        removed = await in_background(remove_account, self._session, row.account, keep_seconds=UNDO_SECONDS)
        await self._look_again()
        spans: list[Span] = [("✓ ", "good"), (f"{title_words(row)} is deleted", "")]
        if row.source.kind is not Kind.NONE:
            spans.append((f", key kept {UNDO_SECONDS / 60:.0f} min", "spare"))
        if removed.left_over:
            spans.append((f"   {removed.left_over}", "warn"))
        self.tell([*spans, *_cleared_words(removed.default_cleared)], stays=bool(removed.left_over))
        await self._plan_upkeep()

    async def _show_saved(self, answer: Awaitable[Any], *, rotated: bool = False) -> None:
        """The `Saved` account that a dialog answered, if it did, and what a bare provider means now."""
        saved = await answer
        await self._look_again(saved.account if saved is not None else "")
        if saved is None:
            return
        await self._plan_upkeep()
        spans: list[Span] = [("✓ ", "good"), (f"{self._name_of(saved.account)} is saved", "")]
        if rotated:
            spans.append((f", old key kept {UNDO_SECONDS / 60:.0f} min", "quiet"))
        if saved.default is not None:
            spans.append((f"   it is the default, with {saved.default.model}", "spare"))
        warnings = list(saved.notes)
        if saved.winner.shadowed_by:
            provider = saved.account.partition("/")[0]
            warnings.insert(0, f"but a bare {provider} means {saved.winner.shadowed_by}")
        self.tell([*spans, *((f"   {each}", "warn") for each in warnings)], stays=bool(warnings))

    def _row(self) -> Row | None:
        """The account under the cursor; says so where there is none."""
        entry = self._entry
        if isinstance(entry, Listed):
            return entry.row
        if isinstance(entry, Offered):
            self.tell_trouble(f"{entry.provider.short_name} has no key yet.", "↵ adds one")
        return None

    def _changeable(self) -> Row | None:
        """The account under the cursor, unless only the environment can change it."""
        row = self._row()
        if row is None or not row.read_only:
            return row
        spans: list[Span] = [("! ", "warn"), (row.source.words, ""), (" is changed there.", "spare")]
        self.tell([*spans, ("   a", "key"), (" adds another key", "quiet")], stays=True)
        return None

    def _name_of(self, account: str) -> str:
        return self._names().get(account, account)


def _cleared_words(cleared: bool) -> list[Span]:
    return [("   no default now; ", ""), ("m", "key"), (" picks one", "quiet")] if cleared else []
