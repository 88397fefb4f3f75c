"""The list of accounts, told what to draw."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from llmkeys.ui.screens.main_columns import Column, Drawing, columns_for, entry_spans, title_spans
from llmkeys.ui.screens.main_state import Entry, Listed, key_of
from llmkeys.ui.spans import Span, cells, to_content
from llmkeys.ui.widgets.virtual_list import VirtualList


class AccountList(VirtualList[Entry]):
    """Accounts in groups; only accounts and providers can be stood on."""

    _drawing = Drawing((), 0.0)
    _widest_label = 0

    def show(self, rows: Sequence[Entry], cursor: int | None, drawing: Drawing, *, reveal: bool = True) -> None:
        """Show `rows`, drawn as of `drawing`, whose columns follow the width; `reveal` is that of `set_rows`."""
        self._drawing = drawing
        self._widest_label = max((cells(row.row.label) for row in rows if isinstance(row, Listed)), default=0)
        self.set_rows(rows, cursor, reveal=reveal)

    def redraw(self, drawing: Drawing, accounts: frozenset[str]) -> None:
        """Draw the rows of `accounts` again, those that can be seen."""
        self._drawing = drawing
        for index, entry in enumerate(self.rows):
            if isinstance(entry, Listed) and entry.row.account in accounts:
                self.refresh_row(index)

    def show_ages(self, drawing: Drawing) -> None:
        """Draw the rows again that look otherwise as of `drawing`, those that can be seen."""
        before, self._drawing = self._drawing, drawing
        columns = self._columns(self.size.width - 1)
        for index, entry in enumerate(self.rows):
            if self.is_visible(index):
                old, new = (entry_spans(entry, each._replace(columns=columns), False) for each in (before, drawing))
                if old != new:
                    self.refresh_row(index)

    @property
    def entry(self) -> Entry | None:
        """What the cursor stands on."""
        return None if self.cursor is None else self.rows[self.cursor]

    def titles(self, width: int) -> list[Span]:
        """The line above the list, which is as wide as the list with its scroll bar."""
        return title_spans(self._columns(width - 1))

    def render_row(self, index: int, width: int, highlighted: bool) -> Content:
        """One entry on `width` cells."""
        # One cell is kept free for the scroll bar, so that columns stay where they are when it comes.
        columns = self._columns(width - (0 if self.show_vertical_scrollbar else 1))
        return to_content(entry_spans(self.rows[index], self._drawing._replace(columns=columns), highlighted))

    def is_selectable(self, index: int) -> bool:
        """Headings and remarks are not."""
        return bool(key_of(self.rows[index]))

    def _columns(self, width: int) -> tuple[Column, ...]:
        return columns_for(width, self._widest_label)
