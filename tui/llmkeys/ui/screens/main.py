"""The main screen: every account with its state; each key is one wish, read from top to bottom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from textual import on
from textual.binding import BindingType

from llmkeys.config import Choice
from llmkeys.service.background import in_background
from llmkeys.service.session import Session
from llmkeys.ui.screens import main_keys
from llmkeys.ui.screens.main_facts import title_words
from llmkeys.ui.screens.main_filtering import MainFiltering
from llmkeys.ui.screens.main_state import Listed, Offered
from llmkeys.ui.screens.main_wishes import changes
from llmkeys.ui.spans import Span
from llmkeys.ui.widgets.virtual_list import VirtualList

READ_MODELS_AFTER = 0.05
"""Seconds after the first paint: prices are not worth a later first key."""


class MainScreen(MainFiltering):
    """The screen that `llmkeys` opens."""

    BINDINGS: ClassVar[list[BindingType]] = [*main_keys.BINDINGS]

    def __init__(self, session: Session, classes: str = "") -> None:
        super().__init__(session, classes)
        self._picker: Any = None
        """The picker that is open, so that it can be told what settles behind it."""

    def on_mount(self) -> None:
        """After the first paint: read the models, test what is stale."""
        self._tell_notes()
        self.call_after_refresh(self.set_timer, READ_MODELS_AFTER, self._after_paint)

    def paint(self, key: str = "") -> None:
        """Draw everything from the state, in the open picker too."""
        super().paint(key)
        if self._picker is not None:
            self._picker.follow(self._overview)

    @on(VirtualList.Highlighted, "#list")
    def _row_changed(self) -> None:
        self._paint_row()
        if self._countdown is not None:
            self._paint_ages()  # seconds must not begin where the last minute did

    @on(VirtualList.Chosen, "#list")
    @changes
    def action_use(self) -> None:
        """Pick a model of this account; a provider without a key gets one first."""
        entry = self._entry
        if self.is_too_small:
            return
        if isinstance(entry, Listed):
            self._open_picker(entry.row.account)
        elif isinstance(entry, Offered):
            self._add_key(entry.provider)

    @changes
    def action_models(self) -> None:
        """Pick a model of any account."""
        self._open_picker(None)

    @changes
    def action_make_default(self) -> None:
        """Make this account and its last model the default; without one, pick it."""
        row = self._row()
        if row is not None and row.is_default:
            self.tell([("★ ", "star"), (f"{title_words(row)} is the default already", "")])
        elif row is not None and row.model:
            from llmkeys.service.defaults import set_default

            self.wish(self._change_default(set_default, row.account, row.model))
        elif row is not None:
            self._open_picker(row.account)

    @changes
    def action_swap(self) -> None:
        """Swap the default with the one before."""
        from llmkeys.service.defaults import swap_default

        self.wish(self._change_default(swap_default))

    @changes
    def action_recent(self, number: int) -> None:
        """Make the recent default of that number the default."""
        from llmkeys.service.defaults import choose_recent

        self.wish(self._change_default(choose_recent, number))

    def action_test(self) -> None:
        """Test the account under the cursor."""
        if row := self._row():
            self._start_tests([row.account])

    def action_test_all(self) -> None:
        """Test every account; rows settle one by one."""
        self._test_everything()

    def action_look_again(self) -> None:
        """Read config, environment and last verdicts again."""
        self.wish(self._refresh())

    def action_help(self) -> None:
        """Show every key."""
        from llmkeys.ui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(main_keys.help_sections()))

    def action_move(self, step: int) -> None:
        """Move the cursor while something else has the focus."""
        self._list.action_move(step)

    def action_open_detail(self) -> None:
        """Show the details where they are not beside the list; once they are there, further down."""
        if self._shows_all_details():
            self._pane.scroll_lines(max(1, self._pane.content_size.height - 1))
        else:
            self.add_class("-detail")

    def action_close_detail(self) -> None:
        """Further up in the details, then back to the list."""
        if not self._pane.scroll_lines(1 - self._pane.content_size.height):
            self.remove_class("-detail")

    def _shows_all_details(self) -> bool:
        return self.has_class("-detail") or self.has_class("-wide")

    def action_back(self) -> None:
        """One step back: details, then the filter, then tests; never out."""
        if self.has_class("-detail"):
            self.remove_class("-detail")
        elif self.has_class("-filtering"):
            self._close_filter()
        elif not self._stop_tests():
            self.tell([])

    def _open_picker(self, account: str | None) -> None:
        from llmkeys.ui.screens.picker import PickerScreen

        with self._hearing():
            may_ask = self._may_ask_unasked()
            picker = PickerScreen(self._session, self._overview, account, self._checker, refreshes=may_ask)
            answer, self._picker = self.ask(picker), picker
            self.wish(self._pick(answer))

    async def _pick(self, answer: Awaitable[Choice | None]) -> None:
        from llmkeys.service.defaults import set_default

        choice = await answer
        self._picker = None
        if choice is None:
            await self._look_again()
        else:
            await self._change_default(set_default, choice.account, choice.model)

    async def _change_default(self, wish: Callable[..., Any], *arguments: Any) -> None:
        """One of the wishes of `service.defaults`; its module is imported when one is first wanted."""
        from llmkeys.ui.screens.main_words import default_words

        change = await in_background(wish, self._session, *arguments)
        await self._look_again()
        self.tell(default_words(change, self._overview), stays=bool(change.warning or change.shadowed_by))

    async def _refresh(self) -> None:
        await self._look_again()
        self.tell([("read again", "quiet")])
        self._tell_notes()

    def _after_paint(self) -> None:
        self.wish(self._read_models())
        self.wish(self._finish_work())
        self.wish(self._test_stale())

    async def _read_models(self) -> None:
        from llmkeys.catalog.snapshot import load_snapshot

        self._models_of = (await in_background(load_snapshot)).models
        self._pane.show()

    def _tell_notes(self) -> None:
        """Say the first thing that is worth a note; what keeps config from being read or written has a place above."""
        if self._overview.notes:
            spans: list[Span] = [("! ", "warn"), (self._overview.notes[0], "")]
            self.tell(spans, stays=True)
