"""What the keychain store does that no keychain on Linux can show: limits, other systems' habits, refusals."""

from __future__ import annotations

import pytest

from llmkeys.errors import KeychainDenied, KeychainError, KeychainTimeout
from llmkeys.secret import Secret
from llmkeys.store import keychain as keychain_module
from llmkeys.store.backends import BACKENDS, Backend, backends_of
from llmkeys.store.keychain import SERVICE, Keychain
from llmkeys.store.stores import Store
from support.fake_ring import Ring, stand_in
from support.store_contract import StoreContract

KEY = Secret("sk-proj-0123456789abcdefghij")


@pytest.fixture(autouse=True)
def _empty_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ring, "kept", {})
    monkeypatch.setattr(Ring, "fails", {})


class TestAnyClassOfKeyrings(StoreContract):
    @pytest.fixture
    def store(self) -> Store:
        return Keychain(stand_in())


class TestAClassThatMayAsk(StoreContract):
    @pytest.fixture
    def store(self) -> Store:
        return Keychain(stand_in(), asks=True)


def test_items_are_kept_under_the_service_of_ours() -> None:
    Keychain(stand_in()).set("openai/work#1", KEY)
    assert list(Ring.kept) == [(SERVICE, "openai/work#1")]
    assert SERVICE == "llmkeys"


def test_a_key_that_is_too_long_for_it_is_refused_with_both_numbers() -> None:
    keychain = Keychain(stand_in(longest=1200))
    keychain.set("a#1", Secret("k" * 1200))
    with pytest.raises(KeychainError, match=r"holds keys of up to 1,200 characters; this one has 1,201\.") as caught:
        keychain.set("a#2", Secret("k" * 1201))
    assert caught.value.next == "Keep it with --store file, or in a variable."
    assert len(Ring.kept) == 1


def test_the_limit_of_windows_is_known() -> None:
    assert [each.longest for each in BACKENDS if each.platform == "win32"] == [1200]


def test_the_class_gets_what_its_constructor_would_have_made() -> None:
    ring = keychain_module._open(stand_in(handle=-1, keychain=None), prompting=False)
    assert vars(ring) == {"handle": -1, "keychain": None}


def test_an_item_that_is_still_there_after_deleting_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    keychain = Keychain(stand_in())
    keychain.set("a#1", KEY)
    monkeypatch.setattr(Ring, "forgets", False)
    with pytest.raises(KeychainError, match="still holds the deleted item a#1"):
        keychain.delete("a#1")


def test_a_deletion_that_fails_is_told_unless_the_item_is_gone() -> None:
    """keyring raises one error for a missing item and for a refusal."""
    keychain = Keychain(stand_in())
    keychain.set("a#1", KEY)
    Ring.fails["delete_password"] = PermissionDenied(-25293, "Security Auth Failure")
    with pytest.raises(KeychainDenied):
        keychain.delete("a#1")
    Ring.kept.clear()
    keychain.delete("a#1")


class PermissionDenied(Exception):
    """Looks like the errors of macOS: the status is the first argument."""


def test_no_error_carries_the_key_or_its_cause() -> None:
    Ring.fails["set_password"] = ValueError("cannot store 'sk-proj-0123456789abcdefghij'")
    with pytest.raises(KeychainError) as caught:
        Keychain(stand_in()).set("a#1", KEY)
    assert caught.value.message == "The Stand-in failed (ValueError)."
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_class_that_cannot_be_loaded_is_no_keychain() -> None:
    from llmkeys.errors import KeychainAbsent

    for row in (stand_in()._replace(module="no.such.module"), Backend("x", "X", "no_such", "Ring", "linux")):
        with pytest.raises(KeychainAbsent):
            Keychain(row).get("a#1")


def test_one_that_may_ask_gives_the_person_time(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    def within(seconds: float, call: object, when_late: object) -> None:
        waited.append(seconds)
        raise keychain_module.TooLate

    monkeypatch.setattr(keychain_module, "within", within)
    for asks in (False, True):
        with pytest.raises(KeychainTimeout):
            Keychain(stand_in(), asks=asks).get("a#1")
    assert waited == [3.0, 60.0]


@pytest.mark.parametrize(
    ("platform", "names"),
    [
        ("linux", ["secret-service", "kwallet"]),
        ("freebsd14", ["secret-service", "kwallet"]),
        ("darwin", ["macos"]),
        ("win32", ["windows"]),
    ],
)
def test_each_platform_has_its_own_keychains(platform: str, names: list[str]) -> None:
    assert [each.name for each in backends_of(platform)] == names


def test_no_plaintext_null_failing_or_chained_class_is_ever_used() -> None:
    modules = {each.module for each in BACKENDS}
    assert modules == {f"keyring.backends.{name}" for name in ("SecretService", "kwallet", "macOS", "Windows")}


@pytest.mark.parametrize("row", BACKENDS, ids=lambda row: row.name)
def test_the_named_classes_exist_in_keyring(row: Backend) -> None:
    import importlib

    assert hasattr(importlib.import_module(row.module), row.class_name)
