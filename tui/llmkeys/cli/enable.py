"""`enable` and `disable`: whether an account is used at all."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from llmkeys.cli import output
from llmkeys.cli.words import DEFAULT_CLEARED, default_lost, stored_name
from llmkeys.service.accounts import set_enabled
from llmkeys.service.session import Session
from llmkeys.service.shadow import default_without_key


def configure(parser: ArgumentParser) -> None:
    """An account."""
    parser.add_argument("account", metavar="ACCOUNT", help="provider/label, or a provider with one account")


def run(arguments: Namespace, session: Session) -> int:
    """Enables or disables by the verb that was used."""
    enabled = arguments.verb == "enable"
    account = stored_name(session, arguments.account)
    cleared = set_enabled(session, account, enabled)
    lost = "" if enabled else default_without_key(session)
    document = {
        "account": account,
        "enabled": enabled,
        "default_cleared": cleared,
        "default_without_key": bool(lost),
    }
    output.answer(arguments.json, document, _lines(account, enabled, cleared, lost))
    return 0


def _lines(account: str, enabled: bool, cleared: bool, lost: str) -> Iterator[str]:
    yield f"✓ {account} is enabled" if enabled else f"– {account} is disabled"
    if cleared:
        yield DEFAULT_CLEARED
    if lost:
        yield default_lost(lost)
