"""Words of the command line."""

from __future__ import annotations

import pytest

from llmkeys.cli.words import pairs, positive_number, span, span_words
from llmkeys.errors import UsageError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("90", 90), ("90s", 90), ("10m", 600), ("2h", 7200), ("1d", 86400), ("30d", 2592000)],
)
def test_a_span_of_time_is_read(text: str, seconds: int) -> None:
    assert span(text) == seconds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        *(("1d", "1 day"), ("48h", "2 days"), ("30d", "30 days"), ("36h", "36 hours"), ("1h", "1 hour")),
        *(("10m", "10 minutes"), ("60", "1 minute"), ("90s", "90 seconds"), ("1", "1 second")),
    ],
)
def test_a_span_of_time_is_told_in_the_largest_unit_that_fits(text: str, words: str) -> None:
    assert span_words(span(text)) == words


@pytest.mark.parametrize("text", ["", "m", "-1", "10 m", "1.5h", "31d", "9999999999", "ten", "１m", "\x1b[2J"])
def test_anything_else_is_no_span(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        span(text)
    assert "\x1b" not in refused.value.message


@pytest.mark.parametrize("text", ["0", "-1", "x", "1000001", "99999999", ""])
def test_a_number_of_lines_is_a_sensible_one(text: str) -> None:
    with pytest.raises(UsageError):
        positive_number(text)
    assert positive_number("7") == 7


def test_settings_are_given_as_pairs() -> None:
    assert pairs(["resource = mine", "version=a=b", "gone="]) == {"resource": "mine", "version": "a=b", "gone": ""}


@pytest.mark.parametrize("text", ["resource", "=mine", " =x"])
def test_a_setting_without_a_name_or_sign_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        pairs([text])
