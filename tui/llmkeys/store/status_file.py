"""`status.json`: what the last test of each account found, for one key at one address."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from llmkeys.config import items, section
from llmkeys.errors import LlmkeysError
from llmkeys.files.read import read_json
from llmkeys.paths import Paths
from llmkeys.store.json_file import VERSION, change_json
from llmkeys.verdict import State, Verdict, tells_nothing, verdict_from_json, verdict_to_json

HISTORY_LIMIT = 20
_LIMIT = 8 << 20


class Tick(NamedTuple):
    """One past test: what it found, how long it took in ms, and when (RFC 3339 UTC)."""

    state: State
    latency_ms: int | None
    at: str


class Kept(NamedTuple):
    """What is known of one key at one address."""

    verdict: Verdict
    last_known: Verdict | None
    """The latest verdict that told something; `verdict` itself if it did."""
    succeeded_at: str | None
    """When the key was last accepted, RFC 3339 UTC."""
    history: tuple[Tick, ...]
    """The latest first, at most 20."""


class Tested(NamedTuple):
    """A verdict and whose it is: the account, the key's fingerprint, the origin it was asked at."""

    account: str
    fingerprint: str
    origin: str
    verdict: Verdict


class Status:
    """Everything that `status.json` keeps."""

    __slots__ = ("_accounts",)

    def __init__(self, raw: Mapping[str, object]) -> None:
        self._accounts = section(raw, "accounts")

    def of(self, account: str, fingerprint: str, origin: str) -> Kept | None:
        """What is known of `account` with this key at this origin; None for another key or address."""
        record = section(self._accounts, account)
        if record.get("fingerprint") != fingerprint or record.get("origin") != origin:
            return None
        verdict = verdict_from_json(section(record, "verdict"))
        if verdict is None:
            return None
        succeeded_at = record.get("succeeded_at")
        return Kept(
            verdict,
            verdict_from_json(section(record, "last_known")),
            succeeded_at if isinstance(succeeded_at, str) else None,
            tuple(tick for tick in map(_tick, items(record, "history")) if tick is not None),
        )


def load_status(paths: Paths) -> Status:
    """The kept verdicts; a file that cannot be used keeps none, which costs a test and no more."""
    try:
        raw, _ = read_json(paths.status, private=True, limit=_LIMIT)
    except LlmkeysError:
        return Status({})
    return Status(raw or {})


def record(paths: Paths, account: str, fingerprint: str, origin: str, verdict: Verdict) -> str:
    """Keeps `verdict`; see `record_many`."""
    return record_many(paths, [Tested(account, fingerprint, origin, verdict)])


def record_many(
    paths: Paths, tested: Iterable[Tested], gone: Iterable[str] = (), called: Mapping[str, str] = {}
) -> str:
    """Keeps these verdicts, drops the accounts that are `gone` and gives others the name they are now `called` by.

    Returns why that was not possible, as a sentence; empty when it was. Never raises LlmkeysError: a verdict is
    shown whether it can be kept or not. A verdict for another key or origin than the kept one starts afresh.
    """
    told = list(tested)
    dropped = set(gone)

    def changed(raw: dict[str, object]) -> dict[str, object]:
        left = {name: kept for name, kept in section(raw, "accounts").items() if name not in dropped}
        accounts = {called.get(name, name): kept for name, kept in left.items()}
        for each in told:
            accounts[each.account] = _merged(section(accounts, each.account), each)
        return {"version": VERSION, **raw, "accounts": accounts}

    try:
        change_json(paths.status, changed, private=True, limit=_LIMIT, cache=True)
    except LlmkeysError as error:
        return error.message
    return ""


def _merged(before: Mapping[str, object], tested: Tested) -> dict[str, object]:
    same = before.get("fingerprint") == tested.fingerprint and before.get("origin") == tested.origin
    kept = before if same else {}
    verdict = tested.verdict
    written = verdict_to_json(verdict)
    tick = {"state": verdict.state.value, "latency_ms": verdict.latency_ms, "at": verdict.checked_at}
    return {
        **kept,
        "fingerprint": tested.fingerprint,
        "origin": tested.origin,
        "verdict": written,
        "last_known": kept.get("last_known") if tells_nothing(verdict) else written,
        "succeeded_at": verdict.checked_at if verdict.key_accepted else kept.get("succeeded_at"),
        "history": [tick, *items(kept, "history")][:HISTORY_LIMIT],
    }


def _tick(record: object) -> Tick | None:
    if not isinstance(record, dict):
        return None
    try:
        state = State(str(record.get("state")))
    except ValueError:
        return None
    latency, moment = record.get("latency_ms"), record.get("at")
    return Tick(state, latency if isinstance(latency, int) else None, moment if isinstance(moment, str) else "")
