"""Every key that could be used for one provider, after each was tested: lines for the details, one look; pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from llmkeys.resolution.candidate import Fate, Kind, Source
from llmkeys.service.overview import Overview
from llmkeys.service.standing import standing_of_state
from llmkeys.ui.screens.main_labels import wrapped
from llmkeys.ui.screens.main_sentences import said_of
from llmkeys.ui.spans import Span, Spans, cells
from llmkeys.verdict import State, Verdict


class Tried(NamedTuple):
    """One key, where it is, how it fares when its provider is asked for, and what its test found."""

    account: str
    label: str
    source: Source
    fate: Fate
    verdict: Verdict


Candidates = Mapping[str, Sequence[Tried]]
"""What was found of each candidate, by the provider's id, the one that wins first."""
_ORDER = tuple(Kind)
_BRIEFLY = {State.OK: " works", State.INVALID_KEY: " is refused"}


def in_order(found: Iterable[Tried]) -> tuple[Tried, ...]:
    """The key that wins, then the others in the order in which they would."""
    return tuple(
        sorted(found, key=lambda each: (each.fate is not Fate.WINS, _ORDER.index(each.source.kind), each.account))
    )


def candidate_lines(found: Sequence[Tried], overview: Overview, width: int) -> Iterator[Spans]:
    """A line per candidate: glyph, word, where its key is, how it fares; nothing where none was tried.

    What was tested since counts, and a key that is gone is left out.
    """
    shown = [(each, verdict) for each in found if (verdict := _newest(each, overview)) is not None]
    if not shown:
        return
    yield [(" CANDIDATES", "quiet")]
    for each, verdict in shown:
        standing = standing_of_state(verdict.state)
        head: list[Span] = [(f"   {standing.glyph} {standing.word}", standing.tone.value)]
        tail: list[Span] = [(f"  {each.fate.value}", "" if each.fate is Fate.WINS else "quiet")]
        place = _place(each)
        if cells(place) + cells(head[0][0]) + cells(tail[0][0]) + 3 <= width:
            yield [*head, (f"  {place}", ""), *tail]
        else:
            yield [*head, *tail]
            yield from wrapped(f"    {place}", width)
    yield []


def look_spans(found: Sequence[Tried]) -> list[Span]:
    """All of it in one look: `OPENAI_API_KEY wins and is refused · work works`."""
    spans: list[Span] = []
    for number, each in enumerate(found):
        standing = standing_of_state(each.verdict.state)
        wins = " wins and" if each.fate is Fate.WINS and len(found) > 1 else ""
        spans += [
            (" · " if number else "", "quiet"),
            (f"{standing.glyph} ", standing.tone.value),
            (_short_name(each), ""),
        ]
        spans.append((f"{wins}{_BRIEFLY.get(each.verdict.state) or said_of(each.verdict.state)}", standing.tone.value))
    return spans


def _newest(tried: Tried, overview: Overview) -> Verdict | None:
    for row in overview.rows:
        if row.account == tried.account:
            if row.source != tried.source or row.verdict is None:
                return tried.verdict
            return row.verdict
    return None


def _place(tried: Tried) -> str:
    words = tried.source.words
    return words if tried.source.kind in (Kind.ENVIRONMENT, Kind.DOTENV) else f"{tried.label}, {words}"


def _short_name(tried: Tried) -> str:
    """The variable for a variable's key, the label for a stored one."""
    return tried.source.place if tried.source.kind is Kind.ENVIRONMENT else tried.label
