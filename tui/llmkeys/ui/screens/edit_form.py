"""What forms that save without a key have in common: one save at a time, a line for trouble, and no keys in clear."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from llmkeys.service.standing import Tone
from llmkeys.ui.explained import explained
from llmkeys.ui.notice import Notice
from llmkeys.ui.widgets.field import Field, PlainInput
from llmkeys.ui.widgets.notice_line import NoticeLine

Answer = TypeVar("Answer")
Saving = Callable[[], Coroutine[Any, Any, None]]


class EditForm(ModalScreen[Answer]):
    """A form with a line `#result`; while it saves, enter and escape do nothing: what is being written cannot be
    stopped, and would be written twice."""

    KEY_WORDS: ClassVar[str] = "that looks like a key"
    """What is said of a key in one of the fields."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", show=False, priority=True),
        Binding("down", "app.focus_next", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.is_saving = False

    def save(self, saving: Saving) -> None:
        """Run `saving` unless one runs, or a field holds a key; whatever goes wrong is said."""
        if self.is_saving:
            return
        field = next((each for each in self.query(Field) if each.holds_key), None)
        if field is not None:
            field.input.focus()
            self._refuse_key()
            return
        self.is_saving = True
        self.run_worker(self._saved(saving), group="save", exit_on_error=False)

    async def _saved(self, saving: Saving) -> None:
        try:
            await saving()
        except Exception as error:
            told = explained(error)
            self.say(Notice("✗", Tone.BAD, told.message, told.next))
        finally:
            self.is_saving = False

    @on(PlainInput.KeyPasted)
    def _refuse_key(self) -> None:
        self.say(Notice("!", Tone.WARN, self.KEY_WORDS))

    @on(PlainInput.TooLong)
    def _refuse_length(self, message: PlainInput.TooLong) -> None:
        self.say(Notice("!", Tone.WARN, message.words))

    def say(self, notice: Notice) -> None:
        """Show `notice` above the keys; nothing once the form is closed."""
        for line in self.query("#result").results(NoticeLine):
            line.show(notice)
