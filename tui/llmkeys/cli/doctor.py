"""`doctor`: store, files and surroundings examined, unfinished work finished."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from llmkeys.cli import output
from llmkeys.errors import LlmkeysError, NeedsUser
from llmkeys.service.doctor import Examination, Finding, Level, examine
from llmkeys.service.session import Session
from llmkeys.text import clean

_GLYPHS = {Level.FINE: "✓", Level.NOTE: "?", Level.PROBLEM: "!"}
_SENTENCE = 400


def configure(parser: ArgumentParser) -> None:
    """Whether keys kept for undo go too."""
    parser.add_argument(
        "--purge", action="store_true", help="delete the old keys that are kept, and keys in the file that are nobody's"
    )


def run(arguments: Namespace, session: Session) -> int:
    """Prints what was found; 0 if nothing is a problem, 4 if only the keychain is, else 1."""
    found = examine(session, purge=arguments.purge)
    output.answer(arguments.json, _document(found), _lines(found))
    subjects = {finding.subject for finding in found.findings if finding.level is Level.PROBLEM}
    if not subjects:
        return 0
    return NeedsUser.exit_code if subjects == {"keychain"} else LlmkeysError.exit_code


def _document(found: Examination) -> dict[str, object]:
    keychain = found.keychain
    return {
        "healthy": found.healthy,
        "store": found.store,
        "keychain": {
            "state": keychain.health.value,
            "backend": output.or_null(keychain.words),
            "reason": output.or_null(keychain.reason),
            "next": output.or_null(keychain.remedy),
        },
        "findings": [_finding(each) for each in found.findings],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "level": finding.level.value,
        "subject": finding.subject,
        "detail": finding.words,
        "next": output.or_null(finding.next),
    }


def _lines(found: Examination) -> Iterator[str]:
    width = max(len(finding.subject) for finding in found.findings)
    for finding in found.findings:
        yield f"{_GLYPHS[finding.level]} {finding.subject:<{width}}  {clean(finding.words, _SENTENCE)}"
        if finding.next:
            yield f"  {'':<{width}}  {clean(finding.next, _SENTENCE)}"
