"""The parser of one verb: errors become ours, abbreviations are off, nothing is coloured."""

from __future__ import annotations

from argparse import ArgumentParser, HelpFormatter, RawDescriptionHelpFormatter
from importlib import import_module
from typing import Any, NoReturn

from llmkeys.cli import output
from llmkeys.cli.verbs import VERBS, Verb
from llmkeys.errors import UsageError
from llmkeys.text import clean


class Parser(ArgumentParser):
    """An ArgumentParser that raises UsageError in place of printing and leaving."""

    def __init__(self, prog: str, **options: Any) -> None:
        super().__init__(prog=prog, allow_abbrev=False, formatter_class=_Formatter, **{"add_help": True, **options})
        self.color = False  # read by Python 3.14 and later

    def error(self, message: str) -> NoReturn:
        """Raises UsageError with argparse's sentence."""
        sentence = clean(message[:1].upper() + message[1:], 300)
        raise UsageError(f"{sentence}.", next=f"{self.prog} --help shows how it is used.")

    def print_help(self, file: Any = None) -> None:
        """The help text, as an answer on stdout."""
        output.show(self.format_help().splitlines())


class _Formatter(RawDescriptionHelpFormatter):
    def __init__(self, prog: str, **options: Any) -> None:
        HelpFormatter.__init__(self, prog, max_help_position=30, width=output.terminal_width() or 100, **options)


def parser_of(word: str) -> Parser:
    """The parser of one verb, its module imported. `word` is in the table."""
    verb = VERBS[word]
    parser = Parser(f"llmkeys {word}", description=_sentence(verb))
    fill(parser, word)
    return parser


def fill(parser: ArgumentParser, word: str) -> None:
    """Gives `parser` the options of a verb and those that every verb has."""
    verb = VERBS[word]
    module_of(verb).configure(parser)
    if verb.answers_json:
        parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.add_argument("--offline", action="store_true", help="use no network")
    parser.set_defaults(verb=word)


def module_of(verb: Verb) -> Any:
    """The module that answers a verb."""
    return import_module(f"llmkeys.cli.{verb.module}")


def _sentence(verb: Verb) -> str:
    return verb.words[:1].upper() + verb.words[1:] + "."
