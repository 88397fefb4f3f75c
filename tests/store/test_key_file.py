"""The plaintext file of keys: the contract of a store, and what is its own."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from llmkeys.errors import FileRefused, NewerFile, Unparsable
from llmkeys.paths import Paths
from llmkeys.secret import Secret
from llmkeys.store.key_file import KeyFile
from llmkeys.store.stores import Store
from support.double import MemoryStore, World
from support.store_contract import StoreContract

on_unix = pytest.mark.only_on("linux", "darwin")


class TestKeyFile(StoreContract):
    @pytest.fixture
    def store(self, paths: Paths) -> Store:
        return KeyFile(paths)


class TestTheDoubleOfTheCrashTests(StoreContract):
    @pytest.fixture
    def store(self) -> Store:
        return MemoryStore(World())


@on_unix
def test_the_file_is_for_its_owner_alone(paths: Paths) -> None:
    KeyFile(paths).set("a#1", Secret("key"))
    assert stat.S_IMODE(os.stat(paths.credentials).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(paths.data_folder).st_mode) == 0o700


@on_unix
def test_a_file_that_was_open_is_closed_before_it_is_read(paths: Paths) -> None:
    KeyFile(paths).set("a#1", Secret("key"))
    os.chmod(paths.credentials, 0o644)
    assert KeyFile(paths).get("a#1") == Secret("key")
    assert stat.S_IMODE(os.stat(paths.credentials).st_mode) == 0o600


@on_unix
def test_the_file_is_never_a_link(paths: Paths, tmp_path: Path) -> None:
    os.makedirs(paths.data_folder, mode=0o700)
    (tmp_path / "keys").write_text('{"keys": {"a#1": "key"}}')
    os.symlink(tmp_path / "keys", paths.credentials)
    with pytest.raises(FileRefused):
        KeyFile(paths).get("a#1")
    with pytest.raises(FileRefused):
        KeyFile(paths).set("a#1", Secret("key"))
    assert (tmp_path / "keys").read_text() == '{"keys": {"a#1": "key"}}'


def test_nothing_is_made_by_asking_or_by_forgetting(paths: Paths) -> None:
    KeyFile(paths).get("a#1")
    KeyFile(paths).delete("a#1")
    assert not os.path.exists(paths.data_folder)


def test_fields_we_do_not_know_survive(paths: Paths) -> None:
    KeyFile(paths).set("a#1", Secret("key"))
    raw = json.loads(Path(paths.credentials).read_bytes())
    assert raw == {"version": 1, "keys": {"a#1": "key"}}
    Path(paths.credentials).write_text(json.dumps({**raw, "later": 1, "keys": {"a#1": "key", "b#1": {"odd": 1}}}))
    KeyFile(paths).set("c#1", Secret("other"))
    KeyFile(paths).delete("a#1")
    assert json.loads(Path(paths.credentials).read_bytes()) == {
        "version": 1,
        "later": 1,
        "keys": {"b#1": {"odd": 1}, "c#1": "other"},
    }


def test_a_file_that_does_not_parse_is_never_overwritten(paths: Paths) -> None:
    KeyFile(paths).set("a#1", Secret("key"))
    Path(paths.credentials).write_text('{"keys": {"a#1"')
    for act in (lambda: KeyFile(paths).get("a#1"), lambda: KeyFile(paths).set("a#1", Secret("new"))):
        with pytest.raises(Unparsable) as caught:
            act()
        assert "a#1" not in caught.value.message
    assert Path(paths.credentials).read_text() == '{"keys": {"a#1"'


def test_a_newer_file_is_read_and_never_written(paths: Paths) -> None:
    KeyFile(paths).set("a#1", Secret("key"))
    Path(paths.credentials).write_text('{"version": 9, "keys": {"a#1": "key"}}')
    assert KeyFile(paths).get("a#1") == Secret("key")
    with pytest.raises(NewerFile):
        KeyFile(paths).set("b#1", Secret("key"))
    with pytest.raises(NewerFile):
        KeyFile(paths).delete("a#1")


@pytest.mark.parametrize("keys", ['["a#1"]', '"a#1"', "null", "5"])
def test_a_file_whose_keys_are_no_object_is_never_taken_for_an_empty_one(paths: Paths, keys: str) -> None:
    os.makedirs(paths.data_folder, mode=0o700)
    Path(paths.credentials).write_text(f'{{"keys": {keys}}}')
    file = KeyFile(paths)
    for act in (
        lambda: file.get("a#1"),
        lambda: file.set("a#1", Secret("new")),
        lambda: file.delete("a#1"),
        file.items,
    ):
        with pytest.raises(Unparsable, match="keys is not an object"):
            act()
    assert Path(paths.credentials).read_text() == f'{{"keys": {keys}}}'


def test_one_key_that_is_no_text_is_named_when_it_is_asked_for_and_leaves_the_others_alone(paths: Paths) -> None:
    KeyFile(paths).set("a#1", Secret("key"))
    Path(paths.credentials).write_text('{"keys": {"a#1": "key", "b#1": 5, "c#1": null}}')
    for item in ("b#1", "c#1"):
        with pytest.raises(Unparsable, match="is not text"):
            KeyFile(paths).get(item)
    assert KeyFile(paths).get("a#1") == Secret("key")
    KeyFile(paths).delete("b#1")
    assert set(KeyFile(paths).items()) == {"a#1", "c#1"}
