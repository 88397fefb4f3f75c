"""`remove-key`: an account and its key, forgotten."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from llmkeys.cli import output
from llmkeys.cli.keeping_key import configure_keep
from llmkeys.cli.words import DEFAULT_CLEARED, default_lost, span_words, stored_name
from llmkeys.service.accounts import Removed, remove_account
from llmkeys.service.session import Session
from llmkeys.service.shadow import default_without_key
from llmkeys.text import clean


def configure(parser: ArgumentParser) -> None:
    """An account, and how long its key is kept."""
    parser.add_argument("account", metavar="ACCOUNT", help="provider/label, or a provider with one account")
    configure_keep(parser)


def run(arguments: Namespace, session: Session) -> int:
    """Removes the account; what could not be deleted is said."""
    removed = remove_account(session, stored_name(session, arguments.account), keep_seconds=arguments.keep)
    lost = default_without_key(session)
    document = {
        "account": removed.account,
        "default_cleared": removed.default_cleared,
        "default_without_key": bool(lost),
        "kept_seconds": int(removed.kept_seconds),
        "left_over": output.or_null(removed.left_over),
    }
    output.answer(arguments.json, document, _lines(removed, lost))
    return 0


def _lines(removed: Removed, lost: str) -> Iterator[str]:
    kept = f"; its key is kept for {span_words(int(removed.kept_seconds))}" if removed.kept_seconds else ""
    yield f"– {removed.account} removed{kept}"
    if removed.default_cleared:
        yield DEFAULT_CLEARED
    if lost:
        yield default_lost(lost)
    if removed.left_over:
        yield f"! {clean(removed.left_over, 300)}"
