"""How the picker's rows look, at every width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from llmkeys.service.standing import Standing
from llmkeys.ui.screens.picker_listing import Heading
from llmkeys.ui.screens.picker_rows import (
    abilities,
    detail_spans,
    exact_spans,
    heading_spans,
    offer_spans,
    title_spans,
)
from llmkeys.ui.spans import Spans, width_of
from ui.offers_made_up import GPT, LLAMA, LOCAL, OFFERS, WORK, model, offer

PLAIN = {"highlighted": False, "is_default": False, "is_favourite": False, "label": False}


def text(spans: Spans) -> str:
    return "".join(words for words, _ in spans)


def test_a_local_model_is_free() -> None:
    assert text(offer_spans(offer(LOCAL, LLAMA), 76, **PLAIN)).count("free") == 2


def test_abilities_are_letters() -> None:
    assert abilities(GPT) == "vt"
    assert abilities(model("x", modalities=("text",), tools=None, reasoning=True)) == "r"


def test_a_row_at_eighty_columns_is_as_drawn() -> None:
    assert text(title_spans(76)) == "   MODEL                            PROVIDER           CTX      IN     OUT"
    row = text(offer_spans(OFFERS[0], 76, **PLAIN))
    assert row == "   gpt-4.1                          OpenAI            200k   $1.00   $5.00"
    assert text(offer_spans(OFFERS[0], 76, **{**PLAIN, "highlighted": True})).startswith("▸  gpt-4.1")
    assert text(offer_spans(OFFERS[0], 76, **{**PLAIN, "is_default": True})).startswith(" ★ gpt-4.1")
    assert text(offer_spans(OFFERS[0], 76, **{**PLAIN, "is_favourite": True})).startswith(" ♥ gpt-4.1")
    assert "OpenAI · work" in text(offer_spans(OFFERS[0], 76, **{**PLAIN, "label": True}))


def test_narrow_lists_lose_the_provider_and_then_the_prices_and_wide_ones_gain_abilities() -> None:
    assert text(title_spans(88)).endswith("CAPS")
    assert "PROVIDER" not in text(title_spans(56))
    assert "IN" not in text(title_spans(40))
    assert "CTX" in text(title_spans(40))


@given(st.integers(40, 200), st.text(max_size=80), st.booleans())
def test_rows_and_titles_are_equally_wide(width: int, name: str, flag: bool) -> None:
    row = offer_spans(offer(WORK, model(name)), width, highlighted=flag, is_default=flag, is_favourite=flag, label=flag)
    titles = title_spans(width)
    assert width_of(row) <= width - 2
    assert width_of(titles) <= width - 2


def test_a_heading_names_the_account_its_state_and_the_age_of_its_list() -> None:
    standing = OFFERS[0].standing
    assert (
        text(heading_spans(Heading("OpenAI · work", OFFERS[0]), 76, standing)) == " OPENAI · work  ✓ ok   listed 2h ago"
    )
    fresh = OFFERS[0]._replace(list_age=3.0)
    assert text(heading_spans(Heading("OpenAI · work", fresh), 76, standing)).endswith("listed now")
    assert text(heading_spans(Heading("RECENT"), 76, None)) == " RECENT"
    assert text(heading_spans(Heading("Ollama", OFFERS[5]), 76, None)) == " OLLAMA"


def test_the_row_that_takes_an_id_says_whose_it_will_be() -> None:
    assert text(exact_spans(OFFERS[0], 76, highlighted=True)) == "▸  use exactly this id: gpt-4.1   OpenAI · work"
    assert text(exact_spans(OFFERS[0], 76, highlighted=False)).startswith("   use")


def detail(width: int, standing: Standing = OFFERS[0].standing, **flags: bool) -> str:
    found = offer(WORK, model("gpt-4.1", status="deprecated"))
    return text(detail_spans(found, standing, width, **{"is_default": False, "is_previous": False, **flags}))


def test_the_line_below_the_list_says_what_does_not_fit_in_a_row() -> None:
    assert detail(90) == "gpt-4.1 · OpenAI · work ✓ ok 288 ms   about to be retired   vision · tools"
    assert "   previous default   " in detail(99, is_previous=True)
    assert "   default   " in detail(99, is_default=True)
    assert detail(60) == "gpt-4.1 · OpenAI · work ✓ ok 288 ms   about to be retired"
    assert width_of([(detail(20), "")]) <= 20
    untested = text(detail_spans(OFFERS[6], OFFERS[6].standing, 60, is_default=False, is_previous=False))
    assert untested == "gpt-4.1 · OpenAI · home ? untested   vision · tools"
