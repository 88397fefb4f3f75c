"""What the model picker looks like, and how a person moves about in it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from llmkeys.config import Choice
from llmkeys.service.overview import Overview
from llmkeys.ui.screens.picker_list import ModelList
from llmkeys.ui.screens.picker_listing import Scope
from llmkeys.ui.screens.picker_rows import title_spans
from llmkeys.ui.screens.picker_state import Picker
from llmkeys.ui.widgets.field import PlainInput
from llmkeys.ui.widgets.key_bar import KeyBar, KeyHint
from llmkeys.ui.widgets.line import Line
from llmkeys.ui.widgets.tabs import Tabs
from llmkeys.ui.widgets.virtual_list import VirtualList

_TRY = "Search models   try: sonnet   p:openai   ctx>200k   <$1   +vision"


class PickerView(ModalScreen[Choice | None]):
    """Shows what `picker` lists for a scope and a query; with `account` it opens on that account's own models."""

    CSS_PATH: ClassVar = ["dialog.tcss", "picker.tcss"]
    AUTO_FOCUS = "#query"

    def __init__(self, shown: Overview, picker: Picker, account: str | None) -> None:
        super().__init__()
        self._picker = picker
        self._scopes: tuple[Scope, ...] = picker.scopes()
        self._scope = len(self._scopes) - 1 if account else 0
        self._note = ""
        self._waiting = ""
        """What is being waited for, while there is nothing else to say."""

    def compose(self) -> ComposeResult:
        """As drawn: scopes, search, titles, list, what is highlighted, keys."""
        with Vertical(id="dialog", classes="dialog"):
            yield Tabs(id="scopes")
            yield PlainInput("", placeholder=_TRY, is_key=self._picker.is_key, id="query")
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

    def _replace(self, picker: Picker) -> None:
        """List from another picker: in the scope shown until now if it is there, on the same model."""
        before = self._scopes[self._scope].identity
        self._picker, self._scopes = picker, picker.scopes()
        same = (place for place, each in enumerate(self._scopes) if each.identity == before)
        self._scope = next(same, min(self._scope, len(self._scopes) - 1))
        self.query_one("#dialog").border_subtitle = Content(picker.totals)
        with self._models.cursor_in_its_place():
            self._list(keep=self._models.choice)

    def _show_tabs(self) -> None:
        found = f"{self._models.listing.found:,} found" if self._query.strip() else ""
        tabs = [(each.words, len(each.positions)) for each in self._scopes]
        self.query_one("#scopes", Tabs).show_tabs(tabs, self._scope, self._note or found or self._waiting)

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

    @on(PlainInput.TooLong)
    def _refuse_length(self, message: PlainInput.TooLong) -> None:
        self._tell(message.words)

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

    @property
    def _is_open(self) -> bool:
        """Whether there is anything to show it on: closing does not wait for what runs."""
        return self.is_attached and self.is_current

    def _tell(self, note: str) -> None:
        self._note = note
        if self._is_open:
            self._show_tabs()

    def _wait_for(self, words: str) -> None:
        self._waiting = words
        if self._is_open:
            self._show_tabs()


_HINTS = (
    KeyHint("↵", "Set default", "screen.choose"),
    KeyHint("tab", "Scope", "screen.scope(1)"),
    KeyHint("^f", "Favourite", "screen.favourite"),
    KeyHint("^t", "Test", "screen.test"),
    KeyHint("^y", "Copy id", "screen.copy"),
    KeyHint("esc", "Close", "screen.back", kept=True),
)
