"""The model picker: every model of every account, found as a person types; it answers a default."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from llmkeys.check.runner import Checker
from llmkeys.config import Choice
from llmkeys.errors import LlmkeysError
from llmkeys.service.background import in_background
from llmkeys.service.checks import test_accounts
from llmkeys.service.defaults import toggle_favourite
from llmkeys.service.models import offers, refresh_list
from llmkeys.service.overview import Overview, overview
from llmkeys.service.session import Session
from llmkeys.ui.screens.picker_list import ModelList
from llmkeys.ui.screens.picker_listing import Scope, old_lists
from llmkeys.ui.screens.picker_rows import title_spans
from llmkeys.ui.screens.picker_state import Picker
from llmkeys.ui.widgets.field import PlainInput, looks_like_key
from llmkeys.ui.widgets.key_bar import KeyBar, KeyHint
from llmkeys.ui.widgets.line import Line
from llmkeys.ui.widgets.tabs import Tabs
from llmkeys.ui.widgets.virtual_list import VirtualList

_TRY = "Search models   try: sonnet   p:openai   ctx>200k   <$1   +vision"


class PickerScreen(ModalScreen[Choice | None]):
    """Answers the account and model to make the default; changes nothing itself but favourites.

    With `account` it opens on that account's own models. `checker` makes what tests and live lists need, when they
    are first asked for; `refreshes` says whether lists may be asked for without a person's wish.
    """

    CSS_PATH = "picker.tcss"
    AUTO_FOCUS = "#query"
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
        super().__init__()
        self._session = session
        self._shown = shown
        self._account = account
        self._checker = checker
        self._refreshes = refreshes
        self._testing: frozenset[str] = frozenset()
        self._note = ""
        prefixes = tuple(prefix for each in shown.providers for prefix in each.key_prefixes)
        self._is_key = partial(looks_like_key, prefixes=prefixes)
        self._picker = self._made(shown)
        self._scopes: tuple[Scope, ...] = self._picker.scopes()
        self._scope = len(self._scopes) - 1 if account else 0

    def _made(self, shown: Overview) -> Picker:
        return Picker(offers(self._session, shown), shown, self._account, self._session.now())

    def compose(self) -> ComposeResult:
        """As drawn: scopes, search, titles, list, what is highlighted, keys."""
        with Vertical(id="dialog"):
            yield Tabs(id="scopes")
            yield PlainInput("", placeholder=_TRY, is_key=self._is_key, id="query")
            yield Line(title_spans, id="titles")
            yield ModelList(self._picker, id="models")
            yield Line(id="detail")
            yield KeyBar(_HINTS)

    def on_mount(self) -> None:
        """Stand on the previous default, so that enter switches."""
        dialog = self.query_one("#dialog")
        dialog.border_title = "Default model"
        dialog.border_subtitle = Content(self._picker.totals)
        self._list()
        self.call_after_refresh(self._picker.prepared)
        if self._refreshes and self._checker is not None:
            self._refresh_lists(self._checker)

    @property
    def _models(self) -> ModelList:
        return self.query_one("#models", ModelList)

    @property
    def _query(self) -> str:
        return self.query_one("#query", PlainInput).value

    def _list(self, keep: Choice | None = None) -> None:
        """Show what the scope and the query leave; the cursor goes to `keep` if it is still there."""
        listing = self._picker.listing(self._scopes[self._scope], self._query)
        cursor: int | None = 0 if self._query.strip() else self._picker.start(listing)
        if keep is not None:
            cursor = self._picker.row_of(listing, keep, cursor)
        self._models.show(self._picker, listing, cursor)
        self._show_tabs()
        self._show_detail()

    def _show_tabs(self) -> None:
        found = f"{self._models.listing.found:,} found" if self._query.strip() else ""
        tabs = [(each.words, len(each.positions)) for each in self._scopes]
        self.query_one("#scopes", Tabs).show_tabs(tabs, self._scope, self._note or found)

    @on(VirtualList.Highlighted)
    def _show_detail(self) -> None:
        self.query_one("#detail", Line).show(self._models.detail)

    @on(Input.Changed)
    def _search(self) -> None:
        self._note = ""
        self._list()

    @on(PlainInput.KeyPasted)
    def _refuse_key(self) -> None:
        self._tell("that looks like a key, not a model")

    @on(VirtualList.Chosen)
    def action_choose(self) -> None:
        """Answer the highlighted model."""
        if (choice := self._models.choice) is not None:
            self.dismiss(choice)

    def action_scope(self, step: int) -> None:
        """The next tab, or the one before."""
        self._scope = (self._scope + step) % len(self._scopes)
        self._list()

    @on(Tabs.Clicked)
    def _scope_clicked(self, message: Tabs.Clicked) -> None:
        self._scope = message.position
        self._list()

    def action_move(self, step: int) -> None:
        """One row up or down; the search field keeps the letters."""
        self._models.action_move(step)

    def action_page(self, direction: int) -> None:
        """One page up or down."""
        self._models.action_page(direction)

    def action_back(self) -> None:
        """Clear the search, then close."""
        if self._query:
            self.query_one("#query", PlainInput).value = ""
        else:
            self.dismiss(None)

    def action_copy(self) -> None:
        """Send the id to the terminal's clipboard."""
        if (offer := self._models.offer) is not None:
            self.app.copy_to_clipboard(offer.model.id)
            self._tell("id sent to the terminal's clipboard")

    def _tell(self, note: str) -> None:
        self._note = note
        self._show_tabs()

    @work(group="favourite")
    async def action_favourite(self) -> None:
        """Mark the highlighted model, or take the mark away."""
        offer = self._models.offer
        if offer is None:
            return
        choice = Choice(offer.account, offer.model.id)
        try:
            marked = await in_background(toggle_favourite, self._session, choice)
        except LlmkeysError as error:
            self._tell(error.message)
            return
        self._picker.mark(choice, marked)
        self._scopes = self._picker.scopes()
        self._list(keep=choice)

    @work(group="test")
    async def action_test(self) -> None:
        """Test the highlighted model's account."""
        offer = self._models.offer
        if offer is None or self._checker is None or offer.account in self._testing:
            return
        self._mark_testing(self._testing | {offer.account})
        try:
            async for _ in test_accounts(self._session, self._checker(), [offer.account]):
                pass
        except LlmkeysError as error:
            self._tell(error.message)
        finally:
            self._mark_testing(self._testing - {offer.account})
        await self._read_again()

    def _mark_testing(self, accounts: frozenset[str]) -> None:
        self._testing = accounts
        self._models.show_testing(accounts)
        self._show_detail()

    @work(group="lists")
    async def _refresh_lists(self, checker: Callable[[], Checker]) -> None:
        """Ask for live lists that are old or missing; what fails is asked again another time."""
        for account in old_lists(self._shown.rows, self._picker.offers):
            try:
                await refresh_list(self._session, checker(), account)
            except LlmkeysError:
                continue
            await self._read_again()

    async def _read_again(self) -> None:
        """Show what changed on disk, with the cursor where it was."""
        shown = await in_background(overview, self._session)
        picker = await in_background(lambda: self._made(shown).prepared())
        self._picker, self._scopes = picker, picker.scopes()
        self._list(keep=self._models.choice)


_HINTS = (
    KeyHint("↵", "Set default", "screen.choose"),
    KeyHint("tab", "Scope", "screen.scope(1)"),
    KeyHint("^f", "Favourite", "screen.favourite"),
    KeyHint("^t", "Test", "screen.test"),
    KeyHint("^y", "Copy id", "screen.copy"),
    KeyHint("esc", "Close", "screen.back", kept=True),
)
