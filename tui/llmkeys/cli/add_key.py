"""`add-key`: typed → tested → stored → told what wins now."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from llmkeys.account import AccountName
from llmkeys.catalog.rows import Provider
from llmkeys.cli.keeping_key import configure_key, refuse_without_consent, remark_on, submit_draft
from llmkeys.cli.key_input import read_key, refuse_unasked_pipe
from llmkeys.cli.terminal import ask_key
from llmkeys.cli.words import account_to_add, note_unknown_settings, pairs
from llmkeys.errors import NeedsUser
from llmkeys.origin import origin_of
from llmkeys.secret import Secret
from llmkeys.service.accounts import Draft
from llmkeys.service.session import Session, look
from llmkeys.service.stored import refuse_taken, refuse_unfit_label
from llmkeys.typed_key import TypedKey, read_typed_key


def configure(parser: ArgumentParser) -> None:
    """An account, what goes with it, and the way its key enters."""
    configure_key(parser)
    parser.add_argument("--name", metavar="TEXT", default="", help="a name to show, any text")
    parser.add_argument("--base-url", metavar="URL", help="where its key is sent; none: the provider's own address")
    parser.add_argument("--model", metavar="M", help="the model to use with it")
    parser.add_argument("--set", metavar="K=V", action="append", default=[], help="an extra field, such as resource=…")


def run(arguments: Namespace, session: Session) -> int:
    """Reads, tests and stores a new key. Everything that can fail without the key fails before it is asked for."""
    provider, name = account_to_add(session, arguments.account)
    refuse_unfit_label(name.label)
    refuse_taken(look(session), name)
    if arguments.base_url:
        origin_of(arguments.base_url, keyless=provider.key_optional)
    settings = {name: value for name, value in pairs(arguments.set).items() if value}
    note_unknown_settings(provider, settings)
    draft = Draft(
        provider.id,
        name.label,
        None,
        name=arguments.name,
        base_url=arguments.base_url,
        model=arguments.model,
        settings=settings,
        store=arguments.store,
        consent=arguments.store == "file",
    )
    if not provider.key_optional:
        refuse_without_consent(session, draft)
    return submit_draft(arguments, session, draft._replace(secret=_key(arguments, session, provider, name)))


def _key(arguments: Namespace, session: Session, provider: Provider, name: AccountName) -> Secret | None:
    question = f"Key for {name}: "
    if provider.key_optional and not arguments.stdin and arguments.from_env is None:
        typed = _key_or_none(question)
    else:
        typed = read_key(arguments, session, question)
    if typed is None:
        return None
    remark_on(session, typed, provider, str(name))
    return typed.secret


def _key_or_none(question: str) -> TypedKey | None:
    """A server that needs no key is asked about on a terminal only, and nothing typed means none."""
    refuse_unasked_pipe()
    try:
        text = ask_key(f"(↵ for none) {question}", otherwise="")
    except NeedsUser:
        return None
    return read_typed_key(text) if text.strip() else None
