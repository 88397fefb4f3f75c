"""Files that a person names: read as they are, written whole, and nothing around them touched."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from llmkeys.errors import FileFailed
from llmkeys.files.given import read_given, write_given


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_file_is_read_up_to_the_limit() -> None:
    Path("data").write_bytes(b"0123456789")
    assert read_given("data", 100) == b"0123456789"
    assert read_given("data", 4) == b"0123"
    assert read_given("none", 4) is None


def test_what_cannot_be_read_is_told() -> None:
    Path("folder").mkdir()
    with pytest.raises(FileFailed, match="folder cannot be read"):
        read_given("folder", 4)


def test_a_file_is_written_beside_nothing_and_over_what_was_there() -> None:
    write_given("out", b"first")
    write_given("out", b"second")
    assert os.listdir() == ["out"]
    assert Path("out").read_bytes() == b"second"


def test_a_folder_that_is_not_there_is_not_made() -> None:
    with pytest.raises(FileFailed, match="the folder is not there"):
        write_given("no/out", b"x")
    assert os.listdir() == []


@pytest.mark.only_on("linux", "darwin")
def test_a_link_is_written_through_to_its_target() -> None:
    Path("out").symlink_to("target")
    write_given("out", b"x")
    assert Path("out").is_symlink()
    assert Path("target").read_bytes() == b"x"


def test_a_disk_that_fails_leaves_what_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "")

    Path("out").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(FileFailed, match="the disk is full"):
        write_given("out", b"new")
    assert Path("out").read_bytes() == b"old"
    assert os.listdir() == ["out"]
