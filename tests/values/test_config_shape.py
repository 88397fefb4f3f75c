"""The shape of a config: whatever would be read as empty is refused, so no account is lost by the next write."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.account import Account, AccountName
from llmkeys.config import Choice, Config, with_account, with_default
from llmkeys.config_shape import misshapen

WORK = {"store": "keychain", "item": "openai/work#1", "hint": "…a91F", "models": {"added": ["m"], "hidden": []}}
NEW = AccountName("groq", "new")


def usual(**more: Any) -> dict[str, Any]:
    """A config with two accounts and `more`."""
    return {"version": 1, "salt": "s", "accounts": {"openai/work": WORK, "openai/home": {"colour": "red"}}, **more}


@pytest.mark.parametrize("raw", [
    {},
    usual(),
    usual(from_the_future=[1], aliases=["any"], fallback={"any": 1}),
    usual(defaults={"main": None, "small": "any"}, previous_default=None),
    usual(defaults={"main": {"account": "openai/work", "model": "m"}}, recent=["odd"], favourites=[5]),
    usual(settings={"theme": 5}, providers={"mine": "odd"}, active={"openai": 5}, consents={"file": ""}),
    usual(pending=[{"store": "file", "item": "a", "since": 1}], garbage=[{"store": "file", "item": "a", "until": 1.5}]),
    usual(accounts={"openai/work": dict.fromkeys([*WORK, "enabled", "settings", "metadata", "name"])}),
])  # fmt: skip
def test_what_a_config_may_say_is_no_trouble(raw: dict[str, Any]) -> None:
    assert misshapen(raw) == ""


@pytest.mark.parametrize(("raw", "words"), [
    (usual(accounts=[]), "accounts is a list, not an object"),
    (usual(accounts="openai/work"), "accounts is text, not an object"),
    (usual(accounts=None), "accounts is null, not an object"),
    (usual(settings=5), "settings is a number, not an object"),
    (usual(providers=[]), "providers is a list, not an object"),
    (usual(defaults=1.5), "defaults is a number, not an object"),
    (usual(active=False), "active is true or false, not an object"),
    (usual(consents="file"), "consents is text, not an object"),
    (usual(pending={}), "pending is an object, not a list"),
    (usual(garbage="x"), "garbage is text, not a list"),
    (usual(recent={}), "recent is an object, not a list"),
    (usual(favourites=None), "favourites is null, not a list"),
    (usual(defaults={"main": "openai/work"}), "defaults.main is text, not an object"),
    (usual(previous_default=[]), "previous_default is a list, not an object"),
    (usual(salt=5), "salt is a number, not text"),
    (usual(version="1"), "version is text, not a number"),
    (usual(version=True), "version is true or false, not a number"),
    (usual(accounts={"openai/work": []}), "accounts.openai/work is a list, not an object"),
    (usual(accounts={"openai/work": None}), "accounts.openai/work is null, not an object"),
    (usual(accounts={"openai/work": {"item": 5}}), "accounts.openai/work.item is a number, not text"),
    (usual(accounts={"openai/work": {"enabled": "no"}}), "accounts.openai/work.enabled is text, not true or false"),
    (usual(accounts={"a/b": {"models": {"added": "m"}}}), "accounts.a/b.models.added is text, not a list"),
    (usual(accounts={"a/b": {"models": {"hidden": [1]}}}), "accounts.a/b.models.hidden holds something else than text"),
    (usual(accounts={"a/b": {}, "sk-proj-KEY": {}}), "the name of account 2 is not provider/label in small letters"),
    (usual(accounts={"OpenAI/work": {}}), "the name of account 1 is not provider/label in small letters"),
    (usual(garbage=["odd"]), "entry 1 of garbage names no store and item"),
    (usual(pending=[{"store": "file", "item": "a"}, {"item": "b"}]), "entry 2 of pending names no store and item"),
    (usual(garbage=[{"store": "file", "item": None}]), "entry 1 of garbage: item is null, not text"),
    (usual(garbage=[{"store": "file", "item": "a", "until": "x"}]), "entry 1 of garbage: until is text, not a number"),
])  # fmt: skip
def test_what_would_be_read_as_empty_is_named(raw: dict[str, Any], words: str) -> None:
    assert misshapen(raw) == words


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["openai/work", "main", "store", "item", "models", "added"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
sections = st.sampled_from([
    *("version", "salt", "accounts", "active", "consents", "defaults", "providers", "settings", "favourites"),
    *("garbage", "pending", "recent", "previous_default", "aliases", "fallback", "later"),
])  # fmt: skip
fields = st.sampled_from([
    *("name", "store", "reference", "item", "hint", "fingerprint", "base_url", "enabled", "model", "models"),
    *("settings", "metadata", "created_at", "updated_at", "expires_at", "later"),
])  # fmt: skip
names = st.sampled_from(["openai/work", "OpenAI/work", "openai", "sk-key", ""]) | st.text(max_size=6)
places = st.one_of(
    st.tuples(sections),
    st.tuples(st.just("accounts"), names),
    st.tuples(st.just("accounts"), st.just("openai/work"), fields),
    st.tuples(
        st.just("accounts"), st.just("openai/work"), st.just("models"), st.sampled_from(["added", "hidden", "x"])
    ),
)


def put(raw: dict[str, Any], place: tuple[str, ...], value: object) -> dict[str, Any]:
    """`raw`, as read anew, with `value` at `place`."""
    copy = json.loads(json.dumps(raw))
    inner = copy
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return copy


def stays(before: object, after: object) -> bool:
    """Whether everything that `before` says, be it only in a part, is said by `after`; null says nothing."""
    if isinstance(before, dict):
        return isinstance(after, dict) and all(stays(value, after.get(key)) for key, value in before.items())
    return before in (None, "") or before == after


@given(places, anything)
def test_whatever_stands_wherever_is_refused_or_every_account_survives_the_next_writes(
    place: tuple[str, ...], value: object
) -> None:
    raw = put(usual(), place, value)
    if misshapen(raw):
        return
    before = Config(raw)
    assert [str(name) for name in before.accounts] == list(raw.get("accounts", {}))
    changed = with_default(with_account(before, Account(NEW)), Choice("groq/new", "m"))
    for account in before.accounts.values():
        changed = with_account(changed, account)
    after = json.loads(json.dumps(changed.raw))
    assert {**before.accounts, NEW: Account(NEW)} == Config(after).accounts
    assert stays(raw.get("accounts", {}), after["accounts"])
    assert misshapen(after) == ""
