"""The `.env` of the current folder: bounded, literal, and nothing but a regular file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.files import dotenv_file
from llmkeys.files.dotenv_file import LIMIT, _parse, read_dotenv

on_unix = pytest.mark.only_on("linux", "darwin")
LINES = {
    "plain": ("OPENAI_API_KEY=sk-1", {"OPENAI_API_KEY": ("sk-1", 1)}),
    "exported and quoted": ("export A='x y'\nB=\"z\"", {"A": ("x y", 1), "B": ("z", 2)}),
    "the last one counts": ("A=1\n\nA=2\n", {"A": ("2", 3)}),
    "after blank lines and comments": ("\n\n# a comment\n\nA=1", {"A": ("1", 5)}),
    "windows line ends": ("A=1\r\nB=2\r\n", {"A": ("1", 1), "B": ("2", 2)}),
    "nothing interpolated": ("B=1\nA=${B}/$HOME", {"B": ("1", 1), "A": ("${B}/$HOME", 2)}),
    "no value": ("A=\nB", {"A": ("", 1), "B": ("", 2)}),
    "a broken line": ("= =\nA=1", {"A": ("1", 2)}),
    "empty": ("", {}),
}


@pytest.mark.parametrize("name", LINES)
def test_variables_have_values_and_lines(name: str, project: Path) -> None:
    text, values = LINES[name]
    (project / ".env").write_bytes(text.encode())
    found = read_dotenv(str(project))
    assert found.values == values
    assert found.path == str(project / ".env")
    assert found.problem == ""


def test_a_mark_before_the_text_is_no_part_of_it(project: Path) -> None:
    (project / ".env").write_bytes(b"\xef\xbb\xbfA=1")
    assert read_dotenv(str(project)).values == {"A": ("1", 1)}


def test_the_environment_is_not_touched(project: Path) -> None:
    (project / ".env").write_text("SOMETHING_NEW=1")
    read_dotenv(str(project))
    assert "SOMETHING_NEW" not in os.environ


def test_without_one_nothing_is_set_and_nothing_imported(project: Path) -> None:
    code = (
        "import sys; from llmkeys.files.dotenv_file import read_dotenv;"
        "found = read_dotenv('.'); assert not found.values and not found.problem; sys.exit('dotenv' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=project, check=False).returncode == 0


def test_the_folder_above_is_not_searched(project: Path) -> None:
    (project.parent / ".env").write_text("A=1")
    assert read_dotenv(str(project)).values == {}


def test_what_is_too_large_or_no_text_is_refused_with_its_reason(project: Path) -> None:
    path = project / ".env"
    path.write_bytes(b"A=1\n" + b"#" * LIMIT)
    assert read_dotenv(str(project)) == (str(path), {}, f"{path} is not read: it is larger than 64 KiB.")
    path.write_bytes(b"A=\xff\xfe")
    assert read_dotenv(str(project)).problem == f"{path} is not read: it is not UTF-8 text."


@on_unix
@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_is_no_regular_file_is_refused_with_its_reason(kind: str, project: Path, tmp_path: Path) -> None:
    path = project / ".env"
    {"pipe": lambda: os.mkfifo(path), "link": lambda: path.symlink_to(tmp_path), "folder": path.mkdir}[kind]()
    assert read_dotenv(str(project)).problem == f"{path} is not read: it is not a regular file."


@on_unix
def test_what_changes_into_a_pipe_at_the_last_moment_is_refused(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project / ".env"
    path.write_text("A=1")
    before = os.lstat(path)
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr(os, "lstat", lambda _: before)
    assert read_dotenv(str(project)).problem == f"{path} is not read: it is not a regular file."


def test_what_the_system_refuses_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project / ".env"
    path.write_text("A=1")

    def refuse(_: str) -> bytes:
        raise PermissionError(13, "")

    monkeypatch.setattr(dotenv_file, "_read", refuse)
    assert read_dotenv(str(project)).problem == f"{path} is not read: permission denied."


def test_its_values_do_not_show_in_its_representation(project: Path) -> None:
    (project / ".env").write_text("OPENAI_API_KEY=sk-secret-secret")
    assert "sk-secret" not in repr(read_dotenv(str(project)))
    assert repr(read_dotenv(str(project))) == f"DotEnv(path={str(project / '.env')!r}, 1 variables)"


@given(st.text(max_size=300))
def test_any_text_is_parsed_without_an_error(text: str) -> None:
    for value, line in _parse(text).values():
        assert isinstance(value, str)
        assert 1 <= line <= text.count("\n") + text.count("\r") + 1
