"""One line of a dialog as a value: a glyph, words, quieter words, and keys to press."""

from typing import NamedTuple

from llmkeys.service.standing import Tone


class Notice(NamedTuple):
    """A glyph in its tone, words, quieter words, and keys with what they do."""

    glyph: str = ""
    tone: Tone = Tone.QUIET
    words: str = ""
    quiet: str = ""
    short: str = ""
    """Quieter words for where the others do not fit."""
    keys: tuple[tuple[str, str], ...] = ()
