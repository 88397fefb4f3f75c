"""answers.json itself: complete, with sources, and no name of a provider anywhere in the code that reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import llmkeys.catalog
from llmkeys.catalog.rows import Catalog
from llmkeys.check import rules
from llmkeys.check.rules import load_book, number
from llmkeys.verdict import State

DATA: dict[str, Any] = json.loads((Path(llmkeys.catalog.__file__).parent / "answers.json").read_text("utf-8"))
SAID = {"verdict", "key", "detail", "next", "source", "ask_next", "grade"}
GRADES = {"key", "unknown", "anyone", "local"}


def every_rule() -> list[tuple[str, dict[str, Any]]]:
    rows = DATA["providers"].items()
    found = [(name, rule) for name, row in rows for rule in (*row.get("rules", []), *row.get("last", []))]
    found += [(name, rule) for name, listed in DATA["wires"].items() for rule in listed]
    return found + [("common", rule) for rule in (*DATA["common"], *DATA["bare"])]


def test_every_provider_of_the_catalogue_has_a_row_and_no_other(catalog: Catalog) -> None:
    assert set(DATA["providers"]) == set(catalog.providers)


def test_every_rule_has_known_conditions_and_a_state() -> None:
    for name, rule in every_rule():
        assert set(rule) <= SAID | set(rules._TESTS), (name, rule)
        assert State(rule["verdict"]) if "grade" not in rule else rule["grade"] in GRADES


def test_every_rule_of_a_provider_or_wire_names_its_source() -> None:
    assert [rule for name, rule in every_rule() if name != "common" and not rule.get("source")] == []


def test_the_last_bare_rule_holds_for_everything() -> None:
    assert load_book().bare[-1].conditions == {}
    assert all(rule.conditions for rule in (*load_book().common, *load_book().bare[:-1]))


def test_every_state_has_words_and_every_grade_is_known() -> None:
    assert set(DATA["words"]) == {str(state) for state in State}
    for row in DATA["providers"].values():
        assert {row.get(column, "key") for column in ("lists", "answers", "model_errors")} <= GRADES


def test_phrases_are_written_as_sentences_are_compared() -> None:
    for name, rule in every_rule():
        for phrase in (*rule.get("says", []), *rule.get("unless", {}).get("says", [])):
            assert phrase == phrase.lower().replace("’", "'"), (name, phrase)


@pytest.mark.parametrize(
    ("value", "read"),
    [(3, 3.0), ("95.50", 95.5), (True, None), (None, None), ("x", None), ([], None), (1e300, None), ("nan", None)],
)
def test_a_number_is_read_from_numbers_and_from_text(value: object, read: float | None) -> None:
    assert number(value) == read
