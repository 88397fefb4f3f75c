"""The `.env` of the current folder, read once, bounded, and never put into the environment."""

import os
import stat
from typing import NamedTuple

from llmkeys.files.reason import reason

LIMIT = 64 << 10
"""Bytes a `.env` may have."""
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NOT_THROUGH_LINKS = getattr(os, "O_NOFOLLOW", 0)


class DotEnv(NamedTuple):
    """What a `.env` sets: by variable its value and line; `problem` is a sentence when it could not be read."""

    path: str
    values: dict[str, tuple[str, int]]
    problem: str = ""

    def __repr__(self) -> str:
        return f"DotEnv(path={self.path!r}, {len(self.values)} variables)"


def read_dotenv(folder: str) -> DotEnv:
    """The `.env` in `folder`, and only there; without one, and for one that is refused, it sets nothing.

    Regular, no link, at most 64 KiB, UTF-8, nothing interpolated. Of a variable set twice the last one counts.
    """
    path = os.path.join(folder, ".env")
    try:
        found = os.lstat(path)
    except OSError:
        return DotEnv(path, {})
    if not stat.S_ISREG(found.st_mode):
        return _refused(path, "it is not a regular file")
    try:
        data = _read(path)
        return DotEnv(path, _parse(data.decode("utf-8-sig")))
    except OSError as error:
        return _refused(path, reason(error))
    except UnicodeError:
        return _refused(path, "it is not UTF-8 text")
    except _Refusal as refusal:
        return _refused(path, str(refusal))


class _Refusal(Exception):
    """The file is there, and we do not read it."""


def _refused(path: str, why: str) -> DotEnv:
    return DotEnv(path, {}, f"{path} is not read: {why}.")


def _read(path: str) -> bytes:
    descriptor = os.open(path, _FLAGS | _NOT_THROUGH_LINKS)
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _Refusal("it is not a regular file")
        data = file.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise _Refusal(f"it is larger than {LIMIT >> 10} KiB")
    return data


def _parse(text: str) -> dict[str, tuple[str, int]]:
    import io

    from dotenv.parser import parse_stream

    found: dict[str, tuple[str, int]] = {}
    for binding in parse_stream(io.StringIO(text)):
        if binding.key is not None:
            blank = len(binding.original.string) - len(binding.original.string.lstrip())
            line = binding.original.line + binding.original.string[:blank].count("\n")
            found[binding.key] = (binding.value or "", line)
    return found
