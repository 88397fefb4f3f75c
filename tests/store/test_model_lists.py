"""Cached lists of models: one file an account, with its age, and worth no more than a new request."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from llmkeys.files.lock import locked
from llmkeys.paths import Paths
from llmkeys.store import model_lists
from llmkeys.store.model_lists import ModelList, forget_list, load_list, save_list

WORK = "openai/work"
HERE = "https://api.openai.com"


def test_without_a_list_there_is_none(paths: Paths) -> None:
    assert load_list(paths, WORK) is None
    forget_list(paths, WORK)
    assert not os.path.exists(paths.models)


def test_a_list_keeps_its_order_and_its_age(paths: Paths) -> None:
    assert save_list(paths, WORK, iter(["b", "a", "ключ"]), 1000.5, origin=HERE) == ""
    assert load_list(paths, WORK) == ModelList(("b", "a", "ключ"), 1000.5, HERE)


def test_accounts_have_lists_of_their_own(paths: Paths) -> None:
    save_list(paths, WORK, ["a"], 1.0, origin=HERE)
    assert load_list(paths, "openai/home") is None
    assert load_list(paths, "openai@work") is None
    forget_list(paths, WORK)
    assert load_list(paths, WORK) is None


def test_a_list_of_another_origin_is_none(paths: Paths) -> None:
    save_list(paths, WORK, ["a"], 1.0, origin=HERE)
    assert load_list(paths, WORK, HERE) == load_list(paths, WORK) == ModelList(("a",), 1.0, HERE)
    assert load_list(paths, WORK, "https://proxy.example") is None
    assert load_list(paths, WORK, "") is None
    Path(paths.models, "openai@work.json").write_text('{"account": "openai/work", "fetched_at": 1, "ids": ["a"]}')
    assert load_list(paths, WORK, HERE) is None


def test_a_list_of_another_account_under_the_same_name_is_none(paths: Paths) -> None:
    """File systems that do not tell upper from lower case."""
    save_list(paths, WORK, ["a"], 1.0, origin=HERE)
    os.rename(os.path.join(paths.models, "openai@work.json"), os.path.join(paths.models, "openai@Work.json"))
    assert load_list(paths, "openai/Work") is None


def test_a_new_list_takes_the_place_of_any_old_file(paths: Paths) -> None:
    save_list(paths, WORK, ["a"], 1.0, origin=HERE)
    file = Path(paths.models, "openai@work.json")
    for text in ("{", '{"account": "openai/work"}', '{"account": "openai/work", "fetched_at": "now"}', "[]"):
        file.write_text(text)
        assert load_list(paths, WORK) is None
        assert save_list(paths, WORK, ["b"], 2.0, origin=HERE) == ""
        assert load_list(paths, WORK) == ModelList(("b",), 2.0, HERE)


def test_ids_that_are_no_text_are_left_out(paths: Paths) -> None:
    save_list(paths, WORK, ["a", 3, "b"], 1.0, origin=HERE)  # type: ignore[list-item]
    assert load_list(paths, WORK) == ModelList(("a", "b"), 1.0, HERE)


def test_a_hundred_thousand_models_are_kept(paths: Paths) -> None:
    ids = [f"vendor-{number % 50}/model-{number}-instruct" for number in range(100_000)]
    assert save_list(paths, WORK, ids, 1.0, origin=HERE) == ""
    found = load_list(paths, WORK)
    assert found is not None
    assert len(found.ids) == 100_000


def test_a_list_that_cannot_be_kept_is_no_error(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_lists, "locked", lambda path: locked(path, seconds=0.02))
    with locked(os.path.join(paths.models, "lists")):
        assert "is being changed by" in save_list(paths, WORK, ["a"], 1.0, origin=HERE)
    assert "larger than" in save_list(paths, WORK, ["x" * (17 << 20)], 1.0, origin=HERE)
