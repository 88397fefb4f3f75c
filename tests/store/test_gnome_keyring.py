"""The keychain store on a real gnome-keyring: unlocked, locked, stopped, killed, absent."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from llmkeys.account import Account, AccountName
from llmkeys.config import Config
from llmkeys.errors import KeychainAbsent, KeychainLocked, KeychainTimeout, LlmkeysError
from llmkeys.paths import Paths
from llmkeys.secret import Secret
from llmkeys.store.config_file import load_config
from llmkeys.store.keychain import Keychain
from llmkeys.store.keychain_state import open_keychain
from llmkeys.store.keys import save_key
from llmkeys.store.stores import FindStore, Store, read_key, stores_of
from llmkeys.store.sweep import LATE_WRITE, sweep
from support.faults import unmeasured
from support.late import wait_for_threads
from support.private_bus import PrivateBus
from support.store_contract import StoreContract

NAME = AccountName("openai", "work")
ACCOUNT = Account(NAME, store="keychain")
OLD, NEW = Secret("sk-old-0123456789abcdef"), Secret("sk-new-0123456789abcdef")
SHORT = 0.4


def keychain(deadline: float = 3.0) -> Keychain:
    return open_keychain(os.environ, Config({}), deadline=deadline)


def impatient(kind: str) -> Store:
    """Finds the keychain, and gives it little time."""
    assert kind == "keychain"
    return keychain(SHORT)


class TestGnomeKeyring(StoreContract):
    @pytest.fixture
    def store(self, keychain_bus: PrivateBus) -> Store:
        return keychain()


EVERYTHING: dict[str, Callable[[Keychain], object]] = {
    "get": lambda store: store.get("openai/work#1"),
    "set": lambda store: store.set("openai/work#1", OLD),
    "delete": lambda store: store.delete("openai/work#1"),
}
each_method = pytest.mark.parametrize("method", EVERYTHING)


@each_method
def test_a_locked_keychain_says_so_at_once(method: str, locked_bus: PrivateBus) -> None:
    begun = time.monotonic()
    with pytest.raises(KeychainLocked, match="is locked") as caught:
        EVERYTHING[method](keychain())
    assert time.monotonic() - begun < 1
    assert "Unlock it" in caught.value.next


@each_method
def test_a_keychain_that_was_never_unlocked_is_locked_too(method: str, keychain_bus: PrivateBus) -> None:
    keychain_bus.start_locked()
    with pytest.raises(KeychainLocked):
        EVERYTHING[method](keychain())


@each_method
def test_a_keychain_without_a_collection_is_locked_too(method: str, empty_bus: PrivateBus, home: Path) -> None:
    empty_bus.start_locked()
    with pytest.raises(KeychainLocked):
        EVERYTHING[method](keychain())


@each_method
def test_where_nobody_can_answer_the_dialog_it_stays_locked(method: str, locked_bus: PrivateBus) -> None:
    """gnome-keyring cannot open its dialog without a display, and says that it was dismissed."""
    store = keychain()
    with pytest.raises(KeychainLocked):
        EVERYTHING[method](Keychain(store._backend, asks=True))


def unlockings(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the keychain is asked to unlock from now on; none of it is unlocked."""
    from secretstorage import Collection, Item

    asked: list[object] = []
    for kind in (Collection, Item):
        monkeypatch.setattr(kind, "unlock", lambda self, timeout=None: bool(asked.append(self)))
    return asked


