"""Numbers as the detail pane words them: ages, prices, contexts, a row of past checks; pure."""

from __future__ import annotations

import time
from collections.abc import Sequence

from llmkeys import moment
from llmkeys.catalog.model import Model
from llmkeys.service.overview import Row
from llmkeys.store.status_file import Tick
from llmkeys.ui.figures import context_words, price_words
from llmkeys.ui.screens.main_columns import time_words
from llmkeys.ui.spans import Span
from llmkeys.verdict import State

BARS = "▁▂▃▄▅▆▇█"
_SHOWN_TICKS = 20
_EVEN = 1.4
"""Times within this ratio are one height."""
_COUNTS_AS_OK = frozenset({State.OK, State.RATE_LIMITED})


def key_in_full(hint: str) -> str:
    """The hint with its middle as dots: `sk-ant-••••••••7Qx2`."""
    return hint.replace("…", "••••••••", 1)


def ago(text: str | None, now: float) -> str:
    """`2m ago`, `just now`, or nothing for a moment that is unknown."""
    then = moment.from_text(text)
    if then is None:
        return ""
    words = moment.age(max(0.0, now - then))
    return "just now" if words == "now" else f"{words} ago"


def date_words(text: str | None, *, with_year: bool = True) -> str:
    """`14 Mar 2026`, in local time."""
    then = moment.from_text(text)
    if then is None:
        return ""
    local = time.localtime(then)
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[local.tm_mon - 1]
    return f"{local.tm_mday} {month} {local.tm_year}" if with_year else f"{local.tm_mday} {month}"


def days_old(text: str | None, now: float) -> str:
    """`41 d old`; nothing for a moment that is unknown, `today` on the first day."""
    then = moment.from_text(text)
    if then is None:
        return ""
    days = int(max(0.0, now - then) // moment.DAY)
    return f"{days} d old" if days else "today"


def model_facts(model: Model | None) -> str:
    """`200k · $3.00 in · $15.00 out`, as far as it is known; prices are US dollars per million tokens."""
    if model is None:
        return ""
    prices = [(price_words(model.price_in), "in"), (price_words(model.price_out), "out")]
    if model.price_in == 0 and model.price_out == 0:
        words = ["free"]
    else:
        words = [f"{price} {way}" for price, way in prices if price]
    return " · ".join(filter(None, (context_words(model.context), *words)))


def checks_spans(history: Sequence[Tick]) -> list[Span]:
    """Past checks, the oldest first: a bar as high as each took, and how many the key passed."""
    ticks = list(reversed(history[:_SHOWN_TICKS]))
    taken = _latencies(ticks) or [0]
    spans: list[Span] = [(_bar(tick.latency_ms, taken[0], taken[-1]), _tick_tone(tick)) for tick in ticks]
    passed = sum(tick.state in _COUNTS_AS_OK for tick in ticks)
    return [*spans, (f"  {passed}/{len(ticks)} ok", "quiet")] if ticks else []


def median_latency(history: Sequence[Tick]) -> str:
    """`p50 398 ms`, or nothing."""
    found = _latencies(history)
    return f"p50 {time_words(found[len(found) // 2])}" if found else ""


def latency_words(history: Sequence[Tick]) -> str:
    """`p50 398 ms · p95 610 ms`, or nothing."""
    found = _latencies(history)
    return f"{median_latency(history)} · p95 {time_words(found[int(len(found) * 0.95)])}" if found else ""


def title_words(row: Row) -> str:
    """An account as sentences name it: `OpenAI · work`."""
    return f"{row.provider.short_name} · {row.label}"


def _latencies(history: Sequence[Tick]) -> list[int]:
    return sorted(tick.latency_ms for tick in history if tick.latency_ms is not None)


def _bar(latency: int | None, least: int, most: int) -> str:
    """A bar for one check: equal times make a low even line, a slow one stands out, none at all is the lowest."""
    if latency is None:
        return BARS[0]
    if most <= least * _EVEN:
        return BARS[1]
    return BARS[1 + round((latency - least) / (most - least) * (len(BARS) - 2))]


def _tick_tone(tick: Tick) -> str:
    if tick.state in _COUNTS_AS_OK:
        return "good"
    return "bad" if tick.state in (State.INVALID_KEY, State.EXPIRED_OR_REVOKED) else "warn"
