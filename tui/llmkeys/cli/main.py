"""The command line: finds the verb, imports its module alone, and gives every error its words and its exit code."""

import os
import sys
from functools import cache
from typing import NamedTuple

from llmkeys.cli import funnel, output
from llmkeys.cli.argument_keys import refuse_keys
from llmkeys.cli.verbs import VERBS
from llmkeys.errors import Cancelled, LlmkeysError, UsageError
from llmkeys.service.session import open_session, wants_ascii
from llmkeys.text import clean, nearest

_HELP_WORDS = ("-h", "--help", "help")


class Unexpected(LlmkeysError):
    """An error nobody expected, in the words of the funnel."""

    code = "unexpected"


class Call(NamedTuple):
    """The words of a command line, told apart."""

    options: tuple[str, ...]
    """What stands before the verb."""
    verb: str | None
    rest: tuple[str, ...]


def main(arguments: list[str]) -> int:
    """Does what `arguments` (without the program's name) say and answers the exit code; never raises."""
    as_json = "--json" in arguments
    output.plain_if(cache(_wants_ascii))
    try:
        return _run(arguments, as_json)
    except LlmkeysError as error:
        return _fail(error, as_json)
    except KeyboardInterrupt:
        return _fail(Cancelled("Stopped."), as_json)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except Exception as error:
        return _fail(Unexpected(funnel.describe(error), next=funnel.how_to_report()), as_json)


def _wants_ascii() -> bool:
    try:
        return wants_ascii(open_session("cli"))
    except LlmkeysError:
        return False


def _fail(error: LlmkeysError, as_json: bool) -> int:
    try:
        return output.fail(error, as_json=as_json and not isinstance(error, output.Unwritable))
    except output.Unwritable as unwritable:
        return output.fail(unwritable, as_json=False)


def _run(arguments: list[str], as_json: bool) -> int:
    refuse_keys(arguments)
    call = _call(arguments)
    if set(call.options) & {"-V", "--version"}:
        return _version(as_json)
    if call.verb in _HELP_WORDS or set(call.options) & set(_HELP_WORDS):
        return _help(call)
    if call.verb == "more":
        return _more()
    if call.verb is None:
        return _without_verb(call, as_json)
    if call.verb not in VERBS:
        raise _no_such_verb(call.verb)
    return _do(call.verb, [*call.options, *call.rest])


def _do(word: str, rest: list[str]) -> int:
    from llmkeys.cli.parsing import module_of, parser_of

    parsed = parser_of(word).parse_args(rest)
    session = open_session("cli", interactive=_is_person_present(), offline=parsed.offline)
    return int(module_of(VERBS[word]).run(parsed, session))


def _is_person_present() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def _call(arguments: list[str]) -> Call:
    for index, word in enumerate(arguments):
        if not word.startswith("-") or word == "-":
            return Call(tuple(arguments[:index]), word, tuple(arguments[index + 1 :]))
    return Call(tuple(arguments), None, ())


def _without_verb(call: Call, as_json: bool) -> int:
    unknown = set(call.options) - {"--json", "--offline"}
    if unknown:
        raise UsageError(f"There is no option {clean(min(unknown))} here.", next="llmkeys --help lists what there is.")
    from llmkeys.ui.terminal import has_terminal

    if as_json or not has_terminal(os.environ):
        return _do("status", list(call.options))
    from llmkeys.ui.launch import run_app

    return run_app(open_session("app", interactive=True, offline="--offline" in call.options))


def _no_such_verb(word: str) -> UsageError:
    close = nearest(word, VERBS)
    meant = f"Did you mean {' or '.join(close[:2])}?" if close else "llmkeys --help lists them."
    return UsageError(f"There is no verb “{clean(word)}”.", next=meant)


def _version(as_json: bool) -> int:
    output.answer(as_json, {"version": funnel.version()}, [f"llmkeys {funnel.version()}"])
    return 0


def _help(call: Call) -> int:
    words = [word for word in (call.verb, *call.rest) if word is not None and word not in _HELP_WORDS]
    if words and words[0] not in VERBS:
        raise _no_such_verb(words[0])
    if words:
        return _do(words[0], ["--help"])
    everyday = [(word, verb.words) for word, verb in VERBS.items() if verb.everyday]
    more = [word for word, verb in VERBS.items() if not verb.everyday]
    half = len(more) // 2
    output.show(
        [
            "llmkeys keeps every LLM key in one safe place and shows which of them work.",
            "",
            "  llmkeys            open the full-screen app",
            "  llmkeys VERB …     do one thing; llmkeys VERB --help shows how",
            "",
            *output.columns(everyday, indent="  "),
            "",
            f"  more: {' '.join(more[:half])}",
            f"        {' '.join(more[half:])}",
            "        llmkeys more says what each does",
            "",
            "Every verb that answers takes --json. --offline uses no network. llmkeys guide explains the rest.",
        ]
    )
    return 0


def _more() -> int:
    rest = [(word, verb.words) for word, verb in VERBS.items() if not verb.everyday]
    output.show(output.columns(rest, indent="  "))
    return 0
