"""The fields of the key dialog, and the draft that stands in them."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from llmkeys.catalog.rows import Provider
from llmkeys.errors import LlmkeysError
from llmkeys.resolution.candidate import Kind
from llmkeys.service.accounts import Draft
from llmkeys.service.overview import Row
from llmkeys.service.store_state import StoreState
from llmkeys.typed_key import TypedKey
from llmkeys.ui.key_judge import Judge
from llmkeys.ui.widgets.extra_fields import ExtraFields
from llmkeys.ui.widgets.field import Field
from llmkeys.ui.widgets.notice_line import NoticeLine
from llmkeys.ui.widgets.secret_input import SecretInput
from llmkeys.ui.widgets.store_line import StoreLine


class KeyForm(VerticalScroll, can_focus=False):
    """Account, key, extra fields and store; for a rotation the key alone, and where it is kept."""

    def __init__(self, label: str, store: StoreState, judge: Judge, *, agreed: bool, rotating: Row | None) -> None:
        super().__init__(id="form")
        self._rotating = rotating
        if rotating is not None and rotating.source.kind is Kind.FILE:
            store, agreed = StoreState("file", True, "where this account's key is kept"), True
        self.account = Field("Account", label, judge=judge, strict=True, id="account")
        self.key = SecretInput(id="key")
        self.line = NoticeLine(id="key-line")
        self.extra = ExtraFields(judge=judge, id="more")
        self._store = StoreLine(store, agreed=agreed, id="store")

    def compose(self) -> ComposeResult:
        """As drawn."""
        if self._rotating is None:
            yield self.account
        yield Static("API key", classes="words")
        yield self.key
        yield self.line
        yield self.extra
        yield Static("Save in", classes="words")
        yield self._store

    def start(self, provider: Provider, pasted: TypedKey | None) -> None:
        """Ask for what `provider` needs, with a key that was pasted before."""
        if self._rotating is None:
            self.extra.offer(provider)
        if pasted is not None:
            self.key.put(pasted)

    def draft(self, provider: Provider) -> Draft:
        """What stands in the form. Raises LlmkeysError where that is no key, or consent is missing."""
        reading, rotating = self.key.reading, self._rotating
        optional = provider.key_optional and rotating is None
        if reading.key is None and not (optional and not reading.length and not reading.problem):
            self.key.focus()
            raise LlmkeysError(reading.problem or "There is no key yet.", next=reading.next or "Paste or type one.")
        misplaced = next((each for each in self.query(Field) if each.holds_key), None)
        if misplaced is not None:
            misplaced.input.focus()
            raise LlmkeysError("That looks like a key.", next="Put it into the key's own field, where it is not shown.")
        return Draft(
            provider=provider.id,
            label=rotating.label if rotating else self.account.value,
            secret=reading.key.secret if reading.key else None,
            base_url=self.extra.base_url or None,
            settings=self.extra.settings,
            store=self._store.chosen() if reading.key else None,
            consent=self._store.agreed,
            replaces=rotating is not None,
        )
