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

    def __init__(self, store: StoreState, *, agreed: bool, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._store = store
        self._asks = store.kind == "file" or not store.available
        self.agreed = agreed and self._asks
        """Whether the person agrees to a plaintext file."""
        self.can_focus = self._asks

    def on_mount(self) -> None:
        """Show the choice as it stands."""
        self.update(self._content())

    def chosen(self) -> str | None:
        """The store to ask for; None is the keychain. Raises NeedsUser while consent is missing."""
        if not self._asks:
            return None
        if not self.agreed:
            self.focus()
            raise NeedsUser("Nothing is kept without your consent.", next="Space ticks “plaintext file”.")
        return "file"

    def action_agree(self) -> None:
        """Tick or untick the box."""
        if self._asks:
            self.agreed = not self.agreed
            self.update(self._content())

    def on_click(self) -> None:
        """A click ticks too."""
        self.action_agree()

    def _content(self) -> Content:
        if not self._asks:
            return Content.assemble(("(•) ", "$secondary"), "OS keychain")
        return Content.assemble(
            ("[x] " if self.agreed else "[ ] ", "$secondary"),
            "plaintext file",
            ("   mode 0600; any program you run can read it", "$quiet"),
            (f"\n    {self._store.reason}", "$quiet"),
        )
