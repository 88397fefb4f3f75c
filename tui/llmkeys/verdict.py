"""The answer to "does it work?": fifteen states, and what a test found along with one."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, TypeVar

from llmkeys.text import clean

_Kind = TypeVar("_Kind", bool, int, str)


class State(StrEnum):
    """What a test says of a key, or why it says nothing."""

    OK = "ok"
    RATE_LIMITED = "rate_limited"
    INSUFFICIENT_QUOTA = "insufficient_quota"
    INVALID_KEY = "invalid_key"
    EXPIRED_OR_REVOKED = "expired_or_revoked"
    FORBIDDEN_SCOPE = "forbidden_scope"
    REGION_BLOCKED = "region_blocked"
    WRONG_ENDPOINT = "wrong_endpoint"
    NOT_AN_API = "not_an_api"
    TLS_ERROR = "tls_error"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    SERVER_ERROR = "server_error"
    UNTESTABLE = "untestable"
    NOT_SENT = "not_sent"


CANNOT_TELL = frozenset(
    {State.UNREACHABLE, State.TIMEOUT, State.SERVER_ERROR, State.TLS_ERROR, State.NOT_AN_API, State.UNTESTABLE}
)
"""States in which the provider was asked and nothing is known of the key: `test` exits 6."""

TELLS_NOTHING = CANNOT_TELL | {State.NOT_SENT}
"""States that say nothing about the key: what was last known of it stays."""

REFUSED = frozenset({State.INVALID_KEY, State.EXPIRED_OR_REVOKED})
"""States in which the provider refuses the key: `test` exits 5."""


class Verdict(NamedTuple):
    """What one test of one account found. Unknown is None, never 0."""

    state: State
    key_accepted: bool | None = None
    detail: str = ""
    """One sentence in plain words."""
    next: str = ""
    """What to do about it: a command, a key or a URL; empty when nothing is to be done."""
    http_status: int | None = None
    latency_ms: int | None = None
    models: int | None = None
    """How many models the same answer listed."""
    model_served: bool | None = None
    """Whether `model` is among them, or among those of a list that was fetched lately."""
    model: str | None = None
    """The account's model when it was tested."""
    retry_after_s: int | None = None
    method: str = ""
    """The question asked, such as `GET /v1/key, free`."""
    balance: str | None = None
    """Credit as the provider words it, such as `$74.50 left`."""
    checked_at: str | None = None
    """RFC 3339 UTC."""
    label: str | None = None
    """What the same answer calls the key, its owner or its plan."""
    expires_at: str | None = None
    """When the key expires, where the same answer says so; RFC 3339 UTC."""


def tells_nothing(verdict: Verdict) -> bool:
    """Whether the last known state stays beside `verdict`: also beside a limit that was met before the key was read."""
    return verdict.state in TELLS_NOTHING or (verdict.state is State.RATE_LIMITED and verdict.key_accepted is None)


def not_listed(model: str) -> str:
    """The sentence that follows the detail of a verdict whose provider does not list `model`."""
    return f" It does not list {clean(model)}."


def for_model(verdict: Verdict, model: str | None) -> Verdict:
    """`verdict` where `model` is the account's now: what it said of another one no longer counts."""
    if verdict.model_served is None or verdict.model == model:
        return verdict
    told = verdict.model_served is False
    detail = verdict.detail.removesuffix(not_listed(verdict.model or ""))
    return verdict._replace(model_served=None, model=model, detail=detail, next="" if told else verdict.next)


def verdict_to_json(verdict: Verdict) -> dict[str, object]:
    """`verdict` as status.json keeps it and `--json` prints it."""
    return {**verdict._asdict(), "state": verdict.state.value}


def verdict_from_json(record: Mapping[str, object]) -> Verdict | None:
    """The verdict that `verdict_to_json` wrote, or None for a record that is none."""
    try:
        state = State(str(record["state"]))
    except (KeyError, ValueError):
        return None
    return Verdict(
        state=state,
        key_accepted=_kind(record, "key_accepted", bool),
        detail=_kind(record, "detail", str) or "",
        next=_kind(record, "next", str) or "",
        http_status=_kind(record, "http_status", int),
        latency_ms=_kind(record, "latency_ms", int),
        models=_kind(record, "models", int),
        model_served=_kind(record, "model_served", bool),
        model=_kind(record, "model", str),
        retry_after_s=_kind(record, "retry_after_s", int),
        method=_kind(record, "method", str) or "",
        balance=_kind(record, "balance", str),
        checked_at=_kind(record, "checked_at", str),
        label=_kind(record, "label", str),
        expires_at=_kind(record, "expires_at", str),
    )


def _kind(record: Mapping[str, object], field: str, kind: type[_Kind]) -> _Kind | None:
    value = record.get(field)
    return value if type(value) is kind else None
