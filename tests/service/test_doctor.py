"""The doctor names what is wrong with store, files and surroundings, and finishes what was left undone."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from llmkeys.account import AccountName
from llmkeys.errors import FileFailed
from llmkeys.secret import Secret
from llmkeys.service import doctor
from llmkeys.service.accounts import Draft, rotate_key
from llmkeys.service.doctor import Examination, Level, examine
from llmkeys.service.keys import resolve
from llmkeys.service.overview import overview
from llmkeys.service.session import Session, look
from llmkeys.service.upkeep import finish_work
from llmkeys.store.config_file import change_config
from llmkeys.store.key_file import KeyFile
from llmkeys.store.sweep import Swept
from support.keeping import OTHER_KEY, kept
from support.private_bus import PrivateBus, private_bus

Opened = Callable[..., Session]


def _told(found: Examination, subject: str) -> list[tuple[Level, str]]:
    return [(each.level, each.words) for each in found.findings if each.subject == subject]


def test_a_fresh_machine_without_a_keychain_is_healthy_and_says_what_is_missing(session: Opened) -> None:
    found = examine(session())
    assert found.healthy
    assert found.store == "keychain"
    (level, words), *_ = _told(found, "keychain")
    assert level is Level.NOTE
    assert "no D-Bus session" in words
    assert _told(found, "unfinished work") == [(Level.FINE, "none")]


def test_the_store_that_the_next_key_goes_to_is_the_one_that_the_overview_names(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    assert examine(here).store == overview(here).store.kind == "file"


def test_a_keychain_that_answers_is_named_with_its_state(session: Opened, keychain_bus: PrivateBus) -> None:
    here = session(environ=dict(os.environ))
    assert _told(examine(here), "keychain") == [(Level.FINE, "Secret Service, ready")]
    keychain_bus.stop()
    (level, words), *_ = _told(examine(here), "keychain")
    assert level is Level.PROBLEM
    assert "did not answer" in words


def test_a_keychain_that_starts_when_first_needed_is_fine(
    session: Opened, bus_parts: None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with private_bus(home, keyring=False, activatable=True) as bus:
        for name, value in bus.environ.items():
            monkeypatch.setenv(name, value)
        (level, words), *_ = _told(examine(session(environ=dict(os.environ))), "keychain")
    assert (level, words) == (Level.FINE, "Secret Service. The Secret Service starts when it is first needed.")


def test_keys_kept_in_a_keychain_that_is_gone_are_a_problem(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    change_config(
        here.paths,
        lambda config: config.replace(accounts={"openai/work": {"store": "keychain", "item": "openai/work#1"}}),
    )
    found = examine(here)
    assert not found.healthy
    assert _told(found, "keychain")[0][0] is Level.PROBLEM


def test_plaintext_keys_are_counted_with_the_way_out(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    kept(here, "groq/work", OTHER_KEY)
    finding = next(each for each in examine(here).findings if each.subject == "plaintext file")
    assert finding.words.startswith("2 keys in ")
    assert "--store keychain" in finding.next


def test_an_account_whose_key_is_not_in_the_file_is_a_problem_with_both_ways_out(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    kept(here, "groq/work", OTHER_KEY)
    record = look(here).config.accounts[AccountName("openai", "work")]
    KeyFile(here.paths).delete(record.item or "")
    found = examine(here)
    assert not found.healthy
    told = [each for each in found.findings if each.subject == "plaintext file"]
    assert [each.level for each in told] == [Level.NOTE, Level.PROBLEM]
    assert told[0].words.startswith("1 key in ")
    assert "openai/work" in told[1].words
    assert "rotate-key openai/work" in told[1].next
    assert "remove-key openai/work" in told[1].next
    Path(here.paths.credentials).unlink()
    assert [level for level, _ in _told(examine(here), "plaintext file")] == [Level.PROBLEM] * 2


def test_keys_that_no_account_owns_are_counted_and_purged_with_no_other(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    rotate_key(here, Draft("openai", "work", Secret(OTHER_KEY)), keep_seconds=600)
    KeyFile(here.paths).set("groq/gone#1", Secret(OTHER_KEY))
    words = f"1 key in {here.paths.credentials} that no account owns"
    found = examine(here)
    assert found.healthy
    assert (Level.NOTE, words) in _told(found, "plaintext file")
    assert len(KeyFile(here.paths).items()) == 3
    assert (Level.FINE, "deleted 1 key that no account owned") in _told(examine(here, purge=True), "plaintext file")
    assert [*KeyFile(here.paths).items()] == [look(here).config.accounts[AccountName("openai", "work")].item]


@pytest.mark.parametrize(
    ("config", "said"), [("{", True), ('{"accounts": []}', True), (None, True), ('{"version": 2}', False)]
)
def test_keys_are_nobodys_only_where_config_can_be_relied_on(session: Opened, config: str | None, said: bool) -> None:
    here = session()
    kept(here, "openai/work")
    if config is None:
        Path(here.paths.config).unlink()
    else:
        Path(here.paths.config).write_text(config)
    found = examine(here, purge=True)
    words = f"1 key in {here.paths.credentials}, and no config that says whose"
    assert _told(found, "plaintext file") == ([(Level.NOTE, words)] if said else [])
    assert len(KeyFile(here.paths).items()) == 1


def test_what_waits_for_undo_is_told_and_purged(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    rotate_key(here, Draft("openai", "work", Secret(OTHER_KEY)), keep_seconds=600)
    assert _told(examine(here), "unfinished work") == [(Level.NOTE, "1 key to be deleted later")]
    assert _told(examine(here, purge=True), "unfinished work") == [(Level.FINE, "deleted 1 key, kept ones included")]
    assert look(here).config.garbage == ()


def test_upkeep_deletes_what_is_due_and_nothing_else(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    rotate_key(here, Draft("openai", "work", Secret(OTHER_KEY)), keep_seconds=600)
    assert finish_work(here).deleted == 0
    assert finish_work(here._replace(now=lambda: here.now() + 601)).deleted == 1


def test_work_that_cannot_be_finished_is_a_problem(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    change_config(here.paths, lambda config: config.replace(garbage=[{"store": "keychain", "item": "x#1", "until": 0}]))
    found = examine(here)
    assert not found.healthy
    (problem,) = (each for each in found.findings if each.subject == "unfinished work" and each.level is Level.PROBLEM)
    assert "no D-Bus session" in problem.words
    assert problem.next == found.keychain.remedy


def test_the_doctor_never_sends_a_person_to_the_doctor(session: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    here = session()
    kept(here, "openai/work")
    swept = Swept(problems=(FileFailed("The disk is full.", next="llmkeys doctor"),))
    monkeypatch.setattr(doctor, "finish_work", lambda *_, **__: swept)
    assert [each.next for each in examine(here).findings if each.words == "The disk is full."] == [""]


def test_a_config_that_does_not_parse_is_a_problem_with_a_way_out(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    Path(here.paths.config).write_text("{ broken")
    found = examine(here)
    first = found.findings[0]
    assert (first.level, first.subject) == (Level.PROBLEM, "config")
    assert here.paths.config in first.next
    assert _told(found, "unfinished work") == []
    assert examine(here).findings[0] == first
    assert any("copy of it is kept" in words for _, words in _told(found, "config"))


def test_a_file_of_keys_that_cannot_be_read_is_a_problem_with_a_way_out(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    credentials = Path(here.paths.credentials)
    credentials.write_text("{")
    finding = next(each for each in examine(here).findings if each.subject == "plaintext file")
    assert finding.level is Level.PROBLEM
    assert finding.next.startswith("Mend it by hand")
    credentials.unlink()
    credentials.symlink_to("/etc/hostname")
    finding = next(each for each in examine(here).findings if each.subject == "plaintext file")
    assert (finding.level, finding.next) == (Level.PROBLEM, "Put the file itself there.")


def test_a_newer_config_is_left_alone_and_an_update_is_advised(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    config = Path(here.paths.config)
    config.write_text(config.read_text().replace('"version": 1', '"version": 2'))
    first = examine(here).findings[0]
    assert first.level is Level.PROBLEM
    assert "by hand" not in first.next
    assert first.next


@pytest.mark.only_on("linux", "darwin")
def test_what_stands_in_a_files_place_is_never_advised_to_be_changed(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    lock = Path(f"{here.paths.credentials}.lock")
    lock.unlink()
    lock.symlink_to("/etc/passwd")
    Path(here.paths.audit).mkdir(parents=True)
    os.chmod(here.paths.state_folder, 0o700)
    found = [each for each in examine(here).findings if each.subject == "modes"]
    assert {each.words for each in found} == {f"{lock} is a link", f"{here.paths.audit} is no regular file"}
    assert all("chmod" not in each.next for each in found)


@pytest.mark.only_on("linux", "darwin")
def test_a_config_that_is_a_link_to_a_file_of_ours_is_fine(session: Opened, home: Path) -> None:
    here = session()
    kept(here, "openai/work")
    config = Path(here.paths.config)
    config.rename(home / "dotfiles.json")
    config.symlink_to(home / "dotfiles.json")
    assert _told(examine(here), "modes") == [(Level.FINE, "only you can read our files")]


@pytest.mark.only_on("linux", "darwin")
def test_a_folder_that_cannot_be_written_is_a_problem_and_the_probe_leaves_nothing(
    session: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = session()
    kept(here, "openai/work")
    assert examine(here).healthy
    assert not list(Path(here.paths.data_folder).glob("doctor*"))

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    assert (Level.PROBLEM, f"{here.paths.data_folder} cannot be written") in _told(examine(here), "files")


@pytest.mark.parametrize("folder", ["notes.txt", "notes.txt/deeper/llmkeys"])
def test_a_home_that_is_a_file_or_below_one_is_a_problem(
    session: Opened, environ: dict[str, str], home: Path, folder: str
) -> None:
    (home / "notes.txt").write_text("mine")
    environ["LLMKEYS_HOME"] = str(home / folder)
    found = examine(session())
    assert not found.healthy
    (finding,) = (each for each in found.findings if each.subject == "files")
    assert str(home / "notes.txt") in finding.words
    assert finding.next


@pytest.mark.only_on("linux", "darwin")
def test_a_home_that_could_not_be_made_is_a_problem(
    session: Opened, environ: dict[str, str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ["LLMKEYS_HOME"] = str(home / "deep" / "llmkeys")
    assert examine(session()).healthy
    monkeypatch.setattr(os, "access", lambda path, mode: path != str(home))
    words = f"{home / 'deep' / 'llmkeys'} cannot be made: {home} cannot be written"
    assert (Level.PROBLEM, words) in _told(examine(session()), "files")


@pytest.mark.only_on("linux", "darwin")
def test_files_that_others_can_read_are_a_problem_with_the_command_that_closes_them(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    resolve(here, "openai/work")
    os.chmod(here.paths.audit, 0o644)
    finding = next(each for each in examine(here).findings if each.subject == "modes")
    assert finding.level is Level.PROBLEM
    assert finding.next.startswith("chmod go-rwx ")


def test_variables_that_shadow_are_named_without_their_values(
    session: Opened, environ: dict[str, str], project: Path
) -> None:
    environ["OPENAI_API_KEY"] = OTHER_KEY
    (project / ".env").write_text("GROQ_API_KEY=gsk_0123456789abcdefghij0123456789\nUNRELATED=1\n")
    found = examine(session())
    assert _told(found, "environment") == [(Level.NOTE, "sets OPENAI_API_KEY")]
    assert _told(found, ".env") == [(Level.NOTE, f"{project / '.env'} sets GROQ_API_KEY")]
    assert OTHER_KEY not in repr(found)
