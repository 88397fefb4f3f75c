"""The lock of a file: one writer at a time among all processes, waited for a few seconds, never deleted."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from llmkeys.errors import FileRefused, LockTimeout
from llmkeys.files.folder import make_folder
from llmkeys.files.reason import cannot_write

_TABLE = "/proc/locks"
PATIENCE = 3.0
"""Seconds to wait for another writer."""


@contextmanager
def locked(path: str, seconds: float = PATIENCE) -> Iterator[tuple[str, ...]]:
    """Holds the lock of `path`, which is the file `path.lock`; gives what was put right about the folder.

    Not to be nested for one path. Raises LockTimeout after `seconds`, with the holder's process id where the
    system tells it; FileRefused and FileFailed where the lock file cannot be made.
    """
    import filelock

    notes = make_folder(os.path.dirname(path))
    name = f"{path}.lock"
    _refuse_odd(name)
    lock = filelock.FileLock(name, timeout=seconds, mode=0o600, thread_local=False)
    try:
        lock.acquire(poll_interval=0.01)
    except filelock.Timeout:
        raise LockTimeout(
            f"{path} is being changed by {_holder(name)}; waited {seconds:g} seconds.", next="Try again in a moment."
        ) from None
    except OSError as error:
        raise cannot_write(name, error) from None
    try:
        yield notes
    finally:
        lock.release()


def _refuse_odd(name: str) -> None:
    try:
        found = os.lstat(name)
    except OSError:
        return
    if not stat.S_ISREG(found.st_mode):
        raise FileRefused(f"{name} is not a regular file.", next="Move it away.")


def _holder(name: str) -> str:
    """Who holds the lock file `name`, as words; Linux lists locks by device and inode."""
    try:
        found = os.stat(name)
        with open(_TABLE, encoding="ascii", errors="replace") as listing:
            lines = listing.read().splitlines()
    except OSError:
        return "another process"
    where = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
    for line in lines:
        words = line.split()
        if where in words and "->" not in words and words[words.index(where) - 1].isdigit():
            return f"process {words[words.index(where) - 1]}"
    return "another process"
