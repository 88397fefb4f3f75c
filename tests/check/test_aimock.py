"""Good and bad keys at a provider server that somebody else wrote, for each wire that it speaks."""

from __future__ import annotations

import pytest

from check.accounts import BAD, GOOD, Test
from llmkeys.catalog.rows import Catalog, CheckRequest, Provider
from llmkeys.verdict import State
from support.aimock import Aimock, aimock

__all__ = ["aimock"]
CHAT = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 1}
GENERATE = {"contents": [{"parts": [{"text": "hi"}]}]}
WIRES = {
    "openai": (None, ""),
    "openai-compatible": (None, ""),
    "mistral": (CheckRequest("POST", "/chat/completions", CHAT), ""),
    "anthropic": (CheckRequest("POST", "/messages", CHAT), ""),
    "gemini": (CheckRequest("POST", "/v1beta/models/gemini-2.0-flash:generateContent", GENERATE), "root"),
}


def row(catalog: Catalog, name: str) -> tuple[Provider, bool]:
    check, where = WIRES[name]
    provider = catalog.providers[name]
    asked = provider if check is None else provider._replace(check=check, fallback_checks=())
    return asked, where == "root"


@pytest.mark.parametrize("name", WIRES)
def test_a_good_key_is_told_from_a_bad_one(tested: Test, catalog: Catalog, aimock: Aimock, name: str) -> None:
    aimock.accept(GOOD)
    provider, root = row(catalog, name)
    url = aimock.base_url.removesuffix("/v1") if root else aimock.base_url
    good, bad = tested(url, provider=provider), tested(url, key=BAD, provider=provider)
    assert (good.state, good.key_accepted) == (State.OK, True)
    assert (bad.state, bad.key_accepted) == (State.INVALID_KEY, False)
    assert good.detail.endswith("accepts this key, and refuses to answer without it.")


def test_a_key_that_is_revoked_between_two_tests_is_refused_by_the_second(
    tested: Test, catalog: Catalog, aimock: Aimock
) -> None:
    aimock.accept(GOOD)
    provider = catalog.providers["openai-compatible"]
    first = tested(aimock.base_url, provider=provider, model="gpt-4o")
    assert (first.state, first.models, first.model_served) == (State.OK, 5, True)
    aimock.accept("sk-another-key-is-accepted-now")
    assert tested(aimock.base_url, provider=provider).state is State.INVALID_KEY
    aimock.stop()
    assert tested(aimock.base_url, provider=provider).state is State.UNREACHABLE
