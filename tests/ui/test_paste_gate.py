"""The gate in front of Textual's parser: it passes everything but the rest of a paste that is too long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser

from llmkeys.ui.paste_gate import MOST_PASTED, PasteGate

START, END = "\x1b[200~", "\x1b[201~"


def passed(text: str, size: int) -> str:
    gate = PasteGate()
    return "".join(gate.pass_on(text[start : start + size]) for start in range(0, len(text), size))


@given(st.lists(st.sampled_from(["a", "\x1b", "[", "20", "1~", START, END, "\x1b[A"]), max_size=30), st.integers(1, 40))
def test_what_is_short_passes_as_it_is(pieces: list[str], size: int) -> None:
    text = "".join(pieces) + END
    assert passed(text, size) == text


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 4096, 10**9])
@pytest.mark.parametrize("length", [0, 1, MOST_PASTED, MOST_PASTED + 1])
def test_a_paste_up_to_the_limit_is_whole(length: int, size: int) -> None:
    text = f"x{START}{'k' * length}{END}y"
    assert passed(text, size) == text


@pytest.mark.parametrize("size", [4095, 65536, 10**9])
def test_ten_megabytes_reach_the_parser_as_one_character_more_than_fields_take(size: int) -> None:
    text = f"a{START}{'k' * 10_000_000}{END}b{START}sk-1{END}c"
    assert passed(text, size) == f"a{START}{'k' * (MOST_PASTED + 1)}{END}b{START}sk-1{END}c"


@pytest.mark.parametrize("cut", range(1, len(START) + len(END)))
def test_a_bracket_that_comes_in_two_reads_is_one(cut: int) -> None:
    gate = PasteGate()
    whole = START + "k" * 100_000 + END
    if cut >= len(START):
        cut = len(whole) - len(START) - len(END) + cut
    assert (
        gate.pass_on(f"x{whole[:cut]}") + gate.pass_on(f"{whole[cut:]}y") == f"x{START}{'k' * (MOST_PASTED + 1)}{END}y"
    )


def test_an_escape_is_passed_at_once_and_begins_nothing_after_a_while() -> None:
    gate = PasteGate()
    assert gate.pass_on("\x1b") == "\x1b"
    gate.rest()
    assert gate.pass_on(START[1:] + "typed" * 50_000) == START[1:] + "typed" * 50_000
    assert gate.pass_on("\x1b") == "\x1b"


def test_half_a_closing_bracket_is_kept_however_long_the_rest_takes() -> None:
    gate = PasteGate()
    assert gate.pass_on(f"{START}k{END[:3]}") == f"{START}k"
    gate.rest()
    assert gate.pass_on(f"{END[3:]}y") == f"{END}y"


def test_textuals_parser_makes_one_paste_of_it() -> None:
    found = list(XTermParser().feed(passed(f"{START}{'k' * 1_000_000}{END}x", 65536)))
    assert [len(each.text) for each in found if isinstance(each, events.Paste)] == [MOST_PASTED + 1]
    assert [each.key for each in found if isinstance(each, events.Key)] == ["x"]
