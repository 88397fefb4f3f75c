"""`audit.jsonl`: which account's key was read, by which verb, for whom, when; never a value, never in the way."""

import json
from typing import NamedTuple

from llmkeys.errors import LlmkeysError
from llmkeys.files.private import ROTATE_AT, append_line
from llmkeys.files.read import read_bytes
from llmkeys.paths import Paths
from llmkeys.text import clean

_READ_LIMIT = 4 * ROTATE_AT
"""Processes that write at the same moment can push a log a little over its size."""

_BEFORE_ACCOUNT = b'"account": "'
"""As `record_use` writes it; a line that does not have it is parsed."""


class Use(NamedTuple):
    """One reading of a key; `at` is RFC 3339 UTC."""

    at: str
    account: str
    verb: str
    caller: str


def record_use(paths: Paths, account: str, verb: str, caller: str, at: str) -> None:
    """Leaves a line that says that the key of `account` was read at `at` (RFC 3339 UTC). Never raises LlmkeysError."""
    line = json.dumps({"at": at, "account": clean(account), "verb": clean(verb), "caller": clean(caller)})
    try:
        append_line(paths.audit, line.encode("ascii"))
    except LlmkeysError:
        return


def read_uses(paths: Paths, limit: int = 1000) -> list[Use]:
    """The latest uses, the latest first, at most `limit`; lines that are none of ours are left out."""
    uses: list[Use] = []
    for path in (paths.audit, f"{paths.audit}.1"):
        for line in reversed(_lines(path)):
            if len(uses) >= limit:
                return uses
            use = _use(line)
            if use is not None:
                uses.append(use)
    return uses


def last_used(paths: Paths) -> dict[str, str]:
    """When the key of each account was last read, RFC 3339 UTC.

    Parses one line an account: a full log has 20,000 lines, and the first screen waits for this.
    """
    latest: dict[str, str] = {}
    seen = set()
    for path in (paths.audit, f"{paths.audit}.1"):
        for line in reversed(_lines(path)):
            account = line.partition(_BEFORE_ACCOUNT)[2].partition(b'"')[0]
            if account in seen:
                continue
            use = _use(line)
            if use is not None:
                latest.setdefault(use.account, use.at)
                if account:
                    seen.add(account)
    return latest


def _lines(path: str) -> list[bytes]:
    try:
        found = read_bytes(path, private=True, limit=_READ_LIMIT)
    except LlmkeysError:
        return []
    return found.data.splitlines() if found else []


def _use(line: bytes) -> Use | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    fields = [record.get(name) for name in Use._fields]
    return Use(*map(str, fields)) if all(isinstance(field, str) for field in fields) else None
