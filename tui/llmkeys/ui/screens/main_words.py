"""What the status line says of a wish that came true; pure."""

from __future__ import annotations

from collections.abc import Mapping

from llmkeys import moment
from llmkeys.service.defaults import DefaultChange
from llmkeys.service.overview import Overview
from llmkeys.service.standing import standing_of_state
from llmkeys.ui.figures import count_words
from llmkeys.ui.screens.main_columns import time_words
from llmkeys.ui.screens.main_facts import title_words
from llmkeys.ui.screens.main_sentences import said_of
from llmkeys.ui.screens.main_state import row_of
from llmkeys.ui.spans import Span
from llmkeys.verdict import CANNOT_TELL, State, Verdict


def default_words(change: DefaultChange, overview: Overview) -> list[Span]:
    """What the default is now, what wins over it, and which key goes back."""
    row = row_of(overview, change.choice)
    spans: list[Span] = [
        ("★ ", "star"),
        (change.choice.model, "strong"),
        (f" · {title_words(row) if row else change.choice.account}", "spare"),
        (" is the default now", "quiet"),
    ]
    if change.shadowed_by:
        spans.append((f"   but {change.shadowed_by} wins here", "warn"))
    elif change.warning:
        spans.append((f"   {change.warning}", "warn"))
    elif change.previous is not None and change.previous != change.choice:
        spans += [("   -", "key"), (" goes back", "quiet")]
    return spans


def verdict_words(name: str, verdict: Verdict) -> list[Span]:
    """One test: the state, what it took, and for a failure why and what to do next."""
    standing = standing_of_state(verdict.state)
    head: list[Span] = [(f"{standing.glyph} ", standing.tone.value), (f"{name}{said_of(verdict.state)}", "")]
    if verdict.state is State.RATE_LIMITED and verdict.retry_after_s:
        head.append((f", again in {moment.wait(verdict.retry_after_s)}", ""))
    if verdict.state is State.OK:
        facts = " · ".join(filter(None, (time_words(verdict.latency_ms), count_words(verdict.models))))
        return [*head, (f"   {facts}", "quiet")] if facts else head
    reason = " ".join(filter(None, (verdict.detail, verdict.next)))
    return [*head, (f"   {reason}", "quiet")] if reason else head


def round_words(verdicts: Mapping[str, Verdict], seconds: float, left_alone: int = 0) -> list[Span]:
    """Several tests: how many of each state, in how many seconds; `left_alone` were told to wait and not asked."""
    words: dict[State, int] = {}
    for verdict in verdicts.values():
        words[verdict.state] = words.get(verdict.state, 0) + 1
    spans: list[Span] = [(f"{len(verdicts)} tested in {seconds:.1f} s", "")]
    for state, number in sorted(words.items(), key=lambda each: list(State).index(each[0])):
        standing = standing_of_state(state)
        spans += [("   ", ""), (f"{standing.glyph} {number} {standing.word}", standing.tone.value)]
    if verdicts and all(verdict.state in CANNOT_TELL for verdict in verdicts.values()):
        spans += [("   nothing was reached", "spare"), ("   is this machine offline?", "quiet")]
    if left_alone:
        spans.append((f"   {left_alone} asked to wait", "quiet"))
    return spans
