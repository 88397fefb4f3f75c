"""A key given as an argument is refused before anything else looks at it, and is not echoed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from llmkeys.catalog.rows import Catalog, load_catalog
from llmkeys.errors import UsageError

_SHORTEST = 16
_SHORTEST_ODD = 24
_SHORTEST_RUN = 28
_HEXADECIMAL = frozenset("0123456789abcdef")
_FREE_TEXT = frozenset({"--set", "--base-url", "--model", "--filter", "--from", "--to", "--add", "--hide"})
"""Options whose values may be long and odd (ids of organisations, addresses); a known key's prefix is refused still."""
_CHANGES_OF_A_KEY = 0.34
"""How often letters, capitals and digits take turns in a random word: 0.4 to 0.6; in names of models: below 0.3."""


def refuse_keys(arguments: Sequence[str]) -> None:
    """Raises UsageError if any of `arguments` looks like a key; the message does not hold it."""
    before = ""
    for word in arguments:
        free = before in _FREE_TEXT or word.partition("=")[0] in _FREE_TEXT or "://" in word
        if looks_like_a_key(word, free=free):
            raise UsageError(
                "A key is not taken as an argument: the shell's history and the list of processes would keep it.",
                next="Type it at the prompt, or use --stdin or --from-env NAME. If it is in use, rotate it: "
                "it has been on a command line.",
            )
        before = word


def looks_like_a_key(word: str, *, free: bool = False) -> bool:
    """Whether `word` is or holds a key; of a `free` text, which may be long and odd, only by a known beginning."""
    return len(word) >= _SHORTEST and (_has_known_prefix(word) or (not free and any(map(_is_odd, _wholes(word)))))


def _has_known_prefix(word: str) -> bool:
    """Whether a part of `word` looks like a key of some provider."""
    from llmkeys.catalog.shapes import looks_like_key

    return any(looks_like_key(part, _catalog()) for part in _parts(word))


@cache
def _catalog() -> Catalog:
    return load_catalog()


def _parts(word: str) -> list[str]:
    for separator in "/:?&, \t\n\"'":
        word = word.replace(separator, "=")
    return word.split("=")


def _wholes(word: str) -> Iterator[str]:
    """What in `word` could be a whole key: the word, an option's value, a label."""
    yield word
    yield word.partition("=")[2]
    if ":" not in word and word.count("/") == 1:
        yield word.partition("/")[2]


def _is_odd(text: str) -> bool:
    """Whether `text` is long and random, as no name is."""
    if len(text) < _SHORTEST_ODD or not text.isascii():
        return False
    runs = _runs(text)
    letters = "".join(runs)
    if len(letters) != len(text) - sum(text.count(separator) for separator in "-_.+"):
        return False
    kinds = {_kind(character) for character in letters}
    if len(letters) >= 32 and kinds == {0, 1} and set(letters) <= _HEXADECIMAL:
        return True
    changes = [sum(_kind(one) != _kind(other) for one, other in pairwise(run)) for run in runs]
    long_run = any(len(run) >= _SHORTEST_RUN and count >= 5 for run, count in zip(runs, changes, strict=True))
    return long_run or sum(changes) >= _CHANGES_OF_A_KEY * len(letters)


def _runs(text: str) -> list[str]:
    spaced = "".join(character if character.isalnum() else " " for character in text)
    return spaced.split()


def _kind(character: str) -> int:
    return 0 if character.isdigit() else 1 if character.islower() else 2
