"""A verdict survives being kept, and a broken record is none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.verdict import CANNOT_TELL, REFUSED, TELLS_NOTHING, State, Verdict, verdict_from_json, verdict_to_json

texts = st.text(max_size=10)
numbers = st.none() | st.integers(0, 10**6)
flags = st.none() | st.booleans()
verdicts = st.builds(
    Verdict,
    state=st.sampled_from(State),
    key_accepted=flags,
    detail=texts,
    next=texts,
    http_status=numbers,
    latency_ms=numbers,
    models=numbers,
    model_served=flags,
    retry_after_s=numbers,
    method=texts,
    balance=st.none() | texts,
    checked_at=st.none() | texts,
    label=st.none() | texts,
    expires_at=st.none() | texts,
)


@given(verdicts)
def test_a_verdict_comes_back_from_its_record(verdict: Verdict) -> None:
    assert verdict_from_json(json.loads(json.dumps(verdict_to_json(verdict)))) == verdict


@pytest.mark.parametrize("record", [{}, {"state": "splendid"}, {"state": 7}, {"state": None}])
def test_a_record_without_a_known_state_is_no_verdict(record: dict[str, object]) -> None:
    assert verdict_from_json(record) is None


@given(st.dictionaries(st.sampled_from(Verdict._fields), st.none() | st.booleans() | st.integers() | texts))
def test_fields_of_a_wrong_kind_are_unknown(record: dict[str, object]) -> None:
    verdict = verdict_from_json({**record, "state": "ok"})
    assert verdict is not None
    assert type(verdict.models) in (int, type(None))
    assert type(verdict.key_accepted) in (bool, type(None))
    assert type(verdict.detail) is str


def test_a_state_never_both_refuses_and_cannot_tell() -> None:
    assert TELLS_NOTHING.isdisjoint(REFUSED)
    assert {State.NOT_SENT} == TELLS_NOTHING - CANNOT_TELL
