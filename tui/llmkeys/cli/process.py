"""The process made safe before anything else runs: private files, no core dumps, no peeking, no hostile variables."""

import os
import sys
from collections.abc import MutableMapping
from typing import Any, NamedTuple

_HOSTILE = ("PYTHON_KEYRING_BACKEND", "SSLKEYLOGFILE")
_HOSTILE_PREFIXES = ("TEXTUAL", "KEYRING_PROPERTY_")
_HARMLESS = ("TEXTUAL_ANIMATIONS",)
_PR_SET_DUMPABLE = 4


class Before(NamedTuple):
    """What the caller's process had and ours gave up, so that a child can have it back."""

    umask: int
    core_limit: int | None
    """The soft limit in bytes, -1 for none; None where the platform has no such limit."""
    dropped: dict[str, str]
    """Variables that make libraries log what is typed, or load code."""


def harden(environ: MutableMapping[str, str] | None = None) -> Before:
    """Umask 077, core dumps off, not dumpable, hostile variables dropped, standard streams filled.

    Must come before other imports: the variables act when a library is imported. Source: security facts R16, R30.
    """
    fill_standard_streams()
    umask = os.umask(0o077)
    core_limit = _without_core_dumps()
    _not_dumpable()
    return Before(umask, core_limit, drop_hostile(os.environ if environ is None else environ))


def drop_hostile(environ: MutableMapping[str, str]) -> dict[str, str]:
    """Takes the variables that make libraries log or load code out of `environ`, and returns them."""
    hostile = [
        name for name in environ if name in _HOSTILE or (name.startswith(_HOSTILE_PREFIXES) and name not in _HARMLESS)
    ]
    return {name: environ.pop(name) for name in hostile}


def fill_standard_streams() -> None:
    """Puts the null device where stdin, stdout or stderr is closed.

    A file or socket opened later would otherwise take the free number, and a key written to stdout would end in it.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number is taken, which is this one: those below are open by now.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _without_core_dumps() -> int | None:
    """Only the soft limit goes to 0: a hard one could not be undone for a child."""
    try:
        import resource
    except ImportError:  # pragma: no cover - Windows
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    return soft


def _not_dumpable() -> None:
    """Other programs of the same user can then read neither our memory nor our environment."""
    if not sys.platform.startswith("linux"):  # pragma: no cover - macOS and Windows
        return
    try:
        # The layer below ctypes: importing ctypes itself would be a quarter of a bare interpreter's start.
        import _ctypes

        program: Any = None  # the functions that are loaded already
        address = _ctypes.dlsym(_ctypes.dlopen(program, 0), "prctl")
        _ctypes.call_cdeclfunction(address, (_PR_SET_DUMPABLE, 0, 0, 0, 0))
    except (ImportError, AttributeError, OSError):  # pragma: no cover - a Python built without it
        return
