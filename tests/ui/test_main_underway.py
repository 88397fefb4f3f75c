"""Tests under way: when a spinner shows, when a row settles, what the status line says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from llmkeys.ui.screens.main_underway import UnderWay
from ui.fixtures import verdict

NAMES = {"a": "OpenAI · a", "b": "OpenAI · b"}


def said(tests: UnderWay, now: float) -> str:
    return "".join(text for text, _ in tests.progress(now, NAMES))


def test_what_is_over_within_a_tenth_of_a_second_shows_no_spinner() -> None:
    tests = UnderWay()
    tests.begin(["a"], 0.0)
    tests.tick(0.05)
    assert said(tests, 0.05) == ""
    assert tests.settle("a", verdict(), 0.09)
    assert not tests.is_running


def test_a_spinner_that_shows_stays_for_three_tenths() -> None:
    tests = UnderWay()
    tests.begin(["a"], 0.0)
    assert tests.tick(0.1) == {}
    assert not tests.settle("a", verdict(), 0.2)
    assert tests.tick(0.3) == {}
    assert list(tests.tick(0.41)) == ["a"]
    assert not tests.is_running


def test_a_spinner_that_showed_long_enough_goes_at_once() -> None:
    tests = UnderWay()
    tests.begin(["a"], 0.0)
    tests.tick(0.1)
    assert tests.settle("a", verdict(), 0.5)


def test_the_same_account_is_not_tested_twice_at_once() -> None:
    tests = UnderWay()
    assert tests.begin(["a", "b", "a"], 0.0) == ["a", "b"]
    assert tests.begin(["a", "b"], 0.1) == []
    assert tests.begin(["b", "c"], 0.1) == ["c"]
    assert tests.total == 3


def test_what_is_tested_again_in_the_same_run_is_counted_once() -> None:
    tests = UnderWay()
    tests.begin(["a", "b"], 0.0)
    tests.settle("a", verdict(), 0.0)
    tests.begin(["a"], 0.1)
    assert (tests.done, tests.total) == (0, 2)
    assert tests.accounts == {"a", "b"}


def test_a_run_ends_when_nothing_is_under_way() -> None:
    tests = UnderWay()
    tests.begin(["a", "b"], 0.0)
    tests.settle("a", verdict(), 0.0)
    tests.stop(["b"])
    assert tests.accounts == set()


def test_a_new_round_counts_from_one_again() -> None:
    tests = UnderWay()
    tests.begin(["a"], 0.0)
    tests.settle("a", verdict(), 0.0)
    tests.begin(["a", "b"], 1.0)
    assert (tests.done, tests.total) == (0, 2)


def test_progress_counts_names_and_later_says_how_long_and_how_to_stop() -> None:
    tests = UnderWay()
    tests.begin(["a", "b"], 0.0)
    tests.tick(0.1)
    assert said(tests, 0.2)[1:] == " testing 1 of 2   OpenAI · a"
    assert said(tests, 1.5).endswith("OpenAI · a   1.5 s")
    assert said(tests, 5.0).endswith("5.0 s   esc stops")
    tests.settle("a", verdict(), 5.0)
    assert "testing 2 of 2   OpenAI · b" in said(tests, 5.0)


def test_one_test_is_not_counted() -> None:
    tests = UnderWay()
    tests.begin(["a"], 0.0)
    tests.tick(0.1)
    assert said(tests, 0.2)[1:] == " testing   OpenAI · a"


def test_stopping_gives_out_what_had_settled() -> None:
    tests = UnderWay()
    tests.begin(["a", "b"], 0.0)
    tests.tick(0.1)
    tests.settle("a", verdict(), 0.2)
    assert list(tests.stop(["a", "b"])) == ["a"]
    assert not tests.is_running


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["begin", "settle", "tick", "stop"])), max_size=40))
def test_nothing_is_shown_or_held_that_is_not_under_way(steps: list[tuple[str, str]]) -> None:
    tests = UnderWay()
    for number, (account, step) in enumerate(steps):
        now = number * 0.07
        if step == "begin":
            tests.begin([account], now)
        elif step == "settle" and account in tests.began:
            tests.settle(account, verdict(), now)
        elif step == "tick":
            tests.tick(now)
        elif step == "stop":
            tests.stop([account])
        assert tests.shown.keys() <= tests.began.keys()
        assert tests.held.keys() <= tests.shown.keys()
