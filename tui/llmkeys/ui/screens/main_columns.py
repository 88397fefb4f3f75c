"""The columns of the account list at every width, and what stands in them; pure."""

from functools import lru_cache
from typing import NamedTuple

from llmkeys import moment
from llmkeys.resolution.candidate import Kind
from llmkeys.service.overview import Row
from llmkeys.service.standing import DIM_AFTER, Standing, Tone, beside
from llmkeys.ui.screens.main_state import Entry, Heading, Listed, Offered, Remark
from llmkeys.ui.spans import Span, Spans, column, fit

GUTTER = 5
"""Cursor, star, blank, glyph, blank."""
WIDE, MODEL_TOO = 67, 92
"""From so many cells on the list shows keys and times; from the second on models too."""
_PROVIDER, _ACCOUNT, _KEY, _STATUS, _TIME, _SEEN = 15, 11, 13, 12, 6, 7
_LEAST_MODEL = 9


class Column(NamedTuple):
    """One column: which fact, its title, its cells with the gap to the next one included."""

    fact: str
    title: str
    width: int
    right: bool = False


class Drawing(NamedTuple):
    """What every row is drawn with: the columns, the moment, the spinner's glyph and whom it turns for."""

    columns: tuple[Column, ...]
    now: float
    frame: str = ""
    testing: frozenset[str] = frozenset()


@lru_cache(maxsize=64)
def columns_for(width: int, widest_label: int) -> tuple[Column, ...]:
    """The columns on `width` cells; `widest_label` is how many cells the longest account label takes.

    Narrow lists have the model in place of key and time, and lose it, then the age, where they get narrower still.
    """
    if width >= WIDE:
        spare = width - GUTTER - (_PROVIDER + _ACCOUNT + _KEY + _STATUS + _TIME + _SEEN)
        more_label = min(max(0, widest_label + 2 - _ACCOUNT), spare - 16 if width >= MODEL_TOO else spare, 24)
        model = min(spare - more_label, 44) if width >= MODEL_TOO else 0
        return tuple(
            each
            for each in (
                Column("provider", "PROVIDER", _PROVIDER),
                Column("account", "ACCOUNT", _ACCOUNT + more_label),
                Column("key", "KEY", _KEY),
                Column("status", "STATUS", _STATUS),
                Column("model", "MODEL", model),
                Column("time", "TIME", _TIME, right=True),
                Column("seen", "SEEN", _SEEN, right=True),
            )
            if each.width
        )
    return _narrow(width - GUTTER, min(widest_label + 1, 10))


def _narrow(room: int, label: int) -> tuple[Column, ...]:
    provider = 14
    found = [
        Column("provider", "PROVIDER", provider),
        Column("account", "ACCOUNT", min(max(label, 8), room - provider - _STATUS)),
        Column("status", "STATUS", _STATUS),
    ]
    left = room - sum(each.width for each in found)
    seen = _SEEN - 1 if left >= _SEEN - 1 else 0
    if left - seen >= _LEAST_MODEL:
        found.append(Column("model", "MODEL", left - seen))
    if seen:
        found.append(Column("seen", "SEEN", seen, right=True))
    return tuple(found)


def title_spans(columns: tuple[Column, ...]) -> list[Span]:
    """The line above the list."""
    titles = "".join(column(each.title, each.width, right=each.right) for each in columns)
    return [(" " * GUTTER + titles, "quiet")]


def entry_spans(entry: Entry, drawing: Drawing, highlighted: bool) -> Spans:
    """One line of the list."""
    mark = "▸" if highlighted else " "
    if isinstance(entry, Heading):
        return [(f" {entry.title}  {entry.number}", "quiet")]
    if isinstance(entry, Remark):
        return [(f" {entry.words}   ", ""), (entry.key, "key"), (f" {entry.does}", "quiet")]
    if isinstance(entry, Offered):
        return _offered_spans(entry, drawing, mark)
    return _listed_spans(entry, drawing, mark)


def key_words(row: Row, width: int) -> str:
    """The hint of a row's key on `width` cells, its end kept: `sk-proj…a91F`."""
    if row.source.kind is Kind.NONE:
        return "no key"
    head, dots, tail = row.hint.rpartition("…")
    if not dots or len(row.hint) <= width:
        return fit(row.hint, width)
    return f"{head[: max(0, width - 1 - len(tail))].rstrip('-_')}…{tail}"


def time_words(latency_ms: int | None) -> str:
    """`412 ms`, `1.2 s`, or nothing."""
    if latency_ms is None:
        return ""
    return f"{latency_ms} ms" if latency_ms < 1000 else f"{min(latency_ms / 1000, 999):.1f} s"


def seen_words(row: Row, now: float) -> str:
    """How old the verdict is; `?` after it means older than a day."""
    checked = moment.from_text(row.verdict.checked_at) if row.verdict else None
    if checked is None:
        return "never"
    age = max(0.0, now - checked)
    return moment.age(age) + ("?" if age > DIM_AFTER else "")


def _listed_spans(entry: Listed, drawing: Drawing, mark: str) -> list[Span]:
    row, standing = entry.row, entry.standing
    busy = row.account in drawing.testing
    if busy:
        standing = Standing(drawing.frame, "testing", standing.group, Tone.BUSY)
    spans: list[Span] = [
        (mark, ""),
        ("★" if row.is_default else " ", "star"),
        (f" {standing.glyph} ", standing.tone.value),
    ]
    for each in drawing.columns:
        text, tone = _cell(each, entry, standing, drawing.now, busy)
        spans.append((column(text, each.width - (0 if each.right else 1), right=each.right), tone))
        if not each.right:
            spans.append((" ", ""))
    return spans


def _cell(each: Column, entry: Listed, standing: Standing, now: float, busy: bool) -> Span:
    row = entry.row
    tone = "quiet" if standing.tone is Tone.QUIET else ""
    if each.fact == "provider":
        return (row.provider.short_name if entry.opens_run else ""), "" if row.enabled else "quiet"
    if each.fact == "account":
        return row.label, "quiet"
    if each.fact == "key":
        return key_words(row, each.width - 1), "quiet"
    if each.fact == "status":
        return standing.word, tone or standing.tone.value
    if busy:
        return "", ""
    known = beside(row.verdict, row.last_known, now).removesuffix(" · offline now")
    if each.fact == "model":
        return known or _short_model(row.model or "", each.width - 1), "quiet"
    if each.fact == "time":
        return known.replace(" · ", " ") or time_words(row.verdict.latency_ms if row.verdict else None), "quiet"
    return seen_words(row, now), "quiet"


def _short_model(model: str, width: int) -> str:
    """The model's own name: where space is short, the maker before a slash goes first."""
    return fit(model if len(model) <= width else model.rpartition("/")[2], width)


def _offered_spans(entry: Offered, drawing: Drawing, mark: str) -> list[Span]:
    spans: list[Span] = [(mark, ""), (f"  {entry.standing.glyph} ", "quiet")]
    texts = {"provider": entry.provider.short_name, "status": entry.standing.word}
    spans += [(column(texts.get(each.fact, ""), each.width), "quiet") for each in drawing.columns]
    return spans
