"""`status`: every account and whether it works, from what is known; no keychain, no network."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from llmkeys import moment
from llmkeys.cli import output
from llmkeys.config import Choice
from llmkeys.errors import NotConfigured
from llmkeys.resolution.candidate import Fate
from llmkeys.service.overview import Overview, Row, overview
from llmkeys.service.session import Session
from llmkeys.service.standing import Group, beside
from llmkeys.text import clean
from llmkeys.verdict import Verdict

_PROBLEMS = {Fate.UNRESOLVED: "unresolved_reference", Fate.UNUSABLE: "unusable"}
"""Why a variable's value is used as no key."""


def configure(parser: ArgumentParser) -> None:
    """`status` has no options of its own."""


def run(arguments: Namespace, session: Session) -> int:
    """Prints every account; 0, or 3 without any."""
    found = overview(session)
    if found.problem is not None and not found.rows:
        raise found.problem
    output.answer(arguments.json, _document(found), _lines(found, session.now()))
    output.problem(found.problem)
    output.notes(found.notes)
    return 0 if found.rows else NotConfigured.exit_code


def _document(found: Overview) -> dict[str, object]:
    store = found.store
    return {
        "default": choice_document(found.default),
        "store": {"kind": store.kind, "available": store.available, "reason": output.or_null(store.reason)},
        "accounts": [_account(row) for row in found.rows],
    }


def choice_document(choice: Choice | None) -> dict[str, str] | None:
    """A default as JSON answers have it."""
    return None if choice is None else {"account": choice.account, "model": choice.model}


def _account(row: Row) -> dict[str, object]:
    return {
        "account": row.account,
        "provider": row.provider.id,
        "label": row.label,
        "name": output.or_null(row.name),
        "source": row.source.kind.value,
        "active": row.active,
        "enabled": row.enabled,
        "problem": _PROBLEMS.get(row.fate),
        "verdict": _state(row.verdict),
        "last_known": _state(row.last_known),
        "checked_at": row.verdict.checked_at if row.verdict else None,
        "model": row.model,
        "hint": output.or_null(row.hint),
        "shadowed": list(row.shadowed),
    }


def _state(verdict: Verdict | None) -> str | None:
    return None if verdict is None else verdict.state.value


def _lines(found: Overview, now: float) -> Iterator[str]:
    if not found.rows:
        yield "No keys yet."
        yield ""
        yield "  llmkeys add-key PROVIDER   stores one; llmkeys providers lists the names"
        return
    if found.default is not None:
        yield f"★ {clean(found.default.account)} · {clean(found.default.model)}"
        if found.default_missing:
            yield f"! {clean(found.default_missing)} llmkeys set-default ACCOUNT sets another."
    else:
        yield "No default yet. llmkeys set-default ACCOUNT sets it."
    yield ""
    groups = {group: index for index, group in enumerate(Group)}
    rows = sorted(found.rows, key=lambda row: groups[row.standing(now).group])
    yield from output.columns([_row(row, now) for row in rows], right=(4,))


def _row(row: Row, now: float) -> tuple[str, ...]:
    standing = row.standing(now)
    checked = moment.from_text(row.verdict.checked_at) if row.verdict else None
    told = [beside(row.verdict, row.last_known, now), clean(row.model or ""), clean(row.name), _whose(row), _why(row)]
    return (
        f"{'★' if row.is_default else ' '} {standing.glyph} {row.account}",
        clean(row.hint) or "no key",
        standing.word,
        _latency(row.verdict),
        "never" if checked is None else moment.age(now - checked),
        "  ".join(each for each in told if each),
    )


def _whose(row: Row) -> str:
    """The place of a key that is not in a store of ours."""
    return clean(row.source.place) if row.read_only else ""


def _why(row: Row) -> str:
    if row.note:
        return clean(row.note)
    by_variable = row.shadowed_by in row.provider.key_env
    return f"{clean(row.shadowed_by)} wins" if by_variable and row.enabled else ""


def _latency(verdict: Verdict | None) -> str:
    return "" if verdict is None or verdict.latency_ms is None else f"{verdict.latency_ms} ms"
