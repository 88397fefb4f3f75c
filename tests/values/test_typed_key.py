"""What people paste around a key is taken off once; what cannot be a key is refused without being repeated."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from llmkeys.errors import BadKey
from llmkeys.secret import Secret
from llmkeys.typed_key import read_typed_key

KEY = "sk-proj-0123456789abcdefghijABCDEFGHIJ"

WRAPPED = {
    KEY: (),
    f"{KEY}\n": ("1 newline",),
    f"\n{KEY}\r\n\n": ("3 newlines",),
    f"  {KEY} ": ("3 spaces",),
    f" {KEY}": ("1 space",),
    f"\ufeff{KEY}": ("1 invisible character",),
    f"{KEY[:9]}\u200b{KEY[9:]}\u200d": ("2 invisible characters",),
    f'"{KEY}"': ("quotes",),
    f"'{KEY}'": ("quotes",),
    f"`{KEY}`": ("quotes",),
    f"“{KEY}”": ("quotes",),
    f"‘{KEY}’": ("quotes",),
    f"«{KEY}»": ("quotes",),
    f'"{KEY}",': ("punctuation at the end", "quotes"),
    f"{KEY};": ("punctuation at the end",),
    f"Bearer {KEY}": ("“Bearer”",),
    f"bearer   {KEY}": ("“bearer”",),
    f"Authorization: Bearer {KEY}": ("“Authorization:”", "“Bearer”"),
    f"x-api-key: {KEY}": ("“x-api-key:”",),
    f"OPENAI_API_KEY={KEY}": ("“OPENAI_API_KEY=”",),
    f"openai_api_key = {KEY}": ("“openai_api_key=”",),
    f'export OPENAI_API_KEY="{KEY}"': ("“export”", "“OPENAI_API_KEY=”", "quotes"),
    f"set OPENAI_API_KEY={KEY}\r\n": ("1 newline", "“set”", "“OPENAI_API_KEY=”"),
    f'$env:OPENAI_API_KEY = "{KEY}"': ("“$env:”", "“OPENAI_API_KEY=”", "quotes"),
    KEY + KEY: ("a second copy",),
    f'export OPENAI_API_KEY="{KEY}"  # mine': ("a comment", "“export”", "“OPENAI_API_KEY=”", "quotes"),
    f"export OPENAI_API_KEY='{KEY}'; # it's mine": (
        "a comment",
        "punctuation at the end",
        "“export”",
        "“OPENAI_API_KEY=”",
        "quotes",
    ),
    f"{KEY}\t# mine": ("a comment",),
    f"setx OPENAI_API_KEY {KEY}": ("“setx OPENAI_API_KEY”",),
    f'SETX OPENAI_API_KEY "{KEY}" /M': ("“SETX OPENAI_API_KEY”", "quotes"),
    f"setenv OPENAI_API_KEY {KEY}": ("“setenv OPENAI_API_KEY”",),
    f"set -gx OPENAI_API_KEY {KEY}": ("“set OPENAI_API_KEY”",),
    f'{{"api_key": "{KEY}"}}': ("the JSON around it",),
    f'{{"provider": "openai", "apiKey": "{KEY}", "timeout": 3}},': ("punctuation at the end", "the JSON around it"),
    f'{{\n  "OPENAI_API_KEY": "{KEY}"\n}}\n': ("1 newline", "the JSON around it"),
    f'"api_key": "{KEY}",': ("“api_key:”", "punctuation at the end", "quotes"),
    f'"api_key":"{KEY}"': ("“api_key:”", "quotes"),
    f"OPENAI_API_KEY: {KEY}": ("“OPENAI_API_KEY:”",),
}


@pytest.mark.parametrize(("text", "removed"), WRAPPED.items())
def test_the_wrapping_is_taken_off_and_named(text: str, removed: tuple[str, ...]) -> None:
    assert read_typed_key(text)[:2] == (Secret(KEY), removed)


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        (KEY, ""),
        (f"Bearer {KEY}", ""),
        (f"DEEPSEEK_API_KEY={KEY}", "DEEPSEEK_API_KEY"),
        (f"export DEEPSEEK_API_KEY = '{KEY}'  # mine", "DEEPSEEK_API_KEY"),
        (f'$env:DEEPSEEK_API_KEY="{KEY}"', "DEEPSEEK_API_KEY"),
        (f"setx DEEPSEEK_API_KEY {KEY} /M", "DEEPSEEK_API_KEY"),
        (f'{{"DEEPSEEK_API_KEY": "{KEY}", "timeout": 3}}', "DEEPSEEK_API_KEY"),
        (f'"DEEPSEEK_API_KEY": "{KEY}",', "DEEPSEEK_API_KEY"),
        (f"KEY=DEEPSEEK_API_KEY={KEY}", "DEEPSEEK_API_KEY"),
    ],
)
def test_the_name_that_a_key_was_given_to_is_kept(text: str, variable: str) -> None:
    typed = read_typed_key(text)
    assert (typed.secret, typed.variable) == (Secret(KEY), variable)


@pytest.mark.parametrize(
    "key",
    [
        *(
            "a",
            "abc=",
            "ABCDEF0123==",
            "a=b",
            "12A=b",
            "key",
            "abab",
            "x" * 39 + "y",
            "=abc",
            '"',
            ";",
            "OPENAI_API_KEY=",
        ),
        "0123456789012345678=0123456789012345678",
        "xy" * 2047 + "x",
        f"{'A' * 65}=value",
        "sk-abc#def",
        "#abcdef",
        "mykey:secret",
        "ab12-cd34:ef56",
        "{abc}",
        "{1:2}",
        '{"a":"b"}',
        '{"key":"a","token":"b"}',
        "setx",
    ],
)
def test_a_key_that_only_looks_wrapped_is_left_whole(key: str) -> None:
    typed = read_typed_key(key)
    assert typed.secret == Secret(key)
    assert typed.removed == ()


def test_a_key_is_taken_for_two_copies_only_if_it_is_long() -> None:
    assert read_typed_key("abcde" * 8).removed == ("a second copy",)
    assert read_typed_key("abcde" * 6).removed == ()


PLACEHOLDERS = (
    *("YOUR_API_KEY", "<your key>", "sk-...", "sk-…", "$OPENAI_API_KEY", "${X}", "'${OPENAI_API_KEY}'"),
    *("$env:OPENAI_API_KEY", "%OPENAI_API_KEY%", "export OPENAI_API_KEY=$MY_KEY", "OPENAI_API_KEY=your-api-key"),
    *("sk-xxxxxxxxxxxx", '{"api_key": "YOUR_KEY"}', "setx OPENAI_API_KEY <key>"),
)


REFERENCES = (
    *("op://vault/item/field", "env://OPENAI_API_KEY", "env:OPENAI_API_KEY", "ENV:OPENAI_API_KEY", "file:/home/me/key"),
    *("cmd:pass show openai", "vault://secret/llm#key", "keyring:openai", "OPENAI_API_KEY=op://vault/item/field"),
    *('"env:MINE"', "aws-sm://prod/key"),
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "There is no key in that."),
        (" \n\t\u200b", "There is no key in that."),
        ('""', "There is no key in that."),
        *((text, "That is a placeholder, not a key.") for text in PLACEHOLDERS),
        ("••••••••", "That is a mask, not a key."),
        ("sk-ant-…7Qx2", "That is a mask, not a key."),
        ("'********'", "That is a mask, not a key."),
        *((text, "That is a reference, not a key.") for text in REFERENCES),
        ("https://x.org", "That is a web address, not a key."),
        ("HTTP://localhost:8080/v1", "That is a web address, not a key."),
        ("[" * 9000, "That is 9,000 characters; a key has at most 4,096."),
        ('{"key": "a", "token": "b"}', "Character 8 is a space: a key has none."),
        ('{"key": ' * 1200 + "}", "That is 9,601 characters; a key has at most 4,096."),
        ("setx A", "Character 5 is a space: a key has none."),
        ("set -x a b", "Character 3 is a space: a key has none."),
        ("sk-abc def", "Character 7 is a space: a key has none."),
        ("sk-abc\ndef", "Character 7 is a newline: a key has none."),
        ("sk-abc\rdef", "Character 7 is a carriage return: a key has none."),
        ("sk-abc\tdef", "Character 7 is a tab: a key has none."),
        ("sk-abc\0def", "Character 7 is a NUL: a key has none."),
        ("sk-abc\x1b[31mdef", "Character 7 is U+001B: a key has none."),
        ("sk-äbc", "Character 4 is U+00E4: a key has none."),
        ("sk-abc\U0001f511", "Character 7 is U+1F511: a key has none."),
        ("x1" * 2049, "That is 4,098 characters; a key has at most 4,096."),
        ("x1" * 5_000_000, "That is more than 16,384 characters; a key has at most 4,096."),
    ],
)
def test_what_cannot_be_a_key_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(BadKey) as refused:
        read_typed_key(text)
    assert refused.value.message == reason
    assert refused.value.next


@given(st.text(max_size=60) | st.text("=\"'; Bearerxport\n\u200bsk-KEY", max_size=40))
@example('"' * 40)
@example(";" * 40)
def test_a_key_is_visible_ascii_and_no_mask_or_it_is_refused(text: str) -> None:
    try:
        secret = read_typed_key(text).secret
    except BadKey:
        return
    assert secret.matches("[!-~]{1,4096}")


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=8, max_size=60), st.integers(0, 60))
def test_a_refusal_never_repeats_the_key(key: str, position: int) -> None:
    with pytest.raises(BadKey) as refused:
        read_typed_key(f"{key[:position]}\x01{key[position:]}x y")
    assert key not in f"{refused.value.message} {refused.value.next}"
