"""The values that the model picker is made of: scopes, headings, and the rows a list shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from llmkeys import moment
from llmkeys.service.models import Offer
from llmkeys.service.overview import Row

LIST_AGE = moment.DAY
"""A live list older than this many seconds is asked for again while the picker is open."""


class Scope(NamedTuple):
    """A tab: its words, and which offers it holds (positions, in the order they are shown)."""

    words: str
    positions: Sequence[int]
    account: str = ""

    @property
    def identity(self) -> str:
        """What stays the same while accounts come and go."""
        return self.account or self.words


class Heading(NamedTuple):
    """A line between rows: of a section, of an account (by one of its offers), or a remark."""

    words: str
    offer: Offer | None = None


class Listing(NamedTuple):
    """What the list shows: `rows` are positions in `offers`, or -1, -2, … for the first, second, … heading."""

    rows: Sequence[int]
    headings: Sequence[Heading]
    offers: Sequence[Offer]
    found: int
    """How many models the query left."""
    remembered: int = 0
    """How many rows from the top are the recent ones and the favourites, with their headings."""

    def offer(self, row: int) -> Offer | None:
        """The offer on that row; None on a heading."""
        position = self.rows[row]
        return self.offers[position] if position >= 0 else None

    def heading(self, row: int) -> Heading:
        """The heading on that row."""
        return self.headings[-1 - self.rows[row]]


NOTHING_LISTED = Listing((), (), (), 0)


def old_lists(rows: Iterable[Row], offers: Iterable[Offer], asked: str | None = None) -> list[Row]:
    """Accounts whose live list is missing or older than a day, of those that may be asked unasked; `asked` first.

    They are known to work; of the account a person `asked` for it is enough that its key was not refused.
    """
    ages = {each.account: each.list_age for each in offers if each.list_age is not None}
    old = [
        row
        for row in rows
        if row.enabled and row.provider.chat and row.provider.models is not None and row.testable_in_background
        if _works(row) or (row.account == asked and _may_work(row))
        if (age := ages.get(row.account)) is None or age > LIST_AGE
    ]
    return sorted(old, key=lambda row: row.account != asked)


def _works(row: Row) -> bool:
    return row.verdict is not None and row.verdict.key_accepted is True


def _may_work(row: Row) -> bool:
    return row.verdict is None or row.verdict.key_accepted is not False
