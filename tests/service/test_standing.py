"""The words for a row's state: the table of the screens, and what stays beside a state that cannot tell."""

from __future__ import annotations

import pytest

from llmkeys import moment
from llmkeys.resolution.candidate import Fate
from llmkeys.service.standing import Group, Standing, Tone, beside, is_stale, standing_of, standing_of_state, time_left
from llmkeys.service.standing import testing as while_testing
from llmkeys.verdict import CANNOT_TELL, State, Verdict

NOW = 1_800_000_000.0


def _verdict(state: State, ago: float = 0, **more: object) -> Verdict:
    return Verdict(state, checked_at=moment.to_text(NOW - ago))._replace(**more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "glyph", "word", "group"),
    [
        (State.OK, "✓", "ok", Group.CONNECTED),
        (State.RATE_LIMITED, "!", "limited", Group.ATTENTION),
        (State.INSUFFICIENT_QUOTA, "!", "no credit", Group.ATTENTION),
        (State.FORBIDDEN_SCOPE, "!", "forbidden", Group.ATTENTION),
        (State.REGION_BLOCKED, "!", "region", Group.ATTENTION),
        (State.WRONG_ENDPOINT, "!", "endpoint", Group.ATTENTION),
        (State.NOT_AN_API, "!", "no api", Group.ATTENTION),
        (State.TLS_ERROR, "!", "tls", Group.ATTENTION),
        (State.NOT_SENT, "!", "not sent", Group.ATTENTION),
        (State.INVALID_KEY, "✗", "invalid", Group.ATTENTION),
        (State.EXPIRED_OR_REVOKED, "✗", "expired", Group.ATTENTION),
        (State.UNTESTABLE, "?", "untestable", Group.CONNECTED),
        (State.UNREACHABLE, "?", "unreachable", Group.CONNECTED),
        (State.TIMEOUT, "?", "timeout", Group.CONNECTED),
        (State.SERVER_ERROR, "?", "server", Group.CONNECTED),
    ],
)
def test_every_state_has_a_glyph_a_word_and_a_group(state: State, glyph: str, word: str, group: Group) -> None:
    found = standing_of(_verdict(state), NOW)
    assert found[:3] == (glyph, word, group)
    assert found == standing_of_state(state)


def test_no_state_is_without_a_word_and_none_that_cannot_tell_is_red() -> None:
    assert all(standing_of_state(state).word for state in State)
    assert all(standing_of_state(state).tone is not Tone.BAD for state in CANNOT_TELL)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"enabled": False}, "disabled"),
        ({"fate": Fate.UNRESOLVED}, "reference"),
        ({"fate": Fate.UNUSABLE}, "unusable"),
        ({"expires_at": moment.to_text(NOW + 8 * moment.DAY)}, "ok"),
        ({"expires_at": moment.to_text(NOW + 6 * moment.DAY)}, "expiring"),
        ({"expires_at": moment.to_text(NOW - 1)}, "expired"),
    ],
)
def test_what_config_knows_comes_before_an_ok(options: dict[str, object], word: str) -> None:
    assert standing_of(_verdict(State.OK), NOW, **options).word == word  # type: ignore[arg-type]


def test_a_refused_key_stays_refused_whatever_its_expiry_says() -> None:
    soon = moment.to_text(NOW + moment.DAY)
    assert standing_of(_verdict(State.INVALID_KEY), NOW, expires_at=soon).word == "invalid"


def test_without_a_test_it_is_untested_or_expiring() -> None:
    assert standing_of(None, NOW).word == "untested"
    assert standing_of(None, NOW, expires_at=moment.to_text(NOW + moment.DAY)).word == "expiring"


def test_a_key_that_works_but_whose_model_is_gone_needs_attention() -> None:
    assert standing_of(_verdict(State.OK, model_served=False), NOW).word == "model gone"
    assert standing_of(_verdict(State.OK, model_served=True), NOW).word == "ok"
    assert standing_of(_verdict(State.OK, model_served=None), NOW).word == "ok"


def test_a_row_that_is_being_tested_stays_in_its_group() -> None:
    ok = standing_of_state(State.OK)
    assert while_testing(ok, "⠹") == Standing("⠹", "testing", Group.CONNECTED, Tone.BUSY)


@pytest.mark.parametrize(
    ("now_state", "known_state", "expected"),
    [
        (State.UNREACHABLE, State.OK, "ok · 3h · offline now"),
        (State.TIMEOUT, State.INVALID_KEY, "invalid · 3h · offline now"),
        (State.SERVER_ERROR, State.OK, "ok · 3h"),
        (State.OK, State.OK, ""),
        (State.INVALID_KEY, State.OK, ""),
    ],
)
def test_the_last_known_state_stays_beside_one_that_cannot_tell(
    now_state: State, known_state: State, expected: str
) -> None:
    assert beside(_verdict(now_state), _verdict(known_state, ago=3 * moment.HOUR), NOW) == expected


def test_nothing_is_beside_a_first_test() -> None:
    assert beside(_verdict(State.TIMEOUT), None, NOW) == ""
    assert beside(None, None, NOW) == ""
    assert beside(_verdict(State.TIMEOUT), Verdict(State.OK), NOW) == "ok · offline now"


@pytest.mark.parametrize(
    ("verdict", "stale"),
    [
        (None, True),
        (Verdict(State.OK), True),
        (_verdict(State.OK, ago=599), False),
        (_verdict(State.OK, ago=600), True),
        (_verdict(State.OK, ago=-60), True),
    ],
)
def test_a_verdict_is_stale_after_ten_minutes_or_when_it_comes_from_the_future(
    verdict: Verdict | None, stale: bool
) -> None:
    assert is_stale(verdict, NOW) is stale


def test_a_key_expires_when_the_first_that_knows_says_so() -> None:
    tomorrow, later = moment.to_text(NOW + moment.DAY), moment.to_text(NOW + 90 * moment.DAY)
    told = _verdict(State.OK)._replace(expires_at=tomorrow)
    assert standing_of(told, NOW).word == "expiring"
    assert standing_of(told, NOW, expires_at=later).word == "expiring"
    assert standing_of(told._replace(expires_at=later), NOW, expires_at=tomorrow).word == "expiring"
    assert standing_of(told._replace(expires_at=later), NOW).word == "ok"


@pytest.mark.parametrize(
    ("seconds", "later", "left"), [(60, 0, 60), (60, 59, 1), (60, 61, 0), (None, 0, 0), (60, -5, 0)]
)
def test_the_time_that_a_server_asked_for_runs_out(seconds: int | None, later: float, left: float) -> None:
    assert time_left(_verdict(State.RATE_LIMITED)._replace(retry_after_s=seconds), NOW + later) == left


def test_no_server_silences_tests_for_longer_than_a_day() -> None:
    verdict = _verdict(State.RATE_LIMITED)._replace(retry_after_s=366 * moment.DAY)
    assert time_left(verdict, NOW) == moment.DAY
