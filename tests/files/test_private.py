"""Writing our own files when nothing goes wrong: modes, links, left-overs, logs that grow."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from llmkeys.errors import FileFailed, FileRefused
from llmkeys.files import private
from llmkeys.files.lock import locked
from llmkeys.files.private import append_line, replace_file, sweep_temporaries, temporaries, write_new
from support.faults import faults

on_unix = pytest.mark.only_on("linux", "darwin")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "llmkeys" / "config.json"


@on_unix
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_a_file_is_born_for_its_owner_alone(path: Path, mask: int) -> None:
    os.umask(mask)
    replace_file(str(path), b"{}")
    append_line(str(path.parent / "log"), b"{}")
    write_new(str(path.parent / "copy"), b"{}")
    for each in path.parent.iterdir():
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@on_unix
def test_a_file_that_was_open_is_closed_by_being_replaced(path: Path) -> None:
    replace_file(str(path), b"old")
    path.chmod(0o666)
    replace_file(str(path), b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@on_unix
def test_a_folder_that_was_open_is_closed_before_anything_is_written(path: Path) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o755)
    replace_file(str(path), b"{}")
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@on_unix
def test_a_link_is_written_through_to_its_target_in_the_targets_own_folder(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "llmkeys.json"
    target.parent.mkdir()
    target.write_bytes(b"old")
    path.parent.mkdir()
    path.symlink_to(target)
    replace_file(str(path), b"new")
    assert path.is_symlink()
    assert target.read_bytes() == b"new"
    assert os.listdir(target.parent) == ["llmkeys.json"]


def test_only_temporary_files_of_that_file_are_swept(path: Path) -> None:
    path.parent.mkdir()
    names = [".config.json.1-00ff.tmp", ".config.json.99-abcd.tmp", ".credentials.json.1-00ff.tmp", "config.json.tmp"]
    for name in names:
        (path.parent / name).write_bytes(b"key")
    assert sweep_temporaries(str(path)) == 2
    assert sorted(os.listdir(path.parent)) == sorted(names[2:])
    assert temporaries(str(path.parent / "no" / "folder")) == []


def test_a_temporary_file_is_never_one_that_is_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_file(str(path), b"old")
    trap = path.parent / "trap"
    trap.write_bytes(b"")
    monkeypatch.setattr(private, "_temporary_name", lambda target: str(trap))
    with pytest.raises(FileFailed):
        replace_file(str(path), b"new")
    assert path.read_bytes() == b"old"


def test_a_reader_that_blocks_the_replacing_is_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows refuses to replace a file that somebody reads."""
    real, refusals = os.replace, [PermissionError(13, ""), PermissionError(13, "")]

    def replace(source: str, target: str) -> None:
        if refusals:
            raise refusals.pop()
        real(source, target)

    monkeypatch.setattr(private, "_REPLACE_ATTEMPTS", 5)
    monkeypatch.setattr(os, "replace", replace)
    replace_file(str(path), b"new")
    assert path.read_bytes() == b"new"


def test_a_reader_that_never_goes_away_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def replace(source: str, target: str) -> None:
        raise PermissionError(13, "")

    monkeypatch.setattr(private, "_REPLACE_ATTEMPTS", 3)
    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(FileFailed, match="permission denied"):
        replace_file(str(path), b"new")


def test_where_folders_cannot_be_synced_they_are_not(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private, "_FOLDERS_SYNC", False)
    replace_file(str(path), b"new")
    assert path.read_bytes() == b"new"


@on_unix
def test_file_and_folder_are_synced_once_each(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with faults(monkeypatch, -1, 0) as found:
        replace_file(str(path), b"new")
    assert found.calls.count("fsync") == 2
    assert found.calls.index("fsync") < found.calls.index("replace")


def test_a_new_file_is_written_only_where_none_is(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir()
    assert write_new(str(path), b"first")
    assert not write_new(str(path), b"second")
    assert path.read_bytes() == b"first"
    other = path.parent / "other"
    for at in range(3):
        with faults(monkeypatch, at, 28) as found:
            done = write_new(str(other), b"x")
        assert other.exists() is done, found.calls
        other.unlink(missing_ok=True)


def test_lines_are_added_at_the_end(path: Path) -> None:
    append_line(str(path), b"one")
    append_line(str(path), b"two")
    assert path.read_bytes() == b"one\ntwo\n"


def test_a_full_log_makes_room_and_the_last_one_is_kept(path: Path) -> None:
    for number in range(10):
        append_line(str(path), b"%d" % number, rotate_at=6)
    assert path.read_bytes() == b"9\n"
    assert Path(f"{path}.1").read_bytes() == b"6\n7\n8\n"


def test_two_that_find_the_log_full_put_it_away_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append_line(str(path), b"the full log")

    @contextmanager
    def after_somebody_else(name: str, seconds: float) -> Iterator[None]:
        with locked(name, seconds):
            os.replace(name, f"{name}.1")
            Path(name).write_bytes(b"new\n")
            yield

    monkeypatch.setattr(private, "locked", after_somebody_else)
    append_line(str(path), b"newer", rotate_at=6)
    assert path.read_bytes() == b"new\nnewer\n"
    assert Path(f"{path}.1").read_bytes() == b"the full log\n"


def test_a_log_grows_on_while_somebody_else_puts_it_away(path: Path) -> None:
    append_line(str(path), b"full")
    with locked(str(path)):
        append_line(str(path), b"more", rotate_at=1)
    assert path.read_bytes() == b"full\nmore\n"


def test_a_full_log_that_cannot_be_put_away_grows_on(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append_line(str(path), b"full")

    def refuse(source: str, target: str) -> None:
        raise PermissionError(13, "")

    monkeypatch.setattr(os, "replace", refuse)
    append_line(str(path), b"more", rotate_at=1)
    assert path.read_bytes() == b"full\nmore\n"


@on_unix
def test_a_log_is_never_a_link_or_a_pipe(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileFailed, match="it is a link"):
        append_line(str(path), b"line")
    path.unlink()
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(FileRefused, match="not a regular file"):
        append_line(str(path), b"line")
    os.close(reader)
    with pytest.raises(FileFailed):
        append_line(str(path), b"line")
