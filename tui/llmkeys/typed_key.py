"""What a person typed or pasted, turned into a key: cleaned once, here, and refused if it cannot be one."""

import json
from typing import NamedTuple

from llmkeys.errors import BadKey
from llmkeys.secret import Secret
from llmkeys.text import counted, is_mask, is_placeholder, is_reference, is_variable_name, is_web_address

LONGEST_KEY = 4096
_LAYERS = 8
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad\u200e\u200f\u180e\u2061\u2062\u2063\u2064"))
_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "«": "»", "”": "”", "’": "’"}


class TypedKey(NamedTuple):
    """A cleaned key, and what was removed around it, such as `("1 newline", "quotes")`."""

    secret: Secret
    removed: tuple[str, ...]
    variable: str = ""
    """The name that it was given to, such as `OPENAI_API_KEY`; it tells whose the key is."""


class _Peeled(NamedTuple):
    """What is left within a wrapping, the words for the wrapping, and the name in it."""

    text: str
    words: str
    name: str = ""


def read_typed_key(text: str) -> TypedKey:
    """The key in `text`, without the wrapping people paste along with it.

    Removed: surrounding white space and line ends, byte-order marks and zero-width characters, quotes,
    `export NAME=`, `NAME=`, `setx NAME`, `Bearer `, a JSON object or field around it, a comment behind it, and a
    key pasted twice. Raises BadKey with a position and a code point, never with the text, when the rest is empty, a
    mask, placeholder, reference or web address, longer than 4096 characters or holds anything but visible ASCII.
    """
    removed: list[str] = []
    if len(text) > LONGEST_KEY * 4:
        raise BadKey(
            f"That is more than {LONGEST_KEY * 4:,} characters; a key has at most {LONGEST_KEY:,}.",
            next="Paste only the key.",
        )
    key = _without_space(text, removed)
    key, variable = _unwrapped(key, removed)
    _refuse_unless_key(key)
    return TypedKey(Secret(_once(key, removed)), tuple(removed), variable)


def _without_space(text: str, removed: list[str]) -> str:
    visible = text.translate(_INVISIBLE)
    if len(visible) != len(text):
        removed.append(counted(len(text) - len(visible), "invisible character"))
    stripped = visible.strip()
    newlines = visible.count("\n") - stripped.count("\n")
    if newlines:
        removed.append(counted(newlines, "newline"))
    spaces = len(visible) - len(stripped) - newlines
    if spaces and not newlines:
        removed.append(counted(spaces, "space"))
    return stripped


def _unwrapped(text: str, removed: list[str]) -> tuple[str, str]:
    """`text` without command, assignment, quotes and scheme, in whatever order they are wrapped around each other.

    With it the name that it was given to; of several the innermost.
    """
    variable = ""
    for _ in range(_LAYERS):
        found = next((peeled for peel in _PEELS if (peeled := peel(text)) is not None), None)
        if found is None:
            break
        text, variable = found.text.strip(), found.name or variable
        removed.append(found.words)
    return text, variable


def _comment(text: str) -> _Peeled | None:
    """`key  # mine`: white space is in no key, so what follows it and a `#` is a remark."""
    quoted = len(text) >= 2 and _QUOTES.get(text[0]) == text[-1]
    for sign in (" #", "\t#"):
        before, found, _ = text.partition(sign)
        if found and before.strip() and not quoted:
            return _Peeled(before, "a comment")
    return None


def _object(text: str) -> _Peeled | None:
    """`{"api_key": "key"}`: the one field of a JSON object that is named like a key."""
    if not (text.startswith("{") and text.endswith("}")):
        return None
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = [each for each in fields.items() if isinstance(each[1], str) and is_variable_name(each[0])]
    return _Peeled(found[0][1], "the JSON around it", found[0][0]) if len(found) == 1 else None


def _field(text: str) -> _Peeled | None:
    """`"api_key": "key"` or `api_key: key`; without quotes or a space a colon may be a part of the key."""
    name, _, value = text.partition(":")
    plain = name.strip()
    quoted = len(plain) > 2 and _QUOTES.get(plain[0]) == plain[-1]
    plain = plain[1:-1] if quoted else plain
    if value.strip() and is_variable_name(plain) and (quoted or value[0].isspace()):
        return _Peeled(value, f"“{plain}:”", plain)
    return None


def _quotes(text: str) -> _Peeled | None:
    return _Peeled(text[1:-1], "quotes") if len(text) >= 2 and _QUOTES.get(text[0]) == text[-1] else None


def _punctuation(text: str) -> _Peeled | None:
    return _Peeled(text[:-1], "punctuation at the end") if text.endswith((";", ",")) and len(text) > 1 else None


def _command(text: str) -> _Peeled | None:
    """`setx NAME key`, `setenv NAME key` and fish's `set -gx NAME key`."""
    command, _, rest = text.partition(" ")
    if command == "set" and rest.startswith("-"):
        rest = rest.partition(" ")[2]
    elif command.lower() not in ("setx", "setenv"):
        return None
    name, _, value = rest.strip().partition(" ")
    for option in (" /M", " /m"):
        value = value.removesuffix(option)
    return _Peeled(value, f"“{command} {name}”", name) if value.strip() and is_variable_name(name) else None


def _word(text: str) -> _Peeled | None:
    for word in ("export ", "set ", "$env:", "Authorization:", "authorization:", "x-api-key:", "Bearer ", "bearer "):
        if text.startswith(word):
            return _Peeled(text[len(word) :], f"“{word.strip()}”")
    return None


def _assignment(text: str) -> _Peeled | None:
    name, separator, value = text.partition("=")
    if separator and value.strip("=") and is_variable_name(name.strip()):
        return _Peeled(value, f"“{name.strip()}=”", name.strip())
    return None


_PEELS = (_comment, _object, _field, _quotes, _punctuation, _command, _word, _assignment)


def _refuse_unless_key(key: str) -> None:
    if not key:
        raise BadKey("There is no key in that.", next="Paste the key itself.")
    if is_placeholder(key):
        raise BadKey("That is a placeholder, not a key.", next="Paste the key itself in its place.")
    if is_mask(key):
        raise BadKey("That is a mask, not a key.", next="Copy the key itself from the provider's page.")
    if is_web_address(key):
        raise BadKey("That is a web address, not a key.", next="Paste the key itself; an address goes to --base-url.")
    if is_reference(key):
        raise BadKey("That is a reference, not a key.", next="Paste the key itself; references come later.")
    if len(key) > LONGEST_KEY:
        raise BadKey(f"That is {len(key):,} characters; a key has at most {LONGEST_KEY:,}.", next="Paste only the key.")
    for position, character in enumerate(key, 1):
        if not "!" <= character <= "~":
            raise BadKey(f"Character {position} is {_named(character)}: a key has none.", next="Copy the key again.")


def _named(character: str) -> str:
    known = {" ": "a space", "\n": "a newline", "\r": "a carriage return", "\t": "a tab", "\0": "a NUL"}
    return known.get(character, f"U+{ord(character):04X}")


def _once(key: str, removed: list[str]) -> str:
    half, odd = divmod(len(key), 2)
    if not odd and half >= 20 and key[:half] == key[half:]:
        removed.append("a second copy")
        return key[:half]
    return key
