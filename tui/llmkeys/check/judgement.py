"""The truth about one answer: status, headers and body in, verdict out; pure, and the same for every provider."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from llmkeys.catalog.rows import Provider, load_catalog
from llmkeys.check.answer import Answer, read_answer
from llmkeys.check.carried import balance_in, expiry_in, label_in, models_in, seconds_to_wait, taken_from
from llmkeys.check.rules import Book, Row, Rule, holds, load_book
from llmkeys.moment import wait
from llmkeys.text import clean
from llmkeys.verdict import State, Verdict

UNLISTED = Provider("openai-compatible", "The server", "Server")
"""Stands for a provider that no row knows."""
_WAITING = frozenset({State.RATE_LIMITED, State.SERVER_ERROR, State.INSUFFICIENT_QUOTA})
_KEY_LIKE = re.compile(r"[A-Za-z0-9_+/=-]{16,}|\S*[*•]{2,}\S*")


class Finding(NamedTuple):
    """A verdict, and what would make it surer."""

    verdict: Verdict
    grade: str = ""
    """How far this success proves a key: a key of the `grades` of answers.json, empty for everything else."""
    ask_next: bool = False
    """Whether the row's next question may tell more."""
    ids: tuple[str, ...] = ()
    """The models that the answer names."""
    whole: bool = False
    """Whether these are all."""
    taken: Mapping[str, str] = {}
    """What the row's request for the balance takes from this answer."""
    no_model: bool = False
    """Whether it says that there is no such model."""


def judge(provider_id: str, status: int, headers: Mapping[str, str], body: bytes) -> Verdict:
    """What an HTTP answer says of the key it was asked with. Never raises for anything a server sends.

    `provider_id` is a row's id or alias, or anything else for a server that no row knows. Header names come in any
    case; the content type is not believed. A success that is no proof is `untestable`.
    """
    provider = _shipped().get(provider_id)
    return assess(provider or UNLISTED, status, headers, body, at_home=provider is not None).verdict


def assess(
    provider: Provider, status: int, headers: Mapping[str, str], body: bytes, *, at_home: bool = True, account: str = ""
) -> Finding:
    """As `judge`, for any row, with the name of the account for what is to be done next.

    `at_home` is false where the answer comes from another server than the row's own: its successes may be anyone's.
    """
    book = load_book()
    answer = read_answer(status, headers, body, book.places)
    row = book.providers.get(provider.id, book.unlisted)
    grade = ""
    rule = _first((*row.rules, *book.wires.get(provider.wire, ())), answer)
    if rule is None or rule.grade:
        grade = rule.grade if rule else _grade(book, row, provider, answer, at_home)
        rule = book.grades[grade] if grade else _first((*book.common, *row.last, *book.bare), answer)
    assert rule is not None  # noqa: S101 - the last bare rule has no condition, and a test keeps it so
    return _finding(rule, grade, answer, provider, row, account)


@functools.cache
def _shipped() -> Mapping[str, Provider]:
    """The shipped rows by id and alias."""
    rows = load_catalog().providers
    return {**{alias: row for row in rows.values() for alias in row.aliases}, **rows}


def _first(rules: tuple[Rule, ...], answer: Answer) -> Rule | None:
    return next((rule for rule in rules if holds(rule.conditions, answer)), None)


def _grade(book: Book, row: Row, provider: Provider, answer: Answer, at_home: bool) -> str:
    """How far `answer` proves a key, if it is one of the shapes that can."""
    for grade in _grades(book, row, provider, answer):
        return grade if at_home or grade in {"anyone", "local"} else "unknown"
    return ""


def _grades(book: Book, row: Row, provider: Provider, answer: Answer) -> Iterator[str]:
    success = not answer.failing and answer.status < 300
    if success and any(holds(each, answer) for each in row.proofs):
        yield "key"
    listed = row.lists or _listed_in_catalogue(provider)
    refused = row.model_errors
    shapes = (("models", listed), ("answer", row.answers), ("unknown_model", refused), ("bad_request", refused))
    for shape, grade in shapes:
        if any(holds(each, answer) for each in book.shapes[shape]):
            yield grade


def _listed_in_catalogue(provider: Provider) -> str:
    public = provider.models.public if provider.models else None
    return "unknown" if public is None else "anyone" if public else "key"


def settled(finding: Finding, provider: Provider, account: str, grade: str) -> Finding:
    """`finding` after the same question without a key: `proven`, `open`, or `open_local` is how it counts now."""
    rule = load_book().grades[grade]
    words = _words(provider, account, finding.verdict.http_status)
    detail = rule.detail.format_map(words)
    verdict = finding.verdict._replace(state=rule.state, key_accepted=rule.key_accepted, detail=detail, next=rule.next)
    return finding._replace(verdict=verdict, grade=grade)


def _finding(rule: Rule, grade: str, answer: Answer, provider: Provider, row: Row, account: str) -> Finding:
    words = _words(provider, account, answer.http_status)
    words["words"] = _said(answer)
    words["moved"] = _moved(answer)
    listed = models_in(answer) if grade or rule.state is State.OK else None
    success = answer.http_status < 300
    seconds = seconds_to_wait(answer, load_book().retry_paths) if rule.state in _WAITING else None
    later = f"Test again in {wait(seconds)}." if seconds and rule.state is not State.INSUFFICIENT_QUOTA else ""
    verdict = Verdict(
        state=rule.state,
        key_accepted=rule.key_accepted,
        detail=rule.detail.format_map(words),
        next=later or rule.next.format_map(words),
        http_status=answer.http_status,
        models=len(listed.ids) if listed and listed.whole else None,
        retry_after_s=seconds,
        balance=balance_in(answer, row.carries) if success else None,
        label=label_in(answer, row.carries) if success else None,
        expires_at=expiry_in(answer, row.carries) if success else None,
    )
    taken = taken_from(answer, provider.balance.takes) if success and provider.balance else {}
    no_model = any(holds(each, answer) for each in load_book().shapes["unknown_model"])
    ids, whole = (listed.ids, listed.whole) if listed else ((), False)
    return Finding(verdict, grade, rule.ask_next, ids, whole, taken, no_model)


def _words(provider: Provider, account: str, status: int | None) -> dict[str, str]:
    return {
        "name": provider.name,
        "console": provider.console_url or "the provider's page",
        "account": account or provider.id,
        "status": str(status or ""),
        "words": "",
        "moved": "",
    }


def _said(answer: Answer) -> str:
    """The server's own words, as one more sentence, without anything that looks like a key."""
    if answer.kind not in {"json", "text"} or not answer.words.strip():
        return ""
    return f" It says: “{clean(_KEY_LIKE.sub('…', clean(answer.words, 300)), 120)}”."


def _moved(answer: Answer) -> str:
    try:
        there = urlsplit(answer.headers.get("location", ""))
        host = f"{there.hostname}:{there.port}" if there.hostname and there.port else there.hostname
    except ValueError:
        host = None
    return f" to {clean(host, 80)}" if host else ""
