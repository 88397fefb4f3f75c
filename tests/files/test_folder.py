"""Our folders: made closed, closed again, and refused where others could swap the files in them."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from llmkeys.errors import FileFailed, FileRefused
from llmkeys.files import folder as folder_module
from llmkeys.files.folder import check_folder, make_folder
from llmkeys.files.private import replace_file

on_unix = pytest.mark.only_on("linux", "darwin")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@on_unix
def test_a_folder_of_ours_is_born_closed(tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "llmkeys"
    assert make_folder(str(folder)) == ()
    assert mode_of(folder) == 0o700
    assert make_folder(str(folder)) == ()


@on_unix
def test_our_own_folder_is_closed_to_all_others_and_that_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "llmkeys"
    folder.mkdir()
    folder.chmod(0o755)
    assert make_folder(str(folder)) == (f"{folder} was open to other users (mode 0755); it is now 0700.",)
    assert mode_of(folder) == 0o700


@on_unix
@pytest.mark.parametrize(("mode", "wanted"), [(0o755, 0o755), (0o775, 0o755), (0o777, 0o755), (0o722, 0o700)])
def test_a_folder_that_a_person_chose_is_only_closed_to_writing(tmp_path: Path, mode: int, wanted: int) -> None:
    folder = tmp_path / "chosen"
    folder.mkdir()
    folder.chmod(mode)
    notes = make_folder(str(folder))
    assert mode_of(folder) == wanted
    assert len(notes) == (mode != wanted)


@on_unix
def test_a_folder_with_the_sticky_bit_may_be_everybodys(tmp_path: Path) -> None:
    folder = tmp_path / "llmkeys"
    folder.mkdir()
    folder.chmod(0o1777)
    assert make_folder(str(folder)) == ()
    assert mode_of(folder) == 0o1777


@on_unix
@pytest.mark.parametrize("way", ["raises", "does nothing"])
def test_a_folder_that_cannot_be_closed_is_refused_only_if_others_may_write_it(
    tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "llmkeys"
    folder.mkdir()

    def chmod(path: str, mode: int) -> None:
        if way == "raises":
            raise OSError(errno.EROFS, "")

    folder.chmod(0o777)
    with monkeypatch.context() as patch:
        patch.setattr(os, "chmod", chmod)
        with pytest.raises(FileRefused, match="can be written by other users"):
            check_folder(str(folder))
    folder.chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setattr(os, "chmod", chmod)
        assert check_folder(str(folder)) == ()


@on_unix
def test_a_folder_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "llmkeys"
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 4711)
    if folder.stat().st_uid == 0:
        os.chown(folder, 4712, 4712)
        monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(FileRefused, match="belongs to another user"):
        make_folder(str(folder))


@on_unix
def test_a_folder_that_somebody_else_made_at_the_last_moment_is_looked_at_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "llmkeys"

    def quicker(path: str, mode: int) -> None:
        real(path, mode)
        folder.chmod(0o777)
        monkeypatch.setattr(os, "chmod", lambda path, mode: None)
        raise FileExistsError

    real = os.mkdir
    monkeypatch.setattr(os, "mkdir", quicker)
    with pytest.raises(FileRefused, match="can be written by other users"):
        make_folder(str(folder))


@on_unix
def test_a_link_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "llmkeys").symlink_to(tmp_path / "gone")
    with pytest.raises(FileFailed, match="the folder is not there"):
        make_folder(str(tmp_path / "llmkeys"))


@on_unix
def test_a_link_to_a_folder_of_ours_is_followed(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir(mode=0o700)
    (tmp_path / "llmkeys").symlink_to(real)
    assert make_folder(str(tmp_path / "llmkeys")) == ()


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    path = tmp_path / "llmkeys"
    path.write_text("")
    with pytest.raises(FileRefused, match="is not a folder"):
        make_folder(str(path))
    with pytest.raises(FileFailed, match="a part of the path is a file, not a folder"):
        make_folder(str(path / "below" / "it"))


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, mode: int) -> None:
        raise OSError(errno.EROFS, "")

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(FileFailed, match="the disk is read-only"):
        make_folder(str(tmp_path / "llmkeys"))


def test_where_files_have_no_owners_a_folder_is_just_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_module, "_HAS_OWNERS", False)
    monkeypatch.setenv("SUDO_UID", str(tmp_path.stat().st_uid))
    folder = tmp_path / "llmkeys"
    folder.mkdir()
    folder.chmod(0o777)
    assert make_folder(str(folder)) == ()


@on_unix
def test_under_sudo_nothing_is_written_below_a_folder_of_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = tmp_path.stat().st_uid
    monkeypatch.setenv("SUDO_UID", str(owner))
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    with pytest.raises(FileRefused, match="under sudo") as caught:
        replace_file(str(tmp_path / "home" / ".config" / "llmkeys" / "config.json"), b"{}")
    assert caught.value.next == "Run it without sudo."
    assert list(tmp_path.iterdir()) == []


@on_unix
@pytest.mark.parametrize("caller", ["", "no number", "own", "99999"])
def test_without_sudo_or_away_from_its_caller_it_is_written(
    caller: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_UID", str(os.geteuid()) if caller == "own" else caller)
    replace_file(str(tmp_path / "llmkeys" / "config.json"), b"{}")
    assert (tmp_path / "llmkeys" / "config.json").read_bytes() == b"{}"
