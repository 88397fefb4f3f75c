"""What a person types into the picker, token by token."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.catalog.query import Limit, Query, fold, parse_query

TABLE = {
    "": Query(),
    "  Sonnet   4.5 ": Query(words=("sonnet", "4-5")),
    "p:openai": Query(providers=("openai",)),
    "P:OpenAI p:groq": Query(providers=("openai", "groq")),
    "p:": Query(),
    "ctx>200k": Query(context=(Limit(">", 200_000),)),
    "ctx>=1M": Query(context=(Limit(">=", 1_000_000),)),
    "CTX<1.5m": Query(context=(Limit("<", 1_500_000),)),
    "ctx<=8192": Query(context=(Limit("<=", 8192),)),
    "ctx=128000": Query(context=(Limit("=", 128_000),)),
    "ctx": Query(),
    "ctx>": Query(),
    "ctx>banana": Query(words=("ctx>banana",)),
    "ctx>1.2.3": Query(words=("ctx>1-2-3",)),
    "ctx>=k": Query(words=("ctx>=k",)),
    "ctx>.": Query(),
    "ctx>9999999999999999": Query(words=("ctx>9999999999999999",)),
    "<$x gpt": Query(words=("<$x", "gpt")),
    "<$.": Query(),
    ">1$2$": Query(words=(">1$2$",)),
    "ctxlong": Query(words=("ctxlong",)),
    "<$1": Query(price=(Limit("<", 1),)),
    "<1": Query(price=(Limit("<", 1),)),
    ">=$0.5": Query(price=(Limit(">=", 0.5),)),
    "<$": Query(),
    "<": Query(),
    "+vision": Query(can=("vision",)),
    "+v": Query(can=("vision",)),
    "+Tools -reasoning": Query(can=("tools",), cannot=("reasoning",)),
    "+": Query(),
    "-": Query(),
    "-preview": Query(without=("preview",)),
    "+flash_lite": Query(words=("flash-lite",)),
    "free": Query(free=True),
    "LOCAL": Query(local=True),
    "freedom": Query(words=("freedom",)),
    "gpt p:openai ctx>200k <$1 +vision -reasoning free local": Query(
        words=("gpt",),
        providers=("openai",),
        context=(Limit(">", 200_000),),
        price=(Limit("<", 1),),
        can=("vision",),
        cannot=("reasoning",),
        free=True,
        local=True,
    ),
}


@pytest.mark.parametrize(("text", "query"), TABLE.items())
def test_a_query_is_read_token_by_token(text: str, query: Query) -> None:
    assert parse_query(text) == query


@given(st.text())
def test_nothing_typed_is_ever_wrong(text: str) -> None:
    query = parse_query(text)
    assert all(query.words)
    assert all(query.without)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
