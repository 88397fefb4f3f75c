"""Tells keys from what belongs in a field that anybody can read."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property, partial

from llmkeys.catalog.randomness import looks_random
from llmkeys.catalog.rows import Catalog
from llmkeys.catalog.shapes import looks_like_key, telling_prefixes
from llmkeys.service.session import Session, look
from llmkeys.ui.bursts import MOST_PASTED

Judge = Callable[[str], bool]
"""Whether a text is a key, or holds one."""

_BETWEEN_WORDS = re.compile(r"[^\w.+-]+")


def judge_of(catalog: Catalog) -> Judge:
    """Tells texts that hold a key of a provider in `catalog`; addresses and ids of any kind pass."""
    return partial(holds_key, catalog=catalog)


def strict_judge(judge: Judge) -> Judge:
    """Tells what `judge` does and what only looks random, as keys without a prefix do; ids of models pass."""
    return lambda text: judge(text) or looks_random(text)


def holds_key(text: str, catalog: Catalog) -> bool:
    """Whether a word of `text` is a key by how it begins, whatever is wrapped around it."""
    return any(looks_like_key(word, catalog) for word in _BETWEEN_WORDS.split(text[:MOST_PASTED]))


class KeyTeller:
    """Tells keys in what a terminal sends; the catalogue is read when something first looks like one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def _catalog(self) -> Catalog:
        return look(self._session).catalog

    @cached_property
    def _beginnings(self) -> re.Pattern[str]:
        known = sorted(telling_prefixes(self._catalog), key=len, reverse=True)
        return re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(map(re.escape, known))})")

    def is_key(self, text: str) -> bool:
        """Whether there is a key in `text`, or what looks random."""
        return looks_random(text) or holds_key(text, self._catalog)

    def find_key(self, text: str) -> int:
        """Where a word of `text` begins as known keys do; -1 for nowhere."""
        found = self._beginnings.search(text[:MOST_PASTED])
        return found.start() if found else -1
