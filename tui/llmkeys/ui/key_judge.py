"""Tells keys from what belongs in a field that anybody can read."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from llmkeys.catalog.rows import Catalog
from llmkeys.catalog.shapes import looks_like_key
from llmkeys.ui.paste_gate import MOST_PASTED

Judge = Callable[[str], bool]
"""Whether a text is a key, or holds one."""

_BETWEEN_WORDS = re.compile(r"[^\w.+-]+")
_RUN = re.compile(r"[A-Za-z0-9]{16,}")
"""Letters and digits without a break; the longest run of both in the id of a known model has 10 characters."""
_WORD = re.compile(r"[\w+-]{20,}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_CHANGE = re.compile(r"[a-z](?=[A-Z0-9])|[A-Z](?=[a-z0-9])|[0-9](?=[A-Za-z])")
_RESTLESS = 0.27
"""Changes between capitals, small letters and digits for each character: random ones have about 0.6, the ids of
known models 0.26 at most."""


def judge_of(catalog: Catalog) -> Judge:
    """Tells texts that hold a key of a provider in `catalog`; addresses and ids of any kind pass."""
    return partial(holds_key, catalog=catalog)


def strict_judge(judge: Judge) -> Judge:
    """Tells what `judge` does and what only looks random, as keys without a prefix do; ids of models pass."""
    return lambda text: judge(text) or looks_random(text)


def holds_key(text: str, catalog: Catalog) -> bool:
    """Whether a word of `text` is a key by how it begins, whatever is wrapped around it."""
    return any(looks_like_key(word, catalog) for word in _BETWEEN_WORDS.split(text[:MOST_PASTED]))


def looks_random(text: str) -> bool:
    """Whether a word of `text` is made of letters and digits as nobody and nothing but a generator puts them."""
    text = text[:MOST_PASTED]
    return (
        any(not run.isalpha() and not run.isdigit() for run in _RUN.findall(text))
        or _UUID.search(text) is not None
        or any(len(_CHANGE.findall(word)) > _RESTLESS * len(word) for word in _WORD.findall(text))
    )
