"""Foreign text made safe to show, and small helpers on words; every string that is not ours passes `clean` once."""

from __future__ import annotations

from collections.abc import Iterable

SHOWN_CHARACTERS = 128
_CONTROLS = (range(0x20), range(0x7F, 0xA0), range(0x2028, 0x202A), range(0xD800, 0xE000))
_DIRECTIONS = (range(0x061C, 0x061D), range(0x200E, 0x2010), range(0x202A, 0x202F), range(0x2066, 0x2070))
_UNSEEN = (
    *(range(0x00AD, 0x00AE), range(0x034F, 0x0350), range(0x115F, 0x1161), range(0x17B4, 0x17B6)),
    *(range(0x180B, 0x1810), range(0x200B, 0x200E), range(0x2060, 0x2066), range(0x3164, 0x3165)),
    *(range(0xFE00, 0xFE10), range(0xFEFF, 0xFF00), range(0xFFA0, 0xFFA1), range(0xFFF0, 0xFFFC)),
    *(range(0x1BCA0, 0x1BCA4), range(0x1D173, 0x1D17B), range(0xE0000, 0xE1000)),
)
"""Characters that take no room, or look like a space: zero-width ones, fillers, variation selectors, tags."""
_SPACES = {ord("\t"): " ", ord("\n"): " ", ord("\r"): " "}
_dropped: dict[int, str | None] = {}
_LONGEST_NAME = 64
_KEY_WORDS = frozenset({"key", "apikey", "token", "secret"})
_ASKING = frozenset({"your", "insert", "replace", "paste", "enter"})
_PLACEHOLDERS = frozenset({"yourkey", "yourapikey", "yourtoken"})
_REFERENCE_SCHEMES = ("env:", "file:", "cmd:", "keyring:")
_STRING_STARTERS = "]PX^_"
_STRING_STARTERS_C1 = "\x90\x98\x9d\x9e\x9f"


def clean(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """`text` as one line that is safe on any terminal: at most `limit` characters, the cut marked by `…`.

    Control characters, escape sequences with their payload, bidirectional and zero-width characters,
    tags and surrogates are dropped; the rest is normalised to NFC.
    """
    if text.isascii() and text.isprintable():
        return _cut(text.strip(), limit)
    import unicodedata

    head = text[: limit * 16]
    shown = unicodedata.normalize("NFC", _without_escapes(head).translate(_table())).strip()
    return _cut(shown, limit) if len(head) == len(text) else shown[: limit - 1].rstrip() + "…"


def has_controls(text: str) -> bool:
    """Whether `text` has characters that a terminal obeys in place of showing them: controls, marks of direction."""
    if text.isascii() and text.isprintable():
        return False
    return any(ord(character) in codes for codes in (*_CONTROLS, *_DIRECTIONS) for character in text)


def _table() -> dict[int, str | None]:
    """What becomes of which character; made when first needed, for most starts need no table of thousands."""
    if not _dropped:
        for codes in (*_CONTROLS, *_DIRECTIONS, *_UNSEEN):
            _dropped.update(dict.fromkeys(codes))
        _dropped.update(_SPACES)
    return _dropped


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
    if text[position] == "\x1b":
        return position
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


def counted(count: int, noun: str) -> str:
    """`1 model`, `1,200 models`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


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
        or "..." in lowered
        or (lowered.startswith("<") and lowered.endswith(">"))
        or lowered in {"[redacted]", "[hidden]"}
    )


def is_placeholder(text: str) -> bool:
    """Whether `text` stands where a key should be put in: `YOUR_API_KEY`, `<your key>`, `sk-...`, `$NAME`."""
    plain = text.strip()
    lowered = plain.lower()
    if (lowered.startswith("<") and lowered.endswith(">")) or (lowered.startswith("{{") and lowered.endswith("}}")):
        return lowered not in {"<hidden>", "<redacted>"}
    if lowered.endswith(("...", "…")):
        return lowered.rstrip(".…").isalnum() or lowered.rstrip(".…").endswith(("-", "_"))
    return _is_variable(plain) or _asks_for_a_key(plain)


def _is_variable(text: str) -> bool:
    """Whether `text` is a variable that no shell put its value in for."""
    if text.startswith("${") and text.endswith("}"):
        return True
    if text.startswith("%") and text.endswith("%"):
        return is_variable_name(text[1:-1])
    return text.startswith("$") and is_variable_name(text[1:].removeprefix("env:"))


def _asks_for_a_key(text: str) -> bool:
    """Whether `text` is words, such as `your` and `key`, or the name of a key's variable, or code that reads it."""
    if text == text.upper() and text.endswith(("_KEY", "_TOKEN", "_SECRET")) and is_variable_name(text):
        return True
    if any(each in text for each in ("environ[", "environ.get(", "getenv(", "process.env.")):
        return True
    for separator in "-_./[]{}":
        text = text.replace(separator, " ")
    words = text.lower().split() or [""]
    if len(words[-1]) >= 4 and not words[-1].strip("x"):
        return True
    asks = not _ASKING.isdisjoint(words) and not _KEY_WORDS.isdisjoint(words)
    return all(map(str.isalpha, words)) and (asks or "".join(words) in _PLACEHOLDERS)


def is_web_address(text: str) -> bool:
    """Whether `text` starts as the address of a web page or a server does."""
    return text.lower().startswith(("https://", "http://"))


def is_reference(text: str) -> bool:
    """Whether `text` points at a key (`op://…`, `env:NAME`) instead of being one; a web address does not."""
    scheme, separator, _ = text.partition("://")
    named = bool(separator) and scheme.replace("+", "a").replace("-", "a").isalnum()
    return (named or text.lower().startswith(_REFERENCE_SCHEMES)) and not is_web_address(text)


def is_variable_name(name: str) -> bool:
    """Whether `name` looks like a variable or field that holds a key: capitals, or an end such as `_key` or `Token`."""
    plain = name.replace("_", "A")
    if not (plain.isascii() and plain.isalnum() and 2 < len(name) <= _LONGEST_NAME and not name[0].isdigit()):
        return False
    return name.upper() == name or name.lower().endswith(("key", "token", "secret"))
