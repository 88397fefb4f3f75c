"""Kept verdicts: whose they are, what stays known beside "cannot tell", and how many."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from llmkeys.files.lock import locked
from llmkeys.paths import Paths
from llmkeys.store import json_file, status_file
from llmkeys.store.status_file import HISTORY_LIMIT, Kept, Tick, load_status, record, record_many
from llmkeys.verdict import TELLS_NOTHING, State, Verdict

WORK, PRINT, ORIGIN = "openai/work", "f1", "https://api.openai.com"
OK = Verdict(State.OK, True, latency_ms=212, models=80, checked_at="2026-11-21T04:00:00Z")
BAD = Verdict(State.INVALID_KEY, False, "The key is refused.", "Rotate it.", 401, checked_at="2026-11-21T05:00:00Z")
OFFLINE = Verdict(State.UNREACHABLE, checked_at="2026-11-21T06:00:00Z")


def kept(paths: Paths, account: str = WORK, fingerprint: str = PRINT, origin: str = ORIGIN) -> Kept | None:
    return load_status(paths).of(account, fingerprint, origin)


def test_without_a_file_nothing_is_known_and_none_is_made(paths: Paths) -> None:
    assert kept(paths) is None
    assert not os.path.exists(paths.state_folder)


def test_a_verdict_is_kept_whole(paths: Paths) -> None:
    assert record(paths, WORK, PRINT, ORIGIN, OK) == ""
    assert kept(paths) == Kept(OK, OK, OK.checked_at, (Tick(State.OK, 212, "2026-11-21T04:00:00Z"),))


@pytest.mark.parametrize(
    ("account", "fingerprint", "origin"),
    [("openai/home", PRINT, ORIGIN), (WORK, "f2", ORIGIN), (WORK, PRINT, "https://other.test")],
)
def test_a_verdict_belongs_to_one_account_one_key_and_one_origin(
    paths: Paths, account: str, fingerprint: str, origin: str
) -> None:
    record(paths, WORK, PRINT, ORIGIN, OK)
    assert kept(paths, account, fingerprint, origin) is None


@pytest.mark.parametrize(("fingerprint", "origin"), [("f2", ORIGIN), (PRINT, "https://other.test")])
def test_another_key_or_origin_starts_afresh(paths: Paths, fingerprint: str, origin: str) -> None:
    record(paths, WORK, PRINT, ORIGIN, OK)
    record(paths, WORK, fingerprint, origin, OFFLINE)
    assert kept(paths, WORK, fingerprint, origin) == Kept(
        OFFLINE, None, None, (Tick(State.UNREACHABLE, None, "2026-11-21T06:00:00Z"),)
    )
    assert kept(paths) is None


@pytest.mark.parametrize("state", State)
def test_what_tells_nothing_leaves_what_was_known(paths: Paths, state: State) -> None:
    latest = Verdict(state, checked_at="2026-11-21T07:00:00Z")
    record(paths, WORK, PRINT, ORIGIN, BAD)
    record(paths, WORK, PRINT, ORIGIN, latest)
    found = kept(paths)
    assert found is not None
    assert found.verdict == latest
    limited = state is State.RATE_LIMITED  # by whom, and whether the key was read, is not known
    assert found.last_known == (BAD if state in TELLS_NOTHING or limited else latest)


def test_the_last_success_stays_when_the_key_dies(paths: Paths) -> None:
    for verdict in (OK, BAD, OFFLINE):
        record(paths, WORK, PRINT, ORIGIN, verdict)
    found = kept(paths)
    assert found is not None
    assert found.succeeded_at == OK.checked_at
    assert [tick.state for tick in found.history] == [State.UNREACHABLE, State.INVALID_KEY, State.OK]


def test_the_history_is_short(paths: Paths) -> None:
    for number in range(HISTORY_LIMIT + 5):
        record(paths, WORK, PRINT, ORIGIN, OK._replace(latency_ms=number))
    found = kept(paths)
    assert found is not None
    assert [tick.latency_ms for tick in found.history] == list(range(24, 4, -1))


def test_many_verdicts_are_one_write_and_gone_accounts_go(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[str] = []
    real = json_file.replace_file
    monkeypatch.setattr(json_file, "replace_file", lambda path, data: writes.append(path) or real(path, data))
    record(paths, "groq/old", PRINT, ORIGIN, OK)
    many = [status_file.Tested(f"openai/{number}", PRINT, ORIGIN, OK) for number in range(40)]
    record_many(paths, iter(many), gone=["groq/old", "never/there"])
    assert len(writes) == 2
    assert kept(paths, "groq/old") is None
    assert all(kept(paths, each.account) is not None for each in many)


def test_a_file_that_cannot_be_used_costs_a_test_and_no_more(paths: Paths) -> None:
    record(paths, WORK, PRINT, ORIGIN, OK)
    Path(paths.status).write_text("{")
    assert kept(paths) is None
    assert record(paths, WORK, PRINT, ORIGIN, BAD) == ""
    assert kept(paths) is not None


def test_a_newer_file_is_read_and_never_written(paths: Paths) -> None:
    record(paths, WORK, PRINT, ORIGIN, OK)
    raw = json.loads(Path(paths.status).read_bytes())
    Path(paths.status).write_text(json.dumps({**raw, "version": 2}))
    assert "newer llmkeys" in record(paths, WORK, PRINT, ORIGIN, BAD)
    found = kept(paths)
    assert found is not None
    assert found.verdict == OK


def test_a_verdict_that_cannot_be_kept_is_no_error(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_file, "locked", lambda path: locked(path, seconds=0.02))
    with locked(paths.status):
        assert "is being changed by" in record(paths, WORK, PRINT, ORIGIN, OK)


@pytest.mark.parametrize(
    "record_of_work",
    [{}, {"verdict": 3}, {"verdict": {"state": "unheard_of"}}, {"verdict": {}, "history": 1}],
)
def test_records_of_another_shape_are_untested(paths: Paths, record_of_work: dict[str, object]) -> None:
    record(paths, WORK, PRINT, ORIGIN, OK)
    record_of_work |= {"fingerprint": PRINT, "origin": ORIGIN}
    Path(paths.status).write_text(json.dumps({"version": 1, "accounts": {WORK: record_of_work}}))
    assert kept(paths) is None


def test_odd_parts_of_a_record_are_left_out(paths: Paths) -> None:
    record(paths, WORK, PRINT, ORIGIN, OK)
    raw = json.loads(Path(paths.status).read_bytes())
    raw["accounts"][WORK] |= {
        "history": [{"state": "ok", "latency_ms": "fast", "at": 5}, {"state": "odd"}, 7],
        "succeeded_at": 5,
        "last_known": None,
        "later": "kept",
    }
    Path(paths.status).write_text(json.dumps(raw))
    assert kept(paths) == Kept(OK, None, None, (Tick(State.OK, None, ""),))
    record(paths, WORK, PRINT, ORIGIN, OFFLINE)
    assert json.loads(Path(paths.status).read_bytes())["accounts"][WORK]["later"] == "kept"
