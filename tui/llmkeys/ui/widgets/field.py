"""A named line of text in a form, for anything but a key."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import Input, Static

from llmkeys.ui.bursts import MOST_PASTED
from llmkeys.ui.key_judge import Judge, strict_judge


class PlainInput(Input):
    """Textual's input without its traps: no suggestions, no selection on focus, words deleted to the left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("alt+backspace,ctrl+backspace,ctrl+w", "delete_left_word", show=False),
    ]

    DEFAULT_CSS = """
    PlainInput:nocolor { text-style: underline; }
    PlainInput:nocolor > .input--cursor { text-style: reverse; }
    """

    virtual_size = Reactive(Size(0, 0), layout=False)
    """What is typed changes nothing around the field, so nothing is laid out again; with Textual's own it would be."""

    class KeyPasted(Message):
        """What was pasted looks like a key, so it was not taken; the message does not carry it."""

    class TooLong(Message):
        """What was pasted is longer than anything that belongs in a field, so nobody looked at it."""

        words = f"that paste is longer than {MOST_PASTED:,} characters; nothing was taken"

    def __init__(
        self,
        value: str,
        *,
        placeholder: str,
        is_key: Judge | None = None,
        id: str | None = None,  # noqa: A002 - Textual's word
    ) -> None:
        """With `is_key`, what it says yes to cannot be pasted here."""
        super().__init__(value, placeholder=placeholder, compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False
        self._is_key = is_key

    def _on_paste(self, event: events.Paste) -> None:
        refusal: Message | None = None
        if len(event.text) > MOST_PASTED:
            refusal = self.TooLong()
        elif self._is_key is not None and self._is_key(event.text):
            refusal = self.KeyPasted()
        if refusal is not None:
            event.stop()
            event.prevent_default()
            self.post_message(refusal)


class Field(Vertical):
    """Words over a `PlainInput`."""

    DEFAULT_CSS = """
    Field {
        height: auto;
        margin-bottom: 1;
        & > .field--words { color: $quiet; height: 1; }
        & > PlainInput {
            background: $foreground 4%;
            &:focus { background: $foreground 10%; }
        }
    }
    """

    def __init__(
        self,
        words: str,
        value: str = "",
        *,
        placeholder: str = "",
        judge: Judge,
        strict: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's word
    ) -> None:
        """`judge` tells keys, which are not taken; into a `strict` field nothing that looks random is pasted either."""
        super().__init__(id=id)
        self._words = words
        self._judge = judge
        self.input = PlainInput(value, placeholder=placeholder, is_key=strict_judge(judge) if strict else judge)

    def compose(self) -> ComposeResult:
        """The words, and the input below them."""
        yield Static(self._words, markup=False, classes="field--words")
        yield self.input

    @property
    def value(self) -> str:
        """What was typed, without the space around it."""
        return self.input.value.strip()

    @value.setter
    def value(self, text: str) -> None:
        self.input.value = text

    @property
    def holds_key(self) -> bool:
        """Whether what stands in it is a key, or holds one, however it came there."""
        return self._judge(self.value)
