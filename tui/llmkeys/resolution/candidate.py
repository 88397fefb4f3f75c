"""What can be found when a key is looked for: a source, a candidate, and how a candidate fared."""

from enum import StrEnum
from typing import NamedTuple

from llmkeys.catalog.rows import Auth
from llmkeys.secret import Secret


class Kind(StrEnum):
    """Where a key was found."""

    ENVIRONMENT = "environment"
    DOTENV = "dotenv"
    KEYCHAIN = "keychain"
    FILE = "file"
    REFERENCE = "reference"
    NONE = "none"
    """No key is there, and none is needed: a local server."""


TRUST = {Kind.ENVIRONMENT: 2, Kind.DOTENV: 1}
"""How far a source is trusted, 3 where nothing is said; trust is not precedence."""


class Source(NamedTuple):
    """A kind of place and the place itself: a variable, `path:line`, a store."""

    kind: Kind
    place: str = ""

    @property
    def trust(self) -> int:
        """3 for what the person stored, 2 for the environment, 1 for a `.env`."""
        return TRUST.get(self.kind, 3)

    @property
    def words(self) -> str:
        """The source as a sentence names it, such as `OPENAI_API_KEY in the environment`."""
        return _WORDS[self.kind].format(place=self.place)


_WORDS = {
    Kind.ENVIRONMENT: "{place} in the environment",
    Kind.DOTENV: "{place}",
    Kind.KEYCHAIN: "OS keychain",
    Kind.FILE: "plaintext file",
    Kind.REFERENCE: "reference {place}",
    Kind.NONE: "no key needed",
}


class Fate(StrEnum):
    """How a candidate fared."""

    WINS = "wins"
    SHADOWED = "shadowed"
    NOT_ASKED = "set, not asked"
    DISABLED = "disabled"
    UNRESOLVED = "unresolved reference"
    UNUSABLE = "unusable"
    SHARED = "shared token, not adopted"


class Candidate(NamedTuple):
    """One key that could be used, with its source; the secret is here only when it came from a variable."""

    account: str
    source: Source
    fate: Fate
    variable: str = ""
    secret: Secret | None = None
    hint: str = ""
    auth: Auth | None = None
    """How this variable's keys are sent, where it differs from the row's way."""
    note: str = ""

    @property
    def usable(self) -> bool:
        """Whether nothing but precedence decides about it."""
        return self.fate in {Fate.WINS, Fate.SHADOWED, Fate.NOT_ASKED}
