"""One way to change a JSON file of ours: lock, read again, change, prove that it parses, replace."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from llmkeys.errors import FileFailed, NewerFile, Unparsable
from llmkeys.files.lock import locked
from llmkeys.files.private import replace_file
from llmkeys.files.read import LIMIT, parse_object, read_json

VERSION = 1

Raw = dict[str, object]


def change_json(
    path: str,
    change: Callable[[Raw], Mapping[str, object]],
    *,
    private: bool,
    limit: int = LIMIT,
    cache: bool = False,
) -> Mapping[str, object]:
    """Writes what `change` makes of the object in `path` (an empty one if there is no file) and returns it.

    Under the lock from reading to writing; nothing is written if nothing changed. Raises what `change` raises,
    Unparsable and NewerFile for a file that may not be overwritten, LockTimeout, FileFailed, FileRefused.
    Of a `cache` nothing is lost that could not be found again: one that does not parse begins anew.
    """
    with locked(path):
        before = _read(path, private, limit, cache)
        refuse_newer(path, before or {})
        after = change(dict(before or {}))
        if before is None or after != before:
            replace_file(path, encode(path, after, limit))
        return after


def _read(path: str, private: bool, limit: int, cache: bool) -> Raw | None:
    try:
        return read_json(path, private=private, limit=limit)[0]
    except Unparsable:
        if cache:
            return None
        raise


def encode(path: str, value: Mapping[str, object], limit: int = LIMIT) -> bytes:
    """`value` as the bytes of a JSON file, proven to be readable again. Raises FileFailed otherwise."""
    try:
        data = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n"
        if len(data) > limit:
            raise FileFailed(f"{path} is not written: it would be larger than {limit:,} bytes. Nothing was changed.")
        parse_object(path, data)
    except (TypeError, ValueError, RecursionError, Unparsable):
        raise FileFailed(f"{path} is not written: it could not be read again. Nothing was changed.") from None
    return data


def refuse_newer(path: str, raw: Mapping[str, object]) -> None:
    """Raises NewerFile if a later version of llmkeys wrote `raw`."""
    version = raw.get("version", VERSION)
    if isinstance(version, int) and version > VERSION:
        raise NewerFile(
            f"{path} was written by a newer llmkeys (version {version}); this one only reads it.",
            next="Update llmkeys.",
        )
