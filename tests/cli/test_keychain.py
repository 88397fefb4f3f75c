"""The command line with a real keychain: unlocked, locked, hanging, killed, absent."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from cli.conftest import KEY, OTHER_KEY, Answer
from support.private_bus import PrivateBus
from support.provider_server import provider

Call = Callable[..., Answer]
ADD = ("add-key", "openai/work", "--no-test", "--stdin")


def test_a_key_goes_to_the_keychain_and_nowhere_else(call: Call, child: Call, keychain_bus: PrivateBus) -> None:
    done = call(*ADD, stdin=KEY)
    assert done.code == 0
    assert "saved in the OS keychain" in done.out
    assert list(keychain_bus.items().values()) == [KEY]
    assert child("helper", "openai/work", variables=keychain_bus.environ) == (0, f"{KEY}\n", "")
    assert call("status", "--json").json["accounts"][0]["source"] == "keychain"
    assert call("rotate-key", "openai", "--no-test", "--stdin", "--keep", "10m", stdin=OTHER_KEY).code == 0
    assert sorted(keychain_bus.items().values()) == sorted([KEY, OTHER_KEY])
    assert call("doctor").code == 0
    assert call("reset", "--yes").code == 0
    assert keychain_bus.items() == {}


@pytest.mark.parametrize("trouble", ["lock", "stop", "kill", "kill_bus"])
def test_a_keychain_in_trouble_is_one_sentence_in_time_and_loses_nothing(
    call: Call, child: Call, keychain_bus: PrivateBus, trouble: str
) -> None:
    assert call(*ADD, stdin=KEY).code == 0
    getattr(keychain_bus, trouble)()
    started = time.monotonic()
    done = child("helper", "openai/work", variables=keychain_bus.environ)
    assert time.monotonic() - started < 8
    assert done.code in (1, 4)
    assert done.out == ""
    assert done.err.startswith("llmkeys: ")
    assert len(done.err.splitlines()) <= 2
    for words in (("status", "--json"), ("why", "openai", "--json"), ("get", "openai", "--json")):
        assert call(*words).code == 0
    more = call("add-key", "openai/two", "--no-test", "--stdin", "--json", stdin=OTHER_KEY)
    assert more.code in (1, 4)
    assert more.json["error"]["message"]
    if trouble == "stop":
        keychain_bus.go_on()
        assert child("helper", "openai/work", variables=keychain_bus.environ).out == f"{KEY}\n"
    assert [each["account"] for each in call("status", "--json").json["accounts"]] == ["openai/work"]


def test_a_key_in_a_locked_keychain_needs_a_person_to_be_tested(call: Call, keychain_bus: PrivateBus) -> None:
    assert call(*ADD, stdin=KEY).code == 0
    keychain_bus.lock()
    done = call("test", "openai/work")
    assert done.code == 4
    assert "is locked." in done.out
    assert "Unlock it and try again" in done.out
    done = call("test", "--json")
    assert done.code == 4
    (result,) = done.json["results"]
    assert (result["verdict"], result["key_accepted"], result["source"]) == ("untestable", None, "keychain")
    assert "is locked." in result["detail"]
    assert result["next"].startswith("Unlock it and try again")
    with provider(()) as server:
        words = ("add-key", "openai/bad", "--store", "file", "--base-url", f"{server.url}/v1", "--no-test", "--stdin")
        assert call(*words, stdin=OTHER_KEY).code == 0
        assert call("test").code == 5


def test_where_no_keychain_is_the_file_is_offered_by_its_option(call: Call, empty_bus: PrivateBus) -> None:
    done = call(*ADD, stdin=KEY)
    assert done.code == 4
    assert "--store file" in done.err
    assert call(*ADD, "--store", "file", stdin=KEY).code == 0
