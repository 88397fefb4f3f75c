"""`get`: one stored key for a person, masked; whole only on a terminal."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from llmkeys.cli import output
from llmkeys.errors import NeedsUser, UsageError
from llmkeys.service.explanation import explain
from llmkeys.service.keys import resolve
from llmkeys.service.session import Session
from llmkeys.text import clean


def configure(parser: ArgumentParser) -> None:
    """One account, and whether its key may be shown."""
    parser.add_argument("account", metavar="ACCOUNT", help="provider/label, or a provider for the key that wins")
    parser.add_argument("--reveal", dest="whole", action="store_true", help="show the key itself; on a terminal only")


def run(arguments: Namespace, session: Session) -> int:
    """Prints the hint of the key that wins, or, asked to and on a terminal, the key."""
    if arguments.whole:
        return _show_whole(arguments, session)
    explained = explain(session, arguments.account)
    if explained.winner is None:
        raise explained.problem or UsageError("Nothing wins.")
    won = explained.candidates[explained.winner]
    document = {
        "account": won.account,
        "source": won.source.kind.value,
        "place": output.or_null(won.source.place),
        "hint": output.or_null(won.hint),
    }
    output.answer(
        arguments.json, document, [f"{won.account}  {clean(won.hint) or 'no key'}  {clean(won.source.words)}"]
    )
    return 0


def _show_whole(arguments: Namespace, session: Session) -> int:
    if arguments.json:
        raise UsageError("--json never holds a key.", next="llmkeys helper ACCOUNT prints it for programs.")
    if not (sys.stdout is not None and sys.stdout.isatty()):
        raise NeedsUser(
            "A key is shown on a terminal only.", next="llmkeys helper ACCOUNT prints it for another program."
        )
    secret = resolve(session, arguments.account, verb="get").secret
    output.show([secret.reveal() if secret else "no key"])
    return 0
