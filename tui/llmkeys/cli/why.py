"""`why`: every key that could be used, the one that will be, and the rule that decides."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from llmkeys.cli import output
from llmkeys.resolution.candidate import Candidate, Fate
from llmkeys.resolution.model import ASKED_FOR
from llmkeys.service.explanation import Explanation, explain
from llmkeys.service.session import Session
from llmkeys.text import clean


def configure(parser: ArgumentParser) -> None:
    """One account, or the default."""
    parser.add_argument("account", metavar="ACCOUNT", nargs="?", help="provider or provider/label; none: the default")


def run(arguments: Namespace, session: Session) -> int:
    """Prints all candidates; 0 with a winner, else the code of what is missing."""
    found = explain(session, arguments.account)
    output.answer(arguments.json, _document(found), _lines(found))
    output.notes(found.notes)
    if found.problem is None:
        return 0
    if not arguments.json:
        output.problem(found.problem)
    return found.problem.exit_code


def _document(found: Explanation) -> dict[str, object]:
    return {
        "asked": found.asked,
        "account": found.account,
        "rule": output.or_null(found.rule),
        "base_url": found.base_url,
        "model": found.model,
        "model_source": output.or_null(found.model_place),
        "candidates": [_candidate(each) for each in found.candidates],
        "problem": found.problem.message if found.problem else None,
        "next": output.or_null(found.problem.next) if found.problem else None,
    }


def _candidate(candidate: Candidate) -> dict[str, object]:
    return {
        "account": candidate.account,
        "source": candidate.source.kind.value,
        "place": output.or_null(candidate.source.place),
        "variable": output.or_null(candidate.variable),
        "hint": output.or_null(candidate.hint),
        "state": candidate.fate.value,
        "note": output.or_null(candidate.note),
    }


def _lines(found: Explanation) -> Iterator[str]:
    yield f"{clean(found.asked)}  {clean(found.rule)}".rstrip()
    yield ""
    if found.candidates:
        yield from output.columns([_row(each) for each in found.candidates])
        yield ""
    if found.base_url:
        place = clean(found.address.place) if found.address else ""
        yield f"  address  {clean(found.base_url)}{f'  from {place}' if place else ''}"
    if found.model:
        said = "as" if found.model_place == ASKED_FOR else "from"
        yield f"  model    {clean(found.model)}  {said} {clean(found.model_place)}"


def _row(candidate: Candidate) -> tuple[str, ...]:
    return (
        f"{'▸' if candidate.fate is Fate.WINS else ' '} {candidate.account}",
        clean(candidate.source.words),
        clean(candidate.hint),
        candidate.fate.value,
        clean(candidate.note),
    )
