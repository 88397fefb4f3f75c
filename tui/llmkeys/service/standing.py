"""What the state of a row is called: a glyph, a word, the group it belongs to and a tone; pure."""

from enum import StrEnum
from typing import NamedTuple

from llmkeys import moment
from llmkeys.resolution.candidate import Fate
from llmkeys.verdict import CANNOT_TELL, REFUSED, State, Verdict

EXPIRING_WITHIN = 7 * moment.DAY
STALE_AFTER = 10 * moment.MINUTE
"""A verdict older than this many seconds is asked for again in the background."""
LONGEST_WAIT = moment.DAY
"""Seconds that a server can ask for at most; one that asks for more may be wrong about it."""
DIM_AFTER = moment.DAY
"""A verdict older than this many seconds is shown dim, with `?` after its age."""


class Group(StrEnum):
    """The part of the list a row stands in; attention comes first."""

    ATTENTION = "needs attention"
    CONNECTED = "connected"
    NOT_CONFIGURED = "not configured"


class Tone(StrEnum):
    """How a state is coloured; colour is never the only sign."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    QUIET = "quiet"
    BUSY = "busy"


class Standing(NamedTuple):
    """A state as rows show it."""

    glyph: str
    word: str
    group: Group
    tone: Tone


NO_KEY = Standing("○", "no key", Group.NOT_CONFIGURED, Tone.QUIET)
LOCAL = Standing("○", "local", Group.NOT_CONFIGURED, Tone.QUIET)
DISABLED = Standing("–", "disabled", Group.CONNECTED, Tone.QUIET)
UNTESTED = Standing("?", "untested", Group.CONNECTED, Tone.QUIET)
REFERENCE = Standing("!", "reference", Group.ATTENTION, Tone.WARN)
UNUSABLE = Standing("!", "unusable", Group.ATTENTION, Tone.WARN)
EXPIRING = Standing("!", "expiring", Group.ATTENTION, Tone.WARN)
EXPIRED = Standing("✗", "expired", Group.ATTENTION, Tone.BAD)
MODEL_GONE = Standing("!", "model gone", Group.ATTENTION, Tone.WARN)
TESTING_WORD = "testing"

_OF_STATE = {
    State.OK: Standing("✓", "ok", Group.CONNECTED, Tone.GOOD),
    State.RATE_LIMITED: Standing("!", "limited", Group.ATTENTION, Tone.WARN),
    State.INSUFFICIENT_QUOTA: Standing("!", "no credit", Group.ATTENTION, Tone.WARN),
    State.FORBIDDEN_SCOPE: Standing("!", "forbidden", Group.ATTENTION, Tone.WARN),
    State.REGION_BLOCKED: Standing("!", "region", Group.ATTENTION, Tone.WARN),
    State.WRONG_ENDPOINT: Standing("!", "endpoint", Group.ATTENTION, Tone.WARN),
    State.NOT_AN_API: Standing("!", "no api", Group.ATTENTION, Tone.WARN),
    State.TLS_ERROR: Standing("!", "tls", Group.ATTENTION, Tone.WARN),
    State.NOT_SENT: Standing("!", "not sent", Group.ATTENTION, Tone.WARN),
    State.INVALID_KEY: Standing("✗", "invalid", Group.ATTENTION, Tone.BAD),
    State.EXPIRED_OR_REVOKED: EXPIRED,
    State.UNTESTABLE: Standing("?", "untestable", Group.CONNECTED, Tone.QUIET),
    State.UNREACHABLE: Standing("?", "unreachable", Group.CONNECTED, Tone.QUIET),
    State.TIMEOUT: Standing("?", "timeout", Group.CONNECTED, Tone.QUIET),
    State.SERVER_ERROR: Standing("?", "server", Group.CONNECTED, Tone.QUIET),
}


def standing_of_state(state: State) -> Standing:
    """The standing of a verdict's state alone."""
    return _OF_STATE[state]


def standing_of(
    verdict: Verdict | None, now: float, *, fate: Fate = Fate.WINS, enabled: bool = True, expires_at: str | None = None
) -> Standing:
    """The standing of a row with a key, by its last verdict, the first of its expiries and whether it is enabled."""
    if not enabled:
        return DISABLED
    if fate is Fate.UNRESOLVED:
        return REFERENCE
    if fate is Fate.UNUSABLE:
        return UNUSABLE
    told = (expires_at, verdict.expires_at if verdict else None)
    expiry = min((each for each in map(moment.from_text, told) if each is not None), default=None)
    if verdict is None:
        return _of_expiry(UNTESTED, expiry, now)
    if verdict.state is State.OK and verdict.model_served is False:
        return MODEL_GONE
    found = _OF_STATE[verdict.state]
    return _of_expiry(found, expiry, now) if verdict.state is State.OK else found


def testing(standing: Standing, frame: str) -> Standing:
    """`standing` while its row is being tested: the row stays in its group."""
    return Standing(frame, TESTING_WORD, standing.group, Tone.BUSY)


def beside(verdict: Verdict | None, last_known: Verdict | None, now: float) -> str:
    """What stays beside a state that cannot tell, such as `ok · 3h · offline now`; empty elsewhere."""
    if verdict is None or last_known is None or verdict.state not in CANNOT_TELL or last_known == verdict:
        return ""
    checked = moment.from_text(last_known.checked_at)
    age = "" if checked is None else f" · {moment.age(now - checked)}"
    reason = " · offline now" if verdict.state in _OFFLINE else ""
    return f"{_OF_STATE[last_known.state].word}{age}{reason}"


_OFFLINE = frozenset({State.UNREACHABLE, State.TIMEOUT})


def is_stale(verdict: Verdict | None, now: float) -> bool:
    """Whether the verdict is missing or older than ten minutes."""
    checked = moment.from_text(verdict.checked_at) if verdict else None
    return checked is None or not 0 <= now - checked < STALE_AFTER


def time_left(verdict: Verdict, now: float) -> float:
    """How many of the seconds that the server asked for have not passed yet."""
    checked = moment.from_text(verdict.checked_at)
    if checked is None or now < checked:
        return 0.0
    return max(0.0, checked + min(verdict.retry_after_s or 0, LONGEST_WAIT) - now)


def is_waiting(verdict: Verdict, now: float) -> bool:
    """Whether the server asked for time that has not passed yet."""
    return time_left(verdict, now) > 0


def may_ask_again(verdict: Verdict | None, now: float) -> bool:
    """Whether a key may be asked about without anybody's wish: not one that is refused, nor before its time."""
    if verdict is not None and (verdict.state in REFUSED or is_waiting(verdict, now)):
        return False
    return is_stale(verdict, now)


def _of_expiry(standing: Standing, expiry: float | None, now: float) -> Standing:
    if expiry is None or expiry - now > EXPIRING_WITHIN:
        return standing
    return EXPIRING if expiry > now else EXPIRED
