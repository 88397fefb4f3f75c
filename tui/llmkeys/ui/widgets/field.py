"""A named line of text in a form, for anything but a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import Input, Static

from llmkeys.errors import BadKey
from llmkeys.typed_key import read_typed_key

_SHORTEST_KEY = 20


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

    def __init__(
        self,
        value: str,
        *,
        placeholder: str,
        is_key: Callable[[str], bool] | None = None,
        id: str | None = None,  # noqa: A002 - Textual's word
    ) -> None:
        """With `is_key`, what it says yes to cannot be pasted here."""
        super().__init__(value, placeholder=placeholder, compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False
        self._is_key = is_key

    def _on_paste(self, event: events.Paste) -> None:
        if self._is_key is not None and self._is_key(event.text):
            event.stop()
            event.prevent_default()
            self.post_message(self.KeyPasted())


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
        refuse_keys: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's word
    ) -> None:
        super().__init__(id=id)
        self._words = words
        self.input = PlainInput(value, placeholder=placeholder, is_key=looks_like_key if refuse_keys else None)

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


def looks_like_key(text: str, prefixes: tuple[str, ...] = ()) -> bool:
    """Whether `text` could be a key and hardly anything else: one long word with a digit in it, and no address.

    With `prefixes` it has to begin with one of them: ids of models are long words too.
    """
    try:
        key = read_typed_key(text).secret
    except BadKey:
        return False
    plain = text.strip()
    looks_so = len(key) >= _SHORTEST_KEY and "://" not in plain and any(each.isdigit() for each in plain)
    return looks_so and (not prefixes or bool(key.starts_with(prefixes)))
