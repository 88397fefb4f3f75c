"""`config.json` on disk: what cannot be read is never lost, what we do not know is never dropped."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from llmkeys.config import Config, with_setting
from llmkeys.errors import FileFailed, FileRefused, LockTimeout, NewerFile, Unparsable
from llmkeys.files.lock import locked
from llmkeys.paths import Paths, find_paths
from llmkeys.store.config_file import change_config, load_config
from support.faults import faults

on_unix = pytest.mark.only_on("linux", "darwin")


def written(paths: Paths, text: str) -> Path:
    path = Path(paths.config)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def dark(config: Config) -> Config:
    return with_setting(config, "theme", "dark")


def test_without_a_file_config_is_empty_and_nothing_is_made(paths: Paths, home: Path) -> None:
    before = sorted(home.rglob("*"))
    loaded = load_config(paths)
    assert loaded.config == Config({"version": 1})
    assert (loaded.problem, loaded.notes) == (None, ())
    assert sorted(home.rglob("*")) == before


def test_the_first_write_makes_the_salt_and_later_ones_keep_it(paths: Paths) -> None:
    first = change_config(paths, dark)
    assert len(bytes.fromhex(first.salt)) == 16
    second = change_config(paths, lambda config: with_setting(config, "offline", True))
    assert second.salt == first.salt
    assert load_config(paths).config == second
    assert second.raw["version"] == 1


def test_two_installations_have_two_salts(paths: Paths, tmp_path: Path) -> None:
    other = find_paths({"LLMKEYS_HOME": str(tmp_path)})
    assert change_config(paths, dark).salt != change_config(other, dark).salt


def test_the_salt_is_there_for_the_first_change_already(paths: Paths) -> None:
    seen: list[str] = []
    change_config(paths, lambda config: seen.append(config.salt) or config)
    assert seen == [load_config(paths).config.salt]
    assert seen[0]


@on_unix
def test_file_and_folder_are_for_their_owner_alone(paths: Paths) -> None:
    change_config(paths, dark)
    assert stat.S_IMODE(os.stat(paths.config).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(paths.config_folder).st_mode) == 0o700


def test_fields_we_do_not_know_survive_at_every_depth(paths: Paths) -> None:
    raw = {
        "version": 1,
        "salt": "s",
        "from_the_future": {"a": [1, None]},
        "accounts": {"openai/work": {"store": "file", "item": "i", "colour": "red", "models": {"added": [], "x": 1}}},
        "settings": {"unheard_of": "kept"},
    }
    written(paths, json.dumps(raw))
    change_config(paths, dark)
    found = json.loads(Path(paths.config).read_bytes())
    raw["settings"] = {"unheard_of": "kept", "theme": "dark"}
    assert found == raw


def test_text_of_any_language_is_written_as_it_is(paths: Paths) -> None:
    change_config(paths, lambda config: with_setting(config, "name", "Schlüssel 鍵 \x07"))
    assert "Schlüssel 鍵 \\u0007" in Path(paths.config).read_text(encoding="utf-8")
    assert load_config(paths).config.settings["name"] == "Schlüssel 鍵 \x07"


def test_a_change_that_changes_nothing_writes_nothing(paths: Paths) -> None:
    change_config(paths, dark)
    before = os.stat(paths.config)
    change_config(paths, dark)
    assert os.stat(paths.config).st_ino == before.st_ino


def test_a_change_that_raises_writes_nothing(paths: Paths) -> None:
    change_config(paths, dark)
    before = Path(paths.config).read_bytes()

    def fail(config: Config) -> Config:
        raise KeyError

    with pytest.raises(KeyError):
        change_config(paths, fail)
    assert Path(paths.config).read_bytes() == before


@pytest.mark.parametrize("text", ['{"accounts": {', "", "[]", '{"a": 1, "a": 2}'])
def test_a_file_that_does_not_parse_is_left_alone_copied_once_and_never_overwritten(paths: Paths, text: str) -> None:
    path = written(paths, text)
    first, second = load_config(paths), load_config(paths)
    copies = [each for each in path.parent.iterdir() if ".corrupt-" in each.name]
    assert isinstance(first.problem, Unparsable)
    assert first.config == Config({"version": 1})
    assert first.notes == (f"A copy of it is kept as {copies[0]}.",)
    assert second.notes == ()
    assert isinstance(second.problem, Unparsable)
    assert "llmkeys doctor" in second.problem.next
    with pytest.raises(Unparsable):
        change_config(paths, dark)
    assert path.read_text() == text
    assert [each.read_text() for each in copies] == [text]
    assert copies[0].name.startswith("config.json.corrupt-")
    assert len(copies[0].name) == len("config.json.corrupt-12345678")
    if os.name != "nt":
        assert stat.S_IMODE(copies[0].stat().st_mode) == 0o600


def test_another_broken_content_is_another_copy(paths: Paths) -> None:
    for text in ("{", "{{"):
        written(paths, text)
        load_config(paths)
    assert sum(".corrupt-" in each.name for each in Path(paths.config_folder).iterdir()) == 2


def test_a_file_that_is_too_large_is_left_alone_without_a_copy(paths: Paths) -> None:
    path = written(paths, " " * (1 << 20) + "{}")
    loaded = load_config(paths)
    assert isinstance(loaded.problem, Unparsable)
    assert loaded.notes == ()
    assert [each.name for each in path.parent.iterdir()] == ["config.json"]


def test_a_copy_that_cannot_be_made_changes_nothing(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(paths, "{")
    for at in range(30):
        with faults(monkeypatch, at, errno.EROFS):
            loaded = load_config(paths)
        assert loaded.config == Config({"version": 1})
        assert path.read_text() == "{"


def test_a_file_that_vanishes_before_it_is_copied_needs_no_copy(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    from llmkeys.store import config_file

    written(paths, "{")
    monkeypatch.setattr(config_file, "read_bytes", lambda path, private: None)
    assert load_config(paths).notes == ()


def test_a_newer_file_is_read_and_never_written(paths: Paths) -> None:
    text = '{"version": 2, "settings": {"theme": "light"}, "accounts": {}}'
    path = written(paths, text)
    loaded = load_config(paths)
    assert isinstance(loaded.problem, NewerFile)
    assert loaded.config.settings["theme"] == "light"
    assert loaded.problem.next == "Update llmkeys."
    with pytest.raises(NewerFile):
        change_config(paths, dark)
    assert path.read_text() == text


def test_a_newer_file_may_have_a_shape_of_its_own(paths: Paths) -> None:
    written(paths, '{"version": 2, "accounts": ["openai/work"], "settings": {"theme": "light"}}')
    loaded = load_config(paths)
    assert isinstance(loaded.problem, NewerFile)
    assert loaded.config.settings["theme"] == "light"


@pytest.mark.parametrize("text", ['{"version": "2"}', '{"accounts": ["openai/work"]}', '{"accounts": {"openai/a": 1}}'])
def test_a_file_of_another_shape_is_left_alone_copied_once_and_never_overwritten(paths: Paths, text: str) -> None:
    path = written(paths, text)
    first, second = load_config(paths), load_config(paths)
    copies = [each for each in path.parent.iterdir() if ".corrupt-" in each.name]
    assert isinstance(first.problem, Unparsable)
    assert "llmkeys doctor" in first.problem.next
    assert first.config == Config({"version": 1})
    assert (first.notes, second.notes) == ((f"A copy of it is kept as {copies[0]}.",), ())
    with pytest.raises(Unparsable):
        change_config(paths, dark)
    assert path.read_text() == copies[0].read_text() == text


@on_unix
def test_a_config_that_others_could_read_is_closed_and_that_is_said(paths: Paths) -> None:
    written(paths, "{}").chmod(0o644)
    loaded = load_config(paths)
    assert loaded.problem is None
    assert loaded.notes == (f"{paths.config} was open to other users (mode 0644); it is now 0600.",)


@on_unix
def test_a_config_of_another_kind_is_a_problem_and_the_environment_still_works(paths: Paths) -> None:
    os.makedirs(paths.config_folder, mode=0o700)
    os.mkfifo(paths.config)
    loaded = load_config(paths)
    assert isinstance(loaded.problem, FileRefused)
    assert loaded.config == Config({"version": 1})


@on_unix
def test_a_link_of_a_dotfile_manager_stays_a_link(paths: Paths, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "llmkeys.json"
    target.parent.mkdir()
    target.write_text('{"version": 1, "salt": "s"}')
    os.makedirs(paths.config_folder, mode=0o700)
    os.symlink(target, paths.config)
    change_config(paths, dark)
    assert os.path.islink(paths.config)
    assert json.loads(target.read_bytes())["settings"] == {"theme": "dark"}
    assert os.listdir(target.parent) == ["llmkeys.json"]


def test_a_lock_that_is_held_ends_in_an_error_not_in_a_write(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    from llmkeys.store import json_file

    change_config(paths, dark)
    before = Path(paths.config).read_bytes()
    monkeypatch.setattr(json_file, "locked", lambda path: locked(path, seconds=0.05))
    with locked(paths.config), pytest.raises(LockTimeout):
        change_config(paths, lambda config: with_setting(config, "theme", "light"))
    assert Path(paths.config).read_bytes() == before


def test_what_could_not_be_read_again_is_not_written(paths: Paths) -> None:
    change_config(paths, dark)
    before = Path(paths.config).read_bytes()
    deep: object = 1
    for _ in range(40):
        deep = [deep]
    for value in (float("nan"), {1, 2}, "\ud800", object(), deep):
        with pytest.raises(FileFailed, match="it could not be read again"):
            change_config(paths, lambda config, value=value: with_setting(config, "theme", value))  # type: ignore[misc]
    with pytest.raises(FileFailed, match="larger than 1,048,576 bytes"):
        change_config(paths, lambda config: with_setting(config, "theme", "x" * (1 << 20)))
    assert Path(paths.config).read_bytes() == before


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_disk_that_fails_at_any_call_loses_nothing(paths: Paths, fault: int, monkeypatch: pytest.MonkeyPatch) -> None:
    import filelock  # noqa: F401 - imported now, so that its own files are not read under faults

    change_config(paths, dark)
    before = load_config(paths).config
    for at in range(60):
        done = False
        with faults(monkeypatch, at, fault), suppress(FileFailed, FileRefused):
            change_config(paths, lambda config: with_setting(config, "theme", "light"))
            done = True
        assert load_config(paths).config.settings == {"theme": "light" if done else "dark"}
        assert change_config(paths, dark) == before


WRITER = """
import os, sys
from llmkeys.config import with_setting
from llmkeys.paths import find_paths
from llmkeys.store.config_file import change_config
for number in range(25):
    change_config(find_paths(os.environ), lambda config: with_setting(config, f"{sys.argv[1]}-{number}", number))
"""


def test_eight_processes_lose_none_of_their_changes(paths: Paths) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(number)]) for number in range(8)]
    assert [each.wait(timeout=60) for each in writers] == [0] * 8
    assert len(load_config(paths).config.settings) == 8 * 25
