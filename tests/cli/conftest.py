"""The command line as tests call it: in this process for speed, or as a child without a terminal."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from llmkeys.cli import terminal
from llmkeys.cli.main import main

KEY = "sk-proj-CANARY0123456789abcdefghijABCDEFGHIJ-one"
OTHER_KEY = "sk-proj-CANARY0123456789abcdefghijABCDEFGHIJ-two"
PATIENCE = 30


class Answer(NamedTuple):
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The document on stdout."""
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may sit at a terminal; the commands under test must not find it."""
    monkeypatch.setattr(terminal, "_DEVICE", "/nonexistent/tty")
    monkeypatch.setenv("TERM", "dumb")


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    """Runs a command in this process: `call("add-key", "openai", "--stdin", stdin="sk-…")`."""

    def calling(*words: str, stdin: str | bytes = b"") -> Answer:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        capfd.readouterr()
        code = main(list(words))
        said = capfd.readouterr()
        return Answer(code, said.out, said.err)

    return calling


@pytest.fixture
def keep(call: Callable[..., Answer]) -> Callable[..., None]:
    """Stores an untested key in the plaintext file: `keep("openai/work")`."""

    def keeping(account: str, key: str = KEY, *more: str) -> None:
        done = call("add-key", account, "--stdin", "--no-test", "--store", "file", *more, stdin=key)
        assert done.code == 0, done

    return keeping


@pytest.fixture
def child(home: Path, environ: dict[str, str]) -> Callable[..., Answer]:
    """Runs a command as a process of its own, in a session without a terminal."""

    def running(*words: str, stdin: str | None = None, variables: Mapping[str, str] = {}) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "llmkeys", *words],
            env={**environ, **variables},
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            start_new_session=True,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return running
