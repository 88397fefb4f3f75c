"""Reset forgets every key and every file, and says what it could not delete."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from llmkeys.errors import Unparsable
from llmkeys.secret import Secret
from llmkeys.service.accounts import Draft, rotate_key
from llmkeys.service.keys import resolve
from llmkeys.service.reset import our_files, reset
from llmkeys.service.session import Session
from llmkeys.store.config_file import change_config
from llmkeys.store.model_lists import save_list
from support.keeping import OTHER_KEY, kept

Opened = Callable[..., Session]


def test_reset_leaves_no_key_and_no_file(session: Opened, home: Path) -> None:
    here = session()
    kept(here, "openai/work")
    rotate_key(here, Draft("openai", "work", Secret(OTHER_KEY)), keep_seconds=600)
    resolve(here, "openai/work")
    save_list(here.paths, "openai/work", ["gpt-4.1"], 0, origin="https://api.openai.com")
    done = reset(here)
    assert (done.accounts, done.left) == (1, ())
    assert our_files(here) == []
    assert not any(b"sk-proj" in path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_reset_of_nothing_is_done_at_once(session: Opened) -> None:
    assert reset(session()) == (0, (), ())


def test_files_that_are_not_ours_stay(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    notes = Path(here.paths.config_folder) / "notes.txt"
    notes.write_text("mine")
    reset(here)
    assert notes.read_text() == "mine"


def test_an_item_that_cannot_be_deleted_is_named_and_config_keeps_its_name(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    change_config(
        here.paths,
        lambda config: config.replace(garbage=[{"store": "keychain", "item": "groq/old#1", "until": 0}]),
    )
    done = reset(here)
    assert done.left == ("The key kept as keychain groq/old#1 could not be deleted; config keeps its name.",)
    assert [os.path.basename(path) for path in our_files(here)] == ["config.json"]


def test_a_file_that_cannot_be_deleted_is_named(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    folder = Path(here.paths.models) / "folder"
    folder.mkdir(parents=True)
    reasons = {"it is a folder", "the system does not permit it", "permission denied"}  # as the systems put it
    (left,) = reset(here).left
    assert left in {f"{folder} could not be deleted: {each}." for each in reasons}


def test_a_config_that_cannot_be_read_is_not_deleted(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    Path(here.paths.config).write_text("{")
    with pytest.raises(Unparsable):
        reset(here)
    assert Path(here.paths.config).exists()
