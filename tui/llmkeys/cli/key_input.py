"""The ways a key enters the command line: masked prompt, stdin, a variable; never an argument."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace

from llmkeys.cli.terminal import ask_key
from llmkeys.errors import BadKey, UsageError
from llmkeys.service.session import Session
from llmkeys.text import clean, is_reference
from llmkeys.typed_key import LONGEST_KEY, TypedKey, read_typed_key

_OTHERWISE = "Give the key with --stdin or --from-env NAME."


def add_key_options(parser: ArgumentParser) -> None:
    """The options by which a key enters."""
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--stdin", action="store_true", help="read the key from stdin")
    ways.add_argument("--from-env", metavar="NAME", help="take the key from the environment variable NAME")
    parser.add_argument("--no-test", action="store_true", help="do not ask the provider whether the key works")


def read_key(arguments: Namespace, session: Session, question: str) -> TypedKey:
    """The key, cleaned, from where the options say. Raises BadKey, UsageError, NeedsUser and Cancelled."""
    if arguments.from_env is not None:
        return read_typed_key(_from_variable(session, arguments.from_env))
    if arguments.stdin and not (sys.stdin is not None and sys.stdin.isatty()):
        return read_typed_key(_from_stdin())
    return read_typed_key(ask_key(question, otherwise=_OTHERWISE))


def refuse_unasked_pipe() -> None:
    """Raises UsageError where something was piped in without --stdin: a key among it would silently be lost.

    Only what is there by now counts: a pipe that is open and silent is not waited for. One byte of it is read.
    """
    if sys.platform == "win32" or sys.stdin is None or sys.stdin.isatty():
        return
    import select

    try:
        number = sys.stdin.fileno()
        holds_data = bool(select.select([number], [], [], 0)[0]) and bool(os.read(number, 1))
    except (OSError, ValueError):
        return
    if holds_data:
        raise UsageError(
            "Something was piped in, and nothing says that it is the key.",
            next="--stdin takes it as the key; with < /dev/null there is none.",
        )


def _from_variable(session: Session, name: str) -> str:
    value = session.environ.get(name, "")
    if not value.strip():
        raise UsageError(f"The variable {clean(name)} is not set.", next="Name one that holds the key.")
    if is_reference(value.strip()):
        raise UsageError(f"{clean(name)} holds a reference, not a key.", next="Resolve it first, then pipe the key in.")
    return value


def _from_stdin() -> str:
    """At most a little more than the longest key with its wrapping; the rest is left unread.

    The line end that every program writes last is the pipe's, not the key's: nobody is told that it was removed.
    """
    data = sys.stdin.buffer.read(LONGEST_KEY * 4 + 1) if sys.stdin is not None else b""
    try:
        return data.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise BadKey("What stdin gave is not text.", next="Pipe the key itself.") from None
