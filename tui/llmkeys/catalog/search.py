"""Finding models among tens of thousands while a person types: ranked, narrowed, with a suggestion for a typo."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from llmkeys.catalog.model import DEPRECATED, Model
from llmkeys.catalog.provider import Provider
from llmkeys.catalog.query import CAPABILITIES, Limit, Query, fold, parse_query

__all__ = ["Entry", "Found", "Index", "Query", "parse_query"]

_REMEMBERED = 8
_REMEMBERED_WHOLE = 32
_BITS = {name: 1 << position for position, name in enumerate(CAPABILITIES)}
_TOOLS, _REASONING = _BITS["tools"], _BITS["reasoning"]
_READS = {"image": "vision", "audio": "audio", "video": "video", "pdf": "pdf"}
_HOLDS = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq}
_UNKNOWN = float("nan")
"""Compares as false with every limit."""
_HEAD = "\n"
"""Stands before everything that a query may begin; no id has one in it."""


class Entry(NamedTuple):
    """A model as one account serves it."""

    model: Model
    provider: Provider
    account: str = ""


class Found(NamedTuple):
    """Positions in the list that was searched, the best first."""

    positions: tuple[int, ...]
    suggestion: str = ""
    """Where nothing was found: the query with one word put right, if that finds something."""


class Index:
    """A list of models prepared for searching. It remembers its last answers, so that a longer query only looks
    through what the shorter one found, and a shorter one again is there at once.
    """

    __slots__ = (
        "_answers",
        "_bits",
        "_contexts",
        "_entries",
        "_found",
        "_heads",
        "_late",
        "_owners",
        "_places",
        "_prices",
        "_texts",
        "_words",
    )

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: Sequence[Entry] = tuple(entries)
        self._places: dict[str, list[int]] = {}
        self._heads: list[str] = []
        self._owners: list[str] = []
        self._texts: list[str] = []
        owners: dict[tuple[str, str], tuple[str, str]] = {}
        for position, (model, provider, account) in enumerate(self._entries):
            name = fold(model.id)
            owner = owners.get((provider.id, account)) or owners.setdefault(
                (provider.id, account), _owner(provider, account)
            )
            text = f"{name} {fold(model.name)}"
            self._places.setdefault(name, []).append(position)
            self._heads.append(f"\n{name}\n{name.rpartition('/')[2]}\n{provider.id}")
            self._texts.append(f"{text} {text.replace('-', '')} {owner[0]}")
            self._owners.append(owner[1])
        self._words: set[str] = set()
        self._found: dict[Query, Found] = {}
        self._contexts = [_known(entry.model.context) for entry in self._entries]
        self._prices = [0.0 if entry.provider.local else _known(entry.model.price_in) for entry in self._entries]
        reads: dict[tuple[str, ...], int] = {}
        self._bits = [_capabilities(entry.model, reads) for entry in self._entries]
        self._late = {place for place, entry in enumerate(self._entries) if entry.model.status == DEPRECATED}
        self._answers: list[tuple[Query, list[int]]] = [(Query(), list(range(len(self._entries))))]

    def search(self, query: Query | str) -> Found:
        """What matches `query`: exact ids first, then what begins with its first word, models that are being retired
        last; otherwise in the order of the list.
        """
        query = parse_query(query) if isinstance(query, str) else query
        found = self._found.get(query)
        if found is None:
            matching = self._matching(query)
            found = Found(tuple(self._ranked(query.words, matching)), "" if matching else self._suggestion(query))
            if len(self._found) >= _REMEMBERED_WHOLE:
                self._found.clear()
            self._found[query] = found
        return found

    def _matching(self, query: Query) -> list[int]:
        while not _narrows(query, self._answers[-1][0]):
            self._answers.pop()
        before, positions = self._answers[-1]
        if before == query:
            return positions
        texts = self._texts
        for word in query.words:
            if word not in before.words:
                positions = [each for each in positions if word in texts[each]]
        for word in query.without:
            positions = [each for each in positions if word not in texts[each]]
        positions = self._filtered(query, positions)
        self._answers.append((query, positions))
        del self._answers[1:-_REMEMBERED]
        return positions

    def _filtered(self, query: Query, positions: list[int]) -> list[int]:
        bits, entries = self._bits, self._entries
        wanted = sum({_BITS[name] for name in query.can})
        refused = sum({_BITS[name] for name in query.cannot})
        if wanted or refused:
            positions = [each for each in positions if bits[each] & (wanted | refused) == wanted]
        if query.local:
            positions = [each for each in positions if entries[each].provider.local]
        if query.free:
            positions = [each for each in positions if entries[each].provider.local or entries[each].model.is_free]
        if query.providers:
            positions = self._from(query.providers, positions)
        for limit in query.context:
            positions = _within(limit, self._contexts, positions)
        for limit in query.price:
            positions = _within(limit, self._prices, positions)
        return positions

    def _from(self, beginnings: tuple[str, ...], positions: list[int]) -> list[int]:
        owners = self._owners
        if len(beginnings) == 1:
            head = _HEAD + beginnings[0]
            return [each for each in positions if head in owners[each]]
        heads = [_HEAD + word for word in beginnings]
        return [each for each in positions if any(head in owners[each] for head in heads)]

    def _ranked(self, words: tuple[str, ...], positions: list[int]) -> list[int]:
        late = self._late.intersection(positions)
        if not words and not late:
            return positions
        best: dict[int, None] = {}
        if words:
            heads, head = self._heads, _HEAD + words[0]
            exact = self._places.get("-".join(words))
            if exact is not None:
                best = dict.fromkeys(sorted(set(exact).intersection(positions)))
            best.update(dict.fromkeys([each for each in positions if head in heads[each] and each not in late]))
        rest = [each for each in positions if each not in best and each not in late]
        return [*best, *rest, *sorted(late.difference(best))]

    def _suggestion(self, query: Query) -> str:
        if not self._words:
            self._words = {part for name in self._places for part in _parts(name) if len(part) > 2}
        for position, word in enumerate(query.words):
            for meant in _alike(word, self._words) if len(word) > 2 else ():
                words = (*query.words[:position], meant, *query.words[position + 1 :])
                if self._matching(query._replace(words=words)):
                    return " ".join(words)
        return ""


def _owner(provider: Provider, account: str) -> tuple[str, str]:
    """The words that find every model of an account, and the beginnings that `p:` takes."""
    names = (provider.id, provider.short_name.lower(), account.lower(), *provider.aliases)
    return f"{provider.id} {fold(provider.short_name)} {account.lower()}", "".join(_HEAD + each for each in names)


def _capabilities(model: Model, reads: dict[tuple[str, ...], int]) -> int:
    """What `model` can do as bits; `reads` remembers those of each set of modalities."""
    bits = reads.get(model.modalities)
    if bits is None:
        bits = reads[model.modalities] = sum(_BITS[_READS[kind]] for kind in set(model.modalities) if kind in _READS)
    return bits | (_TOOLS if model.tools else 0) | (_REASONING if model.reasoning else 0)


def _parts(name: str) -> list[str]:
    return name.replace("/", "-").replace(":", "-").split("-")


def _known(value: float | None) -> float:
    return _UNKNOWN if value is None else value


def _within(limit: Limit, values: Sequence[float], positions: list[int]) -> list[int]:
    holds, number = _HOLDS[limit.comparison], limit.number
    return [each for each in positions if holds(values[each], number)]


def _narrows(query: Query, before: Query) -> bool:
    """Whether everything that `query` finds is among what `before` found."""
    return (
        all(any(word in longer for longer in query.words) for word in before.words)
        and (not before.providers or _all_begin(query.providers, before.providers))
        and all(
            set(getattr(before, name)) <= set(getattr(query, name))
            for name in ("without", "context", "price", "can", "cannot")
        )
        and before.free <= query.free
        and before.local <= query.local
    )


def _all_begin(words: tuple[str, ...], beginnings: tuple[str, ...]) -> bool:
    return bool(words) and all(word.startswith(beginnings) for word in words)


def _alike(word: str, known: Iterable[str]) -> list[str]:
    """Words that `word` may have been meant to be, the likeliest first."""
    import difflib

    near = sorted(each for each in known if each != word and abs(len(each) - len(word)) <= 2)
    return difflib.get_close_matches(word, near, n=3, cutoff=0.7)
