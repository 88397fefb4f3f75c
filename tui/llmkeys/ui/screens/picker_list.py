"""The picker's list of models and headings, told what to draw."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from textual.content import Content

from llmkeys.config import Choice
from llmkeys.service.models import Offer
from llmkeys.service.standing import Standing, testing
from llmkeys.ui.screens.picker_listing import NOTHING_LISTED, Listing
from llmkeys.ui.screens.picker_rows import detail_spans, exact_spans, heading_spans, offer_spans
from llmkeys.ui.screens.picker_state import Picker
from llmkeys.ui.spans import Spans, to_content
from llmkeys.ui.spinner import frame
from llmkeys.ui.widgets.virtual_list import VirtualList


class ModelList(VirtualList[int], can_focus=False):
    """Models under headings; what a row looks like is the picker's own knowledge."""

    def __init__(self, picker: Picker, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self.picker = picker
        self.listing = NOTHING_LISTED
        self.testing: frozenset[str] = frozenset()
        """Accounts whose test runs."""

    def show(self, picker: Picker, listing: Listing, cursor: int | None) -> None:
        """Show `listing` of `picker`."""
        self.picker, self.listing = picker, listing
        self.set_rows(listing.rows, cursor)

    @contextmanager
    def cursor_in_its_place(self) -> Iterator[None]:
        """Whatever comes and goes above the cursor meanwhile, its row stays on the same line of the screen.

        Where a person scrolled away from it, what is in view stays.
        """
        before, top = self.cursor, self.scroll_offset.y
        seen = before is not None and self.is_visible(before)
        yield
        if before is not None and self.cursor is not None:
            y = max(0, self.cursor - before + top) if seen else top
            self.scroll_to(y=y, animate=False, force=True)

    def show_testing(self, accounts: frozenset[str]) -> None:
        """Show that tests of `accounts` run."""
        self.testing = accounts
        self.refresh()

    def turn_spinners(self) -> None:
        """Only headings show whether their account is tested."""
        for index, position in enumerate(self.rows):
            if position < 0:
                self.refresh_row(index)

    @property
    def offer(self) -> Offer | None:
        """What the cursor stands on."""
        return None if self.cursor is None else self.listing.offer(self.cursor)

    @property
    def choice(self) -> Choice | None:
        """The default that the cursor stands on."""
        return None if self.cursor is None else self.picker.choice(self.listing, self.cursor)

    def render_row(self, index: int, width: int, highlighted: bool) -> Content:
        """One model or heading, as wide as if the scroll bar were always there."""
        return to_content(self._row(index, self.size.width, highlighted))

    def is_selectable(self, index: int) -> bool:
        """Headings are not."""
        return self.rows[index] >= 0

    def detail(self, width: int) -> Spans:
        """The line about what is highlighted."""
        offer, choice = self.offer, self.choice
        if offer is None or choice is None:
            return ()
        return detail_spans(
            offer,
            self._standing(offer),
            width,
            is_default=self.picker.is_default(choice),
            is_previous=self.picker.is_previous(choice),
        )

    def _row(self, index: int, width: int, highlighted: bool) -> Spans:
        offer = self.listing.offer(index)
        if offer is None:
            heading = self.listing.heading(index)
            return heading_spans(heading, width, self._standing(heading.offer) if heading.offer else None)
        if self.rows[index] >= len(self.picker.offers):
            return exact_spans(offer, width, highlighted=highlighted)
        return offer_spans(
            offer,
            width,
            highlighted=highlighted,
            is_default=self.picker.is_default(self.picker.choice(self.listing, index)),
            is_favourite=self.picker.is_favourite(offer),
            label=self.picker.needs_label(self.listing, index),
        )

    def _standing(self, offer: Offer) -> Standing:
        return testing(offer.standing, frame(time.monotonic())) if offer.account in self.testing else offer.standing
