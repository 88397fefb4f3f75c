"""Prompts on a real terminal: masked, careful with what is pasted, clean when left."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("a terminal of POSIX", allow_module_level=True)

from cli.conftest import KEY, OTHER_KEY, Answer
from llmkeys.cli import terminal
from llmkeys.errors import Cancelled, NeedsUser, UsageError
from support.terminal import Terminal

ADD = ("add-key", "openai/work", "--no-test", "--store", "file")
QUESTION = "Key for openai/work:"
Sit = Callable[..., Terminal]


@pytest.fixture
def sit(environ: dict[str, str], program: Callable[..., list[str]]) -> Iterator[Sit]:
    """Starts a command on a terminal: `sit("add-key", "openai")`."""

    people: list[Terminal] = []

    def sitting(*words: str, term: str = "xterm-256color", **streams: int) -> Terminal:
        people.append(Terminal(program(*words), {**environ, "TERM": term}, **streams))
        return people[-1]

    yield sitting
    for person in people:
        person.close()


@pytest.fixture
def stored(call: Callable[..., Answer]) -> Callable[[str], str]:
    """The key that is stored, as `helper` prints it."""
    return lambda account: call("helper", account).out.strip()


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_a_typed_key_is_stored_and_never_shown(sit: Sit, stored: Callable[[str], str], term: str) -> None:
    person = sit(*ADD, term=term)
    person.wait_for(QUESTION)
    person.send(f"{KEY}x\x7f\r")
    assert person.wait_for_exit() == 0
    assert "•••" in person.raw.decode()
    assert "CANARY" not in person.raw.decode()
    assert ("\x1b[?2004h" in person.raw.decode()) is (term != "dumb")
    assert stored("openai/work") == KEY


def test_a_paste_with_line_ends_is_one_key_and_what_was_cleaned_is_said(sit: Sit, stored: Callable[[str], str]) -> None:
    person = sit(*ADD)
    person.wait_for(QUESTION)
    person.paste(f"\nexport OPENAI_API_KEY='{KEY}'\n")
    person.send("\r")
    assert person.wait_for_exit() == 0
    assert "removed 2 newlines" in person.raw.decode()
    assert stored("openai/work") == KEY


def test_a_key_longer_than_a_line_of_the_terminal_arrives_whole(sit: Sit, stored: Callable[[str], str]) -> None:
    long = "sk-" + "aB3" * 1300
    person = sit(*ADD)
    person.wait_for(QUESTION)
    for start in range(0, len(long), 500):
        person.send(long[start : start + 500])
    person.send("\r")
    assert person.wait_for_exit() == 0
    assert stored("openai/work") == long


def test_a_second_pasted_line_does_not_reach_the_shell(sit: Sit) -> None:
    person = sit(*ADD, term="dumb")
    person.wait_for(QUESTION)
    person.send(f"{KEY}\rtouch stolen\r")
    assert person.wait_for_exit() == 0
    assert "touch" not in person.raw.decode()


LINES = f"touch stolen # {'x' * 1000}\n" * 100
"""100 kB of what nobody wants in a shell; a terminal takes it in pieces of at most 4 kB."""


@pytest.mark.parametrize(
    ("paste", "term", "code"),
    [
        pytest.param(f"\x1b[200~{LINES}\x1b[201~", "xterm-256color", 1, id="too long for a key"),
        pytest.param(f"x{'y' * 20_000}\n{LINES}", "dumb", 1, id="too long for a key, without brackets"),
        pytest.param(f"{KEY}\n{LINES}", "dumb", 0, id="a key and more, without brackets"),
        pytest.param(f"\x1b[200~{KEY}\x1b[201~\r{LINES}", "xterm-256color", 0, id="a key and more after its end"),
        pytest.param(f"sk-1\x03{LINES}", "dumb", 130, id="cancelled in the middle"),
    ],
)
def test_the_rest_of_a_long_paste_does_not_reach_the_shell(
    environ: dict[str, str], program: Callable[..., list[str]], project: Path, paste: str, term: str, code: int
) -> None:
    with Terminal(["sh", "-i"], {**environ, "TERM": term, "PS1": "$ "}, cwd=str(project)) as person:
        person.wait_for("$")
        person.send(f"{shlex.join(program(*ADD))}; echo left-with-$?\r")
        person.wait_for(QUESTION)
        pasting = threading.Thread(target=person.send, args=(paste,), daemon=True)
        pasting.start()
        person.wait_for(f"left-with-{code}")
        pasting.join(5)
        person.send("echo still-$((40 + 2))\r")
        person.wait_for("still-42")
        assert not pasting.is_alive()
        assert not (project / "stolen").exists()
        assert b"stolen" not in person.raw


def test_a_terminal_that_never_falls_silent_is_left_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"x" * 60_000)
    monkeypatch.setattr(terminal, "_LARGEST_DRAIN", 1000)
    terminal._drain(reading)
    monkeypatch.setattr(terminal, "_LONGEST_DRAIN", -1)
    os.write(writing, b"y")
    terminal._drain(reading)
    assert os.read(reading, 2) == b"y"


def test_a_terminal_that_is_gone_is_not_waited_for() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    terminal._drain(reading)
    os.close(reading)
    terminal._drain(reading)


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["ctrl+c", "ctrl+d"])
def test_leaving_the_prompt_ends_with_130_and_stores_nothing(sit: Sit, home: Path, key: str) -> None:
    person = sit(*ADD)
    person.wait_for(QUESTION)
    person.send("sk-half" + key)
    assert person.wait_for_exit() == 130
    assert not list(home.rglob("credentials.json"))


def test_an_empty_line_is_no_key(sit: Sit) -> None:
    person = sit(*ADD)
    person.wait_for(QUESTION)
    person.send("\r")
    assert person.wait_for_exit() == 1
    assert "There is no key in that" in person.raw.decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_the_prompt_gives_the_terminal_its_echo_back(sit: Sit, number: int) -> None:
    person = sit(*ADD)
    person.wait_for(QUESTION)
    assert person.is_raw
    person.signal(number)
    assert person.wait_for_exit() == 128 + number
    assert not person.is_raw


def test_the_prompt_is_on_the_terminal_even_with_everything_redirected(sit: Sit, tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as out, open(os.devnull, "rb") as nothing:
        person = sit(*ADD, "--json", stdin=nothing.fileno(), stdout=out.fileno(), stderr=out.fileno())
        person.wait_for(QUESTION)
        person.send(KEY + "\r")
        assert person.wait_for_exit() == 0
    assert b'"account": "openai/work"' in (tmp_path / "out").read_bytes()


def test_stdin_that_is_a_terminal_is_asked_masked(sit: Sit) -> None:
    person = sit(*ADD, "--stdin")
    person.wait_for(QUESTION)
    person.send(KEY + "\r")
    assert person.wait_for_exit() == 0
    assert "CANARY" not in person.raw.decode()


def test_a_job_in_the_background_is_not_stopped_by_a_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "_DEVICE", os.devnull)
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp() + 1)
    with pytest.raises(NeedsUser):
        terminal.ask_key("Key: ", otherwise="--stdin")


@pytest.mark.parametrize(("typed", "code"), [("y\r", 0), ("YES\r", 0), ("n\r", 130), ("\r", 130), ("\x04", 130)])
def test_a_new_address_is_confirmed_with_both_hosts_named(
    sit: Sit, keep: Callable[..., None], call: Callable[..., Answer], typed: str, code: int
) -> None:
    keep("openai/work")
    person = sit("edit", "openai/work", "--base-url", "https://gateway.example/v1")
    person.wait_for("[y/N]")
    assert "api.openai.com" in person.raw.decode()
    assert "gateway.example" in person.raw.decode()
    person.send(typed)
    assert person.wait_for_exit() == code
    moved = call("why", "openai/work", "--json").json["base_url"]
    assert moved == ("https://gateway.example/v1" if code == 0 else "https://api.openai.com/v1")


def test_a_terminal_that_closes_at_a_question_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    controller, device = os.openpty()
    monkeypatch.setattr(terminal, "_DEVICE", os.ttyname(device))
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp())
    os.write(controller, b"\x04")
    with pytest.raises(Cancelled):
        terminal.confirm("Sure?", otherwise="")
    os.close(controller)
    os.close(device)


def test_a_typed_key_is_read_in_this_process_too(monkeypatch: pytest.MonkeyPatch) -> None:
    controller, device = os.openpty()
    monkeypatch.setattr(terminal, "_DEVICE", os.ttyname(device))
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp())
    monkeypatch.setattr(termios, "TCSAFLUSH", termios.TCSANOW)
    before = termios.tcgetattr(device)
    os.write(controller, b"sk-1\n")
    assert terminal.ask_key("Key: ", otherwise="") == "sk-1"
    assert termios.tcgetattr(device) == before
    with pytest.raises(SystemExit) as leaving:
        terminal._leave(signal.SIGTERM, None)
    assert leaving.value.code == 128 + signal.SIGTERM
    os.close(controller)
    os.close(device)


def test_reset_asks_and_deletes_what_is_agreed_to(sit: Sit, keep: Callable[..., None], home: Path) -> None:
    keep("openai/work")
    for typed, code in (("n\r", 130), ("y\r", 0)):
        person = sit("reset")
        person.wait_for("Delete 1 account, their keys, and every file of llmkeys? [y/N]")
        person.send(typed)
        assert person.wait_for_exit() == code
        assert bool(list(home.rglob("credentials.json"))) is (code != 0)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("y\r", 0), ("n\r", 4), ("\x03", 130), ("\x04", 130), (f"gsk_{'aB3' * 18}\r", 2)],
    ids=["yes", "no", "ctrl+c", "ctrl+d", "another key"],
)
@pytest.mark.parametrize("more", [(), ("--offline",)])
def test_where_no_keychain_is_the_key_is_asked_for_masked_and_then_whether_a_plaintext_file_may_keep_it(
    sit: Sit, home: Path, typed: str, code: int, more: tuple[str, ...]
) -> None:
    person = sit("add-key", "openai/work", *(more or ("--no-test",)))
    person.wait_for(QUESTION)
    assert "[y/N]" not in person.raw.decode()
    person.send(KEY + "\r")
    person.wait_for("plaintext file, mode 0600? [y/N]")
    assert not list(home.rglob("credentials.json"))
    person.send(typed)
    assert person.wait_for_exit() == code
    assert "CANARY" not in person.raw.decode()
    assert bool(list(home.rglob("credentials.json"))) is (code == 0)


def test_a_rotation_without_keychain_asks_before_the_plaintext_file_keeps_the_key(
    sit: Sit, keep: Callable[..., None], stored: Callable[[str], str], home: Path
) -> None:
    keep("openai/work")
    (config,) = home.rglob("config.json")
    raw = json.loads(config.read_text())
    raw["accounts"]["openai/work"]["store"] = "keychain"
    config.write_text(json.dumps({**raw, "consents": {}}))
    person = sit("rotate-key", "openai/work", "--no-test")
    person.wait_for("New key for openai/work")
    person.send(OTHER_KEY + "\r")
    person.wait_for("plaintext file, mode 0600? [y/N]")
    person.send("y\r")
    assert person.wait_for_exit() == 0
    assert stored("openai/work") == OTHER_KEY


@pytest.mark.parametrize("typed", [KEY, f"export OPENAI_API_KEY={KEY}\nGROQ_API_KEY=gsk_{'aB3' * 18}"])
def test_a_key_in_place_of_yes_or_no_is_said_to_have_been_shown(
    sit: Sit, keep: Callable[..., None], typed: str
) -> None:
    keep("openai/work")
    person = sit("reset")
    person.wait_for("[y/N]")
    person.send(typed + "\r")
    assert person.wait_for_exit() == 2
    assert "it was shown on the screen" in person.raw.decode()
    assert "Rotate that key at its provider" in person.raw.decode()


def test_the_lines_behind_a_key_at_a_question_do_not_reach_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    controller, device = os.openpty()
    monkeypatch.setattr(terminal, "_DEVICE", os.ttyname(device))
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp())
    os.write(controller, f"{KEY}\ntouch stolen\n".encode())
    with pytest.raises(UsageError):
        terminal.confirm("Sure?", otherwise="")
    os.set_blocking(device, False)
    with pytest.raises(BlockingIOError):
        os.read(device, 100)
    os.close(controller)
    os.close(device)


def test_a_server_that_needs_no_key_is_added_with_an_empty_line(sit: Sit) -> None:
    person = sit("add-key", "ollama", "--no-test")
    person.wait_for("Key for ollama/default:")
    person.send("\r")
    assert person.wait_for_exit() == 0


def test_a_key_is_revealed_on_a_terminal_only(sit: Sit, keep: Callable[..., None], tmp_path: Path) -> None:
    keep("openai/work", OTHER_KEY)
    person = sit("get", "openai/work", "--reveal")
    assert person.wait_for_exit() == 0
    assert OTHER_KEY in person.raw.decode()
    with (tmp_path / "out").open("wb") as out:
        person = sit("get", "openai/work", "--reveal", stdout=out.fileno())
        assert person.wait_for_exit() == 4
    assert (tmp_path / "out").read_bytes() == b""
    assert "CANARY" not in person.raw.decode()


def test_lines_fit_the_terminal(sit: Sit) -> None:
    person = sit("providers")
    assert person.wait_for_exit() == 0
    assert max(map(len, person.raw.decode().splitlines())) == 80


def test_a_command_without_words_opens_the_app(sit: Sit) -> None:
    person = sit()
    person.wait_for("No keys yet")
    person.send("q")
    assert person.wait_for_exit() == 0


def test_with_the_setting_ascii_a_typed_key_is_drawn_in_stars(sit: Sit, call: Callable[..., Answer]) -> None:
    call("settings", "ascii", "on")
    person = sit(*ADD)
    person.wait_for(QUESTION)
    person.send(f"{KEY}x\x7f\r")
    assert person.wait_for_exit() == 0
    assert "***" in person.raw.decode()
    assert person.raw.isascii()
    assert b"CANARY" not in person.raw
