"""Lists of models that providers gave, one file an account, kept with their age."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from llmkeys.errors import LlmkeysError
from llmkeys.files.lock import locked
from llmkeys.files.private import replace_file
from llmkeys.files.read import read_json
from llmkeys.paths import Paths
from llmkeys.record import items, text
from llmkeys.store.json_file import VERSION, encode

_LIMIT = 16 << 20


class ModelList(NamedTuple):
    """Ids in the provider's order, when they were fetched (seconds since the epoch), and from which origin."""

    ids: tuple[str, ...]
    fetched_at: float
    origin: str


def load_list(paths: Paths, account: str, origin: str | None = None) -> ModelList | None:
    """The kept list of `account`; None without one, for one of another `origin`, and for a file that cannot be used."""
    try:
        raw, _ = read_json(_path(paths, account), private=True, limit=_LIMIT)
    except LlmkeysError:
        return None
    fetched_at = (raw or {}).get("fetched_at")
    if raw is None or raw.get("account") != account or not isinstance(fetched_at, int | float):
        return None
    fetched_from = text(raw, "origin")
    if origin is not None and fetched_from != origin:
        return None
    ids = tuple(each for each in items(raw, "ids") if isinstance(each, str))
    return ModelList(ids, float(fetched_at), fetched_from)


def save_list(paths: Paths, account: str, ids: Iterable[str], fetched_at: float, *, origin: str) -> str:
    """Keeps the ids that `origin` serves `account`; returns why that was not possible, empty when it was."""
    written: dict[str, object] = {
        "version": VERSION,
        "account": account,
        "origin": origin,
        "fetched_at": fetched_at,
        "ids": list(ids),
    }
    path = _path(paths, account)
    try:
        with locked(os.path.join(paths.models, "lists")):
            replace_file(path, encode(path, written, _LIMIT))
    except LlmkeysError as error:
        return error.message
    return ""


def forget_list(paths: Paths, account: str) -> None:
    """Drops the kept list of `account`, if there is one."""
    try:
        os.unlink(_path(paths, account))
    except OSError:
        return


def _path(paths: Paths, account: str) -> str:
    return os.path.join(paths.models, f"{account.replace('/', '@')}.json")
