"""Why the disk refused, in words: one short clause an error number."""

from __future__ import annotations

import errno

from llmkeys.errors import FileFailed

_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file would be larger than this system allows",
    errno.EROFS: "the disk is read-only",
    errno.EIO: "the disk reports an error",
    errno.EACCES: "permission denied",
    errno.EPERM: "the system does not permit it",
    errno.ENOENT: "the folder is not there",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.EISDIR: "it is a folder",
    errno.ELOOP: "it is a link",
    errno.ENAMETOOLONG: "the path is too long",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
}


def reason(error: OSError) -> str:
    """A clause for the end of a sentence, such as `the disk is full`; never the system's own text with paths."""
    return _WORDS.get(error.errno or 0, f"system error {error.errno}")


def cannot_read(path: str, error: OSError) -> FileFailed:
    """The error for a read that the system refused."""
    return FileFailed(f"{path} cannot be read: {reason(error)}.", next="llmkeys doctor")


def cannot_write(path: str, error: OSError) -> FileFailed:
    """The error for a write that the system refused."""
    return FileFailed(f"{path} cannot be written: {reason(error)}. Nothing was changed.", next="llmkeys doctor")
