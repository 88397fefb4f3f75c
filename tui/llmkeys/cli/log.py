"""`log`: which keys were read, for what, and when."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from llmkeys.cli import output
from llmkeys.cli.words import positive_number
from llmkeys.service.session import Session
from llmkeys.service.uses import list_uses
from llmkeys.text import clean

_HEADS = ("WHEN", "ACCOUNT", "FOR", "BY")


def configure(parser: ArgumentParser) -> None:
    """How many lines."""
    parser.add_argument("--limit", metavar="N", type=positive_number, default=50, help="at most N, the latest first")


def run(arguments: Namespace, session: Session) -> int:
    """Prints the latest uses of keys."""
    uses = list_uses(session, arguments.limit)
    rows = [_HEADS, *((clean(use.at), clean(use.account), clean(use.verb), clean(use.caller)) for use in uses)]
    lines = output.columns(rows) if uses else ["No key has been read yet."]
    output.answer(arguments.json, {"uses": [use._asdict() for use in uses]}, lines)
    return 0
