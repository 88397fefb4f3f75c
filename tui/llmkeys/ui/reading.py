"""What stands in a key field, as far as it may be told."""

from __future__ import annotations

from typing import NamedTuple

from llmkeys.errors import BadKey
from llmkeys.typed_key import LONGEST_KEY, TypedKey, read_typed_key
from llmkeys.ui.bursts import MOST_PASTED


class Reading(NamedTuple):
    """The cleaned key in its wrapper, or the sentence that says why there is none."""

    key: TypedKey | None = None
    length: int = 0
    """Characters in the field, which is what the mask shows."""
    problem: str = ""
    next: str = ""


def read_paste(pasted: str) -> TypedKey:
    """The key in what was pasted. Raises BadKey; of a paste longer than any, for its length alone."""
    if len(pasted) > MOST_PASTED:
        raise BadKey(
            f"That is more than {MOST_PASTED:,} characters; a key has at most {LONGEST_KEY:,}.",
            next="Paste only the key.",
        )
    return read_typed_key(pasted)


def read_field(text: str, pasted: TypedKey | None = None, problem: tuple[str, str] = ("", "")) -> Reading:
    """The reading of a field that holds `text`.

    `pasted` is the paste that filled it; `problem` why one was dropped, if the field is empty for that.
    """
    if not text:
        return Reading(None, 0, *problem)
    try:
        key = read_typed_key(text)
    except BadKey as refused:
        return Reading(None, len(text), refused.message, refused.next)
    return Reading(pasted or key, len(text))
