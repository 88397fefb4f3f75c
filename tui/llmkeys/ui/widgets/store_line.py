"""Where a new key will be kept; a plaintext file only where no keychain is, and only with consent."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from llmkeys.errors import NeedsUser
from llmkeys.service.store_state import StoreState


class StoreLine(Static):
    """Names the store; without a keychain it is a box to tick."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "agree", "Agree", show=False)]
    DEFAULT_CSS = """
    StoreLine {
        height: auto;
        &:focus { background: $foreground 10%; }
        &:nocolor:focus { text-style: reverse; }
    }
    """

    def __init__(self, store: StoreState, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._store = store
        self.agreed = False
        """Whether the person agreed to a plaintext file here and now."""
        self.can_focus = not store.available

    def on_mount(self) -> None:
        """Show the choice as it stands."""
        self.update(self._content())

    def chosen(self) -> str | None:
        """The store to ask for; None leaves it to the settings. Raises NeedsUser while consent is missing."""
        if self._store.available:
            return None
        if not self.agreed:
            self.focus()
            raise NeedsUser("Nothing is kept without your consent.", next="Space ticks “plaintext file”.")
        return "file"

    def action_agree(self) -> None:
        """Tick or untick the box."""
        if not self._store.available:
            self.agreed = not self.agreed
            self.update(self._content())

    def on_click(self) -> None:
        """A click ticks too."""
        self.action_agree()

    def _content(self) -> Content:
        if self._store.available:
            words = "OS keychain" if self._store.kind == "keychain" else "plaintext file"
            note = "" if self._store.kind == "keychain" else f"   {self._store.reason}"
            return Content.assemble(("(•) ", "$secondary"), words, (note, "$quiet"))
        box = "[x] " if self.agreed else "[ ] "
        return Content.assemble(
            (box, "$secondary"),
            "plaintext file",
            ("   mode 0600; any program you run can read it", "$quiet"),
            (f"\n    there is no keychain: {self._store.reason}", "$quiet"),
        )
