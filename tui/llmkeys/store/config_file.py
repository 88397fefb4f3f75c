"""`config.json`: read by everybody without a lock, changed by one at a time, never overwritten unread."""

import os
from collections.abc import Callable, Mapping
from typing import NamedTuple

from llmkeys.config import VERSION, Config
from llmkeys.config_shape import misshapen
from llmkeys.errors import LlmkeysError, NewerFile, Unparsable
from llmkeys.files.private import write_new
from llmkeys.files.read import read_bytes, read_json, unparsable
from llmkeys.paths import Paths
from llmkeys.store.json_file import change_json, refuse_newer

EMPTY = Config({"version": VERSION})
_SALT_BYTES = 16


class Loaded(NamedTuple):
    """What config says, why it says nothing or may not be written, and what was put right on the way."""

    config: Config
    problem: LlmkeysError | None = None
    notes: tuple[str, ...] = ()


def load_config(paths: Paths) -> Loaded:
    """Config as it is; never raises.

    An absent file is an empty config. A file that cannot be used is an empty config with `problem` set, so that the
    environment still works; it is left as it is, and copied once if it does not parse or has not the shape of a config.
    A newer file is read, with `problem` set because it may not be written.
    """
    try:
        raw, notes = read_json(paths.config, private=False)
        refuse_unusable(paths.config, raw or {})
    except NewerFile as problem:
        return Loaded(Config(raw or {}), problem, notes)
    except Unparsable as problem:
        return Loaded(EMPTY, problem, keep_copy(paths.config))
    except LlmkeysError as problem:
        return Loaded(EMPTY, problem)
    return Loaded(EMPTY if raw is None else Config(raw), None, notes)


def refuse_unusable(path: str, raw: Mapping[str, object]) -> None:
    """Raises NewerFile for a config of a later version, whose shape is its own, and Unparsable for a wrong shape."""
    refuse_newer(path, raw)
    if trouble := misshapen(raw):
        raise unparsable(path, trouble)


def change_config(paths: Paths, change: Callable[[Config], Config]) -> Config:
    """Writes what `change` makes of the config that is on disk now, and returns it; the first write makes the salt.

    Raises what `change` raises (nothing is written then), Unparsable or NewerFile for a file that may not be
    overwritten, LockTimeout, FileFailed, FileRefused.
    """

    def changed(raw: dict[str, object]) -> dict[str, object]:
        refuse_unusable(paths.config, raw)
        before = Config(raw)
        salted = before if before.salt else before.replace(salt=os.urandom(_SALT_BYTES).hex())
        return {"version": VERSION, **change(salted).raw}

    return Config(change_json(paths.config, changed, private=False))


def keep_copy(path: str) -> tuple[str, ...]:
    """Copies a file that is no config to `path.corrupt-<8 digits of its hash>`, once; a note says where to.

    Nothing is said or done where the copy exists or cannot be made: the file itself is untouched either way.
    """
    import hashlib

    try:
        found = read_bytes(path, private=False)
        if found is None:
            return ()
        copy = f"{path}.corrupt-{hashlib.sha256(found.data).hexdigest()[:8]}"
        return (f"A copy of it is kept as {copy}.",) if write_new(copy, found.data) else ()
    except LlmkeysError:
        return ()