@each_method
@pytest.mark.parametrize("asks", [False, True])
def test_a_dialog_is_asked_for_only_where_it_may_open(
    method: str, asks: bool, locked_bus: PrivateBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = unlockings(monkeypatch)
    store = Keychain(keychain()._backend, asks=asks)
    with pytest.raises(KeychainLocked):
        EVERYTHING[method](store)
    assert bool(asked) is (asks and method != "delete")


@each_method
def test_nobody_is_asked_while_it_is_open(
    method: str, keychain_bus: PrivateBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = unlockings(monkeypatch)
    EVERYTHING[method](Keychain(keychain()._backend, asks=True))
    assert asked == []


@each_method
def test_a_keychain_that_hangs_ends_in_a_timeout(method: str, stopped_bus: PrivateBus) -> None:
    begun = time.monotonic()
    with pytest.raises(KeychainTimeout, match=r"did not answer within 0\.4 seconds"):
        EVERYTHING[method](keychain(SHORT))
    assert SHORT <= time.monotonic() - begun < SHORT + 1


@each_method
def test_a_killed_keychain_is_absent(method: str, killed_bus: PrivateBus) -> None:
    with pytest.raises(KeychainAbsent, match="cannot be reached"):
        EVERYTHING[method](keychain())


@each_method
def test_a_bus_without_a_keychain_has_none(method: str, empty_bus: PrivateBus) -> None:
    with pytest.raises(KeychainAbsent):
        EVERYTHING[method](keychain())


@each_method
def test_a_killed_bus_has_no_keychain(method: str, keychain_bus: PrivateBus) -> None:
    store = keychain()
    keychain_bus.kill_bus()
    with pytest.raises(KeychainAbsent):
        EVERYTHING[method](store)


def test_a_keychain_that_is_killed_in_the_middle_is_absent(stopped_bus: PrivateBus) -> None:
    import threading

    threading.Timer(0.2, stopped_bus.kill).start()
    with pytest.raises(KeychainAbsent):
        keychain().get("openai/work#1")


def test_a_process_can_end_while_the_keychain_hangs(stopped_bus: PrivateBus) -> None:
    code = (
        "import os; from llmkeys.config import Config; from llmkeys.store.keychain_state import open_keychain\n"
        "try: open_keychain(os.environ, Config({}), deadline=0.2).get('a#1')\n"
        "except Exception as error: print(type(error).__name__)"
    )
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=10, check=True)
    assert done.stdout == "KeychainTimeout\n"
    assert time.monotonic() - begun < 3


SPY = """
import os, sys
from llmkeys.config import Config
from llmkeys.secret import Secret
from llmkeys.store.keychain_state import open_keychain
store = open_keychain(os.environ, Config({}))
store.set("a#1", Secret("the key"))
assert store.get("a#1") == Secret("the key")
print(*sorted(name for name in sys.modules if name.startswith("keyring.backends.") or name == "evil"))
"""


def test_exactly_one_backend_is_loaded_whatever_keyrings_own_settings_say(
    keychain_bus: PrivateBus, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "evil.py").write_text("raise SystemExit('code of somebody else ran')")
    settings = home / ".config" / "python_keyring" / "keyringrc.cfg"
    settings.parent.mkdir(parents=True)
    settings.write_text(f"[backend]\ndefault-keyring=evil.Keyring\nkeyring-path={tmp_path}\n")
    environ = {
        **os.environ,
        "PYTHON_KEYRING_BACKEND": "evil.Keyring",
        "KEYRING_PROPERTY_APPID": "evil",
        "KEYRING_PROPERTY_PREFERRED_COLLECTION": "/evil",
        "KEYRING_PROPERTY_GET_PASSWORD": "evil",
        "PYTHONPATH": str(tmp_path),
    }
    done = subprocess.run([sys.executable, "-c", SPY], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["keyring.backends.SecretService", "keyring.backends.fail"]


def test_keyring_itself_and_secret_tool_find_the_same_item(keychain_bus: PrivateBus) -> None:
    import keyring.backends.SecretService

    keychain().set("openai/work#1", OLD)
    assert keyring.backends.SecretService.Keyring().get_password("llmkeys", "openai/work#1") == OLD.reveal()
    assert keychain_bus.items() == {"openai/work#1": OLD.reveal()}


def save(paths: Paths, find_store: FindStore, secret: Secret, **options: object) -> Config:
    return save_key(paths, find_store, ACCOUNT, secret, now=1000.0, **options)  # type: ignore[arg-type]


def key_now(paths: Paths) -> Secret:
    return read_key(paths, load_config(paths).config.accounts[NAME], os.environ)


def test_saving_rotating_and_sweeping_leave_one_item(keychain_bus: PrivateBus, paths: Paths) -> None:
    find = stores_of(paths, os.environ)
    save(paths, find, OLD)
    assert key_now(paths) == OLD
    save(paths, find, NEW, replaces=True, keep_seconds=600)
    assert key_now(paths) == NEW
    assert sorted(keychain_bus.items().values()) == [NEW.reveal(), OLD.reveal()]
    assert sweep(paths, find, now=1599.0).deleted == 0
    assert sweep(paths, find, now=1600.0).deleted == 1
    assert list(keychain_bus.items().values()) == [NEW.reveal()]


@pytest.mark.parametrize("trouble", ["lock", "stop", "kill"])
def test_a_rotation_that_fails_leaves_the_old_key(trouble: str, keychain_bus: PrivateBus, paths: Paths) -> None:
    save(paths, stores_of(paths, os.environ), OLD)
    getattr(keychain_bus, trouble)()
    with pytest.raises(LlmkeysError):
        save(paths, impatient, NEW, replaces=True)
    keychain_bus.go_on()
    keychain_bus.start_unlocked()
    assert key_now(paths) == OLD
    sweep(paths, impatient, now=1000.0 + LATE_WRITE)
    assert list(keychain_bus.items().values()) == [OLD.reveal()]
    assert load_config(paths).config.garbage == load_config(paths).config.pending == ()


def test_a_write_that_ends_late_is_taken_back_and_never_active(stopped_bus: PrivateBus, paths: Paths) -> None:
    with pytest.raises(KeychainTimeout):
        save(paths, impatient, NEW)
    assert load_config(paths).config.accounts == {}
    assert [each.until for each in load_config(paths).config.garbage] == [1000.0 + LATE_WRITE]
    stopped_bus.go_on()
    wait_for_threads()
    assert stopped_bus.items() == {}


def test_a_key_that_somebody_deleted_is_not_configured(keychain_bus: PrivateBus, paths: Paths) -> None:
    from llmkeys.errors import NotConfigured

    save(paths, stores_of(paths, os.environ), OLD)
    keychain().delete(load_config(paths).config.accounts[NAME].item or "")
    with pytest.raises(NotConfigured, match=r"no longer in its store \(keychain\)") as caught:
        key_now(paths)
    assert caught.value.next == "llmkeys rotate-key openai/work"


ROTATOR = """
import os, sys, time
from llmkeys.account import Account, AccountName
from llmkeys.paths import find_paths
from llmkeys.secret import Secret
from llmkeys.store.keys import save_key
from llmkeys.store.stores import stores_of
paths = find_paths(os.environ)
find = stores_of(paths, os.environ)
account = Account(AccountName("openai", "work"), store="keychain")
save_key(paths, find, account, Secret("key-0"), now=time.time(), replaces=sys.argv[1] == "again")
print("ready", flush=True)
number = 0
while True:
    number += 1
    save_key(paths, find, account, Secret(f"key-{number}"), now=time.time(), replaces=True)
"""


def test_a_rotation_killed_at_any_moment_leaves_one_working_key_and_no_orphan(
    keychain_bus: PrivateBus, paths: Paths
) -> None:
    """Real processes and real SIGKILLs on a real keychain, for about 3 seconds."""
    end = time.monotonic() + 3
    kills = 0
    while kills < 12 and time.monotonic() < end:
        command = [sys.executable, "-c", ROTATOR, "again" if kills else "first"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=unmeasured()) as rotator:
            assert rotator.stdout is not None
            rotator.stdout.readline()
            time.sleep(0.003 * kills)
            rotator.kill()
        kills += 1
        assert key_now(paths).reveal().startswith("key-")
    assert kills >= 3
    find = stores_of(paths, os.environ)
    assert sweep(paths, find, now=time.time(), everything=True).waiting == 0
    assert list(keychain_bus.items()) == [load_config(paths).config.accounts[NAME].item]
