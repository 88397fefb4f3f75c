"""What stands in a key field, as far as it may be told."""

from __future__ import annotations

from typing import NamedTuple

from llmkeys.typed_key import TypedKey


class Reading(NamedTuple):
    """The cleaned key in its wrapper, or the sentence that says why there is none."""

    key: TypedKey | None = None
    length: int = 0
    """Characters in the field, which is what the mask shows."""
    problem: str = ""
    next: str = ""
