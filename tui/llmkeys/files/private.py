"""Writing a file of ours: whole or not at all, born 0600, on the disk before it takes the old one's place."""

from __future__ import annotations

import os
import stat
import time
from contextlib import suppress

from llmkeys.errors import FileFailed, FileRefused, LlmkeysError
from llmkeys.files.folder import make_folder
from llmkeys.files.lock import locked
from llmkeys.files.reason import cannot_write

ROTATE_AT = 1 << 20
"""Bytes after which `append_line` begins a new file."""
_BARE = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_CREATE = os.O_RDWR | os.O_CREAT | os.O_EXCL | _BARE
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NONBLOCK", 0) | _BARE
_FOLDERS_SYNC = os.name != "nt"
_REPLACE_ATTEMPTS = 1 if os.name != "nt" else 50
"""Windows refuses to replace a file while somebody reads it; such a reader is gone after a moment."""
_MARK = ".tmp"


def replace_file(path: str, data: bytes) -> None:
    """Makes `data` the content of `path`; at every moment the file is wholly the old or wholly the new one.

    The caller holds the lock of `path`: left-over temporary files of dead writers are swept first. A link is
    written through to its target, in the target's own folder. Raises FileFailed (the old file is intact then) and
    FileRefused.
    """
    make_folder(os.path.dirname(path))
    target = os.path.realpath(path) if os.path.islink(path) else path
    sweep_temporaries(target)
    write_whole(target, data)


def write_whole(path: str, data: bytes) -> None:
    """As `replace_file`, for a `path` that is no link, in a folder that is there and is not looked at."""
    temporary = _temporary_name(path)
    try:
        descriptor = os.open(temporary, _CREATE, 0o600)
        try:
            _write_all(descriptor, data)
            os.fsync(descriptor)
            _refuse_other_content(descriptor, data, path)
        finally:
            os.close(descriptor)
        _replace(temporary, path)
    except BaseException as error:
        _remove(temporary)
        if isinstance(error, OSError):
            raise cannot_write(path, error) from None
        raise
    _sync_folder(os.path.dirname(path))


def write_new(path: str, data: bytes) -> bool:
    """Writes `data` to `path` if nothing is there, in a folder that is; whether it was written whole."""
    try:
        descriptor = os.open(path, _CREATE, 0o600)
    except OSError:
        return False
    try:
        try:
            _write_all(descriptor, data)
        finally:
            os.close(descriptor)
    except OSError:
        _remove(path)
        return False
    return True


def append_line(path: str, line: bytes, rotate_at: int = ROTATE_AT) -> None:
    """Adds `line` and a newline to `path` in one write; what is older than `rotate_at` bytes goes to `path.1`.

    Lines of several processes do not mix without a lock; only who puts a full log away takes it. Raises FileFailed and
    FileRefused.
    """
    make_folder(os.path.dirname(path))
    try:
        _make_room(path, rotate_at)
        descriptor = os.open(path, _APPEND, 0o600)
        try:
            _refuse_irregular(path, descriptor)
            os.write(descriptor, line + b"\n")
        finally:
            os.close(descriptor)
    except OSError as error:
        raise cannot_write(path, error) from None


def temporaries(path: str) -> list[str]:
    """Temporary files of writers of `path`, of dead ones or of one at work."""
    folder, name = os.path.split(path)
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [os.path.join(folder, each) for each in names if each.startswith(f".{name}.") and each.endswith(_MARK)]


def sweep_temporaries(path: str) -> int:
    """Removes temporary files that dead writers of `path` left; returns how many. The caller holds the lock."""
    return sum(_remove(each) for each in temporaries(path))


def _temporary_name(path: str) -> str:
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.{os.getpid()}-{os.urandom(4).hex()}{_MARK}")


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _refuse_other_content(descriptor: int, data: bytes, path: str) -> None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    parts = []
    while part := os.read(descriptor, 1 << 16):
        parts.append(part)
    if b"".join(parts) != data:
        raise FileFailed(
            f"{path} cannot be written: the disk gives back other bytes than were written. Nothing was changed.",
            next="llmkeys doctor",
        )


def _replace(temporary: str, target: str) -> None:
    for _ in range(_REPLACE_ATTEMPTS - 1):
        try:
            os.replace(temporary, target)
        except PermissionError:
            time.sleep(0.02)
        else:
            return
    os.replace(temporary, target)


def _remove(path: str) -> bool:
    try:
        os.unlink(path)
    except OSError:
        return False
    return True


def _sync_folder(folder: str) -> None:
    """The change has happened and is visible; a folder that cannot be synced is no reason to say it has not."""
    if not _FOLDERS_SYNC:
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | _BARE)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _make_room(path: str, rotate_at: int) -> None:
    """Puts a full log away. The log grows on where another process does it just now, or Windows refuses it.

    Two that did it at once would put away first the full log and then, in its place, the new one.
    """
    with suppress(OSError, LlmkeysError):
        if os.stat(path).st_size < rotate_at:
            return
        with locked(path, seconds=0):
            if os.stat(path).st_size >= rotate_at:
                os.replace(path, f"{path}.1")


def _refuse_irregular(path: str, descriptor: int) -> None:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise FileRefused(f"{path} is not a regular file.", next="Move it away.")
