"""The lock of a file: one writer at a time among all processes, waited for a few seconds, free when its holder dies."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from llmkeys.errors import FileRefused, LockTimeout
from llmkeys.files.folder import make_folder
from llmkeys.files.reason import cannot_write

_TABLE = "/proc/locks"
_NO_LOCKS = frozenset({errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP})
PATIENCE = 3.0
"""Seconds to wait for another writer."""


@contextmanager
def locked(path: str, seconds: float = PATIENCE) -> Iterator[None]:
    """Holds the lock of `path`, which is the file `path.lock`, in its folder, which is made if it is not there.

    Not to be nested for one path. Raises LockTimeout after `seconds`, with the holder's process id where the
    system tells it; FileRefused and FileFailed where the lock file cannot be made, or the disk cannot lock it.
    """
    make_folder(os.path.dirname(path))
    name = f"{path}.lock"
    _refuse_odd(name)
    lock = _acquired(path, name, seconds)
    try:
        yield
    finally:
        lock.release()


def _acquired(path: str, name: str, seconds: float) -> Any:
    import warnings

    import filelock

    # Where a disk has no locks, filelock says so and goes on with a file that stays behind after a crash. We refuse.
    warnings.filterwarnings("ignore", "flock not supported")
    lock = filelock.FileLock(name, timeout=seconds, mode=0o600, thread_local=False)
    try:
        lock.acquire(poll_interval=0.01)
    except filelock.Timeout:
        raise LockTimeout(
            f"{path} is being changed by {_holder(name)}; waited {seconds:g} seconds.", next="Try again in a moment."
        ) from None
    except NotImplementedError:
        raise _no_locks(path) from None
    except OSError as error:
        raise _no_locks(path) if error.errno in _NO_LOCKS else cannot_write(name, error) from None
    if isinstance(lock, filelock.SoftFileLock):
        lock.release()
        raise _no_locks(path)
    return lock


def _no_locks(path: str) -> FileRefused:
    return FileRefused(
        f"{path} is not written: its disk cannot lock files, so two programs could write at once.",
        next="Choose a folder on another disk with LLMKEYS_HOME.",
    )


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
