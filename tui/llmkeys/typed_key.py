"""What a person typed or pasted, turned into a key: cleaned once, here, and refused if it cannot be one."""

from typing import NamedTuple

from llmkeys.errors import BadKey
from llmkeys.secret import Secret
from llmkeys.text import is_mask

LONGEST_KEY = 4096
_LONGEST_NAME = 64
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad\u200e\u200f\u180e\u2061\u2062\u2063\u2064"))
_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "«": "»", "”": "”", "’": "’"}


class TypedKey(NamedTuple):
    """A cleaned key, and what was removed around it, such as `("1 newline", "quotes")`."""

    secret: Secret
    removed: tuple[str, ...]


def read_typed_key(text: str) -> TypedKey:
    """The key in `text`, without the wrapping people paste along with it.

    Removed: surrounding white space and line ends, byte-order marks and zero-width characters, quotes,
    `export NAME=`, `NAME=`, `Bearer `, and a key pasted twice. Raises BadKey with a position and a code
    point, never with the text, when the rest is empty, a mask, longer than 4096 characters or holds
    anything but visible ASCII. Source: security facts R10, R11.
    """
    removed: list[str] = []
    if len(text) > LONGEST_KEY * 4:
        raise BadKey(
            f"That is {len(text):,} characters; a key has at most {LONGEST_KEY:,}.", next="Paste only the key."
        )
    key = _without_space(text, removed)
    key = _unwrapped(key, removed)
    _refuse_unless_key(key)
    return TypedKey(Secret(_once(key, removed)), tuple(removed))


def _without_space(text: str, removed: list[str]) -> str:
    visible = text.translate(_INVISIBLE)
    if len(visible) != len(text):
        removed.append(_counted(len(text) - len(visible), "invisible character"))
    stripped = visible.strip()
    newlines = visible.count("\n") - stripped.count("\n")
    if newlines:
        removed.append(_counted(newlines, "newline"))
    spaces = len(visible) - len(stripped) - newlines
    if spaces and not newlines:
        removed.append(_counted(spaces, "space"))
    return stripped


def _unwrapped(text: str, removed: list[str]) -> str:
    """`text` without assignment, quotes and scheme, in whatever order they are wrapped around each other."""
    for _ in range(6):
        shorter = _unwrapped_once(text, removed)
        if shorter == text:
            break
        text = shorter
    return text


def _unwrapped_once(text: str, removed: list[str]) -> str:
    if len(text) >= 2 and _QUOTES.get(text[0]) == text[-1]:
        removed.append("quotes")
        return text[1:-1].strip()
    if text.endswith((";", ",")) and len(text) > 1:
        removed.append("punctuation at the end")
        return text[:-1].strip()
    for word in ("export ", "set ", "$env:", "Authorization:", "authorization:", "x-api-key:", "Bearer ", "bearer "):
        if text.startswith(word):
            removed.append(f"“{word.strip()}”")
            return text[len(word) :].strip()
    name, separator, value = text.partition("=")
    if separator and value.strip("=") and _is_variable_name(name.strip()):
        removed.append(f"“{name.strip()}=”")
        return value.strip()
    return text


def _is_variable_name(name: str) -> bool:
    plain = name.replace("_", "A")
    if not (plain.isascii() and plain.isalnum() and 2 < len(name) <= _LONGEST_NAME and not name[0].isdigit()):
        return False
    return name.upper() == name or name.lower().endswith(("key", "token", "secret"))


def _refuse_unless_key(key: str) -> None:
    if not key:
        raise BadKey("There is no key in that.", next="Paste the key itself.")
    if is_mask(key):
        raise BadKey("That is a mask, not a key.", next="Copy the key itself from the provider's page.")
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


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
