"""The edit form: everything of an account but its key."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from llmkeys.service.background import in_background
from llmkeys.service.edit import Changes, OriginChange, edit_account, origin_change
from llmkeys.service.overview import Row
from llmkeys.service.session import Session, look
from llmkeys.service.standing import Tone
from llmkeys.service.stored import stored_account
from llmkeys.ui.key_judge import judge_of
from llmkeys.ui.notice import Notice
from llmkeys.ui.screens.edit_form import EditForm
from llmkeys.ui.screens.edit_state import Typed, changes_of
from llmkeys.ui.widgets.extra_fields import ExtraFields
from llmkeys.ui.widgets.field import Field, PlainInput
from llmkeys.ui.widgets.key_bar import KeyBar, KeyHint
from llmkeys.ui.widgets.notice_line import NoticeLine


class EditScreen(EditForm[str | None]):
    """Edits `row`; answers the account's name, which a new label changes, or None when nothing was changed.

    A new origin is confirmed here, with both names in view: the first enter asks, the second one does it.
    """

    CSS_PATH = "dialog.tcss"
    KEY_WORDS = "that looks like a key; r on the main screen puts a new one in"
    AUTO_FOCUS = "#label PlainInput"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", "Save", priority=True, id="edit.save"),
        Binding("escape", "cancel", "Cancel", priority=True, id="edit.cancel"),
    ]

    def __init__(self, session: Session, row: Row) -> None:
        super().__init__()
        self._session = session
        self._row = row
        world = look(session)
        self._record = stored_account(world, row.account)
        self._judge = judge_of(world.catalog)
        self._asked: tuple[Changes, OriginChange] | None = None

    def compose(self) -> ComposeResult:
        """Label, name, model, address and settings; what is wrong with them; keys."""
        record = self._record
        judge, usual = self._judge, self._row.provider.default_model
        with Vertical(id="dialog", classes="dialog"):
            with VerticalScroll(id="form", can_focus=False):
                yield Field("Account", record.name.label, judge=judge, strict=True, id="label")
                yield Field("Name", record.display_name, placeholder="any words", judge=judge, strict=True, id="name")
                yield Field("Model", record.model or "", placeholder=usual, judge=judge, strict=True, id="model")
                yield ExtraFields(judge=judge, id="more")
            yield NoticeLine(id="result")
            yield KeyBar(_HINTS)

    def on_mount(self) -> None:
        """Fill in the provider's own fields."""
        row = self._row
        self.query_one("#dialog").border_title = Content(f"Edit · {row.provider.name} · {row.label}")
        self.query_one(ExtraFields).offer(row.provider, self._record.base_url or "", self._record.settings, shown=True)
        self.call_after_refresh(self.query_one("#form").scroll_home, animate=False)

    @on(PlainInput.Changed)
    def _withdraw_question(self) -> None:
        """What was asked about is no longer what stands in the form."""
        if self._asked is not None and self._changes() != self._asked[0]:
            self._asked = None
            self.say(Notice())

    def _changes(self) -> Changes | None:
        extra = self.query_one(ExtraFields)
        label, name, model = (self.query_one(f"#{each}", Field).value for each in ("label", "name", "model"))
        typed = Typed(label, name, model, extra.base_url, extra.settings)
        return changes_of(self._record, typed, (field.name for field in self._row.provider.fields))

    def action_save(self) -> None:
        """Save what changed; a key that would go elsewhere from now on is asked about first."""
        self.save(self._save)

    async def _save(self) -> None:
        changes = self._changes()
        if changes is None:
            self.dismiss(None)
            return
        confirmed = self._asked is not None and self._asked[0] == changes
        moved = await in_background(origin_change, self._session, self._row.account, changes)
        if moved is not None and not confirmed:
            self._ask(changes, moved)
            return
        account = await in_background(
            edit_account, self._session, self._row.account, changes, origin_confirmed=confirmed
        )
        self.dismiss(account)

    def _ask(self, changes: Changes, moved: OriginChange) -> None:
        self._asked = changes, moved
        words = f"The key would go to {moved.after} in place of {moved.before}."
        self.say(Notice("!", Tone.WARN, words, "↵ again sends it there from now on · esc keeps it"))

    def action_cancel(self) -> None:
        """Take the question back, or close without a change."""
        if self.is_saving:
            return
        if self._asked is not None:
            self._asked = None
            self.say(Notice())
        else:
            self.dismiss(None)


_HINTS = (KeyHint("↵", "Save", "screen.save"), KeyHint("esc", "Cancel", "screen.cancel", kept=True))
