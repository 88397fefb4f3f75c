"""The model picker as a value: which rows stand under which headings for a scope and a query; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from llmkeys.catalog.model import Model
from llmkeys.catalog.rows import Catalog
from llmkeys.catalog.search import Entry, Index, parse_query
from llmkeys.config import Choice
from llmkeys.service.models import Offer
from llmkeys.service.overview import Overview, Row
from llmkeys.ui.key_judge import judge_of, strict_judge
from llmkeys.ui.screens.picker_listing import Heading, Listing, Scope

ALL, RECENT, FAVOURITES = "All", "Recent", "Favourites"


class Picker:
    """All offers with what a person chose before; `listing` answers what to show."""

    def __init__(self, offers: Sequence[Offer], shown: Overview, account: str | None, now: float) -> None:
        self.is_key = strict_judge(judge_of(Catalog({each.id: each for each in shown.providers})))
        self.default, self.previous = shown.default, shown.previous
        self.favourites = shown.favourites
        self._recent = shown.recent
        self._now = now
        self._rows = {row.account: row for row in shown.rows if row.enabled and row.provider.chat}
        self.offers = [each for each in offers if not each.model.outputs or "text" in each.model.outputs]
        """Everything a conversation can be had with, then what was chosen before and no list has."""
        self._places = {(each.account, each.model.id): place for place, each in enumerate(self.offers)}
        self._owners = [each.account for each in self.offers]
        self._answers: dict[int, Choice] = {}
        for choice in filter(None, (self.previous, self.default, *self._recent, *self.favourites)):
            self._place(choice)
        self._account = account
        self._labelled = _with_several_accounts(self._rows.values())

    @property
    def totals(self) -> str:
        """What the frame says below: how many models of how many providers."""
        providers = len({each.row.provider.id for each in self.offers})
        noun = "provider" if providers == 1 else "providers"
        return f"{len(self.offers):,} models · {providers} {noun} · prices per 1M tokens"

    def scopes(self) -> tuple[Scope, ...]:
        """The tabs: everything, recent, favourites, and the account the picker was opened for or the default's."""
        everything = range(len(self.offers))
        scopes = [Scope(ALL, everything), Scope(RECENT, self._recents()), Scope(FAVOURITES, self._favourites())]
        account = self._account or self._account_of(self.default)
        if account:
            own = [place for place in everything if self.offers[place].account == account]
            row = self._rows.get(account)
            scopes.append(Scope(self._called(row) if row else account, own, account))
        return tuple(scopes)

    def listing(self, scope: Scope, text: str) -> Listing:
        """Rows and headings for `text` typed into the search field."""
        if text.strip():
            return self._search(scope, text)
        rows: list[int] = []
        headings: list[Heading] = []
        if scope.words == ALL:
            for words, places in ((RECENT, self._recents()), (FAVOURITES, self._favourites())):
                fresh = [place for place in places if place not in rows]
                if fresh:
                    headings.append(Heading(words.upper()))
                    rows += [-len(headings), *fresh]
        seen, remembered = set(rows), len(rows)
        self._add_groups(rows, headings, [each for each in scope.positions if each not in seen])
        if not rows:
            headings.append(Heading(_EMPTY.get(scope.words, "No models known yet · type an id, ↵ takes it")))
            rows.append(-1)
        return Listing(rows, headings, self.offers, len(scope.positions), remembered)

    def start(self, listing: Listing) -> int | None:
        """Where the cursor stands at first: the previous default, so that enter switches; else the default."""
        for choice in (self.previous, self.default):
            place = self._places.get((self._account_of(choice), choice.model)) if choice else None
            if place is not None and place in listing.rows:
                return listing.rows.index(place)
        return next((row for row, place in enumerate(listing.rows) if place >= 0), None)

    def choice(self, listing: Listing, row: int) -> Choice | None:
        """The default that row stands for; None for a heading."""
        offer = listing.offer(row)
        if offer is None:
            return None
        return self._answers.get(listing.rows[row], Choice(offer.account, offer.model.id))

    def row_of(self, listing: Listing, choice: Choice, otherwise: int | None) -> int | None:
        """The row that stands for `choice`; `otherwise` if there is none."""
        rows = range(len(listing.rows))
        return next((row for row in rows if self.choice(listing, row) == choice), otherwise)

    def is_default(self, choice: Choice | None) -> bool:
        """Whether it is the default already."""
        return choice is not None and self._same(choice, self.default)

    def is_favourite(self, offer: Offer) -> bool:
        """Whether a person marked it."""
        return Choice(offer.account, offer.model.id) in self.favourites

    def needs_label(self, listing: Listing, row: int) -> bool:
        """Whether the row stands outside its account's group, and its provider alone does not tell the account."""
        offer = listing.offer(row)
        return offer is not None and row < listing.remembered and offer.row.provider.id in self._labelled

    def is_previous(self, choice: Choice) -> bool:
        """Whether `-` would go there."""
        return self._same(choice, self.previous)

    def mark(self, choice: Choice, marked: bool) -> None:
        """`choice` is a favourite now, or is none any more."""
        others = tuple(each for each in self.favourites if each != choice)
        self.favourites = (*others, choice) if marked else others
        if marked:
            self._place(choice)

    @cached_property
    def index(self) -> Index:
        """What searches them."""
        return Index(Entry(each.model, each.row.provider, each.account) for each in self.offers)

    def prepared(self) -> Picker:
        """Itself, ready for the first key, so that it is not the one that waits."""
        _ = self.index
        return self

    def _search(self, scope: Scope, text: str) -> Listing:
        found = self.index.search(text)
        within = found.positions
        if scope.words != ALL:
            own = set(scope.positions)
            within = tuple(each for each in within if each in own)
        rows: list[int] = []
        headings: list[Heading] = []
        if within:
            self._add_groups(rows, headings, within)
            return Listing(rows, headings, self.offers, len(within))
        meant = f" · did you mean {found.suggestion}" if found.suggestion else ""
        headings.append(Heading(f"Nothing matches “{text.strip()}”{meant} · esc clears"))
        exact = self._exactly(scope, text)
        rows = [-1, *range(len(self.offers), len(self.offers) + len(exact))]
        return Listing(rows, headings, [*self.offers, *exact], 0)

    def _add_groups(self, rows: list[int], headings: list[Heading], places: Iterable[int]) -> None:
        """Append `places` in groups of one account each, the account of the first place first."""
        groups: defaultdict[str, list[int]] = defaultdict(list)
        owners = self._owners
        for place in places:
            groups[owners[place]].append(place)
        for group in groups.values():
            offer = self.offers[group[0]]
            headings.append(Heading(self._called(offer.row, always=True), offer))
            rows.append(-len(headings))
            rows += group

    def _exactly(self, scope: Scope, text: str) -> list[Offer]:
        """An offer of the id as typed on every account that could serve it; none for keys, and what cannot be an id."""
        ids = [each for each in text.split() if parse_query(each).words]
        query = parse_query(text)
        if len(ids) != 1 or not _could_be_id(ids[0]) or self.is_key(text):
            return []
        if query._replace(words=(), providers=()) != parse_query(""):
            return []
        accounts = dict.fromkeys([*(each.account for each in self.offers), *self._rows])
        rows = (self._rows[each] for each in accounts if not scope.account or each == scope.account)
        return [
            self._made_up(row, ids[0])
            for row in rows
            if not query.providers or row.provider.id.startswith(query.providers)
        ]

    def _made_up(self, row: Row, model: str) -> Offer:
        """An offer that no list has: of an id somebody typed or chose before."""
        return Offer(row.account, row, Model(model, "", None, None, None), row.standing(self._now))

    def _recents(self) -> list[int]:
        choices = dict.fromkeys(filter(None, (self.default, self.previous, *self._recent)))
        return self._places_of(choices)

    def _favourites(self) -> list[int]:
        return self._places_of(self.favourites)

    def _places_of(self, choices: Iterable[Choice]) -> list[int]:
        found = (self._places.get((self._account_of(each), each.model)) for each in choices)
        return list(dict.fromkeys(place for place in found if place is not None))

    def _place(self, choice: Choice) -> None:
        """Make sure that a remembered choice has a row, whatever the lists say, while its account is there."""
        account = self._account_of(choice)
        row = self._rows.get(account)
        if row is None:
            return
        place = self._places.get((account, choice.model))
        if place is None:
            place = self._places[account, choice.model] = len(self.offers)
            self.offers.append(self._made_up(row, choice.model))
            self._owners.append(account)
            self.__dict__.pop("index", None)
        if choice.account != account:
            self._answers[place] = choice

    def _account_of(self, choice: Choice | None) -> str:
        """The account that a choice means; a bare provider means its active account."""
        if choice is None or "/" in choice.account:
            return choice.account if choice else ""
        active = (row.account for row in self._rows.values() if row.provider.id == choice.account and row.active)
        return next(active, choice.account)

    def _same(self, one: Choice, other: Choice | None) -> bool:
        return other is not None and one.model == other.model and self._account_of(one) == self._account_of(other)

    def _called(self, row: Row, *, always: bool = False) -> str:
        """The provider's name, with the label where there are several accounts or it is always wanted."""
        name = row.provider.short_name
        return f"{name} · {row.label}" if always or row.provider.id in self._labelled else name


_EMPTY = {
    ALL: "No models: no account can chat yet · esc closes",
    RECENT: "Nothing chosen yet",
    FAVOURITES: "No favourites yet · ^f marks one",
}


def _could_be_id(word: str) -> bool:
    """Whether `word` can be meant as an id; a filter whose number or ability is mistyped cannot."""
    return not word.lower().startswith(("+", "=", "ctx=")) and not any(sign in word for sign in "<>$")


def _with_several_accounts(rows: Iterable[Row]) -> frozenset[str]:
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.provider.id] = counts.get(row.provider.id, 0) + 1
    return frozenset(provider for provider, count in counts.items() if count > 1)
