"""Foreign text is one safe line, whatever was sent."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.text import (
    SHOWN_CHARACTERS,
    clean,
    counted,
    has_controls,
    is_mask,
    is_placeholder,
    is_variable_name,
    nearest,
)

BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\ufe0f\U000e0101\u3164\u115f\uffa0"
TAGS = "\U000e0001\U000e0041\U000e007f"
SURROGATES = "\ud800\udfff"
HOSTILE = "\x1b\x9b\x90\x9d\x9c\x07[]P^_\\;0mA\x00\x7f\x85\n\r\t é" + BIDIRECTIONAL + ZERO_WIDTH + TAGS + SURROGATES

hostile = st.text(st.sampled_from(HOSTILE), max_size=300) | st.text(max_size=300)


def is_dangerous(character: str) -> bool:
    """Whether a terminal or a reader could be misled by it."""
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in BIDIRECTIONAL + ZERO_WIDTH + TAGS


@given(hostile)
def test_nothing_dangerous_is_left(text: str) -> None:
    assert [character for character in clean(text) if is_dangerous(character)] == []


@given(hostile, st.integers(1, 200))
def test_the_limit_holds(text: str, limit: int) -> None:
    assert len(clean(text, limit)) <= limit


@given(hostile, st.integers(1, 200))
def test_cleaning_twice_changes_nothing_more(text: str, limit: int) -> None:
    assert clean(clean(text, limit), limit) == clean(text, limit)


@given(hostile)
def test_what_is_left_is_composed_and_has_no_space_around_it(text: str) -> None:
    shown = clean(text)
    assert unicodedata.is_normalized("NFC", shown)
    assert shown == shown.strip()


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=SHOWN_CHARACTERS))
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert clean(text) == text.strip()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]52;c;c2VjcmV0\x1b\\after", "after"),
        ("\x9d0;title\x9cafter", "after"),
        ("\x1bPpayload\x1b\\after", "after"),
        ("\x90payload\x07after", "after"),
        ("before\x1b]never ended", "before"),
        ("before\x1b[never", "beforeever"),
        ("before\x1b[12;", "before"),
        ("before\x1b", "before"),
        ("before\x9b", "before"),
        ("before\x1b\x1b[31mafter", "beforeafter"),
        ("before\x1b(Bafter", "beforeafter"),
        ("before\x1b( ", "before"),
        ("before\x1bcafter", "beforeafter"),
        ("one\ntwo\tthree\r", "one two three"),
        ("zero\x00byte\x7f", "zerobyte"),
        ("e\u0301t\u0065\u0301", "été"),
        ("admin\u202etxt.exe", "admintxt.exe"),
        ("pay\u200bpal", "paypal"),
        ("broken\ud83d", "broken"),
        ("日本語", "日本語"),
        ("  \u3000 ", ""),
    ],
)
def test_a_text_is_shown_without_what_only_a_terminal_would_see(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_a_cut_is_marked() -> None:
    assert clean("abcdef", 4) == "abc…"
    assert clean("ab def", 4) == "ab…"
    assert clean("äbcdef", 4) == "äbc…"
    assert clean("abcd", 4) == "abcd"


def test_a_flood_of_escapes_is_bounded_and_still_says_that_more_was_there() -> None:
    assert clean("\x1b[m" * 1_000_000) == "…"
    assert clean("a" + "\x1b[m" * 1_000_000 + "b") == "a…"


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("opnai", "openai"),
        ("OPENAI", "openai"),
        ("ant", "anthropic"),
        ("Anthropic", "anthropic"),
        ("grok", "groq"),
    ],
)
def test_the_nearest_word_is_found(word: str, found: str) -> None:
    assert nearest(word, ["openai", "anthropic", "groq", "mistral"])[0] == found


def test_no_more_than_asked_for_and_nothing_for_nothing() -> None:
    assert len(nearest("open", ["openai", "opena", "openb", "openc"], count=2)) == 2
    assert nearest("", ["openai"]) == ()
    assert nearest("zzzz", ["openai"]) == ()
    assert nearest("OpenAI", ["OpenAI"]) == ("OpenAI",)


@pytest.mark.parametrize(
    "text",
    [
        *("****", "••••••", "●●●", "xxxx", "…", "sk-ant-…7Qx2", "sk-…", "sk-ant-••••7Qx2", "sk-***abc"),
        *("sk-...7Qx2", "<hidden>", "<redacted>", "[REDACTED]", "[hidden]", "<your-api-key>", " **** "),
    ],
)
def test_what_programs_show_in_place_of_a_key_is_a_mask(text: str) -> None:
    assert is_mask(text)


@pytest.mark.parametrize("text", ["", "sk-proj-abc", "a*b", "x1", "a.b.c", "<", "a<b>"])
def test_a_key_is_no_mask(text: str) -> None:
    assert not is_mask(text)


@pytest.mark.parametrize(
    "text",
    [
        *("YOUR_API_KEY", "your-api-key-here", "YOUR KEY", "yourapikey", "insert_token_here", "sk-your-key", "<key>"),
        *("<your key>", "{{ key }}", "sk-...", "sk-ant-…", "abc...", "$OPENAI_API_KEY", "$my_token", "${X}", "API_KEY"),
        *("${{ secrets.OPENAI_API_KEY }}", "%GROQ_API_KEY%", "$env:GROQ_API_KEY", "AI21_API_KEY", "sk-xxxx", "xxxx"),
        *('os.environ["OPENAI_API_KEY"]', "os.getenv('X_KEY')", "process.env.X_KEY", " YOUR_API_KEY "),
    ],
)
def test_what_examples_show_in_place_of_a_key_is_a_placeholder(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "key", "sk-proj-abc", "a-key-of-my-own-server", "sk-no-key-required", "ollama", "EMPTY", "$2b$10$abc"),
        *(
            "$1abc",
            "%",
            "$",
            "<hidden>",
            "…",
            "***",
            "sk-abc…7Qx2",
            "sk-xxx",
            "your-k3y",
            "token-abc123",
            "your-server",
        ),
    ],
)
def test_a_key_or_mask_is_no_placeholder(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        *(("OPENAI_API_KEY", True), ("apiKey", True), ("access_token", True), ("FAL", True), ("model", False)),
        *(("ab", False), ("1_KEY", False), ("A" * 65, False), ("a b key", False), ("ключ_key", False)),
    ],
)
def test_a_name_that_may_hold_a_key_is_told_from_other_words(name: str, is_one: bool) -> None:
    assert is_variable_name(name) is is_one


@pytest.mark.parametrize(("count", "words"), [(0, "0 models"), (1, "1 model"), (1200, "1,200 models")])
def test_a_noun_is_counted(count: int, words: str) -> None:
    assert counted(count, "model") == words


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("plain", False),
        ("Schlüssel 鍵 👩\u200d💻", False),
        ("a\tb", True),
        ("a\x7f", True),
        ("\x9b", True),
        ("\u202e", True),
    ],
)
def test_what_a_terminal_would_obey_is_found(text: str, has: bool) -> None:
    assert has_controls(text) is has
