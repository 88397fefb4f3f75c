"""The edit form: everything of an account but its key."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from llmkeys.errors import LlmkeysError
from llmkeys.service.background import in_background
from llmkeys.service.edit import Changes, OriginChange, edit_account, origin_change
from llmkeys.service.overview import Row
from llmkeys.service.session import Session, look
from llmkeys.service.standing import Tone
from llmkeys.service.stored import stored_account
from llmkeys.ui.notice import Notice
from llmkeys.ui.screens.edit_state import Typed, changes_of
from llmkeys.ui.widgets.extra_fields import ExtraFields
from llmkeys.ui.widgets.field import Field, PlainInput
from llmkeys.ui.widgets.key_bar import KeyBar, KeyHint
from llmkeys.ui.widgets.notice_line import NoticeLine


class EditScreen(ModalScreen[str | None]):
    """Edits `row`; answers the account's name, which a new label changes, or None when nothing was changed.

    A new origin is confirmed here, with both names in view: the first enter asks, the second one does it.
    """

    CSS_PATH = "edit.tcss"
    AUTO_FOCUS = "#label PlainInput"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", "Save", priority=True, id="edit.save"),
        Binding("up", "app.focus_previous", show=False, priority=True),
        Binding("down", "app.focus_next", show=False, priority=True),
        Binding("escape", "cancel", "Cancel", priority=True, id="edit.cancel"),
    ]

    def __init__(self, session: Session, row: Row) -> None:
        super().__init__()
        self._session = session
        self._row = row
        self._record = stored_account(look(session), row.account)
        self._asked: tuple[Changes, OriginChange] | None = None

    def compose(self) -> ComposeResult:
        """Label, name, model, address and settings; what is wrong with them; keys."""
        record = self._record
        with Vertical(id="dialog"):
            with VerticalScroll(id="form", can_focus=False):
                yield Field("Account", record.name.label, refuse_keys=True, id="label")
                yield Field("Name", record.display_name, placeholder="any words", refuse_keys=True, id="name")
                yield Field("Model", record.model or "", placeholder=self._row.provider.default_model, id="model")
                yield ExtraFields(id="more")
            yield NoticeLine(id="result")
            yield KeyBar(_HINTS)

    def on_mount(self) -> None:
        """Fill in the provider's own fields."""
        row = self._row
        self.query_one("#dialog").border_title = Content(f"Edit · {row.provider.name} · {row.label}")
        self.query_one(ExtraFields).offer(row.provider, self._record.base_url or "", self._record.settings, shown=True)

    def on_resize(self) -> None:
        """The form scrolls where the screen is lower than the dialog."""
        self.query_one("#form").styles.max_height = max(3, self.size.height - 7)

    @on(PlainInput.KeyPasted)
    def _refuse_key(self) -> None:
        self._say(Notice("!", Tone.WARN, "that looks like a key; r on the main screen puts a new one in"))

    @on(PlainInput.Changed)
    def _withdraw_question(self) -> None:
        """What was asked about is no longer what stands in the form."""
        if self._asked is not None and self._changes() != self._asked[0]:
            self._asked = None
            self._say(Notice())

    def _changes(self) -> Changes | None:
        extra = self.query_one(ExtraFields)
        label, name, model = (self.query_one(f"#{each}", Field).value for each in ("label", "name", "model"))
        typed = Typed(label, name, model, extra.base_url, extra.settings)
        return changes_of(self._record, typed, (field.name for field in self._row.provider.fields))

    @work(exclusive=True, group="save")
    async def action_save(self) -> None:
        """Save what changed; a key that would go elsewhere from now on is asked about first."""
        changes = self._changes()
        if changes is None:
            self.dismiss(None)
            return
        confirmed = self._asked is not None and self._asked[0] == changes
        try:
            moved = await in_background(origin_change, self._session, self._row.account, changes)
            if moved is not None and not confirmed:
                self._ask(changes, moved)
                return
            account = await in_background(
                edit_account, self._session, self._row.account, changes, origin_confirmed=confirmed
            )
        except LlmkeysError as error:
            self._say(Notice("✗", Tone.BAD, error.message, error.next))
        else:
            self.dismiss(account)

    def _ask(self, changes: Changes, moved: OriginChange) -> None:
        self._asked = changes, moved
        words = f"The key would go to {moved.after} in place of {moved.before}."
        self._say(Notice("!", Tone.WARN, words, "↵ again sends it there from now on · esc keeps it"))

    def action_cancel(self) -> None:
        """Take the question back, or close without a change."""
        if self._asked is not None:
            self._asked = None
            self._say(Notice())
        else:
            self.dismiss(None)

    def _say(self, notice: Notice) -> None:
        self.query_one("#result", NoticeLine).show(notice)


_HINTS = (KeyHint("↵", "Save", "screen.save"), KeyHint("esc", "Cancel", "screen.cancel", kept=True))
