"""What came with the answer to a test, as the detail pane says it; what is unknown is left out, never 0; pure."""

from __future__ import annotations

from collections.abc import Iterator

from llmkeys import moment
from llmkeys.ui.screens.main_labels import fact, labelled
from llmkeys.ui.spans import Spans
from llmkeys.verdict import Verdict


def answer_lines(verdict: Verdict, width: int) -> Iterator[Spans]:
    """What the provider calls the key, the credit that is left, and which question was asked."""
    if verdict.label:
        yield from labelled("known as", verdict.label, width)
    if verdict.balance:
        yield from labelled("credit", verdict.balance, width)
    if verdict.method:
        yield [*fact("asked", ""), (verdict.method, "quiet")]


def again_words(verdict: Verdict | None, now: float) -> str:
    """`again in 42 s` while a server that asked for time has it; else empty."""
    left = seconds_left(verdict, now)
    return f"again in {moment.wait(left)}" if left else ""


def seconds_left(verdict: Verdict | None, now: float) -> float:
    """How long a server that asked for time still has, 0 where none did."""
    checked = moment.from_text(verdict.checked_at) if verdict is not None and verdict.retry_after_s else None
    if verdict is None or checked is None:
        return 0.0
    return max(0.0, checked + (verdict.retry_after_s or 0) - max(now, checked))
