"""A folder of ours: made 0700, refused where others could swap our files, never another user's."""

from __future__ import annotations

import os
import stat
from contextlib import suppress

from llmkeys.errors import FileRefused
from llmkeys.files.reason import cannot_write

_HAS_OWNERS = os.name != "nt"
_OUR_NAME = "llmkeys"


def make_folder(path: str) -> tuple[str, ...]:
    """Makes `path` with mode 0700 if it is not there, else checks it; returns what was put right, as sentences.

    Raises FileRefused for a folder of another user's, for one that others can write, and under sudo for any
    below a folder of the user who called it; FileFailed when the system refuses.
    """
    refuse_under_sudo(path)
    try:
        try:
            return check_folder(path)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            with suppress(FileExistsError):
                os.mkdir(path, 0o700)
            return check_folder(path)  # somebody else may have been quicker
    except OSError as error:
        raise cannot_write(path, error) from None


def refuse_under_sudo(path: str) -> None:
    """Raises FileRefused if we are root by sudo and `path` lies below a folder of the user who called sudo."""
    caller = os.environ.get("SUDO_UID", "")
    if not _HAS_OWNERS or not caller.isdigit() or int(caller) == os.geteuid():
        return
    folder = os.path.abspath(path)
    while folder != os.path.dirname(folder):
        if _owner(folder) == int(caller):
            raise FileRefused(
                f"llmkeys runs under sudo and would leave files of root's in {folder}, which belongs to "
                "the user who called it.",
                next="Run it without sudo.",
            )
        folder = os.path.dirname(folder)


def _owner(path: str) -> int | None:
    try:
        return os.stat(path).st_uid
    except OSError:
        return None


def check_folder(path: str) -> tuple[str, ...]:
    """What was put right about the modes of `path`, as sentences.

    A folder of ours called llmkeys is closed to others, any other of ours only against their writing. Raises
    FileRefused for one that is another user's or that others can write; OSError if it is not there.
    """
    link, found = os.lstat(path), os.stat(path)
    if not stat.S_ISDIR(found.st_mode):
        raise FileRefused(f"{path} is not a folder.", next="Move it away.")
    if not _HAS_OWNERS:
        return ()
    if not {link.st_uid, found.st_uid} <= {os.geteuid(), 0}:
        raise FileRefused(f"{path} belongs to another user.", next="Run llmkeys as the owner.")
    mode = stat.S_IMODE(found.st_mode)
    if mode & stat.S_ISVTX:
        return ()
    wanted = mode & 0o700 if os.path.basename(path) == _OUR_NAME else mode & ~0o022
    if mode == wanted:
        return ()
    if _close(path, wanted):
        return (f"{path} was open to other users (mode {mode:04o}); it is now {wanted:04o}.",)
    if mode & 0o022:
        raise FileRefused(f"{path} can be written by other users.", next="Choose another folder with LLMKEYS_HOME.")
    return ()


def _close(path: str, mode: int) -> bool:
    try:
        os.chmod(path, mode)
    except OSError:
        return False
    return stat.S_IMODE(os.stat(path).st_mode) == mode
