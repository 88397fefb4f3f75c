"""Which keychain there is and how it is, told without opening a dialog, with the reason and the remedy."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from llmkeys.config import Config
from llmkeys.errors import KeychainAbsent, KeychainLocked
from llmkeys.store import keychain_state as module
from llmkeys.store import surroundings
from llmkeys.store.keychain_state import Health, KeychainState, examine_keychain, find_keychain, open_keychain
from support.private_bus import PrivateBus, private_bus

NOTHING_SET = Config({})


@pytest.fixture(autouse=True)
def _plain_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "_CONTAINER_MARKS", ())
    monkeypatch.setattr(surroundings, "_KERNEL", "/nonexistent")


def find(**environ: str) -> KeychainState:
    return find_keychain(environ, NOTHING_SET, "linux")


def examine(deadline: float = 3.0) -> KeychainState:
    return examine_keychain(os.environ, NOTHING_SET, deadline=deadline)


def test_without_a_bus_there_is_none_and_the_place_is_named() -> None:
    state = find(SSH_TTY="/dev/pts/1")
    assert (state.health, state.available) == (Health.ABSENT, False)
    assert state.reason == "There is no D-Bus session in this SSH session, so no keychain."
    assert state.remedy == surroundings.REMEDIES["ssh"]


def test_a_bus_that_is_there_but_not_in_the_environment_is_named(tmp_path: Path) -> None:
    (tmp_path / "bus").touch()
    state = find(XDG_RUNTIME_DIR=str(tmp_path))
    assert state.remedy == f"export DBUS_SESSION_BUS_ADDRESS=unix:path={tmp_path}/bus"


def test_a_bus_whose_socket_is_gone_is_over(tmp_path: Path) -> None:
    state = find(DBUS_SESSION_BUS_ADDRESS=f"unix:path={tmp_path}/bus,guid=1")
    assert state.health is Health.ABSENT
    assert state.reason == "The D-Bus session without a desktop session is over: its socket is gone."


@pytest.mark.parametrize(
    "address", ["unix:path={0}/bus", "unix:path={0}/gone;unix:path={0}/bus,guid=1", "unix:abstract=/tmp/dbus-x", "tcp:"]
)
def test_a_bus_that_may_be_there_is_unknown_until_it_is_asked(address: str, tmp_path: Path) -> None:
    (tmp_path / "bus").touch()
    state = find(DBUS_SESSION_BUS_ADDRESS=address.format(tmp_path))
    assert (state.health, state.available, state.reason) == (Health.UNKNOWN, True, "")
    assert state.words == "Secret Service"


@pytest.mark.parametrize(("platform", "words"), [("darwin", "macOS Keychain"), ("win32", "Windows Credential Manager")])
def test_other_systems_always_have_theirs_and_are_not_asked(platform: str, words: str) -> None:
    assert find_keychain({}, NOTHING_SET, platform).words == words
    assert examine_keychain({}, NOTHING_SET, platform=platform).health is Health.UNKNOWN


def test_another_keychain_of_the_platform_can_be_named_by_setting() -> None:
    config = Config({"settings": {"keychain": "kwallet"}})
    environ = {"DBUS_SESSION_BUS_ADDRESS": "unix:abstract=x"}
    assert find_keychain(environ, config, "linux").words == "KDE wallet"


@pytest.mark.parametrize("name", ["keyrings.alt.file.PlaintextKeyring", "null", "windows", 3])
def test_a_keychain_that_we_do_not_use_is_refused_with_those_we_do(name: object) -> None:
    state = find_keychain({}, Config({"settings": {"keychain": name}}), "linux")
    assert (state.backend, state.available, state.words) == (None, False, "keychain")
    assert state.reason == f"The setting keychain names “{name}”, which llmkeys does not use here."
    assert state.remedy == "llmkeys settings keychain secret-service or kwallet"


def test_opening_none_raises_the_reason_and_the_remedy() -> None:
    with pytest.raises(KeychainAbsent) as caught:
        open_keychain({}, NOTHING_SET, platform="linux")
    assert caught.value.message == "There is no D-Bus session without a desktop session, so no keychain."
    assert caught.value.next == surroundings.REMEDIES["headless"]


@pytest.mark.parametrize(
    ("platform", "interactive", "display", "asks"),
    [
        ("linux", True, ":0", True),
        ("linux", True, "", False),
        ("linux", False, ":0", False),
        ("darwin", True, "", True),
        ("darwin", False, "", False),
    ],
)
def test_a_dialog_may_open_only_where_a_person_can_see_it(
    platform: str, interactive: bool, display: str, asks: bool
) -> None:
    environ = {"DBUS_SESSION_BUS_ADDRESS": "unix:abstract=x", "DISPLAY": display}
    keychain = open_keychain(environ, NOTHING_SET, interactive=interactive, platform=platform)
    assert keychain._asks is asks


def test_an_unlocked_keychain_is_ready(keychain_bus: PrivateBus) -> None:
    state = examine()
    assert (state.health, state.available, state.reason, state.remedy) == (Health.READY, True, "", "")


def test_a_locked_keychain_is_locked_and_there(locked_bus: PrivateBus) -> None:
    state = examine()
    assert (state.health, state.available) == (Health.LOCKED, True)
    assert state.reason == "The Secret Service is locked."
    assert "--unlock" in state.remedy


def test_a_keychain_without_a_collection_is_locked(empty_bus: PrivateBus) -> None:
    empty_bus.start_locked()
    assert examine().reason == "The Secret Service has no default collection yet."
    assert examine().health is Health.LOCKED


def test_a_keychain_that_hangs_is_failing_and_there(stopped_bus: PrivateBus) -> None:
    state = examine(deadline=0.3)
    assert (state.health, state.available) == (Health.FAILING, True)
    assert state.reason == "The Secret Service did not answer within 0.3 seconds."
    assert "Restart it" in state.remedy


def test_a_killed_keychain_is_absent(killed_bus: PrivateBus) -> None:
    state = examine()
    assert (state.health, state.available) == (Health.ABSENT, False)
    assert state.reason == "No program offers the Secret Service without a desktop session."
    assert state.remedy == surroundings.REMEDIES["headless"]


def test_a_killed_bus_is_absent(keychain_bus: PrivateBus) -> None:
    keychain_bus.kill_bus()
    state = examine()
    assert state.health is Health.ABSENT
    assert state.remedy == surroundings.REMEDIES["headless"]


@pytest.mark.usefixtures("bus_parts")
def test_a_keychain_that_the_bus_can_start_is_not_started_by_looking(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with private_bus(home, keyring=False, activatable=True) as bus:
        for name, value in bus.environ.items():
            monkeypatch.setenv(name, value)
        state = examine()
    assert (state.health, state.reason) == (Health.UNKNOWN, "The Secret Service starts when it is first needed.")


def test_kwallet_that_offers_no_secret_service_is_suggested(empty_bus: PrivateBus) -> None:
    from jeepney.bus_messages import message_bus
    from jeepney.io.blocking import Proxy, open_dbus_connection

    with open_dbus_connection(os.environ["DBUS_SESSION_BUS_ADDRESS"]) as connection:
        Proxy(message_bus, connection).RequestName("org.kde.kwalletd5")
        state = examine()
    assert state.health is Health.ABSENT
    assert state.remedy == "llmkeys settings keychain kwallet"


@pytest.fixture
def silent_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A bus that accepts and says nothing."""
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 's'}")
        yield


@pytest.mark.usefixtures("silent_socket")
def test_a_silent_bus_never_ends_in_another_keychain() -> None:
    """keyring's own choice falls back to a plaintext file here."""
    from llmkeys.errors import KeychainTimeout

    assert examine(deadline=0.3).health in (Health.FAILING, Health.ABSENT)
    with pytest.raises((KeychainTimeout, KeychainAbsent)):
        open_keychain(os.environ, NOTHING_SET, deadline=0.3).get("a#1")


def test_a_failure_that_is_none_of_these_is_failing(keychain_bus: PrivateBus, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(state: KeychainState, where: str) -> KeychainState:
        raise KeychainLocked("raised by a test")

    monkeypatch.setattr(module, "_ask_secret_service", fail)
    assert examine().health is Health.FAILING
