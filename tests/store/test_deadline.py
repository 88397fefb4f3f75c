"""Calls with a deadline: the answer, the error, or an end to waiting; what ends late is taken back."""

from __future__ import annotations

import threading
import time

import pytest

from llmkeys.store.deadline import TooLate, within
from support.late import wait_for_threads


def test_an_answer_in_time_is_the_answer() -> None:
    assert within(5, lambda: 42) == 42
    assert within(5, lambda: None) is None


def test_an_error_in_time_is_raised() -> None:
    def fail() -> None:
        raise KeyError("key")

    with pytest.raises(KeyError, match="key"):
        within(5, fail)


def test_after_the_deadline_nobody_waits() -> None:
    never = threading.Event()
    begun = time.monotonic()
    with pytest.raises(TooLate):
        within(0.1, never.wait)
    assert 0.1 <= time.monotonic() - begun < 1
    never.set()


def test_the_call_runs_on_a_daemon_thread() -> None:
    assert within(5, lambda: threading.current_thread().daemon)


def test_what_succeeds_late_is_taken_back_and_what_is_in_time_is_not() -> None:
    go_on, taken_back = threading.Event(), threading.Event()
    with pytest.raises(TooLate):
        within(0.05, lambda: go_on.wait(5), taken_back.set)
    assert not taken_back.is_set()
    go_on.set()
    assert taken_back.wait(5)
    in_time = threading.Event()
    within(5, lambda: 1, in_time.set)
    time.sleep(0.05)
    assert not in_time.is_set()


def test_what_fails_late_is_not_taken_back_and_taking_back_may_fail_quietly() -> None:
    go_on, taken_back = threading.Event(), threading.Event()

    def fail() -> None:
        go_on.wait(5)
        raise KeyError

    def take_back_badly() -> None:
        taken_back.set()
        raise OSError

    with pytest.raises(TooLate):
        within(0.05, fail, taken_back.set)
    go_on.set()
    time.sleep(0.05)
    assert not taken_back.is_set()
    later = threading.Event()
    with pytest.raises(TooLate):
        within(0.05, lambda: later.wait(5), take_back_badly)
    later.set()
    assert taken_back.wait(5)


def test_an_answer_is_either_given_or_taken_back_never_both() -> None:
    """Calls that end just when the deadline passes."""
    for _ in range(60):
        taken_back: list[int] = []

        def call() -> int:
            time.sleep(0.002)
            return 1

        try:
            given = [within(0.002, call, lambda taken_back=taken_back: taken_back.append(1))]  # type: ignore[misc]
        except TooLate:
            given = []
        wait_for_threads()
        assert len(given) + len(taken_back) == 1
