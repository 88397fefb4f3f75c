"""`doctor` and `reset`, and files that are not as they should be."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import KEY, OTHER_KEY, Answer
from llmkeys.cli import doctor, reset
from llmkeys.service.doctor import Examination, Finding, Level
from llmkeys.service.reset import Reset
from llmkeys.store.keychain_state import Health, KeychainState

Call = Callable[..., Answer]
Keep = Callable[..., None]


def test_a_healthy_machine_is_told_so(call: Call, keep: Keep) -> None:
    keep("openai/work")
    done = call("doctor")
    assert done.code == 0
    assert "✓ config" in done.out
    assert "1 account" in done.out
    assert call("doctor", "--json").json["healthy"] is True


@pytest.mark.parametrize(
    ("subjects", "code"), [((), 0), (("keychain",), 4), (("keychain", "config"), 1), (("modes",), 1)]
)
def test_a_problem_ends_with_the_code_of_who_can_solve_it(
    call: Call, monkeypatch: pytest.MonkeyPatch, subjects: tuple[str, ...], code: int
) -> None:
    findings = (Finding(Level.FINE, "x", "fine"), *(Finding(Level.PROBLEM, each, "bad", "do it") for each in subjects))
    state = KeychainState(None, Health.LOCKED, "Locked.", "Unlock it.")
    monkeypatch.setattr(doctor, "examine", lambda *_, **__: Examination(findings, state, "keychain"))
    done = call("doctor")
    assert done.code == code
    assert done.out.count("!") == len(subjects)
    assert call("doctor", "--json").code == code


def test_what_reset_could_not_delete_is_listed(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reset, "reset", lambda _: Reset(1, ("/config.json",), ("The key \x1b[2Jkept as x is left.",)))
    done = call("reset", "--yes")
    assert done.code == 1
    assert done.out == "– 1 account and 1 file deleted\n! The key kept as x is left.\n"


def test_reset_leaves_nothing(call: Call, keep: Keep, home: Path) -> None:
    keep("openai/work")
    keep("openai/two", OTHER_KEY)
    call("helper", "openai/work")
    assert call("reset").code == 4
    done = call("reset", "--yes")
    assert done.code == 0
    assert "– 2 accounts and" in done.out
    assert [path for path in home.rglob("*") if path.is_file() and "lock" not in path.name] == []
    assert call("status").code == 3


def test_an_unparsable_config_is_left_alone_and_a_way_out_is_named(call: Call, keep: Keep, home: Path) -> None:
    keep("openai/work")
    (config,) = home.rglob("config.json")
    config.write_text(config.read_text() + "}")
    broken = config.read_text()
    for words in (("disable", "openai/work"), ("settings", "theme", "dark"), ("remove-key", "openai/work")):
        done = call(*words)
        assert done.code == 1, words
        assert "config.json" in done.err
    assert call("add-key", "groq", "--no-test", "--store", "file", "--stdin", stdin=OTHER_KEY).code == 1
    assert call("reset", "--yes").code == 1
    assert call("doctor").code == 1
    assert config.read_text() == broken
    copies = list(config.parent.glob("config.json.corrupt-*"))
    assert [copy.read_text() for copy in copies] == [broken]


@pytest.mark.only_on("linux", "darwin")
def test_files_that_others_can_read_are_tightened_and_that_is_said(call: Call, keep: Keep, home: Path) -> None:
    keep("openai/work")
    (config,) = home.rglob("config.json")
    (credentials,) = home.rglob("credentials.json")
    config.chmod(0o644)
    credentials.chmod(0o644)
    done = call("status")
    assert done.code == 0
    assert "config.json" in done.err
    assert call("helper", "openai/work").out == f"{KEY}\n"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (config, credentials)] == [0o600, 0o600]


@pytest.mark.only_on("linux", "darwin")
def test_a_key_file_that_is_a_link_is_refused(call: Call, keep: Keep, home: Path) -> None:
    keep("openai/work")
    (credentials,) = home.rglob("credentials.json")
    elsewhere = home / "elsewhere.json"
    credentials.rename(elsewhere)
    credentials.symlink_to(elsewhere)
    done = call("helper", "openai/work")
    assert done.code == 1
    assert done.out == ""
    assert "credentials.json" in done.err


@pytest.mark.only_on("linux", "darwin")
def test_a_config_that_is_a_link_of_ones_own_stays_one(call: Call, keep: Keep, home: Path) -> None:
    keep("openai/work")
    (config,) = home.rglob("config.json")
    dotfiles = home / "dotfiles"
    dotfiles.mkdir(mode=0o700)
    config.rename(dotfiles / "config.json")
    config.symlink_to(dotfiles / "config.json")
    assert call("disable", "openai/work").code == 0
    assert config.is_symlink()
    assert json.loads(config.read_text())["accounts"]["openai/work"]["enabled"] is False


def test_a_full_disk_loses_nothing(call: Call, keep: Keep, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    keep("openai/work")
    (config,) = home.rglob("config.json")
    before = config.read_text()
    monkeypatch.setattr(os, "write", full)
    done = call("disable", "openai/work")
    assert done.code == 1
    assert done.err.startswith("llmkeys: ")
    assert "the disk is full" in done.err
    assert config.read_text() == before


def test_a_current_folder_that_is_gone_stops_nothing(call: Call, keep: Keep, home: Path) -> None:
    keep("openai/work")
    gone = home / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    assert call("helper", "openai/work").out == f"{KEY}\n"
    assert call("status").code == 0


@pytest.mark.parametrize("name", ["XDG_CONFIG_HOME", "LLMKEYS_HOME"])
def test_a_home_that_cannot_be_made_is_one_sentence(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (home / "file").write_text("in the way")
    monkeypatch.setenv(name, str(home / "file"))
    assert call("status").code in (1, 3)
    done = call("add-key", "openai", "--store", "file", "--no-test", "--stdin", stdin=KEY)
    assert done.code == 1
    assert done.err.startswith("llmkeys: ")
    assert "expected" not in done.err
