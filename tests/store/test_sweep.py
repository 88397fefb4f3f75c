"""Recovery: what is deleted when, what is kept, and that it never fails its caller."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from llmkeys.account import Account, AccountName
from llmkeys.config import Config, Garbage, Pending, with_account, with_garbage, with_pending
from llmkeys.errors import KeychainLocked, LlmkeysError
from llmkeys.files.lock import locked
from llmkeys.paths import Paths
from llmkeys.secret import Secret
from llmkeys.store import sweep as module
from llmkeys.store.config_file import change_config, load_config
from llmkeys.store.stores import stores_of
from llmkeys.store.sweep import GRACE, Swept, sweep
from support.double import PATHS, MemoryStore, World

NAME = AccountName("openai", "work")
KEY = Secret("sk-0123456789abcdefghij")


def told(found: Swept) -> tuple[int, int, list[str]]:
    """What a sweep did, with its problems as words."""
    return found.deleted, found.waiting, [each.message for each in found.problems]


def swept(world: World, now: float, everything: bool = False) -> Swept:
    return sweep(PATHS, world.find_store, now=now, everything=everything)


def test_with_nothing_to_do_nothing_is_written(world: World) -> None:
    world.crash_at = 0
    assert swept(world, 0) == Swept()


@pytest.mark.parametrize(("now", "deleted"), [(99.0, 0), (100.0, 1)])
def test_garbage_is_deleted_when_its_time_has_come(world: World, now: float, deleted: int) -> None:
    world.items["a#1"] = KEY
    world.config = with_garbage(world.config, Garbage("keychain", "a#1", 100.0))
    assert swept(world, now) == Swept(deleted, 1 - deleted)
    assert len(world.items) == len(world.config.garbage) == 1 - deleted


@pytest.mark.parametrize("since", [1000.0 - GRACE - 1, 1000.0 + GRACE + 1])
def test_a_save_that_is_too_old_or_from_the_future_is_given_up(world: World, since: float) -> None:
    world.items["a#1"] = KEY
    world.config = with_pending(world.config, Pending("keychain", "a#1", since))
    assert swept(world, 1000.0).deleted == 1
    assert world.items == {}
    assert world.config.pending == ()


def test_a_save_that_may_be_on_its_way_is_left_alone(world: World) -> None:
    world.items["a#1"] = KEY
    world.config = with_pending(world.config, Pending("keychain", "a#1", 1000.0 - GRACE))
    assert swept(world, 1000.0) == Swept(0, 1)
    assert world.items == {"a#1": KEY}


def test_all_of_it_goes_when_everything_is_asked_for(world: World) -> None:
    world.items.update({"a#1": KEY, "a#2": KEY})
    world.config = with_garbage(world.config, Garbage("keychain", "a#1", 9999.0))
    world.config = with_pending(world.config, Pending("keychain", "a#2", 1000.0))
    assert swept(world, 1000.0, everything=True) == Swept(2, 0)
    assert world.items == {}


def test_an_item_that_an_account_uses_is_struck_off_and_kept(world: World) -> None:
    world.items["a#1"] = KEY
    world.config = with_account(world.config, Account(NAME, store="keychain", item="a#1"))
    world.config = with_garbage(world.config, Garbage("keychain", "a#1", 0.0))
    assert swept(world, 1000.0).waiting == 0
    assert world.items == {"a#1": KEY}


def test_a_locked_store_is_asked_once_and_what_it_holds_waits(world: World) -> None:
    for number in range(5):
        world.config = with_garbage(world.config, Garbage("keychain", f"a#{number}", 0.0))
    world.trouble = "locked"
    before = world.steps
    found = swept(world, 1.0)
    assert told(found) == (0, 5, ["The keychain is locked."])
    assert world.steps - before == 1


def test_one_store_in_trouble_does_not_hold_up_another(world: World) -> None:
    world.config = with_garbage(world.config, Garbage("vault", "a#0", 0.0))
    world.config = with_garbage(world.config, Garbage("keychain", "a#1", 0.0))

    def find(kind: str) -> MemoryStore:
        if kind == "vault":
            raise KeychainLocked("There is no vault.")
        return world.find_store(kind)

    assert told(sweep(PATHS, find, now=1.0)) == (1, 1, ["There is no vault."])


def test_a_config_that_cannot_be_written_is_a_problem_not_an_error(world: World) -> None:
    def refuse(paths: Paths, change: object) -> Config:
        raise LlmkeysError("the disk is full")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "change_config", refuse)
        world.config = with_garbage(world.config, Garbage("keychain", "a#1", 0.0))
        assert told(swept(world, 1.0)) == (0, 1, ["the disk is full"])
        world.config = with_pending(world.config, Pending("keychain", "a#2", 0.0))
        assert told(swept(world, 1000.0)) == (0, 2, ["the disk is full"])


def test_a_config_that_does_not_parse_is_a_problem_not_an_error(paths: Paths) -> None:
    os.makedirs(paths.config_folder, mode=0o700)
    Path(paths.config).write_text("{")
    found = sweep(paths, stores_of(paths, {}), now=0)
    assert "cannot be read" in found.problems[0].message


def test_without_any_file_nothing_is_made(paths: Paths) -> None:
    assert sweep(paths, stores_of(paths, {}), now=0) == Swept()
    assert not os.path.exists(paths.config_folder)


def test_temporary_files_that_dead_writers_left_are_removed(paths: Paths) -> None:
    change_config(paths, lambda config: config.replace(x=1))
    os.makedirs(paths.data_folder, mode=0o700)
    left = [
        Path(paths.config_folder, ".config.json.1-00000000.tmp"),
        Path(paths.data_folder, ".credentials.json.1-00000000.tmp"),
    ]
    for each in left:
        each.write_text('{"keys": {"a#1": "sk-left-behind"}}')
    assert sweep(paths, stores_of(paths, {}), now=0) == Swept()
    assert not any(each.exists() for each in left)
    assert load_config(paths).problem is None


def test_a_writer_at_work_keeps_its_temporary_file(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    change_config(paths, lambda config: config.replace(x=1))
    temporary = Path(paths.config_folder, ".config.json.1-00000000.tmp")
    temporary.write_text("{}")
    monkeypatch.setattr(module, "locked", lambda path: locked(path, seconds=0.05))
    with locked(paths.config):
        found = sweep(paths, stores_of(paths, {}), now=0)
    assert "is being changed by" in found.problems[0].message
    assert temporary.exists()
