"""The line a key is typed in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.cli.key_line import SHOWN_BULLETS, KeyLine
from llmkeys.errors import BadKey, Cancelled


def typed(*pieces: bytes) -> KeyLine:
    line = KeyLine()
    for piece in pieces:
        line.feed(piece)
    return line


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        ((b"sk-1\r",), "sk-1"),
        ((b"sk-1\n",), "sk-1"),
        ((b"s", b"k", b"\r"), "sk"),
        ((b"skx\x7f-1\r",), "sk-1"),
        ((b"\x7f\x08sk\r",), "sk"),
        ((b"wrong\x15sk\r",), "sk"),
        ((b"wrong\x17sk\r",), "sk"),
        ((b"\x1b[D\x1bOAsk\x1b[3~\r",), "sk"),
        ((b"\x1bsk\r",), "sk"),
        ((b"\x1b", b"[20", b"0~a\nb\x1b[201~\r"), "a\nb"),
        ((b"\x1b[200~a\x03b\x1b[201~c\r",), "a\x03bc"),
        (("ключ".encode() + b"\x7f\r",), "клю"),
        ((b"\xff\r",), "�"),
        ((b"sk\rrm -rf x\r",), "sk"),
    ],
)
def test_bytes_of_a_terminal_become_what_was_meant(pieces: tuple[bytes, ...], text: str) -> None:
    line = typed(*pieces)
    assert line.done
    assert line.text() == text


@pytest.mark.parametrize("ending", [b"\x03", b"\x04", b""], ids=["ctrl+c", "ctrl+d", "closed"])
def test_leaving_the_line_cancels(ending: bytes) -> None:
    with pytest.raises(Cancelled):
        typed(b"sk-1", ending)


def test_more_than_any_key_is_refused_while_it_comes_in() -> None:
    with pytest.raises(BadKey):
        typed(*[b"x" * 4096] * 5)


def test_every_character_is_a_bullet_and_goes_with_backspace() -> None:
    line = KeyLine()
    assert line.feed(b"sk") == "••"
    assert line.feed(b"\x7f") == "\b \b"
    assert line.feed(b"\x15") == "\b \b"
    assert line.feed(b"x" * 100) == "•" * SHOWN_BULLETS
    assert line.feed(b"\x7f") == ""


@given(st.binary(max_size=200).filter(lambda data: not set(data) & set(b"\x03\x04")))
def test_nothing_that_is_typed_is_drawn(data: bytes) -> None:
    line = KeyLine()
    drawn = line.feed(b"s" + data)
    assert set(drawn) <= set("•\b ")
