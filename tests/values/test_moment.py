"""Moments on disk and spans on screens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.moment import age, from_text, to_text, wait


@given(st.integers(0, 4_000_000_000))
def test_a_moment_comes_back_from_its_text(seconds: int) -> None:
    assert from_text(to_text(seconds)) == seconds


def test_the_text_is_utc() -> None:
    assert to_text(0) == "1970-01-01T00:00:00Z"
    assert to_text(1.9) == "1970-01-01T00:00:01Z"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:01:00Z", 60),
        ("1970-01-01t00:01:00z", 60),
        ("1970-01-01 00:01:00Z", 60),
        ("1970-01-01T01:01:00+01:00", 60),
        ("1970-01-01T00:01:00.500", 60.5),
    ],
)
def test_other_ways_of_writing_a_moment_are_read(text: str, seconds: float) -> None:
    assert from_text(text) == seconds


@pytest.mark.parametrize("text", [None, "", "soon", "1970-01-01", "1970-01-01X00:00:00Z", "1970-13-01T00:00:00Z"])
def test_anything_else_is_no_moment(text: str | None) -> None:
    assert from_text(text) is None


@given(st.text(max_size=40))
def test_no_text_makes_reading_fail(text: str) -> None:
    assert from_text(text) is None or isinstance(from_text(text), float)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "now"), (0, "now"), (59.9, "now"), (60, "1m"), (3599, "59m"), (3600, "1h"), (86399, "23h"), (86400, "1d")],
)
def test_a_span_is_said_in_its_largest_unit(seconds: float, words: str) -> None:
    assert age(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.2, "1 s"),
        (38, "38 s"),
        (119.5, "120 s"),
        (120, "2 min"),
        (121, "3 min"),
        (7200, "2 h"),
        (172_801, "3 d"),
    ],
)
def test_a_wait_is_worded_so_that_nobody_comes_too_early(seconds: float, words: str) -> None:
    assert wait(seconds) == words
