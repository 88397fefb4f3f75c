"""Tells what a generator made, as it makes keys, from words and numbers that people put."""

from __future__ import annotations

import re

MOST_LOOKED_AT = 64 * 1024
"""Characters of a text that are looked at."""
_RUN = re.compile(r"[A-Za-z0-9]{16,}")
"""Letters and digits without a break; the longest run of both in the id of a known model has 10 characters."""
_WORD = re.compile(r"[\w+-]{20,}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_CHANGE = re.compile(r"[a-z](?=[A-Z0-9])|[A-Z](?=[a-z0-9])|[0-9](?=[A-Za-z])")
_RESTLESS = 0.27
"""Changes between capitals, small letters and digits for each character: random ones have about 0.6, the ids of
known models 0.26 at most."""


def looks_random(text: str) -> bool:
    """Whether a word of `text` is made of letters and digits as nobody and nothing but a generator puts them."""
    text = text[:MOST_LOOKED_AT]
    return (
        any(not run.isalpha() and not run.isdigit() for run in _RUN.findall(text))
        or _UUID.search(text) is not None
        or any(len(_CHANGE.findall(word)) > _RESTLESS * len(word) for word in _WORD.findall(text))
    )
