"""Saving, rotating and forgetting keys: what config says afterwards, and what happens when two do it at once."""

from __future__ import annotations

import os

import pytest

from llmkeys.account import Account, AccountName
from llmkeys.config import Config, Garbage, Pending, with_account, with_pending, with_setting
from llmkeys.errors import AlreadyThere, KeychainError, KeychainLocked, LlmkeysError, NotConfigured
from llmkeys.paths import Paths
from llmkeys.secret import Secret
from llmkeys.store.config_file import change_config, load_config
from llmkeys.store.keys import forget_everything, forget_key, save_key
from llmkeys.store.stores import read_key, stores_of
from llmkeys.store.sweep import sweep
from support.double import PATHS, World

NAME = AccountName("openai", "work")
OLD, NEW = Secret("sk-old-0123456789abcdef"), Secret("sk-new-0123456789abcdef")


def save(world: World, secret: Secret, account: Account | None = None, **options: object) -> Config:
    account = account or Account(NAME, store="keychain")
    return save_key(PATHS, world.find_store, account, secret, **{"now": 0.0, **options})  # type: ignore[arg-type]


def test_a_saved_account_is_what_was_asked_for_plus_its_item_and_fingerprint(world: World) -> None:
    wanted = Account(NAME, display_name="Mine", store="keychain", hint="sk-…cdef", base_url="https://x.test", model="m")
    saved = save(world, OLD, wanted).accounts[NAME]
    assert saved == wanted._replace(item=saved.item, fingerprint=OLD.fingerprint("salt"))
    assert (saved.item or "").startswith("openai/work#")
    assert world.items == {saved.item: OLD}


def test_every_save_has_an_item_of_its_own(world: World) -> None:
    first = save(world, OLD).accounts[NAME].item
    second = save(world, OLD, replaces=True).accounts[NAME].item
    assert first != second


def test_what_finish_does_is_in_the_same_commit(world: World) -> None:
    seen: list[Config] = []

    def finish(config: Config) -> Config:
        seen.append(config)
        return with_setting(config, "theme", "dark")

    config = save(world, OLD, finish=finish)
    assert NAME in seen[0].accounts
    assert config.settings["theme"] == world.config.settings["theme"] == "dark"


def test_a_rotation_changes_the_key_and_nothing_else_that_config_says(world: World) -> None:
    save(world, OLD, Account(NAME, store="keychain", created_at="2026-01-01T00:00:00Z"))
    world.config = with_account(
        world.config, world.config.accounts[NAME]._replace(display_name="edited meanwhile", model="m", enabled=False)
    )
    stale = Account(NAME, store="file", hint="…cdef", updated_at="2026-02-02T00:00:00Z", display_name="stale")
    config = save(world, NEW, stale, replaces=True)
    found = config.accounts[NAME]
    assert (found.display_name, found.model, found.enabled) == ("edited meanwhile", "m", False)
    assert (found.created_at, found.updated_at) == ("2026-01-01T00:00:00Z", "2026-02-02T00:00:00Z")
    assert (found.store, found.hint, found.fingerprint) == ("file", "…cdef", NEW.fingerprint("salt"))


def test_a_rotation_of_a_reference_ends_the_reference(world: World) -> None:
    world.config = with_account(world.config, Account(NAME, reference="env:NAME"))
    found = save(world, NEW, replaces=True).accounts[NAME]
    assert (found.reference, found.store) == (None, "keychain")
    assert world.config.garbage == ()


def test_the_old_key_is_kept_as_long_as_asked_for(world: World) -> None:
    item = save(world, OLD).accounts[NAME].item or ""
    config = save(world, NEW, replaces=True, now=100.0, keep_seconds=600)
    assert config.garbage == (Garbage("keychain", item, 700.0),)
    assert world.items[item] == OLD


def test_an_account_that_is_there_is_not_added_again(world: World) -> None:
    save(world, OLD)
    before = world.config
    with pytest.raises(AlreadyThere, match="openai/work is there already") as caught:
        save(world, NEW)
    assert "rotate-key openai/work" in caught.value.next
    assert world.config == before
    assert list(world.items.values()) == [OLD]


def test_an_account_that_is_not_there_is_not_rotated(world: World) -> None:
    with pytest.raises(NotConfigured, match="There is no account openai/work") as caught:
        save(world, NEW, replaces=True)
    assert caught.value.next == "llmkeys add-key openai/work"
    assert world.items == {}


def test_two_that_add_one_account_at_once_make_one(world: World) -> None:
    """The other one commits while our keychain write is on its way."""

    def other_one_first() -> None:
        world.watch = lambda: None
        save(world, OLD)

    world.watch = other_one_first
    with pytest.raises(AlreadyThere):
        save(world, NEW)
    assert [*world.items.values()] == [OLD]
    assert world.active(NAME) == OLD.reveal()
    assert world.config.pending == world.config.garbage == ()


def test_two_that_rotate_one_account_at_once_leave_one_key(world: World) -> None:
    save(world, OLD)

    def other_one_first() -> None:
        world.watch = lambda: None
        save(world, Secret("from the other one"), replaces=True)

    world.watch = other_one_first
    save(world, NEW, replaces=True)
    assert [*world.items.values()] == [NEW]
    assert world.config.pending == world.config.garbage == ()


def test_a_save_that_a_sweep_gave_up_does_not_commit(world: World) -> None:
    save(world, OLD)

    def sweeps_all() -> None:
        world.watch = lambda: None
        sweep(PATHS, world.find_store, now=0.0, everything=True)

    world.watch = sweeps_all
    with pytest.raises(KeychainError, match="took too long"):
        save(world, NEW, replaces=True)
    assert world.active(NAME) == OLD.reveal()
    assert world.orphans() <= world.items.keys()


