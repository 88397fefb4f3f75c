"""Files that a person names: they are not ours, so their modes and their folders are left as they are."""

from __future__ import annotations

import os

from llmkeys.files.private import write_whole
from llmkeys.files.reason import cannot_read


def read_given(path: str, limit: int) -> bytes | None:
    """The first `limit` bytes of `path`; None if it is not there. Raises FileFailed where the system refuses."""
    try:
        with open(path, "rb") as file:
            return file.read(limit)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise cannot_read(path, error) from None


def write_given(path: str, data: bytes) -> None:
    """Makes `data` the content of `path`, whole or not at all, in a folder that is there. Raises FileFailed."""
    write_whole(os.path.realpath(path), data)
