"""Foreign text made safe to show, and small helpers on words; every string that is not ours passes `clean` once."""

from __future__ import annotations

from collections.abc import Iterable

SHOWN_CHARACTERS = 128
_INVISIBLE = (
    "\u00ad\u061c\u180e\ufeff\u200b\u200c\u200d\u200e\u200f\u2028\u2029"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069"
)
_DROPPED = {
    **{code: None for code in (*range(0x20), *range(0x7F, 0xA0))},
    **{ord(character): None for character in _INVISIBLE},
    **{code: None for code in range(0xFFF9, 0xFFFC)},
    **{code: None for code in range(0xE0000, 0xE0080)},
    **{code: None for code in range(0xD800, 0xE000)},
    ord("\t"): " ",
    ord("\n"): " ",
    ord("\r"): " ",
}
_STRING_STARTERS = "]PX^_"
_STRING_STARTERS_C1 = "\x90\x98\x9d\x9e\x9f"


def clean(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """`text` as one line that is safe on any terminal: at most `limit` characters, the cut marked by `…`.

    Control characters, escape sequences with their payload, bidirectional and zero-width characters,
    tags and surrogates are dropped; the rest is normalised to NFC. Source: security facts R17.
    """
    if text.isascii() and text.isprintable():
        return _cut(text, limit)
    import unicodedata

    head = text[: limit * 16]
    shown = unicodedata.normalize("NFC", _without_escapes(head).translate(_DROPPED)).strip()
    return _cut(shown if len(head) == len(text) else shown + " " * limit, limit)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _without_escapes(text: str) -> str:
    if not any(character in text for character in "\x1b\x9b" + _STRING_STARTERS_C1):
        return text
    kept: list[str] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character == "\x1b":
            position = _after_escape(text, position + 1)
        elif character == "\x9b":
            position = _after_control_sequence(text, position + 1)
        elif character in _STRING_STARTERS_C1:
            position = _after_control_string(text, position + 1)
        else:
            kept.append(character)
            position += 1
    return "".join(kept)


def _after_escape(text: str, position: int) -> int:
    if position >= len(text):
        return position
    if text[position] == "[":
        return _after_control_sequence(text, position + 1)
    if text[position] in _STRING_STARTERS:
        return _after_control_string(text, position + 1)
    while position < len(text) and " " <= text[position] <= "/":
        position += 1
    return position + 1


def _after_control_sequence(text: str, position: int) -> int:
    while position < len(text) and not "@" <= text[position] <= "~":
        position += 1
    return position + 1


def _after_control_string(text: str, position: int) -> int:
    while position < len(text):
        if text[position] in "\x07\x9c":
            return position + 1
        if text.startswith("\x1b\\", position):
            return position + 2
        position += 1
    return position


def nearest(word: str, choices: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """Up to `count` of `choices` that a person who typed `word` may have meant, the likeliest first."""
    import difflib

    by_lower = {choice.lower(): choice for choice in choices}
    wanted = word.lower()
    inside = sorted((lower for lower in by_lower if wanted and wanted in lower), key=len)
    close = difflib.get_close_matches(wanted, by_lower, n=count, cutoff=0.6)
    return tuple(by_lower[lower] for lower in dict.fromkeys([*close, *inside]))[:count]


def is_mask(text: str) -> bool:
    """Whether `text` is what a program shows in place of a key, not a key."""
    lowered = text.strip().lower()
    return (
        (bool(lowered) and not lowered.strip("*•●·xX…. "))
        or "…" in lowered
        or "••" in lowered
        or "***" in lowered
        or lowered in {"<hidden>", "<redacted>", "[redacted]", "[hidden]"}
    )