def test_a_store_that_gives_back_another_key_is_not_trusted(world: World) -> None:
    save(world, OLD)
    world.trouble = "lying"
    with pytest.raises(KeychainError, match="gives back another key"):
        save(world, NEW, replaces=True)
    assert world.active(NAME) == OLD.reveal()
    assert [*world.items.values()] == [OLD]


def test_the_next_save_finishes_what_a_crash_left(world: World) -> None:
    world.items["openai/work#crashed"] = OLD
    world.config = with_pending(world.config, Pending("keychain", "openai/work#crashed", -10_000.0))
    config = save(world, NEW)
    assert [*world.items.values()] == [NEW]
    assert config.pending == config.garbage == ()


def test_forgetting_takes_the_account_and_then_its_key(world: World) -> None:
    save(world, OLD)
    config = forget_key(PATHS, world.find_store, NAME, now=0, finish=lambda config: with_setting(config, "theme", "x"))
    assert config.accounts == {}
    assert config.garbage == ()
    assert config.settings == {"theme": "x"}
    assert world.items == {}


def test_forgetting_with_a_locked_keychain_keeps_the_item_on_record(world: World) -> None:
    item = save(world, OLD).accounts[NAME].item or ""
    world.trouble = "locked"
    config = forget_key(PATHS, world.find_store, NAME, now=5)
    assert config.accounts == {}
    assert config.garbage == (Garbage("keychain", item, 5.0),)


def test_forgetting_what_is_not_there_is_told(world: World) -> None:
    with pytest.raises(NotConfigured, match="There is no account openai/work"):
        forget_key(PATHS, world.find_store, NAME, now=0)


def test_an_account_without_a_key_is_forgotten_without_a_store(world: World) -> None:
    world.config = with_account(world.config, Account(NAME, base_url="http://localhost:11434"))
    world.trouble = "locked"
    assert forget_key(PATHS, world.find_store, NAME, now=0).accounts == {}


def test_forgetting_everything_tells_what_is_left(world: World) -> None:
    item = save(world, OLD).accounts[NAME].item or ""
    save(world, NEW, Account(AccountName("groq", "default"), store="keychain"))
    save(world, NEW, replaces=True, keep_seconds=600)
    world.trouble = "locked"
    left = forget_everything(PATHS, world.find_store, now=0)
    assert f"keychain {item}" in left
    assert len(left) == 3
    world.trouble = ""
    assert forget_everything(PATHS, world.find_store, now=0) == ()
    assert world.items == {}
    assert world.config.accounts == {}


def test_the_file_store_goes_the_same_way(paths: Paths) -> None:
    find = stores_of(paths, os.environ)
    account = Account(NAME, store="file")
    first = save_key(paths, find, account, OLD, now=0)
    assert first.accounts[NAME].fingerprint == OLD.fingerprint(first.salt)
    assert read_key(paths, first.accounts[NAME], os.environ) == OLD
    second = save_key(paths, find, account, NEW, now=0, replaces=True)
    assert read_key(paths, second.accounts[NAME], os.environ) == NEW
    with pytest.raises(NotConfigured, match=r"no longer in its store \(file\)"):
        read_key(paths, first.accounts[NAME], os.environ)
    forget_key(paths, find, NAME, now=0)
    assert load_config(paths).config.accounts == {}


@pytest.mark.parametrize("account", [Account(NAME), Account(NAME, store="file"), Account(NAME, reference="env:X")])
def test_an_account_without_an_item_has_no_key_of_its_own(account: Account, paths: Paths) -> None:
    with pytest.raises(NotConfigured, match="openai/work has no key of its own"):
        read_key(paths, account, os.environ)


def test_a_store_that_we_do_not_know_is_told(paths: Paths) -> None:
    for kind in ("vault", ""):
        with pytest.raises(LlmkeysError, match="no store called") as caught:
            stores_of(paths, os.environ)(kind)
        assert caught.value.next == "Update llmkeys."


def test_a_save_into_a_keychain_that_is_not_there_changes_nothing(paths: Paths) -> None:
    from llmkeys.errors import KeychainAbsent

    with pytest.raises(KeychainAbsent):
        save_key(paths, stores_of(paths, {}), Account(NAME, store="keychain"), OLD, now=0)
    assert not os.path.exists(paths.config)


def test_a_config_that_cannot_be_written_any_more_leaves_the_rest_to_the_sweep(world: World) -> None:
    from llmkeys.store import keys

    real = keys.change_config
    calls: list[int] = []

    def only_once(paths: Paths, change: object) -> Config:
        calls.append(1)
        if len(calls) > 1:
            raise LlmkeysError("the disk is full")
        return real(paths, change)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "change_config", only_once)
        with pytest.raises(LlmkeysError, match="the disk is full"):
            save(world, NEW)
    assert len(world.config.pending) == 1
    assert world.orphans() == set()
    assert sweep(PATHS, world.find_store, now=10_000.0).deleted == 1
    assert world.items == {}


def test_the_lock_is_not_held_while_the_keychain_is_asked(paths: Paths) -> None:
    class Watching:
        def get(self, item: str) -> Secret:
            change_config(paths, lambda config: with_setting(config, "get", "1"))
            return OLD

        def set(self, item: str, secret: Secret) -> None:
            change_config(paths, lambda config: with_setting(config, "set", "1"))

        def delete(self, item: str) -> None:
            raise KeychainLocked("raised by a test")

    config = save_key(paths, lambda kind: Watching(), Account(NAME, store="keychain"), OLD, now=0)
    assert config.settings == {"get": "1", "set": "1"}
