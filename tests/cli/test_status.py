"""`status`: every account, from what is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import KEY, OTHER_KEY, Answer
from support.provider_server import provider

Call = Callable[..., Answer]
Keep = Callable[..., None]


@pytest.mark.parametrize("verb", ["status", "config"])
def test_without_any_account_it_ends_with_3_and_says_how_to_start(call: Call, verb: str) -> None:
    done = call(verb)
    assert done.code == 3
    assert "llmkeys add-key PROVIDER" in done.out
    done = call(verb, "--json")
    assert done.code == 3
    assert done.json["accounts"] == []
    assert done.json["default"] is None
    assert done.json["store"]["kind"] == "keychain"


def test_it_tells_of_stored_accounts_and_of_variables(call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    keep("openai/work")
    keep("openai/private", KEY + "2")
    monkeypatch.setenv("OPENAI_API_KEY", KEY + "3")
    accounts = {each["account"]: each for each in call("status", "--json").json["accounts"]}
    assert list(accounts) == ["openai/env", "openai/work", "openai/private"]
    assert accounts["openai/env"]["active"] is True
    assert accounts["openai/env"]["source"] == "environment"
    assert accounts["openai/work"] == {
        "account": "openai/work",
        "provider": "openai",
        "label": "work",
        "name": None,
        "source": "file",
        "active": False,
        "enabled": True,
        "problem": None,
        "verdict": None,
        "last_known": None,
        "checked_at": None,
        "model": "gpt-5.5",
        "hint": "sk-proj-…-one",
        "shadowed": [],
    }


def test_lines_name_default_state_age_and_what_wins(call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    with provider({KEY}) as server:
        keep("openai/work", KEY, "--base-url", f"{server.url}/v1", "--name", "My key", "--model", "gpt-4.1")
        assert call("test").code == 0
    monkeypatch.setenv("OPENAI_API_KEY", KEY + "3")
    lines = call("status").out.splitlines()
    assert lines[0] == "★ openai/work · gpt-4.1"
    assert lines[2].startswith("  ? openai/env   sk-proj-…one3  untested")
    assert lines[2].endswith("never  gpt-5.5  OPENAI_API_KEY")
    assert lines[3].startswith("★ ✓ openai/work  sk-proj-…-one  ok")
    assert lines[3].endswith("now  gpt-4.1  My key  OPENAI_API_KEY wins")


def test_a_state_that_cannot_tell_stands_beside_the_last_known_one(call: Call, keep: Keep) -> None:
    with provider({KEY}) as server:
        keep("openai/work", KEY, "--base-url", f"{server.url}/v1", "--model", "gpt-4.1")
        call("test")
    assert call("test").code == 6
    assert "ok · now · offline now" in call("status").out
    account = call("status", "--json").json["accounts"][0]
    assert (account["verdict"], account["last_known"]) == ("unreachable", "ok")


def test_an_account_beside_the_active_one_is_not_said_to_lose(call: Call, keep: Keep) -> None:
    keep("openai/work")
    keep("openai/private", KEY + "2")
    assert "wins" not in call("status").out


def test_without_a_default_it_says_how_to_set_one(call: Call, keep: Keep) -> None:
    keep("openai/work")
    call("disable", "openai/work")
    assert "No default yet" in call("status").out
    assert "disabled" in call("status").out


def test_a_default_whose_key_is_gone_is_said_beside_it(call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    keep("groq/work")
    monkeypatch.setenv("OPENAI_API_KEY", OTHER_KEY)
    assert call("set-default", "openai/env", "gpt-4.1").code == 0
    assert "no key now" not in call("status").out
    monkeypatch.delenv("OPENAI_API_KEY")
    lines = call("status").out.splitlines()
    assert lines[0] == "★ openai/env · gpt-4.1"
    assert lines[1].startswith("! The default openai/env has no key now. llmkeys set-default")
    assert "openai/env has no key now" in call("why", "groq").err


def test_a_variable_that_holds_a_reference_is_shown_as_one(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "op://vault/item/key")
    done = call("status")
    assert done.code == 0
    assert "reference" in done.out
    assert "resolve it before" in done.out


def test_a_server_without_a_key_has_no_hint(call: Call) -> None:
    assert call("add-key", "ollama", "--no-test").code == 0
    assert "no key" in call("status").out
    assert call("status", "--json").json["accounts"][0]["hint"] is None


def test_a_config_that_cannot_be_read_leaves_the_environment_working(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = home / ".config" / "llmkeys" / "config.json"
    config.parent.mkdir(parents=True)
    config.write_text("{ not json")
    done = call("status", "--json")
    assert done.code == 1
    assert done.json["error"]["code"] == "unparsable"
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    done = call("status", "--json")
    assert done.code == 0
    assert [each["account"] for each in done.json["accounts"]] == ["openai/env"]
    assert "config.json" in done.err
    assert config.read_text() == "{ not json"


def test_a_config_of_a_newer_version_is_read_and_said(call: Call, keep: Keep, home: Path) -> None:
    keep("openai/work")
    (config,) = home.rglob("config.json")
    config.write_text(json.dumps({**json.loads(config.read_text()), "version": 99}))
    done = call("status")
    assert done.code == 0
    assert "openai/work" in done.out
    assert done.err
    assert call("disable", "openai/work").code == 1


def test_it_touches_no_network_and_writes_no_file(call: Call, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert call("status").code == 0
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_the_value_of_a_variable_that_is_no_key_has_its_problem_named(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in (("OPENAI_API_KEY", "op://vault/item"), ("GROQ_API_KEY", "a b"), ("MISTRAL_API_KEY", KEY)):
        monkeypatch.setenv(variable, value)
    told = {each["provider"]: each["problem"] for each in call("status", "--json").json["accounts"]}
    assert told == {"openai": "unresolved_reference", "groq": "unusable", "mistral": None}
