"""`reset`: every key and file of llmkeys, deleted after a person said so."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from llmkeys.cli import output
from llmkeys.cli.terminal import confirm
from llmkeys.errors import Cancelled, LlmkeysError
from llmkeys.service.reset import Reset, reset
from llmkeys.service.session import Session, look
from llmkeys.text import clean, counted


def configure(parser: ArgumentParser) -> None:
    """Whether the person was asked already."""
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(arguments: Namespace, session: Session) -> int:
    """Deletes keychain items first, then files; 1 if something is left."""
    if not arguments.yes and not _agreed(session):
        raise Cancelled("Nothing was deleted.")
    done = reset(session)
    document = {"accounts": done.accounts, "files": list(done.files), "left": list(done.left)}
    output.answer(arguments.json, document, _lines(done))
    return LlmkeysError.exit_code if done.left else 0


def _agreed(session: Session) -> bool:
    accounts = counted(len(look(session).config.accounts), "account")
    question = f"Delete {accounts}, their keys, and every file of llmkeys?"
    return confirm(question, otherwise="llmkeys reset --yes deletes without asking.")


def _lines(done: Reset) -> Iterator[str]:
    yield f"– {counted(done.accounts, 'account')} and {counted(len(done.files), 'file')} deleted"
    for sentence in done.left:
        yield f"! {clean(sentence, 400)}"
