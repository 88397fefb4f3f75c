"""The audit log: one line a use, no values, and never in anybody's way."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from llmkeys.paths import Paths
from llmkeys.store import audit
from llmkeys.store.audit import Use, last_used, read_uses, record_use
from support.faults import faults


def test_without_a_log_there_are_no_uses_and_none_is_made(paths: Paths) -> None:
    assert read_uses(paths) == []
    assert last_used(paths) == {}
    assert not os.path.exists(paths.state_folder)


def test_a_use_is_one_line_with_account_verb_caller_and_time(paths: Paths) -> None:
    record_use(paths, "openai/work", "helper", "claude", "2026-11-21T04:00:00Z")
    (line,) = Path(paths.audit).read_text().splitlines()
    assert json.loads(line) == {
        "at": "2026-11-21T04:00:00Z",
        "account": "openai/work",
        "verb": "helper",
        "caller": "claude",
    }


def test_uses_are_read_latest_first_and_limited(paths: Paths) -> None:
    for number in range(5):
        record_use(paths, f"openai/{number % 2}", "test", "cli", f"2026-11-21T04:00:0{number}Z")
    assert [use.at[-3:] for use in read_uses(paths, 3)] == ["04Z", "03Z", "02Z"]
    assert last_used(paths) == {"openai/0": "2026-11-21T04:00:04Z", "openai/1": "2026-11-21T04:00:03Z"}


def test_the_last_use_of_each_account_costs_one_parsed_line(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        record_use(paths, f"openai/{number % 2}", "test", "cli", f"2026-11-21T04:00:{number:02}Z")
    parsed = []
    parse = audit._use
    monkeypatch.setattr(audit, "_use", lambda line: parsed.append(line) or parse(line))
    assert last_used(paths) == {"openai/1": "2026-11-21T04:00:19Z", "openai/0": "2026-11-21T04:00:18Z"}
    assert len(parsed) == 2


def test_the_last_use_is_found_below_torn_lines_and_in_any_spelling(paths: Paths) -> None:
    record_use(paths, "openai/a", "test", "cli", "2026-11-21T04:00:00Z")
    record_use(paths, "openai/b", "test", "cli", "2026-11-21T04:00:00Z")
    with open(paths.audit, "ab") as file:
        for label in "bcd":
            use = {"at": "2026-11-21T05:00:00Z", "account": f"openai/{label}", "verb": "test", "caller": "cli"}
            file.write(json.dumps(use, separators=(",", ":")).encode() + b"\n")
        file.write(b'{"at": "2026-11-21T06:00:00Z", "account": "openai/a", "ver\n')
    assert last_used(paths) == {
        "openai/a": "2026-11-21T04:00:00Z",
        **{f"openai/{label}": "2026-11-21T05:00:00Z" for label in "bcd"},
    }


def test_the_log_before_this_one_still_counts(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    real = audit.append_line
    monkeypatch.setattr(audit, "append_line", lambda path, line: real(path, line, rotate_at=200))
    for number in range(4):
        record_use(paths, "openai/work", "test", "cli", f"2026-11-21T04:00:0{number}Z")
    assert os.path.exists(f"{paths.audit}.1")
    assert [use.at[-3:] for use in read_uses(paths)] == ["03Z", "02Z", "01Z", "00Z"]


def test_a_callers_name_cannot_add_a_line_or_move_the_cursor(paths: Paths) -> None:
    record_use(paths, "openai/work", "run", '\x1b[2Jevil"}\n{"at": "x' + "y" * 5000, "2026-11-21T04:00:00Z")
    (line,) = Path(paths.audit).read_bytes().splitlines()
    assert len(line) < 400
    assert "\x1b" not in read_uses(paths)[0].caller


def test_lines_that_are_none_of_ours_are_left_out(paths: Paths) -> None:
    record_use(paths, "openai/work", "test", "cli", "2026-11-21T04:00:00Z")
    with open(paths.audit, "ab") as file:
        file.write(
            b'{"torn": \n[1]\n\xff\xfe\n{"at": 1, "account": 2, "verb": 3, "caller": 4}\n' + b"[" * 10_000 + b"\n"
        )
    record_use(paths, "openai/work", "test", "cli", "2026-11-21T05:00:00Z")
    assert read_uses(paths) == [
        Use("2026-11-21T05:00:00Z", "openai/work", "test", "cli"),
        Use("2026-11-21T04:00:00Z", "openai/work", "test", "cli"),
    ]


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EACCES])
def test_a_log_that_cannot_be_written_stops_nobody(paths: Paths, fault: int, monkeypatch: pytest.MonkeyPatch) -> None:
    record_use(paths, "openai/work", "test", "cli", "2026-11-21T04:00:00Z")
    for at in range(12):
        with faults(monkeypatch, at, fault):
            record_use(paths, "openai/work", "helper", "cli", "2026-11-21T04:00:00Z")
    assert read_uses(paths)[-1].verb == "test"


def test_a_log_that_cannot_be_read_has_no_uses(paths: Paths) -> None:
    os.makedirs(paths.audit, mode=0o700)
    record_use(paths, "openai/work", "helper", "cli", "2026-11-21T04:00:00Z")
    assert read_uses(paths) == []


WRITER = """
import os, sys
from llmkeys.paths import find_paths
from llmkeys.store.audit import record_use
for number in range(200):
    record_use(find_paths(os.environ), f"openai/{sys.argv[1]}", "helper", "x" * 90, "2026-11-21T04:00:00Z")
"""


def test_lines_of_many_processes_do_not_mix(paths: Paths) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(number)]) for number in range(4)]
    assert [each.wait(timeout=60) for each in writers] == [0] * 4
    assert len(read_uses(paths, limit=10_000)) == 800
    assert len(Path(paths.audit).read_bytes().splitlines()) == 800
