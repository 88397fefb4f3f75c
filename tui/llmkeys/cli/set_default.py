"""`set-default`: the account and model that tools get when they name none."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from llmkeys.cli import output
from llmkeys.cli.status import choice_document
from llmkeys.errors import UsageError
from llmkeys.service.defaults import DefaultChange, set_default
from llmkeys.service.session import Session
from llmkeys.text import clean


def configure(parser: ArgumentParser) -> None:
    """An account, and perhaps a model."""
    parser.add_argument("account", metavar="ACCOUNT", help="provider, provider/label or ACCOUNT:MODEL")
    parser.add_argument("model", metavar="MODEL", nargs="?", help="any model id; none: its last or its usual one")


def run(arguments: Namespace, session: Session) -> int:
    """Sets the default; a model nobody lists is set with a warning."""
    if arguments.model is not None and not arguments.model.strip():
        raise UsageError("A model's id cannot be empty.")
    change = set_default(session, arguments.account, arguments.model)
    output.answer(arguments.json, change_document(change), _lines(change))
    return 0


def change_document(change: DefaultChange) -> dict[str, object]:
    """A change of the default as JSON answers have it."""
    return {
        "default": choice_document(change.choice),
        "previous": choice_document(change.previous),
        "warning": output.or_null(change.warning),
        "shadowed_by": output.or_null(change.shadowed_by),
    }


def _lines(change: DefaultChange) -> Iterator[str]:
    shadow = f", but {clean(change.shadowed_by)} is set and wins here" if change.shadowed_by else ""
    yield f"★ {clean(change.choice.account)} · {clean(change.choice.model)}{shadow}"
    if change.warning:
        yield f"! {clean(change.warning, 300)}"
    if change.previous is not None:
        yield f"  was {clean(change.previous.account)} · {clean(change.previous.model)}"
