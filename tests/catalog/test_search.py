"""Models found while a person types: ranked, narrowed, and never different from a search from scratch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.catalog.model import Model
from llmkeys.catalog.rows import load_catalog
from llmkeys.catalog.search import Entry, Found, Index, Query
from llmkeys.catalog.snapshot import load_snapshot

CATALOG = load_catalog()


def entry(provider: str, model_id: str, account: str = "", **columns: object) -> Entry:
    """A model of `provider` with these columns."""
    model = Model(model_id, "", None, None, None)._replace(**columns)  # type: ignore[arg-type]
    return Entry(model, CATALOG.find(provider), account)


ENTRIES = (
    entry("openai", "gpt-4.1", "openai/work", name="GPT-4.1", context=1_000_000, price_in=2.0, price_out=8.0),
    entry("openai", "gpt-4.1-mini", "openai/work", context=1_000_000, price_in=0.4, price_out=1.6),
    entry("openai", "chatgpt-4o-latest", "openai/work", status="deprecated", modalities=("text", "image")),
    entry("openrouter", "openai/gpt-4.1", "openrouter/home", context=1_047_576, price_in=2.0, price_out=8.0),
    entry("anthropic", "claude-sonnet-4-5", "anthropic/work", name="Claude Sonnet 4.5", context=200_000, price_in=3.0,
          modalities=("text", "image", "pdf"), tools=True, reasoning=True),
    entry("ollama", "llama3.1:8b", "ollama/env", context=128_000, tools=True),
    entry("openrouter", "qwen/qwen3:free", "openrouter/home", price_in=0.0, price_out=0.0, context=32_000),
    entry("openai", "gpt-4.1", "openai/home", context=1_000_000, price_in=2.0, price_out=8.0),
    entry("gemini", "gemini-flash", "gemini/default", modalities=("text", "audio", "video", "smell"), price_in=0.1),
)  # fmt: skip


def found(query: str) -> list[int]:
    """Positions in ENTRIES, the best first."""
    return list(Index(ENTRIES).search(query).positions)


def test_an_empty_query_finds_everything_and_what_is_being_retired_last() -> None:
    assert found("") == [0, 1, 3, 4, 5, 6, 7, 8, 2]


def test_the_exact_id_comes_first_for_every_account_that_serves_it() -> None:
    assert found("gpt-4.1") == [0, 7, 1, 3]
    assert found("GPT 4.1")[:2] == [0, 7]


def test_what_begins_with_the_word_comes_before_what_holds_it() -> None:
    assert found("gpt") == [0, 1, 3, 7, 2]
    assert found("sonnet") == [4]


def test_a_providers_name_finds_its_models() -> None:
    assert set(found("openai")) == {0, 1, 2, 3, 7}
    assert found("anthropic") == [4]
    assert found("home gpt") == [3, 7]


@pytest.mark.parametrize("query", ["claude sonnet 4.5", "Sonnet-4.5", "claudesonnet", "sonnet45", "4_5 claude"])
def test_dots_hyphens_and_spaces_do_not_matter(query: str) -> None:
    assert found(query) == [4]


TOKENS = {
    "p:openai": {0, 1, 2, 7},
    "p:open": {0, 1, 2, 3, 6, 7},
    "p:google": {8},
    "p:claude p:ollama": {4, 5},
    "p:openai/home": {7},
    "p:nobody": set(),
    "ctx>200k": {0, 1, 3, 7},
    "ctx>=200k": {0, 1, 3, 4, 7},
    "ctx<200k": {5, 6},
    "ctx=200k": {4},
    "<$1": {1, 5, 6, 8},
    "<=$2": {0, 1, 3, 5, 6, 7, 8},
    ">$2": {4},
    "+vision": {2, 4},
    "+vision -reasoning": {2},
    "+tools +reasoning": {4},
    "+pdf": {4},
    "+audio": {8},
    "+video -audio": set(),
    "-tools": {0, 1, 2, 3, 6, 7, 8},
    "free": {5, 6},
    "local": {5},
    "-mini gpt-4": {0, 2, 3, 7},
    "gpt <$1 p:openai ctx>200k": {1},
    "ctx>banana": set(),
    "gpt <$x": set(),
}


@pytest.mark.parametrize(("query", "positions"), TOKENS.items())
def test_tokens_filter(query: str, positions: set[int]) -> None:
    assert set(found(query)) == positions


def test_a_typo_gets_the_nearest_word_that_finds_something() -> None:
    assert Index(ENTRIES).search("claude sonet") == Found((), "claude sonnet")
    assert Index(ENTRIES).search("gemni p:gemini").suggestion == "gemini"


@pytest.mark.parametrize("query", ["zzzzzz", "zz", "sonet p:openai", "sonnet gpt", "p:nobody"])
def test_no_suggestion_is_made_that_finds_nothing(query: str) -> None:
    assert Index(ENTRIES).search(query) == Found(())


def test_an_empty_list_finds_nothing() -> None:
    assert Index(()).search("gpt") == Found(())
    assert Index(()).search("") == Found(())


def test_exact_ids_of_retired_models_still_come_first() -> None:
    assert found("chatgpt-4o-latest") == [2]
    assert Index([entry("openai", "old-x"), entry("openai", "old", status="deprecated")]).search("old").positions == (
        1,
        0,
    )


def test_a_retired_model_that_begins_with_the_word_still_comes_last() -> None:
    assert Index([entry("openai", "old-x", status="deprecated"), entry("openai", "x-old")]).search("old").positions == (
        1,
        0,
    )


PIECES = ["gpt", "gp", "4.1", "mini", "sonnet", "o", "p:open", "p:openai", "p:", "ctx>200k", "ctx>2", "<$1", "<$",
          "free", "local", "+vision", "+v", "-reasoning", "-mini", "-m", "zz"]  # fmt: skip


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=3).map(" ".join), max_size=12))
def test_a_remembered_answer_is_the_answer_from_scratch(queries: list[str]) -> None:
    index = Index(ENTRIES)
    for query in queries:
        for length in range(len(query) + 1):
            assert index.search(query[:length]) == Index(ENTRIES).search(query[:length])


@given(st.text(max_size=12))
def test_any_text_can_be_searched_for(text: str) -> None:
    positions = Index(ENTRIES).search(text).positions
    assert len(set(positions)) == len(positions)


def test_the_whole_snapshot_can_be_searched() -> None:
    snapshot = load_snapshot()
    entries = [Entry(model, CATALOG.find(name), name) for name in snapshot.providers for model in snapshot.models(name)]
    index = Index(entries)
    best = entries[index.search("claude-sonnet-4-5").positions[0]]
    assert best.model.id == "claude-sonnet-4-5"
    assert all(entries[each].provider.id == "groq" for each in index.search(Query(providers=("groq",))).positions)
