"""What the main screen lists: accounts in groups, providers without one, what the filter leaves; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

from llmkeys.catalog.rows import Provider
from llmkeys.config import Choice
from llmkeys.resolution.candidate import Fate
from llmkeys.service.overview import Overview, Row, standing_without_key
from llmkeys.service.standing import Group, Standing, Tone
from llmkeys.store.status_file import HISTORY_LIMIT, Tick
from llmkeys.ui.screens.main_filter import Query, matches_provider, matches_row, read_query
from llmkeys.verdict import CANNOT_TELL, Verdict

_UNTESTABLE = frozenset({Fate.UNRESOLVED, Fate.UNUSABLE, Fate.SHARED, Fate.DISABLED})


class Heading(NamedTuple):
    """The title of a group and how many rows it has."""

    title: str
    number: int


class Listed(NamedTuple):
    """An account in the list."""

    row: Row
    standing: Standing
    opens_run: bool
    """Whether it is the first of its provider's accounts here: the name prints once a run."""


class Offered(NamedTuple):
    """A provider without an account."""

    provider: Provider
    standing: Standing


class Remark(NamedTuple):
    """A sentence in place of rows: words, a key, what it does."""

    words: str
    key: str
    does: str


Entry = Heading | Listed | Offered | Remark


@dataclass(frozen=True)
class MainState:
    """Everything the list shows follows from this and the time."""

    overview: Overview
    filter_text: str = ""

    @property
    def query(self) -> Query:
        """What the filter asks for."""
        return read_query(self.filter_text)

    def with_overview(self, overview: Overview) -> Self:
        """The same state over what was read anew."""
        return replace(self, overview=overview)

    def with_filter(self, text: str) -> Self:
        """The same state behind another filter."""
        return replace(self, filter_text=text)


def entries(state: MainState, now: float) -> tuple[Entry, ...]:
    """The lines of the list: attention first, then connected accounts, then providers without a key."""
    query, listed = state.query, []
    for row in state.overview.rows:
        standing = row.standing(now)
        if matches_row(query, row, standing):
            listed.append((row, standing))
    offered = _offered(state.overview, query)
    if not listed and not offered:
        return (Remark(f"Nothing matches “{state.filter_text.strip()}”", "esc", "clears"),)
    found: list[Entry] = []
    if not state.overview.rows and query.is_empty and state.overview.problem is None:
        found.append(Remark("No keys yet", "a", "adds one"))
    for group in (Group.ATTENTION, Group.CONNECTED):
        found += _group(group, [each for each in listed if each[1].group is group])
    if offered:
        found += [Heading(Group.NOT_CONFIGURED.upper(), len(offered)), *offered]
    return tuple(found)


def key_of(entry: Entry) -> str:
    """What the cursor holds on to: the account, `+provider` for one without, empty for what it cannot stand on."""
    if isinstance(entry, Listed):
        return entry.row.account
    return f"+{entry.provider.id}" if isinstance(entry, Offered) else ""


def cursor_in(lines: Sequence[Entry], key: str, index: int | None) -> int | None:
    """Where the cursor goes: to `key`, to its provider's first account, else where it was, else to the first row."""
    keys = [key_of(line) for line in lines]
    if key and key in keys:
        return keys.index(key)
    provider = _provider_in(key)
    akin = (number for number, each in enumerate(keys) if each and _provider_in(each) == provider)
    first = next((number for number, each in enumerate(keys) if each), None)
    return next(akin, first if index is None else index)


def first_key(overview: Overview) -> str:
    """Where the cursor stands at the start: on the default's account, if there is one."""
    return next((row.account for row in overview.rows if row.is_default), "")


def counts(overview: Overview, now: float) -> dict[Tone, int]:
    """How many accounts stand in each tone; those that are switched off stand in none."""
    found = dict.fromkeys(Tone, 0)
    for row in overview.rows:
        if row.enabled:
            found[row.standing(now).tone] += 1
    return found


def settled(overview: Overview, account: str, verdict: Verdict) -> Overview:
    """`overview` with a new verdict for `account`, as the next look at the disk will show it."""
    return overview._replace(
        rows=tuple(_settled(row, verdict) if row.account == account else row for row in overview.rows)
    )


def accounts_to_test(rows: Iterable[Row]) -> list[str]:
    """What `T` tests: every enabled account whose key can be used."""
    return [row.account for row in rows if row.enabled and row.fate not in _UNTESTABLE]


def row_of(overview: Overview, choice: Choice) -> Row | None:
    """The account that a default means; for a bare provider the one that is used."""
    for row in overview.rows:
        if row.account == choice.account or (row.active and row.provider.id == choice.account):
            return row
    return None


def provider_of(overview: Overview, choice: Choice) -> Provider | None:
    """The provider of a default, even when its account is gone."""
    wanted = choice.account.partition("/")[0]
    return next((provider for provider in overview.providers if provider.id == wanted), None)


def _provider_in(key: str) -> str:
    return key.removeprefix("+").partition("/")[0]


def _group(group: Group, members: list[tuple[Row, Standing]]) -> list[Entry]:
    if not members:
        return []
    found: list[Entry] = [Heading(group.upper(), len(members))]
    before = ""
    for row, standing in members:
        found.append(Listed(row, standing, row.provider.id != before))
        before = row.provider.id
    return found


def _offered(overview: Overview, query: Query) -> list[Offered]:
    """The main providers without an account; a filter looks through all of them."""
    have = {row.provider.id for row in overview.rows}
    providers = overview.not_configured
    if query.words or query.providers:
        providers = tuple(each for each in overview.providers if each.id not in have and each.status == "active")
    found = [Offered(each, standing_without_key(each)) for each in providers]
    kept = [each for each in found if matches_provider(query, each.provider, each.standing)]
    return sorted(kept, key=lambda each: each.provider.short_name.casefold())


def _settled(row: Row, verdict: Verdict) -> Row:
    if verdict == row.verdict:
        return row  # it was left alone, so this is what was found before
    known = row.last_known if verdict.state in CANNOT_TELL else verdict
    tick = Tick(verdict.state, verdict.latency_ms, verdict.checked_at or "")
    return row._replace(verdict=verdict, last_known=known, history=(tick, *row.history)[:HISTORY_LIMIT])
