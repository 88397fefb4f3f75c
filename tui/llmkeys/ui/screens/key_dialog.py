"""What the key dialog looks like, and what it says of the key while it is typed."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer

from llmkeys.catalog.rows import Provider
from llmkeys.catalog.shapes import describe_shape, owner_of_variable
from llmkeys.config import section
from llmkeys.errors import LlmkeysError
from llmkeys.service.accounts import Saved
from llmkeys.service.background import in_background
from llmkeys.service.overview import Row
from llmkeys.service.session import Session, look
from llmkeys.service.store_state import StoreState
from llmkeys.service.stored import known_elsewhere, propose_label
from llmkeys.typed_key import TypedKey
from llmkeys.ui.explained import explained
from llmkeys.ui.key_judge import judge_of
from llmkeys.ui.screens.key_form import KeyForm
from llmkeys.ui.screens.key_state import KeyState, dialog_keys, key_line, result_line
from llmkeys.ui.widgets.field import PlainInput
from llmkeys.ui.widgets.key_bar import KeyBar
from llmkeys.ui.widgets.notice_line import NoticeLine
from llmkeys.ui.widgets.secret_input import SecretInput

TWIN_AFTER = 0.15
"""Seconds without a keystroke before it is looked up whose key this is already."""


class KeyDialog(ModalScreen[Saved | None]):
    """The form for a key of `provider`, or with `rotating` for a new one in that account's place.

    `typed` is a key that was pasted before the dialog opened.
    """

    CSS_PATH: ClassVar = ["dialog.tcss", "key.tcss"]
    AUTO_FOCUS = ""
    _form: KeyForm

    def __init__(
        self,
        session: Session,
        provider: Provider,
        store: StoreState,
        *,
        label: str = "",
        typed: TypedKey | None = None,
        rotating: Row | None = None,
    ) -> None:
        super().__init__()
        self._session = session
        self._rotating = rotating
        self._pasted = typed
        world = look(session)
        self._catalog = world.catalog
        agreed = store.kind == "file" or bool(section(world.config.raw, "consents").get("file"))
        self._proposed = "" if label or rotating else propose_label(session, provider)
        self._make_form = partial(
            KeyForm, label or self._proposed, store, judge_of(world.catalog), agreed=agreed, rotating=rotating
        )
        self._ticks: Timer | None = None
        self.state = KeyState(provider, rotates=rotating is not None)

    def compose(self) -> ComposeResult:
        """As drawn: account, key and what it looks like, store, result, keys."""
        with Vertical(id="dialog", classes="dialog"):
            self._form = self._make_form()
            yield self._form
            yield NoticeLine(id="result")
            yield KeyBar()

    def on_mount(self) -> None:
        """Fill in what is known already."""
        self.title_dialog()
        self._form.start(self.state.provider, self._pasted)
        self._pasted = None
        if self._rotating is not None:
            self.state = self.state.noted("the old key stays until the new one tests ok")
        self._show(self.state)
        # Brought to the middle, as Textual does it, a low window would begin below the account.
        self.set_focus(self._form.key, scroll_visible=False)
        self.call_after_refresh(self._form.key.scroll_visible, animate=False)

    def title_dialog(self) -> None:
        """Name the provider, and for a rotation the account and the tail of its old key."""
        title = Content(f"Add key · {self.state.provider.name}")
        if self._rotating is not None:
            row = self._rotating
            title = Content(f"Rotate key · {row.provider.name} · {row.label}   {row.hint}")
        self.query_one("#dialog").border_title = title

    def _show(self, state: KeyState) -> None:
        self.state = state
        if not (self.is_attached and self.is_current):
            return
        self._form.key.locked = state.is_busy
        self._form.line.show(key_line(state))
        self.query_one("#result", NoticeLine).show(result_line(state, self._session.now()))
        self.query_one(KeyBar).set_hints(dialog_keys(state, more=self._form.extra.display))

    def _begin(self, state: KeyState) -> None:
        """Show `state`, and how its time goes by."""
        self._show(state)
        if self._ticks is None:
            self._ticks = self.set_interval(0.1, lambda: self._show(self.state))

    def _end(self, state: KeyState) -> None:
        if self._ticks is not None:
            self._ticks.stop()
            self._ticks = None
        self._show(state)

    @on(SecretInput.Edited)
    def _describe(self) -> None:
        if self.state.is_busy:
            return
        reading = self._form.key.reading
        provider = self.state.provider
        shape = describe_shape(reading.key.secret, provider, self._catalog) if reading.key else None
        owner = owner_of_variable(reading.key, self._catalog) if reading.key else None
        self._show(self.state.typed(reading, shape, owner if owner and owner.id != provider.id else None))
        self._look_for_twin()

    @work(exclusive=True, group="twin", exit_on_error=False)
    async def _look_for_twin(self) -> None:
        """Say whose key this is already, once the typing rests; config is read on another thread."""
        reading = self.state.reading
        if reading.key is None:
            return
        await asyncio.sleep(TWIN_AFTER)
        own = self._rotating.account if self._rotating else ""
        try:
            account = await in_background(known_elsewhere, self._session, reading.key.secret)
        except Exception as error:
            self._tell_problem(explained(error))
            return
        if account and self.state.reading is reading and not self.state.is_busy:
            self._show(self.state.alike(self._called(account) + (" itself" if account == own else "")))

    def _tell_problem(self, problem: LlmkeysError) -> None:
        if not self.state.is_busy:
            self._show(self.state.noted(problem.message))

    def _called(self, account: str) -> str:
        provider, _, label = account.partition("/")
        row = self._catalog.providers.get(provider)
        return f"{row.name if row else provider} · {label}"

    @on(PlainInput.KeyPasted)
    def _send_to_key(self) -> None:
        self._form.key.focus()
        self._show(self.state.noted("that looks like a key: paste it here, where it is not shown"))

    @on(PlainInput.TooLong)
    def _refuse_length(self, message: PlainInput.TooLong) -> None:
        self._show(self.state.noted(message.words))

    def _forget(self) -> None:
        """Nothing of the key outlives the dialog."""
        self._form.key.blank()
        self.state = self.state.forgotten()
