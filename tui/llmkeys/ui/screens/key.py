"""The key dialog: a key is typed, tested, stored, and answered as the account it became."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.worker import Worker

from llmkeys.catalog.rows import Provider
from llmkeys.catalog.shapes import describe_shape
from llmkeys.check.runner import Checker
from llmkeys.config import section
from llmkeys.errors import LlmkeysError
from llmkeys.secret import Secret
from llmkeys.service.accounts import Saved
from llmkeys.service.background import in_background
from llmkeys.service.overview import Row
from llmkeys.service.session import Session, look
from llmkeys.service.store_state import StoreState
from llmkeys.service.stored import known_elsewhere, propose_label
from llmkeys.service.submit import submit
from llmkeys.ui.browser import open_page
from llmkeys.ui.screens.key_form import KeyForm
from llmkeys.ui.screens.key_state import (
    HOLD_OK,
    SPINNER_AFTER,
    SPINNER_FOR,
    KeyState,
    Phase,
    dialog_keys,
    key_line,
    question_words,
    result_line,
)
from llmkeys.ui.widgets.field import PlainInput
from llmkeys.ui.widgets.key_bar import KeyBar
from llmkeys.ui.widgets.notice_line import NoticeLine
from llmkeys.ui.widgets.secret_input import SecretInput

KEEP_SECONDS = 600.0
"""How long a rotated key can be taken back."""


class KeyScreen(ModalScreen[Saved | None]):
    """Adds a key for `provider`, or with `rotating` puts a new one in that account's place; answers what was saved.

    `secret` is a key that was pasted before the dialog opened.
    """

    CSS_PATH = "key.tcss"
    AUTO_FOCUS = "#key"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Test & save", priority=True, id="key.submit"),
        Binding("ctrl+s", "save_untested", "Save untested", priority=True, id="key.save"),
        Binding("f2", "open_page", "Get a key", priority=True, id="key.page"),
        Binding("ctrl+e", "more", "More", priority=True, id="key.more"),
        Binding("ctrl+o", "switch", "Switch provider", priority=True, show=False, id="key.switch"),
        Binding("escape", "cancel", "Cancel", priority=True, id="key.cancel"),
        Binding("up", "app.focus_previous", show=False, priority=True),
        Binding("down", "app.focus_next", show=False, priority=True),
    ]

    _form: KeyForm

    def __init__(
        self,
        session: Session,
        checker: Checker,
        provider: Provider,
        store: StoreState,
        *,
        label: str = "",
        secret: Secret | None = None,
        rotating: Row | None = None,
    ) -> None:
        super().__init__()
        self._session = session
        self._checker = checker
        self._rotating = rotating
        self._pasted = secret
        world = look(session)
        self._catalog = world.catalog
        agreed = store.kind == "file" or bool(section(world.config.raw, "consents").get("file"))
        self._proposed = "" if label or rotating else propose_label(session, provider)
        self._make_form = partial(KeyForm, label or self._proposed, store, agreed=agreed, rotating=rotating)
        self._worker: Worker[None] | None = None
        self._ticks: Timer | None = None
        self.state = KeyState(provider, rotates=rotating is not None)

    def compose(self) -> ComposeResult:
        """As drawn: account, key and what it looks like, store, result, keys."""
        with Vertical(id="dialog"):
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

    def on_resize(self) -> None:
        """The form scrolls where the screen is lower than the dialog."""
        self._form.styles.max_height = max(3, self.size.height - 6)

    def title_dialog(self) -> None:
        """Name the provider, and for a rotation the account and the tail of its old key."""
        title = Content(f"Add key · {self.state.provider.name}")
        if self._rotating is not None:
            row = self._rotating
            title = Content(f"Rotate key · {row.provider.name} · {row.label}   {row.hint}")
        self.query_one("#dialog").border_title = title

    def _show(self, state: KeyState) -> None:
        self.state = state
        self._form.key.locked = state.is_busy
        self._form.line.show(key_line(state))
        self.query_one("#result", NoticeLine).show(result_line(state, self._session.now()))
        self.query_one(KeyBar).set_hints(dialog_keys(state, more=self._form.extra.display))

    @on(SecretInput.Edited)
    def _describe(self) -> None:
        if self.state.is_busy:
            return
        reading = self._form.key.reading
        provider = self.state.provider
        shape = describe_shape(reading.key.secret, provider, self._catalog) if reading.key else None
        self._show(self.state.typed(reading, shape))
        self._look_for_twin()

    @work(exclusive=True, group="twin", exit_on_error=False)
    async def _look_for_twin(self) -> None:
        """Say whose key this is already; config is read on another thread."""
        reading = self.state.reading
        if reading.key is None:
            return
        own = self._rotating.account if self._rotating else ""
        account = await in_background(known_elsewhere, self._session, reading.key.secret)
        if account and self.state.reading is reading and not self.state.is_busy:
            self._show(self.state.alike(self._called(account) + (" itself" if account == own else "")))

    def _called(self, account: str) -> str:
        provider, _, label = account.partition("/")
        row = self._catalog.providers.get(provider)
        return f"{row.name if row else provider} · {label}"

    @on(PlainInput.KeyPasted)
    def _send_to_key(self) -> None:
        self._form.key.focus()
        self._show(self.state.noted("that looks like a key: paste it here, where it is not shown"))

    def action_submit(self) -> None:
        """Test, then save."""
        if not self.state.is_busy:
            self._worker = self._submit(test=True)

    def action_save_untested(self) -> None:
        """Save without a test, or in spite of one."""
        if not self.state.is_busy:
            self._worker = self._submit(test=False)

    @work(exclusive=True, group="submit", exit_on_error=True)
    async def _submit(self, test: bool) -> None:
        question = question_words(self.state.provider, self._form.extra.base_url) if test else "saving"
        try:
            draft = self._form.draft(self.state.provider)
            self._begin(question)
            outcome = await submit(
                self._session, self._checker, draft, test=test, save_untold=False, keep_seconds=KEEP_SECONDS
            )
            await self._let_spinner_be_seen()
        except LlmkeysError as error:
            self._end(self.state.failed(error=error))
            return
        except asyncio.CancelledError:
            if self.is_attached and self.is_current:
                self._end(self.state.stopped("stopped" if test else "stopped waiting for the store"))
            raise
        if outcome.saved is None:
            self._end(self.state.failed(outcome.verdict))
            return
        self._end(self.state.saved(outcome.verdict, outcome.saved.store or ""))
        if test:
            await asyncio.sleep(HOLD_OK)
        self._form.key.blank()
        self.dismiss(outcome.saved)

    def _begin(self, question: str) -> None:
        self._show(self.state.testing(question, self._session.now()))
        self._ticks = self.set_interval(0.1, lambda: self._show(self.state))

    async def _let_spinner_be_seen(self) -> None:
        """A spinner that flashes tells nothing: once shown it stays for a moment."""
        elapsed = self._session.now() - self.state.started
        if SPINNER_AFTER <= elapsed < SPINNER_AFTER + SPINNER_FOR:
            await asyncio.sleep(SPINNER_AFTER + SPINNER_FOR - elapsed)

    def _end(self, state: KeyState) -> None:
        if self._ticks is not None:
            self._ticks.stop()
        self._show(state)

    def action_cancel(self) -> None:
        """Stop the running test, else close without an answer."""
        if self.state.phase is Phase.TESTING and self._worker is not None:
            self._worker.cancel()
        elif self.state.phase is not Phase.OK:
            self._form.key.blank()
            self.dismiss(None)

    def action_open_page(self) -> None:
        """Open the page that issues keys, and say which one it is."""
        url = self.state.provider.console_url
        if url and not self.state.is_busy:
            opened = open_page(url, self._session.environ)
            self._show(self.state.noted(f"{'opened' if opened else 'keys are issued at'} {url.partition('://')[2]}"))

    def action_more(self) -> None:
        """Open or close the fields that few keys need."""
        if not self.state.is_busy and self._rotating is None:
            self._form.extra.toggle()
            self._show(self.state)

    def action_switch(self) -> None:
        """Go on with the provider that the key looks like."""
        other = self.state.shape.other_vendor if self.state.shape else None
        if other is None or self.state.is_busy or self._rotating is not None:
            return
        self._show(KeyState(other))
        account = self._form.account
        if account.value == self._proposed:
            self._proposed = account.value = propose_label(self._session, other)
        self._form.extra.offer(other)
        self.title_dialog()
        self._describe()
