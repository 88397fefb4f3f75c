"""Reading a file of ours: regular, our own, closed to others, bounded, and never guessed at when it does not parse."""

import json
import os
import stat
from typing import NamedTuple

from llmkeys.errors import FileRefused, Unparsable
from llmkeys.files.folder import check_folder
from llmkeys.files.reason import cannot_read

LIMIT = 1 << 20
"""Bytes a file of ours may have."""
DEPTH_LIMIT = 32
_MARK = b"\xef\xbb\xbf"
"""What some editors put before UTF-8."""
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NOT_THROUGH_LINKS = getattr(os, "O_NOFOLLOW", 0)
_HAS_OWNERS = os.name != "nt"
"""Whether owner and mode of a file mean anything; on Windows the profile folder's access list protects it."""


class Read(NamedTuple):
    """A file's bytes, and what was put right on the way (too open a mode), as sentences."""

    data: bytes
    notes: tuple[str, ...]


def read_bytes(path: str, *, private: bool, limit: int = LIMIT) -> Read | None:
    """The bytes of `path`, at most `limit` of them; None if it is not there.

    A `private` file may not be a link; another one may, if link and target are ours. A mode that lets others in
    is tightened and said. Raises FileRefused (a link, a special file, a second name, another owner, a folder that
    others can write), Unparsable (larger than `limit`) and FileFailed (the system's own refusal).
    """
    try:
        folder_notes = check_folder(os.path.dirname(path))
        _refuse_links(path, private)
        descriptor = os.open(path, _FLAGS | (_NOT_THROUGH_LINKS if private else 0))
        try:
            notes = _refuse_or_tighten(path, descriptor)
            data = _read_all(descriptor, limit + 1)
        finally:
            os.close(descriptor)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise cannot_read(path, error) from None
    if len(data) > limit:
        raise Unparsable(f"{path} is larger than {limit:,} bytes, so it is none of ours.", next="llmkeys doctor")
    return Read(data, (*folder_notes, *notes))


def read_json(path: str, *, private: bool, limit: int = LIMIT) -> tuple[dict[str, object] | None, tuple[str, ...]]:
    """The JSON object in `path` (None if the file is not there), and the notes of `read_bytes`.

    Raises Unparsable where it is no JSON object, and what `read_bytes` raises.
    """
    found = read_bytes(path, private=private, limit=limit)
    return (None, ()) if found is None else (parse_object(path, found.data), found.notes)


def parse_object(path: str, data: bytes) -> dict[str, object]:
    """The JSON object that `data` is, `path` naming it in errors. Raises Unparsable.

    UTF-8 with or without a mark; no field twice, no NaN or infinity, no lone surrogates, at most 32 levels deep.
    """
    try:
        value = json.loads(
            data.removeprefix(_MARK).decode(),
            object_pairs_hook=_distinct,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
        if b"\\u" in data:
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        what = error.msg.lower().removesuffix(" at").removesuffix(" starting")
        raise unparsable(path, f"line {error.lineno}, column {error.colno}: {what}") from None
    except UnicodeError:
        raise unparsable(path, "it is not UTF-8 text") from None
    except RecursionError:
        raise unparsable(path, "it is nested too deeply") from None
    except ValueError as error:
        raise unparsable(path, str(error) if isinstance(error, _Rule) else "a number is too long") from None
    if not isinstance(value, dict):
        raise unparsable(path, "it is not a JSON object")
    if _deeper_than(value, DEPTH_LIMIT):
        raise unparsable(path, "it is nested too deeply")
    return value


class _Rule(ValueError):
    """Valid JSON to the parser, but not to us."""


def unparsable(path: str, why: str) -> Unparsable:
    """The error for a file that is not what it should be; `why` is a clause."""
    return Unparsable(
        f"{path} cannot be read: {why}. It is left as it is.", next="llmkeys doctor shows how to repair it."
    )


def _refuse_links(path: str, private: bool) -> None:
    found = os.lstat(path)
    if not stat.S_ISLNK(found.st_mode):
        return
    if private:
        raise FileRefused(f"{path} is a link, and a file of keys may not be one.", next="Put the file itself there.")
    if _HAS_OWNERS and found.st_uid != os.geteuid():
        raise FileRefused(f"{path} is a link that belongs to another user.", next="Remove the link.")


def _refuse_or_tighten(path: str, descriptor: int) -> tuple[str, ...]:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise FileRefused(f"{path} is not a regular file.", next="Move it away.")
    if not _HAS_OWNERS:
        return ()
    if found.st_uid != os.geteuid():
        raise FileRefused(
            f"{path} belongs to another user.", next="Run llmkeys as the owner, or give the file back with chown."
        )
    if found.st_nlink > 1:
        raise FileRefused(f"{path} has a second name (a hard link).", next="Remove the other name.")
    if not found.st_mode & 0o077:
        return ()
    return (_tighten(path, descriptor, stat.S_IMODE(found.st_mode)),)


def _tighten(path: str, descriptor: int, mode: int) -> str:
    try:
        os.fchmod(descriptor, mode & 0o700)
        now = stat.S_IMODE(os.fstat(descriptor).st_mode)
    except OSError:
        now = mode
    if now & 0o077:
        return f"{path} is open to other users (mode {mode:04o}), and this disk does not let it be closed."
    return f"{path} was open to other users (mode {mode:04o}); it is now {now:04o}."


def _read_all(descriptor: int, count: int) -> bytes:
    parts: list[bytes] = []
    while count > 0:
        part = os.read(descriptor, min(count, 1 << 16))
        if not part:
            break
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Rule("a field is there twice")
    return found


def _no_constant(word: str) -> object:
    raise _Rule(f"{word} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _Rule("a number is too large")
    return number


def _deeper_than(value: object, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [child for each in level for child in _children(each) if isinstance(child, dict | list)]
        if not level:
            return False
    return True


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
