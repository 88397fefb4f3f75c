"""The whole story in one go: from an empty home to a working default, to another process, to a revoked key."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals of this kind are POSIX's", allow_module_level=True)

from support.aimock import Aimock, aimock
from support.private_bus import PrivateBus
from support.terminal import Terminal

__all__ = ["aimock"]
KEY = "sk-story-0123456789abcdefghij"
SIZE = (120, 36)


@pytest.fixture
def app(
    keychain_bus: PrivateBus, environ: dict[str, str], program: Callable[..., list[str]], project: Path
) -> Callable[[], Terminal]:
    """Starts the full-screen app in a terminal of its own."""
    return lambda: Terminal(program(), {**environ, **keychain_bus.environ}, SIZE, cwd=str(project))


@pytest.fixture
def answer(
    keychain_bus: PrivateBus, environ: dict[str, str], program: Callable[..., list[str]]
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs one verb as a process of its own, without a terminal and without stdin."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            program(*words),
            env={**environ, **keychain_bus.environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def press(terminal: Terminal, key: str) -> None:
    """Presses a key and waits until it changed something, as a person does before typing on."""
    written = len(terminal.raw)
    terminal.send(key)
    end = time.monotonic() + 10
    while len(terminal.raw) == written and time.monotonic() < end:
        terminal.wait_for("")
        time.sleep(0.01)


def pick(terminal: Terminal, model: str) -> None:
    """Opens the picker and makes `model` the default."""
    terminal.send("m")
    terminal.wait_for("Search models")
    terminal.send(model)
    terminal.wait_for(re.compile(rf"▸.*\b{re.escape(model)}\b"))
    terminal.send("enter")
    terminal.wait_for(f"★ {model} · house")


def test_a_key_is_added_tested_used_switched_handed_out_and_found_revoked(
    app: Callable[[], Terminal],
    answer: Callable[..., subprocess.CompletedProcess[str]],
    aimock: Aimock,
    keychain_bus: PrivateBus,
    home: Path,
) -> None:
    aimock.accept(KEY)
    with app() as terminal:
        terminal.wait_for("No keys yet")

        terminal.send("a")
        terminal.wait_for("Type a provider's name")
        terminal.send("house")
        terminal.wait_for("▸ other OpenAI-compatible server")
        terminal.send("enter")
        terminal.wait_for("Base URL")
        press(terminal, "down")
        terminal.send(aimock.base_url)
        terminal.wait_for(aimock.base_url)
        terminal.send("enter")

        terminal.wait_for("Add key · house")
        terminal.wait_for("(•) OS keychain")
        terminal.paste(KEY)
        terminal.wait_for("ends ghij")
        terminal.send("enter")
        terminal.wait_for(re.compile(r"✓ house +default +…ghij +ok"))
        assert list(keychain_bus.items().values()) == [KEY]

        pick(terminal, "gpt-4o")
        pick(terminal, "gpt-4")
        terminal.send("-")
        terminal.wait_for("★ gpt-4o · house")

        terminal.send("q")
        assert terminal.wait_for_exit() == 0
        assert not terminal.is_alternate
        assert KEY.encode() not in terminal.raw

    assert answer("helper", "house").stdout == f"{KEY}\n"
    status = json.loads(answer("status", "--json").stdout)
    assert status["default"] == {"account": "house/default", "model": "gpt-4o"}
    assert [(each["account"], each["verdict"]) for each in status["accounts"]] == [("house/default", "ok")]
    assert [path for path in home.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()] == []

    aimock.accept("sk-another-key-is-accepted-now")
    with app() as terminal:
        terminal.wait_for(re.compile(r"✓ house +default +…ghij +ok"))
        terminal.send("T")
        terminal.wait_for(re.compile(r"✗ house +default +…ghij +invalid"))
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
    assert answer("test", "house").returncode == 5
