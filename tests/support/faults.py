"""Faults of the disk, put in at one call of the operating system after the other."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

CALLS = (
    *("open", "close", "read", "write", "lseek", "fsync", "replace", "unlink"),
    *("mkdir", "listdir", "stat", "lstat", "fstat", "chmod", "fchmod"),
)


class Killed(BaseException):
    """The process is gone: nothing that comes after it happens either."""


class Faults:
    """Counts the calls, and at call number `at` does what `fault` says: an errno, `kill` or `short`."""

    def __init__(self, at: int, fault: int | str) -> None:
        self.at = at
        self.fault = fault
        self.calls: list[str] = []
        self.struck = ""

    def wrap(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        """`real`, counted and made to fail when its turn comes."""

        def call(*arguments: Any, **options: Any) -> Any:
            self.calls.append(name)
            if self.struck and self.fault == "kill":
                raise Killed
            if len(self.calls) - 1 != self.at:
                return real(*arguments, **options)
            return self._strike(name, real, arguments, options)

        return call

    def _strike(self, name: str, real: Callable[..., Any], arguments: Any, options: Any) -> Any:
        if self.fault == "short":
            if name != "write":
                return real(*arguments, **options)
            self.struck = name
            return real(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
        self.struck = name
        if self.fault == "kill":
            raise Killed
        if name == "close":
            real(*arguments, **options)
        assert isinstance(self.fault, int)
        raise OSError(self.fault, os.strerror(self.fault))


@contextmanager
def faults(monkeypatch: pytest.MonkeyPatch, at: int, fault: int | str) -> Iterator[Faults]:
    """Within it, call number `at` (from 0) of the system fails as `fault` says."""
    found = Faults(at, fault)
    with monkeypatch.context() as patch:
        for name in filter(lambda name: hasattr(os, name), CALLS):
            patch.setattr(os, name, found.wrap(name, getattr(os, name)))
        yield found


def unmeasured() -> dict[str, str]:
    """The environment for a process that will be killed or starved: measured, it would leave a torn report."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COV")}
