"""The detail pane: everything known of the row under the cursor, as lines; pure."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from llmkeys.catalog.model import Model
from llmkeys.resolution.candidate import Kind
from llmkeys.service.overview import Overview, Row
from llmkeys.service.standing import beside
from llmkeys.ui.figures import count_words
from llmkeys.ui.screens.main_answer import again_words, answer_lines
from llmkeys.ui.screens.main_candidates import Candidates, candidate_lines
from llmkeys.ui.screens.main_columns import key_words
from llmkeys.ui.screens.main_facts import (
    ago,
    checks_spans,
    date_words,
    days_old,
    key_in_full,
    latency_words,
    median_latency,
    model_facts,
)
from llmkeys.ui.screens.main_labels import fact, labelled, wrapped
from llmkeys.ui.screens.main_offer import provider_lines
from llmkeys.ui.screens.main_state import Entry, Listed, Offered
from llmkeys.ui.spans import Span, Spans, column, width_of

_MODEL = "model"
FactsOf = Mapping[tuple[str, str], Model]
"""What the snapshot knows, by provider and model id; empty until it is read."""


class Known(NamedTuple):
    """What details are drawn from, besides the row."""

    overview: Overview
    now: float
    facts: FactsOf
    testing: frozenset[str] = frozenset()
    candidates: Candidates = {}


def detail_lines(entry: Entry | None, known: Known, width: int) -> list[Spans]:
    """The pane beside the list, or the whole screen where that is narrow."""
    if isinstance(entry, Listed):
        return [*_account_lines(entry, known, width)]
    if isinstance(entry, Offered):
        return [*provider_lines(entry.provider, width)]
    return []


def brief_lines(entry: Entry | None, known: Known, width: int) -> list[Spans]:
    """The four lines below the list."""
    if isinstance(entry, Offered):
        lines = list(provider_lines(entry.provider, width))
        return [lines[0], *[line for line in lines[2:] if line]][:4]
    if not isinstance(entry, Listed):
        return []
    row, facts = entry.row, model_facts(_facts(entry.row, known))
    added = f" · added {date_words(row.created_at, with_year=False)} · {days_old(row.created_at, known.now)}"
    third = [*fact(_MODEL, row.model or "–"), (f"  {facts}" if facts else "", "quiet")]
    last = checks_spans(row.history)
    median = median_latency(row.history)
    problem = _problem(row) or _shadow_words(row)
    return [
        [*_title(row), ("   ", ""), *_state_spans(entry, known)],
        [*fact("key", _key(row)), (f"  {_source(row)}{added if row.created_at else ''}", "quiet")],
        third,
        [(" ", ""), (problem, "")]
        if problem
        else [*fact("checks", ""), *last, (f" · {median}" if median else "", "quiet")]
        if last
        else fact("endpoint", row.endpoint or "–"),
    ]


def _account_lines(entry: Listed, known: Known, width: int) -> Iterator[Spans]:
    row = entry.row
    yield _title(row)
    wide, tight = ([(" ", ""), *_state_spans(entry, known, gap)] for gap in ("  ·  ", " · "))
    yield wide if width_of(wide) <= width else tight
    yield from wrapped(_problem(row), width)
    for note in (row.note, *row.ignored):
        yield from wrapped(note, width, "warn")
    yield []
    yield from _key_lines(row, known, width)
    yield []
    yield from _model_lines(row, known)
    yield from _check_lines(row, width)
    yield from candidate_lines(known.candidates.get(row.provider.id, ()), known.overview, width)
    yield from _sibling_lines(row, known)


def _key_lines(row: Row, known: Known, width: int) -> Iterator[Spans]:
    """The key, where it is, what it hides and what hides it; then dates and addresses."""
    is_variable = row.source.kind in (Kind.ENVIRONMENT, Kind.DOTENV)
    place = "" if row.source.kind is Kind.NONE else row.source.words
    why = known.overview.store.reason if row.source.kind is Kind.FILE else ""
    facts = (
        ("name", row.name),
        ("key", _key(row)),
        ("set in" if row.read_only else "stored in", place),
        (" ", why),
        *(("shadows", each) for each in row.shadowed),
        ("shadowed", f"by {row.shadowed_by}" if row.shadowed_by else ""),
        ("added", date_words(row.created_at)),
        ("expires", date_words(row.expires_at or (row.verdict.expires_at if row.verdict else None))),
        ("last used", ago(row.last_used_at, known.now)),
        ("variable", "" if is_variable else row.variable),
        ("endpoint", row.endpoint),
    )
    tails = {"added": f"  {days_old(row.created_at, known.now)}"}
    for label, text in facts:
        if text:
            *lines, last = labelled(label, text, width)
            yield from (*lines, [*last, (tails.get(label, ""), "quiet")])


def _model_lines(row: Row, known: Known) -> Iterator[Spans]:
    if row.model:
        yield [*fact(_MODEL, row.model), *_served_spans(row)]
        facts = model_facts(_facts(row, known))
        if facts:
            yield fact("", facts)
        yield []


def _check_lines(row: Row, width: int) -> Iterator[Spans]:
    if row.history:
        yield [*fact("checks", ""), *checks_spans(row.history)]
        latency = latency_words(row.history)
        if latency:
            yield fact("latency", latency)
    if row.verdict:
        yield from answer_lines(row.verdict, width)
    if row.history:
        yield []


def _sibling_lines(row: Row, known: Known) -> Iterator[Spans]:
    siblings = [each for each in known.overview.rows if each.provider.id == row.provider.id]
    yield [(" ACCOUNTS", "quiet")]
    width = max(len(each.label) for each in siblings) + 2
    for each in siblings:
        standing = each.standing(known.now)
        yield [
            ("  • " if each.active else "    ", "busy"),
            (column(each.label, min(width, 24)), "" if each is row else "quiet"),
            (f"{standing.glyph} {standing.word}", standing.tone.value),
            (f"  {key_words(each, 12)}", "quiet"),
        ]


def _title(row: Row) -> list[Span]:
    spans: list[Span] = [(f" {row.provider.name}", "strong"), (f" · {row.label}", "quiet")]
    return [*spans, ("   ★ default", "star")] if row.is_default else spans


def _state_spans(entry: Listed, known: Known, gap: str = "  ·  ") -> list[Span]:
    row, standing = entry.row, entry.standing
    if row.account in known.testing:
        return [("testing", "busy")]
    spans: list[Span] = [(f"{standing.glyph} {standing.word}", standing.tone.value)]
    verdict = row.verdict
    more = [beside(verdict, row.last_known, known.now), again_words(verdict, known.now)]
    if verdict is not None:
        more.append(count_words(verdict.models))
        more.append(f"checked {ago(verdict.checked_at, known.now)}" if verdict.checked_at else "")
    return [*spans, *((f"{gap}{words}", "quiet") for words in more if words)]


def _problem(row: Row) -> str:
    """What is wrong and what to do about it; empty for a key that works."""
    verdict = row.verdict
    is_fine = verdict is not None and verdict.key_accepted is True and verdict.model_served is not False
    if verdict is None or (is_fine and not verdict.next):
        return ""
    return " ".join(filter(None, (verdict.detail, verdict.next)))


def _served_spans(row: Row) -> list[Span]:
    served = row.verdict.model_served if row.verdict else None
    if served is None:
        return []
    return [("  served", "quiet")] if served else [("  not listed", "warn")]


def _shadow_words(row: Row) -> str:
    return f"A bare {row.provider.id} means {row.shadowed_by}." if row.shadowed_by else ""


def _key(row: Row) -> str:
    return "none needed" if row.source.kind is Kind.NONE else key_in_full(row.hint)


def _source(row: Row) -> str:
    return row.endpoint if row.source.kind is Kind.NONE else row.source.words


def _facts(row: Row, known: Known) -> Model | None:
    return known.facts.get((row.provider.id, row.model or ""))
