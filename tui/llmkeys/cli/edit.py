"""`edit`: an account's label, name, address, model or extra fields; never its key."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from llmkeys.cli import output
from llmkeys.cli.terminal import confirm
from llmkeys.cli.words import note_unknown_settings, pairs, stored_name
from llmkeys.errors import Cancelled, UsageError
from llmkeys.service.edit import Changes, edit_account, origin_change
from llmkeys.service.session import Session, provider_named


def configure(parser: ArgumentParser) -> None:
    """An account and what to change; what is not given stays."""
    parser.add_argument("account", metavar="ACCOUNT", help="provider/label, or a provider with one account")
    parser.add_argument("--label", metavar="LABEL", help="another label")
    parser.add_argument("--name", metavar="TEXT", help="another name to show; empty takes it away")
    parser.add_argument("--base-url", metavar="URL", help="another address; empty is the provider's own")
    parser.add_argument("--model", metavar="M", help="another model; empty is the provider's usual one")
    parser.add_argument("--set", metavar="K=V", action="append", default=[], help="an extra field; K= takes it away")


def run(arguments: Namespace, session: Session) -> int:
    """Changes the account; a new host for its key is confirmed on the terminal."""
    settings = {name: value or None for name, value in pairs(arguments.set).items()}
    changes = Changes(arguments.label, arguments.name, arguments.base_url, arguments.model, settings)
    if changes == Changes():
        raise UsageError("Nothing to change was given.", next="llmkeys edit --help lists what can be changed.")
    account = stored_name(session, arguments.account)
    name = edit_account(session, account, changes, origin_confirmed=_confirmed(session, account, changes))
    output.answer(arguments.json, {"account": name, "was": account}, [f"✓ {name} changed"])
    provider = provider_named(session, name.partition("/")[0])
    note_unknown_settings(provider, [each for each, value in settings.items() if value])
    return 0


def _confirmed(session: Session, account: str, changes: Changes) -> bool:
    moved = origin_change(session, account, changes)
    if moved is None:
        return False
    agreed = confirm(
        f"The key of {account} goes to {moved.before} now. Send it to {moved.after} instead?",
        otherwise="Run it on a terminal: a new address for a key is confirmed by a person.",
    )
    if not agreed:
        raise Cancelled("Nothing was changed.")
    return True
