"""`helper` and `get`: the ways out of a key on the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import KEY, OTHER_KEY, Answer
from llmkeys.cli import helper

Call = Callable[..., Answer]
Keep = Callable[..., None]
Program = Callable[..., list[str]]


def test_the_key_and_a_newline_are_all_that_is_printed(call: Call, child: Call, keep: Keep) -> None:
    keep("openai/work")
    for done in (
        child("helper", "openai/work"),
        child("helper", "openai/work", "--offline"),
        child("--offline", "helper", "openai/work"),
        call("helper", "openai"),
    ):
        assert done == (0, f"{KEY}\n", "")


def test_a_named_account_never_gives_another_key(call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    keep("openai/work")
    monkeypatch.setenv("OPENAI_API_KEY", OTHER_KEY)
    assert call("helper", "openai/work").out == f"{KEY}\n"
    assert call("helper", "openai").out == f"{OTHER_KEY}\n"
    assert call("helper", "openai/env").out == f"{OTHER_KEY}\n"
    assert call("helper", "openai/none").code == 3


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("helper", "openai"), 3),
        (("helper", "openai/none"), 3),
        (("helper", "no-such"), 2),
        (("helper", ""), 2),
        (("helper", "\x1b[2J/x"), 2),
        (("helper", "x" * 70), 2),
        (("helper",), 2),
        (("helper", "openai", "more"), 2),
        (("helper", "ollama"), 1),
        (("helper", KEY), 2),
        (("helper", f"openai/{KEY}"), 2),
        (("helper", "canary0123456789ABcdefghijABCDEFGHIJone"), 2),
    ],
)
def test_without_a_key_stdout_stays_empty_and_stderr_says_why(
    call: Call, child: Call, words: tuple[str, ...], code: int
) -> None:
    for done in (call(*words), child(*words)):
        assert done.code == code, done
        assert done.out == ""
        assert done.err.startswith("llmkeys: ")
        assert "\x1b" not in done.err
        assert "canary" not in done.err.lower()


def test_a_config_that_cannot_be_read_is_told_on_stderr_and_the_environment_still_works(
    call: Call, child: Call, keep: Keep, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep("openai/work")
    next(home.rglob("config.json")).write_text("{", encoding="utf-8")
    monkeypatch.setenv("OPENAI_API_KEY", OTHER_KEY)
    for done in (call("helper", "openai"), child("helper", "openai", variables={"OPENAI_API_KEY": OTHER_KEY})):
        assert (done.code, done.out) == (0, f"{OTHER_KEY}\n"), done.err
        assert "config.json" in done.err


def test_a_disabled_account_gives_no_key(call: Call, keep: Keep) -> None:
    keep("openai/work")
    call("disable", "openai/work")
    assert call("helper", "openai/work").code == 3


def test_several_accounts_without_an_active_one_are_2(call: Call, keep: Keep, home: Path) -> None:
    keep("openai/one")
    keep("openai/two", OTHER_KEY)
    (path,) = home.rglob("config.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), "active": {}, "defaults": {}}))
    done = call("helper", "openai")
    assert done.code == 2
    assert "openai/one, openai/two" in done.err


def test_each_reading_leaves_a_line_without_the_key(call: Call, child: Call, keep: Keep) -> None:
    keep("openai/work")
    child("helper", "openai/work")
    call("get", "openai/work")
    uses = call("log", "--json").json["uses"]
    assert [(use["account"], use["verb"], use["caller"]) for use in uses] == [("openai/work", "helper", "helper")]
    heads, line = call("log").out.splitlines()
    assert heads.split() == ["WHEN", "ACCOUNT", "FOR", "BY"]
    assert line.split()[1:] == ["openai/work", "helper", "helper"]
    assert call("log", "--limit", "0").code == 2
    assert call("log", "--limit", "1").out.count("\n") == 2


def test_a_log_that_cannot_be_written_stops_nothing(child: Call, keep: Keep, home: Path) -> None:
    keep("openai/work")
    state = home / ".local" / "state" / "llmkeys"
    state.mkdir(parents=True, exist_ok=True)
    (state / "audit.jsonl").mkdir()
    assert child("helper", "openai/work").out == f"{KEY}\n"


@pytest.mark.only_on("linux", "darwin")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_not_confuse_it(
    keep: Keep, program: Program, environ: dict[str, str], home: Path, closed: str
) -> None:
    keep("openai/work")
    command = [*program("helper"), "openai/work"]
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", *command],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if ">&-" in closed.split():
        assert done.returncode == 1
        assert done.stdout == ""
        assert ("There is no stdout" in done.stderr) is ("2>&-" not in closed)
    else:
        assert (done.returncode, done.stdout) == (0, f"{KEY}\n")
    written = {path.name for path in home.rglob("*") if path.is_file() and KEY in path.read_text(errors="replace")}
    assert written == {"credentials.json"}


@pytest.mark.only_on("linux", "darwin")
def test_a_reader_that_left_is_no_trouble(keep: Keep, program: Program, environ: dict[str, str]) -> None:
    keep("openai/work")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        program("helper", "openai/work"), env=environ, stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.only_on("linux")
def test_a_full_disk_is_told(keep: Keep, program: Program, environ: dict[str, str]) -> None:
    keep("openai/work")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            program("helper", "openai/work"), env=environ, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith("llmkeys: The key could not be printed: No space left")


def test_an_interruption_and_a_surprise_have_words_too(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for error, code in ((KeyboardInterrupt(), 130), (ValueError(KEY), 1)):

        def broken(*_: object, error: BaseException = error, **__: object) -> None:
            raise error

        monkeypatch.setattr(helper, "resolve", broken)
        assert helper.hand_out("openai") == code
        said = capfd.readouterr()
        assert said.out == ""
        assert said.err.startswith("llmkeys: ")
        assert "CANARY" not in said.err
    monkeypatch.setattr(sys, "stderr", None)
    assert helper.hand_out("openai") == 1


def test_words_that_cannot_be_said_change_no_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: str) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys.stderr, "write", full)
    assert helper.hand_out("openai") == 3


def test_a_key_is_shown_masked(call: Call, keep: Keep) -> None:
    keep("openai/work")
    assert call("get", "openai").out == "openai/work  sk-proj-…-one  plaintext file\n"
    assert call("get", "openai/work", "--json").json == {
        "schema": 1,
        "account": "openai/work",
        "source": "file",
        "place": None,
        "hint": "sk-proj-…-one",
    }
    assert call("get", "ollama").out == "ollama/default  no key  no key needed\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("get", "openai/work", "--reveal"), 4),
        (("get", "openai/work", "--reveal", "--json"), 2),
        (("get", "openai/none"), 3),
        (("get",), 2),
    ],
)
def test_a_key_is_shown_whole_on_a_terminal_only(call: Call, keep: Keep, words: tuple[str, ...], code: int) -> None:
    keep("openai/work")
    done = call(*words)
    assert done.code == code
    assert "CANARY" not in done.out + done.err


class FakeTerminal:
    """A stdout that says it is a terminal."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.shown = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.shown += text
        return len(text)

    def flush(self) -> None:
        """Nothing waits."""

    def fileno(self) -> int:
        raise OSError


def test_on_a_terminal_it_is_shown_whole(call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    keep("openai/work")
    terminal = FakeTerminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert call("get", "openai/work", "--reveal").code == 0
    assert call("get", "ollama", "--reveal").code == 0
    assert terminal.shown == f"{KEY}\nno key\n"
