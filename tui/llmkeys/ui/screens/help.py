"""Every key of a screen on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from llmkeys.ui.spans import Spans, column, to_content
from llmkeys.ui.widgets.virtual_list import VirtualList

KEYS = 16
Section = tuple[str, Sequence[tuple[str, str]]]
"""A title, and keys with what they do."""


class KeySheet(VirtualList[Spans]):
    """The lines of the sheet; there is no cursor, moving scrolls."""

    def render_row(self, index: int, width: int, highlighted: bool) -> Content:
        """One line."""
        return to_content(self.rows[index])

    def action_move(self, step: int) -> None:
        """One line up or down."""
        self.scroll_relative(y=step, animate=False)

    def action_page(self, direction: int) -> None:
        """One window up or down."""
        self.scroll_relative(y=direction * max(1, self.size.height - 1), animate=False)

    def action_first(self) -> None:
        """To the top."""
        self.scroll_home(animate=False)

    def action_last(self) -> None:
        """To the end."""
        self.scroll_end(animate=False)


class HelpScreen(ModalScreen[None]):
    """Shows `sections` until a key closes it."""

    CSS_PATH: ClassVar = ["dialog.tcss", "help.tcss"]
    AUTO_FOCUS = "#sheet"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss", "close", priority=True, id="help.close")
    ]

    def __init__(self, sections: Sequence[Section]) -> None:
        super().__init__()
        self._lines = sheet_lines(sections)

    def compose(self) -> ComposeResult:
        """A frame with the sheet in it."""
        with Vertical(id="dialog", classes="dialog") as dialog:
            dialog.border_title = Content("Keys")
            dialog.border_subtitle = Content("esc closes")
            yield KeySheet(id="sheet")

    def on_mount(self) -> None:
        """Fill the sheet; the frame is as high as it needs to be."""
        sheet = self.query_one(KeySheet)
        sheet.set_rows(self._lines, None)
        sheet.styles.height = len(self._lines)


def sheet_lines(sections: Sequence[Section]) -> list[Spans]:
    """The lines of the sheet, a blank one between sections."""
    lines: list[Spans] = []
    for title, keys in sections:
        lines += [[]] if lines else []
        lines.append([(title, "quiet")])
        lines += [[(column(f"  {pressed}", KEYS), "key"), (words, "")] for pressed, words in keys]
    return lines
