"""Keys without a paste's brackets, read by read: each is one paste to the parser, and everything else is as typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.service.session import Session
from llmkeys.ui.bursts import LONGEST_DOUBT, QUIET, Bursts
from llmkeys.ui.key_judge import KeyTeller
from llmkeys.ui.paste_gate import MOST_PASTED, PasteGate

START, END = "\x1b[200~", "\x1b[201~"
KEY = "sk-dyAAAAAAAAAAAAAAAAAAAAAA1234"
SHORT = "sk-0-q0123456789"
ANTHROPIC = "sk-ant-q0TTTTTTTTTTTTTTTTTT1234"
RANDOM = "q8Zx3kTy7Lm2Nd9Rs4Wv6Bc1Hf5Jg0Pd"
ID = "accounts/fireworks/models/llama-v3p1-405b-instruct"


class Nobody:
    """Knows no key."""

    def is_key(self, text: str) -> bool:
        return False

    def find_key(self, text: str) -> int:
        return -1


class Hand:
    """Types into a gate, with a clock of its own; `seen` is what the parser got."""

    def __init__(self, session: Session) -> None:
        self.now = 100.0
        self.gate = PasteGate(Bursts(lambda: KeyTeller(session), lambda: self.now))
        self.seen = ""

    def reads(self, *pieces: str, every: float = 0.005) -> Hand:
        for piece in pieces:
            self.seen += self.gate.pass_on(piece)
            self.now += every
        return self

    def waits(self, seconds: float = QUIET) -> str:
        self.now += seconds
        self.seen += self.gate.rest()
        return self.seen


@pytest.fixture
def hand(stored: Session) -> Hand:
    return Hand(stored)


@pytest.mark.parametrize(
    ("burst", "pasted"),
    [
        (KEY, KEY),
        (SHORT, SHORT),
        (f"{ANTHROPIC}\r", f"{ANTHROPIC}\n"),
        (f"{KEY}\r\n", f"{KEY}\n"),
        (RANDOM, RANDOM),
        (f"DEEPSEEK_API_KEY={KEY}\r", f"DEEPSEEK_API_KEY={KEY}\n"),
        (f"export OPENAI_API_KEY='{KEY}'\r", f"export OPENAI_API_KEY='{KEY}'\n"),
        (f"# mine\r{KEY}", f"# mine\n{KEY}"),
        (f'"{KEY}",', f'"{KEY}",'),
    ],
)
def test_a_key_in_one_read_is_a_paste_with_the_line_end_behind_it(hand: Hand, burst: str, pasted: str) -> None:
    assert hand.reads(burst).seen == ""
    assert hand.gate.patience is not None
    assert hand.waits() == f"{START}{pasted}{END}"
    assert hand.gate.patience is None


@pytest.mark.parametrize("key", [KEY, f"{ANTHROPIC}\r", f"export OPENAI_API_KEY='{KEY}'\r"])
@pytest.mark.parametrize("cut", [8, 9, 12, 20, 30])
def test_a_key_in_two_reads_is_one_paste(hand: Hand, key: str, cut: int) -> None:
    assert hand.reads(key[:cut], key[cut:]).waits() == f"{START}{key}{END}".replace("\r", "\n")


@pytest.mark.parametrize("every", [0.001, 0.012, 0.04])
def test_a_key_typed_by_a_program_is_a_paste_from_where_it_is_known_on(hand: Hand, every: float) -> None:
    assert hand.reads(*ANTHROPIC, "\r", every=every).waits() == f"sk{START}{ANTHROPIC}\n{END}"


def test_a_key_typed_by_a_program_behind_other_text_is_a_paste_of_its_own(hand: Hand) -> None:
    typed = "cohere\r"
    assert hand.reads("a", *typed, *KEY).waits() == f"acohere\rsk{START}{KEY}{END}"
    hand.seen = ""
    assert hand.reads("a", "b sk-", KEY[3:]).waits() == f"ab {START}{KEY}{END}"


@pytest.mark.parametrize("text", ["a", "agroq\r", "dy", "jjjj", "\x1b[B\x1b[B\r", "sk", "?\x1b", "\x03", "é", "\x1bs"])
def test_what_a_hand_types_is_passed_at_once(hand: Hand, text: str) -> None:
    assert hand.reads(text).seen == text


@pytest.mark.parametrize(
    "text", ["aanthropic\r", f"{ID}\r", "claude-sonnet-4-5-20250929", "/personal words\r", "sk-", "j" * 40]
)
def test_what_only_comes_quickly_is_passed_as_it_is(hand: Hand, text: str) -> None:
    assert hand.reads(text).waits() == text
    hand.seen = ""
    assert hand.reads(*text, every=QUIET).waits() == text


def test_a_key_that_is_held_down_goes_on_acting(hand: Hand) -> None:
    held_back = int(LONGEST_DOUBT / 0.03)
    assert hand.reads("j" * 8, *("j" * held_back), every=0.03).seen == ""
    assert hand.reads("j", every=0.03).seen == "j" * (9 + held_back)
    assert hand.reads("j").seen == "j" * (10 + held_back)


def test_what_comes_later_is_typed_again(hand: Hand) -> None:
    hand.reads(KEY).waits()
    assert hand.reads("\r", "q").waits() == f"{START}{KEY}{END}\rq"


def test_an_escape_or_a_bracket_ends_a_burst_at_once(hand: Hand) -> None:
    assert hand.reads(f"{KEY}\x1b[A").seen == f"{START}{KEY}{END}\x1b[A"
    hand.seen = ""
    assert hand.reads(f"{KEY}\x13").seen == f"{START}{KEY}{END}\x13"
    hand.seen = ""
    assert hand.reads(f"two words{START}{KEY}{END}x").seen == f"two words{START}{KEY}{END}x"


@pytest.mark.parametrize("sequence", ["\x1b[<35;20;10M", "\x1b[1;5A", "\x1bOP", f"{START}sk-1{END}"])
def test_a_sequence_that_comes_in_two_reads_is_passed_at_once(hand: Hand, sequence: str) -> None:
    for cut in range(1, len(sequence)):
        hand.seen = ""
        hand.reads(f"x{sequence[:cut]}", sequence[cut:])
        assert hand.seen == f"x{sequence}", cut


def test_a_key_behind_the_escape_key_is_whole(hand: Hand) -> None:
    hand.reads("\x1b").waits(0.1)
    assert hand.reads(KEY).waits() == f"\x1b{START}{KEY}{END}"


def test_a_key_that_does_not_end_is_as_long_as_fields_need_to_refuse_it(hand: Hand) -> None:
    pasted = hand.reads(KEY, *["A1b2C3d4" * 4096] * 40).waits()
    assert len(pasted) == len(START) + MOST_PASTED + 1 + len(END)


@given(pieces=st.lists(st.sampled_from(["a", "dy", "\x1b", "[", "20", "1~", START, END, "\x1b[A", "some words\r"])))
def test_nothing_but_keys_is_changed(pieces: list[str]) -> None:
    now = [0.0]
    gate = PasteGate(Bursts(Nobody, lambda: now[0]))
    seen = ""
    for piece in [*pieces, END]:
        seen += gate.pass_on(piece)
        now[0] += 0.01
    now[0] += QUIET
    assert seen + gate.rest() == "".join(pieces) + END
