"""The model picker: every model of every account, found as a person types; it answers a default."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.timer import Timer

from llmkeys.check.runner import Checker
from llmkeys.config import Choice
from llmkeys.service.background import in_background
from llmkeys.service.checks import check_accounts
from llmkeys.service.defaults import toggle_favourite
from llmkeys.service.models import offers, refresh_list
from llmkeys.service.overview import Overview, Row, overview
from llmkeys.service.session import Session
from llmkeys.ui.explained import explained
from llmkeys.ui.screens.picker_listing import old_lists
from llmkeys.ui.screens.picker_state import Picker
from llmkeys.ui.screens.picker_view import PickerView
from llmkeys.ui.spinner import FRAMES_A_SECOND

FOLLOWS_AFTER = 0.2
"""Seconds for further news to come: a round of tests brings many, and each costs a new list."""


class PickerScreen(PickerView):
    """Answers the account and model to make the default; changes nothing itself but favourites.

    With `account` it opens on that account's own models. `checker` makes what tests and live lists need, when they
    are first asked for; `refreshes` says whether lists may be asked for without a person's wish.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Set default", priority=True, id="picker.choose"),
        Binding("tab", "scope(1)", "Scope", priority=True, id="picker.scope"),
        Binding("shift+tab", "scope(-1)", show=False, priority=True),
        Binding("ctrl+f", "favourite", "Favourite", priority=True, id="picker.favourite"),
        Binding("ctrl+t", "test", "Test", priority=True, id="picker.test"),
        Binding("ctrl+y", "copy", "Copy id", priority=True, id="picker.copy"),
        Binding("escape", "back", "Close", priority=True, id="picker.back"),
        Binding("up,ctrl+p", "move(-1)", show=False),
        Binding("down,ctrl+n", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]

    def __init__(
        self,
        session: Session,
        shown: Overview,
        account: str | None = None,
        checker: Callable[[], Checker] | None = None,
        *,
        refreshes: bool = False,
    ) -> None:
        super().__init__(shown, _picker_of(session, shown, account), account)
        self._session = session
        self._shown = shown
        self._account = account
        self._checker = checker
        self._refreshes = refreshes
        self._testing: frozenset[str] = frozenset()
        self._spinner: Timer | None = None
        self._news: Overview | None = None
        self._showing = asyncio.Lock()
        """One list is made at a time, so that the newest is shown last."""
        self._asked: set[str] = set()
        """Accounts that were asked for their models; each is asked once."""

    def on_mount(self) -> None:
        """Ask for what is old or missing, behind the screen."""
        if self._refreshes and self._checker is not None:
            self._refresh_lists()

    def follow(self, shown: Overview) -> None:
        """Show the accounts as `shown` has them, a moment later: what was tested behind this screen has settled."""
        waits, self._news = self._news is not None, shown
        if not waits:
            self._follow_news()

    @work(group="news", exit_on_error=False)
    async def _follow_news(self) -> None:
        await asyncio.sleep(FOLLOWS_AFTER)
        async with self._showing:
            shown, self._news = self._news, None
            if shown is not None and self._is_open:
                # What was marked here is on disk, and not in what the main screen read before.
                await self._show_anew(shown._replace(favourites=self._picker.favourites))

    @work(group="favourite", exit_on_error=False)
    async def action_favourite(self) -> None:
        """Mark the highlighted model, or take the mark away."""
        offer = self._models.offer
        if offer is None:
            return
        choice = Choice(offer.account, offer.model.id)
        try:
            marked = await in_background(toggle_favourite, self._session, choice)
        except Exception as error:
            self._tell(explained(error).message)
            return
        if self._is_open:
            self._picker.mark(choice, marked)
            self._scopes = self._picker.scopes()
            self._list(keep=choice)

    @work(group="test", exit_on_error=False)
    async def action_test(self) -> None:
        """Test the highlighted model's account."""
        offer = self._models.offer
        if offer is None or self._checker is None or offer.account in self._testing:
            return
        self._mark_testing(self._testing | {offer.account})
        try:
            async for _ in check_accounts(self._session, self._checker(), [offer.account]):
                pass
        except Exception as error:
            self._tell(explained(error).message)
        self._mark_testing(self._testing - {offer.account})
        await self._read_again()
        await self._refresh(each for each in self._old_lists() if each.account == offer.account)

    def _mark_testing(self, accounts: frozenset[str]) -> None:
        self._testing = accounts
        if self._spinner is None:
            self._spinner = self.set_interval(1 / FRAMES_A_SECOND, self._turn_spinners)
        elif not accounts:
            self._spinner.stop()
            self._spinner = None
        if self._is_open:
            self._models.show_testing(accounts)
            self._show_detail()

    def _turn_spinners(self) -> None:
        self._models.turn_spinners()
        self._show_detail()

    @work(group="lists", exit_on_error=False)
    async def _refresh_lists(self) -> None:
        """Ask for the lists that are old or missing."""
        await self._refresh(self._old_lists())

    def _old_lists(self) -> list[Row]:
        """Whose lists are old or missing; the account that a person looks at, or else the default's, comes first."""
        default = self._shown.default.account if self._shown.default else None
        return old_lists(self._shown.rows, self._picker.offers, self._account or default)

    async def _refresh(self, rows: Iterable[Row]) -> None:
        """Ask for the lists of `rows`, one after the other; what fails is asked again another time."""
        for row in rows:
            if self._checker is None or row.account in self._asked:
                continue
            self._asked.add(row.account)
            self._wait_for(f"asking {row.provider.short_name} for its models…")
            try:
                await refresh_list(self._session, self._checker(), row.account)
            except Exception as error:
                if row.account == self._account:
                    self._tell(explained(error).message)
                continue
            finally:
                self._wait_for("")
            await self._read_again()

    async def _read_again(self) -> None:
        """Show what changed on disk, with the cursor where it was."""
        async with self._showing:
            try:
                shown = await in_background(overview, self._session)
            except Exception as error:
                self._tell(explained(error).message)
            else:
                await self._show_anew(shown)

    async def _show_anew(self, shown: Overview) -> None:
        try:
            picker = await in_background(lambda: _picker_of(self._session, shown, self._account).prepared())
        except Exception as error:
            self._tell(explained(error).message)
            return
        if self._is_open:
            self._shown = shown
            self._replace(picker)


def _picker_of(session: Session, shown: Overview, account: str | None) -> Picker:
    return Picker(offers(session, shown), shown, account, session.now())
