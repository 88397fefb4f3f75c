"""Config as a value: read without trust, changed without losing what a newer version wrote."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.account import Account, AccountName
from llmkeys.config import (
    PRECEDENCES,
    RECENT_LIMIT,
    Choice,
    Config,
    Garbage,
    Pending,
    items,
    section,
    with_account,
    with_active,
    with_default,
    with_garbage,
    with_pending,
    with_renamed,
    with_setting,
    without_account,
    without_default_of,
    without_garbage,
    without_pending,
)

WORK = AccountName("openai", "work")
HOME = AccountName("openai", "home")
GPT = Choice("openai/work", "gpt-4.1")
SONNET = Choice("anthropic/work", "claude-sonnet-4-5")


def record(choice: Choice, **more: Any) -> dict[str, Any]:
    """A choice as config.json has it, perhaps with fields of a newer version."""
    return {"account": choice.account, "model": choice.model, **more}


FULL = Config(
    {
        "version": 1,
        "salt": "salty",
        "colour": "green",
        "defaults": {"main": record(GPT), "small": record(SONNET)},
        "previous_default": record(SONNET),
        "recent": [record(GPT, pinned=True), record(SONNET)],
        "favourites": [record(SONNET), record(GPT)],
        "active": {"openai": "openai/work", "anthropic": "work"},
        "settings": {"precedence": "stored-first", "theme": "dark"},
        "providers": {"groq": {"precedence": "stored-only"}, "mine": {"precedence": "sideways"}},
        "accounts": {
            "openai/work": {"store": "keychain", "hint": "…a91F", "colour": "blue"},
            "openai/home": {"store": "file"},
            "anthropic/work": {},
            "not an account": {"store": "file"},
            "openai/odd": "text",
        },
        "aliases": {"w": "openai/work", "big": "openai/work:gpt-4.1"},
        "fallback": ["openai/work", "openai/workshop", 5],
        "pending": [{"store": "file", "item": "a", "since": 5}, "odd"],
        "garbage": [{"store": "keychain", "item": "b", "until": 7.5}, "odd"],
    }
)
EMPTY = Config({})


def test_an_empty_config_means_nothing_is_set() -> None:
    assert (EMPTY.salt, EMPTY.accounts, EMPTY.active) == ("", {}, {})
    assert (EMPTY.default, EMPTY.previous_default, EMPTY.recent, EMPTY.favourites) == (None, None, (), ())
    assert (EMPTY.settings, EMPTY.providers, EMPTY.pending, EMPTY.garbage) == ({}, {}, (), ())
    assert EMPTY.precedence("openai") == "env-first"


def test_a_full_config_says_what_it_says() -> None:
    assert (FULL.salt, FULL.default, FULL.previous_default) == ("salty", GPT, SONNET)
    assert (FULL.recent, FULL.favourites) == ((GPT, SONNET), (SONNET, GPT))
    assert FULL.active == {"openai": "work", "anthropic": "work"}
    assert [str(name) for name in FULL.accounts] == ["openai/work", "openai/home", "anthropic/work"]
    assert FULL.accounts[WORK].hint == "…a91F"
    assert FULL.pending == (Pending("file", "a", 5),)
    assert FULL.garbage == (Garbage("keychain", "b", 7.5),)
    assert set(FULL.providers) == {"groq", "mine"}


def test_configs_are_compared_by_what_they_say() -> None:
    assert Config({"a": 1}) == Config({"a": 1})
    assert Config({"a": 1}) != Config({"a": 2})
    assert Config({"a": 1}) != {"a": 1}
    with pytest.raises(TypeError):
        hash(Config({}))


@pytest.mark.parametrize(
    ("provider", "rule"), [("groq", "stored-only"), ("mine", "stored-first"), ("xai", "stored-first")]
)
def test_a_providers_own_precedence_comes_before_the_global_one(provider: str, rule: str) -> None:
    assert FULL.precedence(provider) == rule


def test_an_unknown_precedence_is_none() -> None:
    assert Config({"settings": {"precedence": "sideways"}}).precedence("openai") == PRECEDENCES[0]


def test_an_active_account_of_another_provider_is_none() -> None:
    assert Config({"active": {"openai": "groq/work", "groq": 5}}).active == {}


@pytest.mark.parametrize("since", ["soon", None, True, float("nan"), float("inf"), 10**400])
def test_a_moment_that_is_no_number_is_long_ago(since: object) -> None:
    assert Config({"pending": [{"store": 1, "item": None, "since": since}]}).pending == (Pending("", "", 0.0),)


def test_saving_an_account_keeps_what_we_do_not_know_of_it() -> None:
    changed = with_account(FULL, FULL.accounts[WORK]._replace(hint="…0000"))
    assert changed.accounts[WORK].hint == "…0000"
    assert section(section(changed.raw, "accounts"), "openai/work")["colour"] == "blue"
    assert list(changed.accounts) == list(FULL.accounts)
    new = AccountName("groq", "default")
    assert list(with_account(FULL, Account(new)).accounts)[-1] == new


def test_removing_an_account_removes_every_mention_of_it() -> None:
    changed = without_account(FULL, WORK)
    assert WORK not in changed.accounts
    assert (changed.default, changed.previous_default) == (None, SONNET)
    assert (changed.recent, changed.favourites) == ((SONNET,), (SONNET,))
    assert changed.active == {"anthropic": "work"}
    assert section(changed.raw, "defaults")["small"] == record(SONNET)


def test_removing_an_account_leaves_its_namesakes_alone() -> None:
    assert without_account(FULL, AccountName("anthropic", "work")).active == {"openai": "work"}
    assert without_account(FULL, HOME).active == FULL.active
    assert without_account(FULL, HOME).raw["recent"] == FULL.raw["recent"]


def test_removing_the_account_of_the_previous_default_forgets_it() -> None:
    changed = without_account(FULL, AccountName("anthropic", "work"))
    assert (changed.default, changed.previous_default) == (GPT, None)


def test_renaming_an_account_renames_every_mention_of_it() -> None:
    lab = AccountName("openai", "lab")
    changed = with_renamed(FULL, WORK, lab)
    assert [str(name) for name in changed.accounts] == ["openai/lab", "openai/home", "anthropic/work"]
    assert changed.default == Choice("openai/lab", "gpt-4.1")
    assert changed.recent[0].account == changed.favourites[1].account == "openai/lab"
    assert items(changed.raw, "recent")[0] == record(Choice("openai/lab", "gpt-4.1"), pinned=True)
    assert changed.active == {"openai": "lab", "anthropic": "work"}
    assert changed.raw["aliases"] == {"w": "openai/lab", "big": "openai/lab:gpt-4.1"}
    assert changed.raw["fallback"] == ["openai/lab", "openai/workshop", 5]
    assert changed.previous_default == SONNET
    assert "previous_default" not in with_renamed(Config({}), WORK, lab).raw


def test_renaming_follows_an_active_label_without_its_provider() -> None:
    anthropic = AccountName("anthropic", "work")
    changed = with_renamed(FULL, anthropic, AccountName("anthropic", "lab"))
    assert changed.active == {"openai": "work", "anthropic": "lab"}


def test_renaming_leaves_a_model_that_looks_like_the_account_alone() -> None:
    routed = Choice("openrouter/home", "openai/work")
    changed = with_renamed(Config({"recent": [record(routed)]}), WORK, AccountName("openai", "lab"))
    assert changed.recent == (routed,)


def test_a_new_default_remembers_the_old_one() -> None:
    opus = Choice("anthropic/work", "claude-opus-4-5")
    changed = with_default(FULL, opus)
    assert (changed.default, changed.previous_default) == (opus, GPT)
    assert changed.recent == (opus, GPT, SONNET)
    assert section(changed.raw, "defaults")["small"] == record(SONNET)


def test_the_first_default_has_none_before_it() -> None:
    changed = with_default(EMPTY, GPT)
    assert (changed.default, changed.previous_default, changed.recent) == (GPT, None, (GPT,))


def test_the_same_default_again_changes_nothing() -> None:
    assert with_default(FULL, GPT) is FULL


def test_a_default_that_was_not_recent_becomes_so() -> None:
    changed = with_default(Config({"defaults": {"main": record(GPT)}}), SONNET)
    assert changed.recent == (SONNET, GPT)
    opus = Choice("anthropic/work", "claude-opus-4-5")
    config = Config({"defaults": {"main": record(GPT)}, "recent": [record(SONNET)]})
    assert with_default(config, opus).recent == (opus, GPT, SONNET)


choices = st.builds(Choice, st.sampled_from(["openai/a", "groq/b"]), st.sampled_from(["m1", "m2", "m3", "m4"]))


@given(st.lists(choices, min_size=2))
def test_recent_defaults_are_few_different_and_the_latest_first(chosen: list[Choice]) -> None:
    config = EMPTY
    for choice in chosen:
        config = with_default(config, choice)
        assert config.recent[0] == config.default == choice
    assert len(config.recent) == len(set(config.recent)) <= RECENT_LIMIT


def test_a_default_is_cleared_only_for_its_own_account() -> None:
    assert without_default_of(FULL, "openai/work").default is None
    assert without_default_of(FULL, "anthropic/work").default == GPT
    assert without_default_of(FULL, "anthropic/work").previous_default is None


def test_an_account_is_made_active_under_its_whole_name() -> None:
    assert with_active(FULL, HOME).active["openai"] == "home"


def test_intents_are_put_on_record_and_struck_off() -> None:
    config = with_pending(FULL, Pending("keychain", "c", 9))
    assert config.pending[-1] == Pending("keychain", "c", 9)
    assert without_pending(config, "c") == FULL
    config = with_garbage(FULL, Garbage("file", "d", 9))
    assert config.garbage[-1] == Garbage("file", "d", 9)
    assert without_garbage(config, "d") == FULL
    assert without_garbage(config, "x") == config


def test_a_setting_is_set_and_taken_back() -> None:
    assert with_setting(FULL, "offline", True).settings["offline"] is True
    assert "theme" not in with_setting(FULL, "theme", None).settings


@pytest.mark.parametrize("change", [
    lambda config: with_default(config, SONNET),
    lambda config: with_account(config, Account(HOME)),
    lambda config: without_account(config, WORK),
    lambda config: with_renamed(config, WORK, HOME),
    lambda config: with_setting(config, "offline", True),
    lambda config: with_pending(config, Pending("file", "x", 1)),
])  # fmt: skip
def test_a_change_leaves_the_config_it_started_from_and_what_it_does_not_know(change: Any) -> None:
    before = copy.deepcopy(FULL.raw)
    changed = change(FULL)
    assert FULL.raw == before
    assert changed.raw["colour"] == "green"
    json.dumps(changed.raw)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.just("openai/work"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["account", "model", "main", "item", "openai", "openai/work"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
fields = st.sampled_from([*FULL.raw])


@given(st.dictionaries(fields, anything))
def test_no_content_makes_reading_or_changing_fail(raw: dict[str, object]) -> None:
    config = Config(raw)
    for change in (config, with_default(config, GPT), without_account(config, WORK), with_renamed(config, WORK, HOME)):
        for name in ("accounts", "default", "previous_default", "recent", "favourites", "active", "settings"):
            getattr(change, name)
        assert change.precedence("openai") in PRECEDENCES
        assert all(isinstance(each.item, str) for each in (*change.pending, *change.garbage))
    assert without_account(config, WORK).accounts.get(WORK) is None
