"""Numbers as every screen words them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.ui.figures import context_words, count_words, price_words


@pytest.mark.parametrize(
    ("context", "words"),
    [
        (None, ""),
        (0, ""),
        (512, "512"),
        (8192, "8k"),
        (32_768, "33k"),
        (65_536, "66k"),
        (200_000, "200k"),
        (999_499, "999k"),
        (999_999, "1M"),
        (1_047_576, "1M"),
        (1_500_000, "1.5M"),
        (100_000_000, "100M"),
    ],
)
def test_a_context_is_rounded_to_what_people_say(context: int | None, words: str) -> None:
    assert context_words(context) == words


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (None, ""),
        (-1.0, ""),
        (0.0, "free"),
        (0.00001, "<$0.0001"),
        (0.0375, "$0.0375"),
        (0.05, "$0.05"),
        (0.075, "$0.075"),
        (0.1, "$0.10"),
        (0.125, "$0.125"),
        (0.99999, "$1.00"),
        (3.0, "$3.00"),
        (75.0, "$75.00"),
        (1234.0, "$1234"),
    ],
)
def test_a_price_is_dollars_a_million(price: float | None, words: str) -> None:
    assert price_words(price) == words


@given(st.floats(0, 99_999), st.integers(0, 999_000_000))
def test_every_figure_is_short(price: float, context: int) -> None:
    assert len(price_words(price)) <= 8
    assert len(context_words(context)) <= 6


@pytest.mark.parametrize(("count", "words"), [(None, ""), (0, "0 models"), (1, "1 model"), (24, "24 models")])
def test_a_count_of_models_has_its_noun(count: int | None, words: str) -> None:
    assert count_words(count) == words
