"""`rotate-key`: a new key, tested, in the place of an old one, which works until then."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from llmkeys.cli.keeping_key import configure_keep, configure_key, refuse_without_consent, remark_on, submit_draft
from llmkeys.cli.key_input import read_key
from llmkeys.cli.words import stored_name
from llmkeys.errors import CannotTell
from llmkeys.service.accounts import Draft
from llmkeys.service.session import Session, look
from llmkeys.service.stored import stored_account


def configure(parser: ArgumentParser) -> None:
    """An account, the way its new key enters, and how long the old one is kept."""
    configure_key(parser)
    configure_keep(parser)


def run(arguments: Namespace, session: Session) -> int:
    """Reads, tests and swaps the key; the old one stays if the new one is refused or cannot be tested."""
    name = stored_name(session, arguments.account)
    world = look(session)
    account = stored_account(world, name)
    if arguments.offline and not arguments.no_test:
        raise CannotTell(
            f"{name} keeps its old key: --offline forbids the test of a new one.", next="--no-test swaps it untested."
        )
    provider = world.catalog.find(account.name.provider)
    consent = arguments.store == "file"
    draft = Draft(provider.id, account.name.label, None, store=arguments.store, consent=consent, replaces=True)
    refuse_without_consent(session, draft)
    typed = read_key(arguments, session, f"New key for {name}, in place of {account.hint or 'none'}: ")
    remark_on(session, typed, provider, name)
    return submit_draft(arguments, session, draft._replace(secret=typed.secret), arguments.keep)
