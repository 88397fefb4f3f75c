"""Keys typed and pasted on a real terminal: nothing that the program writes ever holds one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.only_on("linux", "darwin")
if sys.platform != "win32":
    from support.terminal import Terminal

SENTINEL = "sk-proj-SENTINEL0sentinel0SENTINEL0sentinel0SENTINEL0"
START = (
    "import sys; from llmkeys.service.session import open_session; from llmkeys.ui.launch import run_app\n"
    "{extra}\n"
    "sys.exit(run_app(open_session('app', interactive=True, offline=True)))"
)
CRASH = (
    "from llmkeys.ui.screens.key import KeyScreen\n"
    "def boom(self):\n"
    "    reading = self._form.key.reading\n"
    "    raise ValueError(self._form.key._characters())\n"
    "KeyScreen.action_more = boom"
)
LONGEST_WAIT = 4.0
"""Seconds; Textual's parser alone takes six to ten for as much on the machine this was measured on."""
Start = Callable[..., "Terminal"]


@pytest.fixture
def start(environ: dict[str, str]) -> Iterator[Start]:
    """Starts the app on a terminal of its own, after `extra` has run in it."""
    running: list[Terminal] = []

    def started(extra: str = "") -> Terminal:
        terminal = Terminal([sys.executable, "-c", START.format(extra=extra)], environ, (80, 24))
        running.append(terminal)
        terminal.wait_for("NOT CONFIGURED")
        return terminal

    yield started
    for each in running:
        each.close()


@pytest.fixture
def kept_accounts(home: Path, environ: dict[str, str]) -> Path:
    """A home with two accounts."""
    for label in ("work", "home"):
        command = [sys.executable, "-m", "llmkeys", "add-key", f"cohere/{label}", "--stdin", "--no-test"]
        command += ["--store", "file"]
        subprocess.run(command, input=f"{label}-0123-of-cohere-4567", env=environ, check=True, text=True)
    return home


def test_a_pasted_key_goes_through_both_dialogs_unseen(start: Start) -> None:
    terminal = start()
    terminal.send("a")
    terminal.wait_for("Type a provider's name")
    terminal.paste(f"export OPENAI_API_KEY='{SENTINEL}'\n")
    terminal.wait_for("looks like an OpenAI key")
    terminal.send("enter")
    terminal.wait_for("Add key · OpenAI")
    terminal.wait_for("ends NEL0")
    terminal.send("\x03")
    terminal.send("\x18")
    terminal.send("escape")
    terminal.wait_for("NOT CONFIGURED")
    terminal.send("q")
    assert terminal.wait_for_exit() == 0
    assert b"SENTINEL" not in terminal.raw
    assert b"sentinel" not in terminal.raw
    assert b"\x1b]52" not in terminal.raw


def test_a_paste_without_brackets_shows_no_more_than_the_prefix(start: Start) -> None:
    terminal = start()
    terminal.send("a")
    terminal.wait_for("Type a provider's name")
    terminal.send(SENTINEL)
    terminal.wait_for("looks like an OpenAI key")
    assert b"SEN" not in terminal.raw


BURSTS = {
    "a key": "sk-dyAAAAAAAAAAAAAAAAAAAAAAAAAA1234",
    "a key and a line end": "sk-ant-q0TTTTTTTTTTTTTTTTTTTTTT1234\r",
    "a short key": "sk-0-q0123456789",
    "an assignment": "export OPENAI_API_KEY='sk-dyAAAAAAAAAAAAAAAAAAAAAAAAAA1234'\r",
}


@pytest.mark.parametrize("burst", BURSTS.values(), ids=BURSTS)
def test_a_key_that_comes_without_brackets_on_the_main_screen_is_no_command(
    burst: str, start: Start, kept_accounts: Path
) -> None:
    terminal = start()
    terminal.wait_for("home")
    terminal.send(burst)
    terminal.wait_for(re.compile("chars, not shown|removed OPENAI_API_KEY="))
    assert "Add a key" in terminal.text
    time.sleep(0.3)
    assert "Add a key" in terminal.text
    terminal.send("escape")
    terminal.send("escape")
    terminal.wait_until_gone("Add a key")
    assert "work" in terminal.text
    assert "home" in terminal.text
    terminal.send("q")
    assert terminal.wait_for_exit() == 0
    written = b"".join(path.read_bytes() for path in kept_accounts.rglob("*") if path.is_file())
    for piece in (b"AAAA", b"TTTT", b"q01234", b"sk-dy", b"sk-ant-q", b"sk-0-q"):
        assert piece not in terminal.raw + written
    config = json.loads(next(kept_accounts.rglob("config.json")).read_text(encoding="utf-8"))
    assert sorted(config["accounts"]) == ["cohere/home", "cohere/work"]


def test_a_key_that_comes_without_brackets_is_refused_by_the_picker(start: Start, kept_accounts: Path) -> None:
    terminal = start()
    terminal.wait_for("home")
    terminal.send("m")
    terminal.wait_for("Search models")
    terminal.send("sk-ant-q0TTTTTTTTTTTT", "TTTTTTTTTT1234\r")
    terminal.wait_for("that looks like a key, not a model")
    assert b"TTTT" not in terminal.raw
    terminal.send("escape")
    terminal.wait_until_gone("Default model")
    terminal.send("q")
    assert terminal.wait_for_exit() == 0
    assert "TTTT" not in next(kept_accounts.rglob("config.json")).read_text(encoding="utf-8")


def test_ten_megabytes_are_refused_before_anybody_waits(start: Start) -> None:
    terminal = start()
    terminal.send("a")
    terminal.wait_for("Type a provider's name")
    pasting = threading.Thread(target=terminal.paste, args=("k" * 10_000_000,))
    pasting.start()
    began = time.perf_counter()
    terminal.wait_for("That is more than 65,536 characters")
    pasting.join()
    assert time.perf_counter() - began < LONGEST_WAIT
    terminal.send("escape")
    terminal.wait_for("Type a provider's name")
    terminal.send("é")
    terminal.wait_for("Nothing matches “é”")


def test_a_crash_tells_nothing_of_the_key(start: Start) -> None:
    terminal = start(CRASH)
    terminal.send("a")
    terminal.wait_for("Type a provider's name")
    terminal.paste(SENTINEL)
    terminal.wait_for("looks like an OpenAI key")
    terminal.send("enter")
    terminal.wait_for("ends NEL0")
    terminal.send("\x05")
    assert terminal.wait_for_exit() == 1
    assert b"ValueError" in terminal.raw
    assert b"SENTINEL" not in terminal.raw
