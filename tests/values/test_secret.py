"""A key's text does not leave its wrapper by accident."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.secret import REDACTED, Secret

KEY = "sk-ant-api03-0123456789abcdef7Qx2"
SECRET = Secret(KEY)


@pytest.mark.parametrize(
    "shown", [repr(SECRET), str(SECRET), f"{SECRET}", f"{SECRET:>80}", f"{SECRET!s}", f"{[SECRET]}"]
)
def test_it_prints_as_a_mask(shown: str) -> None:
    assert KEY not in shown
    assert REDACTED in shown


def test_it_is_neither_pickled_nor_written_as_json() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(SECRET)
    with pytest.raises(TypeError):
        json.dumps(SECRET)


def test_a_copy_is_itself() -> None:
    assert copy.copy(SECRET) is SECRET
    assert copy.deepcopy([SECRET])[0] is SECRET


def test_it_does_not_change() -> None:
    with pytest.raises(AttributeError) as refused:
        SECRET._text = "x"
    assert KEY not in str(refused.value)
    assert not hasattr(SECRET, "__dict__")


def test_it_equals_only_another_secret_of_the_same_text() -> None:
    assert Secret(KEY) == SECRET
    assert hash(Secret(KEY)) == hash(SECRET)
    assert Secret(KEY + "x") != SECRET
    assert SECRET != KEY


def test_it_knows_its_length_and_emptiness() -> None:
    assert len(SECRET) == len(KEY)
    assert SECRET
    assert not Secret("")


def test_its_text_comes_out_by_one_door() -> None:
    assert SECRET.reveal() == KEY


@pytest.mark.parametrize(
    ("key", "prefixes", "hint"),
    [
        (KEY, ("sk-", "sk-ant-", "gsk_"), "sk-ant-…7Qx2"),
        (KEY, ("gsk_",), "…7Qx2"),
        (KEY, (), "…7Qx2"),
        ("sk-45678901234567890", ("sk-",), "sk-…7890"),
        ("sk-4567890123456789", ("sk-",), "19 characters"),
        ("", ("sk-",), "0 characters"),
        ("k", (), "1 character"),
    ],
)
def test_a_hint_shows_a_known_prefix_and_the_end_of_a_long_key_only(
    key: str, prefixes: tuple[str, ...], hint: str
) -> None:
    assert Secret(key).hint(prefixes) == hint


def test_the_tail_of_a_short_key_stays_hidden() -> None:
    assert Secret("x" * 16 + "7Qx2").tail == "7Qx2"
    assert Secret("x" * 15 + "7Qx2").tail == ""


def test_prefixes_and_forms_are_compared_inside() -> None:
    assert SECRET.starts_with(("sk-", "sk-ant-", "x")) == "sk-ant-"
    assert SECRET.starts_with(("x",)) == ""
    assert SECRET.matches("sk-ant-.*")
    assert not SECRET.matches("sk-ant-")


@given(st.text(), st.text(), st.text(), st.text())
def test_a_fingerprint_belongs_to_one_key_and_one_salt(one: str, other: str, salt: str, another: str) -> None:
    fingerprint = Secret(one).fingerprint(salt)
    assert len(fingerprint) == 32
    assert (fingerprint == Secret(other).fingerprint(salt)) is (one == other)
    if salt.rstrip("\0") != another.rstrip("\0"):
        assert fingerprint != Secret(one).fingerprint(another)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"refused {KEY}.", "refused …."),
        (f"refused {KEY[:10]}", "refused …"),
        (f"refused {KEY[:7]}", f"refused {KEY[:7]}"),
        (f"{KEY[:8]} and {KEY[-8:]}", "… and …"),
        ("nothing of it", "nothing of it"),
        ("", ""),
    ],
)
def test_pieces_of_a_key_are_struck_out_of_foreign_text(text: str, hidden: str) -> None:
    assert SECRET.hidden_in(text) == hidden


def test_a_short_key_is_struck_out_whole() -> None:
    assert Secret("abc").hidden_in("xabcx ab") == "x…x ab"
    assert Secret("").hidden_in("abc") == "abc"


@given(st.text(max_size=20), st.integers(0, 20), st.integers(0, 20), st.text(max_size=5))
def test_editing_is_what_a_field_does(text: str, start: int, length: int, typed: str) -> None:
    assert Secret(text).edited(start, start + length, typed).reveal() == text[:start] + typed + text[start + length :]
