"""The answer to "which key will be used?": what other programs get from `llmkeys.resolve`."""

from typing import NamedTuple

from llmkeys.resolution.candidate import Candidate, Source
from llmkeys.secret import Secret


class Resolution(NamedTuple):
    """The winner, where it was found, where it may be sent, the model that goes with it, and what it shadows."""

    account: str
    """`provider/label`; the label is `env` or `dotenv` for a key that a variable holds."""
    provider: str
    label: str
    source: Source
    secret: Secret | None
    """None for a local server that needs no key."""
    base_url: str | None
    """The address to call, complete; None where a field such as Azure's resource is still missing."""
    model: str | None
    shadowed: tuple[Candidate, ...]
    """Keys that would have been used had this one not been there."""
    notes: tuple[str, ...] = ()
    """What a person should know: a config that cannot be read, an address that was ignored; a sentence each."""
