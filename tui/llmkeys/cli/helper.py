"""`helper`: one key and a newline on stdout, for other programs; no prompt, no network, next to no imports."""

from __future__ import annotations

import os
import sys
from typing import Any

from llmkeys.errors import LlmkeysError
from llmkeys.service.keys import resolve
from llmkeys.service.session import Session, open_session
from llmkeys.text import clean

_STDOUT = 1
_UNEXPECTED = 1
_INTERRUPTED = 130


def configure(parser: Any) -> None:
    """One account."""
    parser.add_argument("account", metavar="ACCOUNT", help="provider/label, or a provider for the key that wins")


def run(arguments: Any, session: Session) -> int:
    """Prints the key; for calls that come with options and so through the parser."""
    _print_key(session._replace(caller="helper", interactive=False), arguments.account)
    return 0


def hand_out(account: str) -> int:
    """Prints the key of `account` and answers the exit code: the fast lane, which never raises."""
    try:
        if len(account) >= 16:
            from llmkeys.cli.argument_keys import refuse_keys

            refuse_keys([account])
        _print_key(open_session("helper"), account)
    except LlmkeysError as error:
        return _say(error.exit_code, error.message, error.next)
    except KeyboardInterrupt:
        return _say(_INTERRUPTED, "Stopped.", "")
    except Exception as error:
        from llmkeys.cli import funnel

        return _say(_UNEXPECTED, funnel.describe(error), funnel.how_to_report())
    return 0


def _print_key(session: Session, account: str) -> None:
    if sys.stdout is None:
        raise LlmkeysError("There is no stdout to print the key on.", next="Call it with stdout open.")
    answer = resolve(session, account, verb="helper")
    for note in answer.notes:
        _say(0, note, "")
    secret = answer.secret
    if secret is None:
        raise LlmkeysError(f"{clean(account)} needs no key, so there is none to print.")
    data = secret.reveal().encode() + b"\n"
    try:
        while data:
            data = data[os.write(_STDOUT, data) :]
    except BrokenPipeError:
        return
    except OSError as error:
        raise LlmkeysError(f"The key could not be printed: {error.strerror}.") from None


def _say(code: int, message: str, next_step: str) -> int:
    if sys.stderr is not None:
        lines = [f"llmkeys: {clean(message, 600)}", *([f"  {clean(next_step, 600)}"] if next_step else [])]
        try:
            print("\n".join(lines), file=sys.stderr, flush=True)
        except OSError:
            return code
    return code
