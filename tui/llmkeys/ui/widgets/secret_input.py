"""The field a key is typed into: masked, silent, and emptied by whoever takes the key out of it."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from llmkeys.errors import BadKey
from llmkeys.secret import Secret
from llmkeys.typed_key import LONGEST_KEY, TypedKey
from llmkeys.ui.reading import Reading, read_field, read_paste

BULLET = "•"
REVEAL_SECONDS = 5.0
MOST_CHARACTERS = LONGEST_KEY * 2
"""Typing stops here; a paste is judged whole before a character of it is kept."""
_EMPTY = Secret("")


class SecretInput(Widget, can_focus=True):
    """One line for a key. Nothing of it is shown, copied, cut, undone, suggested, selected or posted.

    A paste replaces the content: it is read whole (every line of it), cleaned, and dropped if it cannot be a key.
    `reading` tells what is there, `take()` hands the key over and empties the field.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "show_typed", "Show for 5 s", show=False, id="secret.show"),
        Binding("left", "cursor(-1)", show=False),
        Binding("right", "cursor(1)", show=False),
        Binding("home,ctrl+a", "cursor_to(0)", show=False),
        Binding("end", "cursor_to(1)", show=False),
        Binding("backspace", "delete(-1, 0)", show=False),
        Binding("delete", "delete(0, 1)", show=False),
        Binding("ctrl+u,ctrl+w,alt+backspace,ctrl+backspace,super+backspace", "delete_left", show=False),
        Binding("ctrl+k,alt+delete,ctrl+delete", "delete_right", show=False),
        Binding("ctrl+c,ctrl+x,super+c,super+x", "nothing", show=False),
    ]

    DEFAULT_CSS = """
    SecretInput { width: 1fr; height: 1; }
    """

    revealed: reactive[bool] = reactive(False)
    """Whether the typed text is legible now; False again after 5 s, on blur, suspend, lock and close."""
    locked: reactive[bool] = reactive(False)
    """Whether typing and pasting are swallowed, while the key is on its way."""

    class Edited(Message):
        """The content changed; what it is now is to be asked from the field."""

        def __init__(self, source: SecretInput) -> None:
            super().__init__()
            self.source = source

        @property
        def control(self) -> SecretInput:
            """The field that posted it, for `@on(…, selector)`."""
            return self.source

        def can_replace(self, message: Message) -> bool:
            """A burst of typing needs one answer."""
            return isinstance(message, SecretInput.Edited) and message.source is self.source

    def __init__(
        self,
        *,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's word
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.placeholder = placeholder
        self._typed = _EMPTY
        self._pasted: TypedKey | None = None
        self._problem: tuple[str, str] = ("", "")
        self._reading: Reading | None = None
        self._cursor = 0
        self._timer: Timer | None = None

    @property
    def reading(self) -> Reading:
        """The key in the field, cleaned, or the sentence that says why there is none."""
        if self._reading is None:
            self._reading = read_field(self._characters(), self._pasted, self._problem)
        return self._reading

    @property
    def masked(self) -> bool:
        """Whether bullets stand for the text."""
        return not self.revealed

    def put(self, key: TypedKey) -> None:
        """Start with a key that was pasted elsewhere."""
        self._replace(key.secret, key)

    def take(self) -> TypedKey:
        """The cleaned key; the field is empty afterwards. Raises BadKey when there is no key in it."""
        reading = self.reading
        self.blank()
        if reading.key is None:
            raise BadKey(
                reading.problem or "There is no key in the field.", next=reading.next or "Paste the key itself."
            )
        return reading.key

    def blank(self) -> None:
        """Forget the content."""
        self._replace(_EMPTY)

    def hide(self) -> None:
        """Mask the content again, at once."""
        self.revealed = False

    def watch_revealed(self, revealed: bool) -> None:
        """The field masks itself again after `REVEAL_SECONDS`."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(REVEAL_SECONDS, self.hide) if revealed else None

    def watch_locked(self, locked: bool) -> None:
        """A key on its way is not legible."""
        if locked:
            self.hide()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Printable keys are text here, so the footer drops the commands on them."""
        return character is not None and character.isprintable()

    async def _on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character is not None:
            event.stop()
            event.prevent_default()
            if len(self._typed) < MOST_CHARACTERS:
                self._edit(self._cursor, self._cursor, event.character)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        if not self.locked and event.text:
            self._accept(event.text)

    def on_mount(self) -> None:
        """A screen on top of this one does not blur it, so that has to be watched for."""
        self.app.screen_change_signal.subscribe(self, self._leave_screen)

    def _leave_screen(self, screen: Screen[object]) -> None:
        if screen is not self.screen:
            self.hide()

    def on_blur(self) -> None:
        """Another widget, or another window, has the keys now."""
        self.hide()

    def on_unmount(self) -> None:
        """Nothing outlives the screen."""
        self._typed, self._reading, self._pasted = _EMPTY, None, None

    def action_show_typed(self) -> None:
        """Show what was typed for five seconds, or hide it."""
        self.revealed = bool(self._typed) and not self.locked and not self.revealed

    def action_cursor(self, step: int) -> None:
        """One character left (-1) or right (1)."""
        self._move(self._cursor + step)

    def action_cursor_to(self, end: int) -> None:
        """To the start (0) or the end (1)."""
        self._move(end * len(self._typed))

    def action_delete(self, before: int, after: int) -> None:
        """Delete from `before` to `after`, counted from the cursor."""
        self._edit(max(0, self._cursor + before), self._cursor + after)

    def action_delete_left(self) -> None:
        """Delete everything left of the cursor: words of a key are nobody's business."""
        self._edit(0, self._cursor)

    def action_delete_right(self) -> None:
        """Delete everything right of the cursor."""
        self._edit(self._cursor, len(self._typed))

    def action_nothing(self) -> None:
        """A key is neither copied nor cut."""

    def render(self) -> Content:
        """Bullets, or the text while it is revealed, scrolled so that the cursor can be seen."""
        width = max(1, self.content_size.width)
        if not self._typed and self.placeholder:
            shown, cursor = Content.styled(self.placeholder, "dim"), 0
        else:
            text = BULLET * len(self._typed) if self.masked else self._legible()
            start = max(0, self._cursor - width + 1)
            shown, cursor = Content(text[start : start + width]), self._cursor - start
        if not self.has_focus:
            return shown
        return shown.pad_right(max(0, cursor + 1 - len(shown))).stylize("reverse not dim", cursor, cursor + 1)

    def _legible(self) -> str:
        return "".join(each if "!" <= each <= "~" else "·" for each in self._characters())

    def _characters(self) -> str:
        """The text itself: this field is where keys come in, and what is typed is shown for 5 s when asked."""
        return self._typed.reveal()

    def _accept(self, pasted: str) -> None:
        """Replace the content by the key in `pasted`, or by nothing and a sentence."""
        try:
            key = read_paste(pasted)
        except BadKey as problem:
            self._replace(_EMPTY, problem=(problem.message, problem.next))
        else:
            self._replace(key.secret, key)

    def _replace(self, typed: Secret, pasted: TypedKey | None = None, problem: tuple[str, str] = ("", "")) -> None:
        self._typed, self._pasted, self._problem = typed, pasted, problem
        self._cursor = len(typed)
        self._changed()

    def _edit(self, start: int, stop: int, text: str = "") -> None:
        if self.locked or (start >= stop and not text):
            return
        self._typed = self._typed.edited(start, stop, text)
        self._pasted, self._problem = None, ("", "")
        self._cursor = min(start + len(text), len(self._typed))
        self._changed()

    def _changed(self) -> None:
        self._reading = None
        if not self._typed:
            self.hide()
        if self.is_mounted:
            self.refresh()
            self.post_message(self.Edited(self))

    def _move(self, cursor: int) -> None:
        self._cursor = max(0, min(cursor, len(self._typed)))
        self.refresh()
