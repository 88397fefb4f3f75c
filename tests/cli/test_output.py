"""What is said, where, and in which form."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from llmkeys.cli import output
from llmkeys.errors import LlmkeysError, NotConfigured


def test_columns_are_aligned_by_cells_not_characters() -> None:
    lines = output.columns([("a", "1", "x"), ("日本", "22", ""), ("e\u0301", "3", "yy")], right=(1,))
    assert lines == ["a      1  x", "日本  22", "e\u0301      3  yy"]


def test_no_rows_make_no_lines() -> None:
    assert output.columns([]) == []


@pytest.mark.parametrize(
    ("text", "shown"), [("short", "short"), ("exactly ten", "exactly t…"), ("日本日本日本", "日本日本…")]
)
def test_a_line_is_cut_at_the_width(text: str, shown: str) -> None:
    assert output.cut(text, 10) == shown


def test_on_a_terminal_lines_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "terminal_width", lambda: 6)
    assert output.columns([("abc", "defgh")]) == ["abc…"]


def test_a_terminal_that_does_not_say_its_width_cuts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((0, 0)))
    assert output.terminal_width() is None
    monkeypatch.setattr(sys, "stdout", None)
    assert output.terminal_width() is None


def test_errors_go_to_stderr_for_people_and_to_stdout_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    error = NotConfigured("There is no \x1b[2Jkey.", next="llmkeys add-key openai")
    assert output.fail(error, as_json=False) == 3
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "llmkeys: There is no key.\n  llmkeys add-key openai\n")
    assert output.fail(LlmkeysError("No é."), as_json=True) == 1
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.isascii()
    assert '"next": null' in said.out


def test_notes_and_problems_are_talk(capsys: pytest.CaptureFixture[str]) -> None:
    output.notes(["", "one"])
    output.notes([])
    output.problem(None)
    output.problem(LlmkeysError("two"))
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "note: one\nllmkeys: two\n")


@pytest.mark.parametrize(("encoding", "shown"), [("ascii", "+ x ? ... ?\n"), ("cp1252", "+ x ? ... é\n")])
def test_signs_that_a_stream_cannot_show_have_plain_ones(
    monkeypatch: pytest.MonkeyPatch, encoding: str, shown: str
) -> None:
    data = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(data, encoding=encoding))
    output.show(["✓ ✗ ⠹ … é"])
    assert data.getvalue().decode(encoding) == shown


def test_columns_are_aligned_and_cut_by_the_plain_signs_that_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [("sk-…1234", "✓"), ("sk-12345678", "–")]
    assert output.columns(rows) == ["sk-…1234     ✓", "sk-12345678  –"]
    output.plain_if(lambda: True)
    assert output.columns(rows) == ["sk-...1234   +", "sk-12345678  ."]
    assert output.cut("abcdefghij", 6) == "abc..."
    output.plain_if(lambda: False)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert output.columns(rows) == ["sk-...1234   +", "sk-12345678  ."]


def test_without_streams_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    output.show(["answer"])
    output.talk("talk")


def test_nothing_to_show_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    output.show([])
    assert capsys.readouterr().out == ""


def test_a_reader_that_left_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        output.show(["answer"])
        output.show(["and more"])


@pytest.mark.only_on("linux")
def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with pytest.raises(LlmkeysError, match="No space left"):
            output.show(["answer"])
    with Path("/dev/full").open("w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        output.talk("talk")
