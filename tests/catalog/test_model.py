"""What can be told of a model at a glance."""

from __future__ import annotations

import pytest

from llmkeys.catalog.model import Model

MODEL = Model("m", "M", None, None, None)


@pytest.mark.parametrize(
    ("price_in", "price_out", "free"),
    [(0, 0, True), (0.0, 0.0, True), (0, 1, False), (None, 0, False), (None, None, False)],
)
def test_free_is_what_is_known_to_cost_nothing(price_in: float | None, price_out: float | None, free: bool) -> None:
    assert MODEL._replace(price_in=price_in, price_out=price_out).is_free is free


@pytest.mark.parametrize(
    ("outputs", "writes"), [((), True), (("text",), True), (("image", "text"), True), (("image",), False)]
)
def test_a_model_of_unknown_outputs_is_taken_to_write_text(outputs: tuple[str, ...], writes: bool) -> None:
    assert MODEL._replace(outputs=outputs).writes_text is writes
