"""What a person types into the model picker, or after `models --filter`, as a value."""

from __future__ import annotations

from typing import NamedTuple

CAPABILITIES = ("vision", "tools", "reasoning", "audio", "video", "pdf")
"""What `+` asks for and `-` rules out; any beginning of a word will do."""
_COMPARISONS = (">=", "<=", ">", "<", "=")
_SCALES = {"k": 1_000, "m": 1_000_000}


class Limit(NamedTuple):
    """A comparison with a number: `>` 200000."""

    comparison: str
    number: float


class Query(NamedTuple):
    """Everything has to hold at once. Words are folded as `fold` does it."""

    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    """Beginnings of a provider's id, alias or account; one of them has to fit."""
    context: tuple[Limit, ...] = ()
    price: tuple[Limit, ...] = ()
    """On the price of input, in dollars per million tokens."""
    can: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    free: bool = False
    local: bool = False


def fold(text: str) -> str:
    """`text` in lower case with `.`, `_` and spaces as hyphens, so that `4.5` finds `4-5`."""
    return text.lower().replace(".", "-").replace("_", "-").replace(" ", "-")


def parse_query(text: str) -> Query:
    """The query in `text`: free words, `p:openai`, `ctx>200k`, `<$1`, `+vision`, `-reasoning`, `free`, `local`.

    A token that is still being typed (`ctx>`, `p:`, `+`) asks for nothing; `-word` rules out a word that is no
    capability. A comparison with what is no number (`ctx>banana`) is a plain word, which no model has. Nothing is ever
    wrong, so nothing is raised.
    """
    query = Query()
    for token in text.split():
        query = _with_token(query, token)
    return query


def _with_token(query: Query, token: str) -> Query:
    lowered = token.lower()
    if lowered == "free":
        return query._replace(free=True)
    if lowered == "local":
        return query._replace(local=True)
    if lowered.startswith("p:"):
        return query._replace(providers=query.providers + ((lowered[2:],) if lowered[2:] else ()))
    if token[0] in "+-":
        return _with_capability(query, token[0] == "+", lowered[1:])
    comparison, number = _limit(lowered.removeprefix("ctx"))
    limits: tuple[Limit, ...] | None = None
    if lowered == "ctx" or (lowered.startswith("ctx") and comparison):
        limits = _limits(comparison, number)
        query = query._replace(context=query.context + (limits or ()))
    elif token[0] in "<>":
        limits = _limits(*_limit(lowered.replace("$", "", 1)))
        query = query._replace(price=query.price + (limits or ()))
    return query if limits is not None else query._replace(words=(*query.words, fold(token)))


def _with_capability(query: Query, wanted: bool, word: str) -> Query:
    if not word:
        return query
    named = next((each for each in CAPABILITIES if each.startswith(word)), None)
    if named is not None:
        return query._replace(can=(*query.can, named)) if wanted else query._replace(cannot=(*query.cannot, named))
    word = fold(word)
    return query._replace(words=(*query.words, word)) if wanted else query._replace(without=(*query.without, word))


def _limit(text: str) -> tuple[str, str]:
    """`>=200k` as (`>=`, `200k`); two empty texts where no comparison begins it."""
    comparison = next((each for each in _COMPARISONS if text.startswith(each)), "")
    return comparison, text[len(comparison) :] if comparison else ""


def _limits(comparison: str, number: str) -> tuple[Limit, ...] | None:
    """The limit; none while its number is still to be typed; None where what stands there is no number."""
    if number in ("", "."):
        return ()
    scale = _SCALES.get(number[-1:], 1)
    digits = number if scale == 1 else number[:-1]
    plain = digits.replace(".", "", 1)
    if not (plain.isascii() and plain.isdigit()) or len(plain) > 15:
        return None
    return (Limit(comparison, float(digits) * scale),)
