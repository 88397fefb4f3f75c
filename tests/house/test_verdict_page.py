"""The guide's page of verdicts says what the tables say."""

from __future__ import annotations

from house.verdict_page import PAGE, written
from llmkeys.catalog.rows import load_catalog


def test_the_page_of_verdicts_is_what_the_tables_say_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == written()


def test_the_page_of_verdicts_has_every_provider_with_its_question_and_source() -> None:
    sections = written().split("\n## ")[1:]
    assert len(sections) == len(load_catalog().providers)
    for section in sections:
        assert "- asked:" in section
        assert "- source:" in section
