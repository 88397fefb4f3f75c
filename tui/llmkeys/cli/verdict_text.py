"""A verdict in words, as JSON and as an exit code."""

from __future__ import annotations

from collections.abc import Iterable

from llmkeys.cli import output
from llmkeys.errors import CannotTell, KeyRefused, LlmkeysError, NeedsUser, NotSent
from llmkeys.moment import from_text
from llmkeys.service.standing import standing_of
from llmkeys.text import clean, counted
from llmkeys.verdict import CANNOT_TELL, REFUSED, State, Verdict

_FINE = frozenset({State.OK, State.RATE_LIMITED})
_GRAVEST_FIRST = (KeyRefused.exit_code, NeedsUser.exit_code, LlmkeysError.exit_code, CannotTell.exit_code)
_SENTENCE = 300


def exit_code_of(states: Iterable[State], *, needs_user: bool = False) -> int:
    """The first that applies of 5 refused, 4 not sent or `needs_user`, 1 the rest, 6 cannot tell; else 0."""
    return gravest([*map(_code, states), *([NeedsUser.exit_code] if needs_user else [])])


def gravest(codes: Iterable[int]) -> int:
    """Of several exit codes the first of 5, 4, 1, 6, else the largest; 0 where there is none."""
    found = set(codes)
    return next((code for code in _GRAVEST_FIRST if code in found), max(found, default=0))


def _code(state: State) -> int:
    if state in _FINE:
        return 0
    if state in REFUSED:
        return KeyRefused.exit_code
    if state is State.NOT_SENT:
        return NotSent.exit_code
    return CannotTell.exit_code if state in CANNOT_TELL else LlmkeysError.exit_code


def verdict_document(verdict: Verdict) -> dict[str, object]:
    """A verdict as the answers of `test` have it."""
    return {
        "verdict": verdict.state.value,
        "key_accepted": verdict.key_accepted,
        "detail": output.or_null(verdict.detail),
        "next": output.or_null(verdict.next),
        "http_status": verdict.http_status,
        "latency_ms": verdict.latency_ms,
        "models": verdict.models,
        "model": output.or_null(verdict.model),
        "model_served": verdict.model_served,
        "retry_after_s": verdict.retry_after_s,
        "balance": output.or_null(verdict.balance),
        "key_label": output.or_null(verdict.label),
        "key_expires_at": output.or_null(verdict.expires_at),
        "method": output.or_null(verdict.method),
        "checked_at": verdict.checked_at,
    }


def verdict_lines(account: str, verdict: Verdict, width: int, *, in_full: bool = False) -> list[str]:
    """One account's verdict for people: glyph, account, word, time, and what follows from it; `in_full` all of it."""
    standing = standing_of(verdict, from_text(verdict.checked_at) or 0.0)
    latency = "" if verdict.latency_ms is None else f"{verdict.latency_ms} ms"
    calm = verdict.state is State.OK and verdict.model_served is not False
    detail, carried = clean(verdict.detail, _SENTENCE), _carried(verdict)
    head = f"{standing.glyph} {clean(account):<{width}}  {standing.word:<11}  {latency:>8}  "
    told = [carried, *([detail] if in_full else [])] if calm and carried else [detail]
    told += [] if calm else [clean(verdict.next, _SENTENCE)]
    return [(head + told[0]).rstrip(), *(" " * len(head) + each for each in told[1:] if each)]


def _carried(verdict: Verdict) -> str:
    """What came with the answer: `5 models · acme · $74.50 left · key expires 2027-01-31`."""
    parts = (
        "" if verdict.models is None else counted(verdict.models, "model"),
        clean(verdict.label or ""),
        clean(verdict.balance or ""),
        f"key expires {verdict.expires_at[:10]}" if verdict.expires_at else "",
    )
    return " · ".join(filter(None, parts))
