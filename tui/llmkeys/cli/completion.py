"""`completion`: a script that completes verbs and options in a shell."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from llmkeys.cli import output
from llmkeys.cli.parsing import Parser, fill
from llmkeys.cli.verbs import VERBS
from llmkeys.service.session import Session

SHELLS = ("bash", "zsh", "fish", "powershell")


def configure(parser: ArgumentParser) -> None:
    """Which shell."""
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=f"one of {', '.join(SHELLS)}")


def run(arguments: Namespace, session: Session) -> int:
    """Prints the script."""
    import shtab

    output.show(shtab.complete(_whole_parser(), shell=arguments.shell).splitlines())
    return 0


def _whole_parser() -> Parser:
    """Every verb in one parser: only here are all their modules imported."""
    parser = Parser("llmkeys", description="Every LLM key in one safe place.")
    parser.add_argument("-V", "--version", action="store_true", help="the version")
    chosen = parser.add_subparsers(parser_class=Parser)
    for word, verb in VERBS.items():
        fill(chosen.add_parser(word, help=verb.words), word)
    return parser
