"""The key dialog: a key is typed, tested, stored, and answered as the account it became."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.worker import Worker

from llmkeys.catalog.rows import Provider
from llmkeys.check.runner import Checker
from llmkeys.service.accounts import Draft
from llmkeys.service.session import Session
from llmkeys.service.store_state import StoreState
from llmkeys.service.stored import propose_label
from llmkeys.service.submit import Judged, submit
from llmkeys.ui.browser import open_page
from llmkeys.ui.explained import explained
from llmkeys.ui.screens.key_dialog import KeyDialog
from llmkeys.ui.screens.key_state import HOLD_OK, KeyState, Phase, question_words
from llmkeys.ui.spinner import SHOWN_AFTER, SHOWN_AT_LEAST
from llmkeys.ui.undo import UNDO_SECONDS


class KeyScreen(KeyDialog):
    """Adds a key for a provider, or puts a new one in an account's place; answers what was saved."""

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

    def __init__(self, session: Session, checker: Checker, provider: Provider, store: StoreState, **more: Any) -> None:
        """`more` is what `KeyDialog` takes: `label`, `typed`, `rotating`."""
        super().__init__(session, provider, store, **more)
        self._checker = checker
        self._worker: Worker[None] | None = None
        self._judged: Judged | None = None

    def action_submit(self) -> None:
        """Test, then save."""
        self._start(test=True)

    def action_save_untested(self) -> None:
        """Save without a test, or in spite of one."""
        self._start(test=False)

    def _start(self, *, test: bool) -> None:
        if self.state.is_busy:
            return
        try:
            draft = self._form.draft(self.state.provider)
        except Exception as error:
            self._show(self.state.failed(error=explained(error)))
            return
        question = question_words(self.state.provider, self._form.extra.base_url)
        self._begin(self.state.testing(question, self._session.now()))
        if not test:
            self._storing(draft)
        self._worker = self.run_worker(self._submit(draft, test), group="submit", exit_on_error=False)

    def _storing(self, draft: Draft) -> None:
        store = "" if draft.secret is None else draft.store or "keychain"
        self._show(self.state.storing(store, self._session.now()))

    async def _submit(self, draft: Draft, test: bool) -> None:
        try:
            outcome = await submit(
                self._session,
                self._checker,
                draft,
                test=test,
                judged=self._judged,
                save_untold=False,
                keep_seconds=UNDO_SECONDS,
                on_storing=lambda: self._storing(draft),
            )
            await self._let_spinner_be_seen()
        except asyncio.CancelledError:
            self._end(self.state.stopped())
            raise
        except Exception as error:
            self._end(self.state.failed(error=explained(error)))
            return
        self._judged = outcome.judged
        if outcome.saved is None:
            self._end(self.state.failed(outcome.verdict))
            return
        self._end(self.state.saved(outcome.verdict, outcome.saved.store or ""))
        if test:
            await asyncio.sleep(HOLD_OK)
        self._forget()
        self.dismiss(outcome.saved)

    async def _let_spinner_be_seen(self) -> None:
        """A spinner that flashes tells nothing: once shown it stays for a moment."""
        elapsed = self._session.now() - self.state.started
        if SHOWN_AFTER <= elapsed < SHOWN_AFTER + SHOWN_AT_LEAST:
            await asyncio.sleep(SHOWN_AFTER + SHOWN_AT_LEAST - elapsed)

    def action_cancel(self) -> None:
        """Stop the running test, else close without an answer; what is being stored cannot be stopped."""
        if self.state.phase is Phase.TESTING and self._worker is not None:
            self._worker.cancel()
        elif not self.state.is_busy:
            self._forget()
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
        other = self.state.other_vendor
        if other is None or self.state.is_busy or self._rotating is not None:
            return
        self._show(KeyState(other))
        account = self._form.account
        if account.value == self._proposed:
            self._proposed = account.value = propose_label(self._session, other)
        self._form.extra.offer(other)
        self.title_dialog()
        self._describe()
