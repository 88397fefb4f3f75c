"""What every store of keys must do; each store's test only makes the store."""

from __future__ import annotations

import pytest

from llmkeys.secret import Secret
from llmkeys.store.stores import Store

KEY = "sk-proj-0123456789abcdefghijABCDEFGHIJ"


class StoreContract:
    """Subclasses have a fixture `store` that gives an empty store."""

    def test_what_was_never_kept_is_none(self, store: Store) -> None:
        assert store.get("openai/work#1") is None

    def test_what_is_kept_is_given_back(self, store: Store) -> None:
        store.set("openai/work#1", Secret(KEY))
        assert store.get("openai/work#1") == Secret(KEY)

    def test_items_are_apart(self, store: Store) -> None:
        store.set("openai/work#1", Secret("one"))
        store.set("openai/work#2", Secret("two"))
        store.set("openai/Work#1", Secret("three"))
        assert store.get("openai/work#1") == Secret("one")
        assert store.get("openai/work#2") == Secret("two")
        store.delete("openai/work#1")
        assert store.get("openai/work#1") is None
        assert store.get("openai/work#2") == Secret("two")
        assert store.get("openai/Work#1") == Secret("three")

    def test_an_item_that_is_kept_again_has_its_last_key(self, store: Store) -> None:
        store.set("openai/work#1", Secret("old"))
        store.set("openai/work#1", Secret("new"))
        assert store.get("openai/work#1") == Secret("new")
        store.delete("openai/work#1")
        assert store.get("openai/work#1") is None

    def test_forgetting_what_is_not_there_is_no_error(self, store: Store) -> None:
        store.delete("openai/work#1")
        store.set("openai/work#1", Secret(KEY))
        store.delete("openai/work#1")
        store.delete("openai/work#1")
        assert store.get("openai/work#1") is None

    def test_the_longest_key_that_can_be_typed_is_kept(self, store: Store) -> None:
        store.set("openai/work#1", Secret("k" * 4096))
        assert store.get("openai/work#1") == Secret("k" * 4096)

    @pytest.mark.parametrize("text", ["".join(map(chr, range(0x21, 0x7F))), "k", '"', "'", "\\", "%s{}$()", "ключ"])
    def test_any_text_is_given_back_to_the_letter(self, store: Store, text: str) -> None:
        store.set("openai/any#1", Secret(text))
        assert store.get("openai/any#1") == Secret(text)
