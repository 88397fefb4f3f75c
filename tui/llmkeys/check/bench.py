"""One check from its questions to its verdict, inside the event loop: gates, deadline, proof, model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

from llmkeys.catalog.rows import Auth, Provider
from llmkeys.check.faults import Fault
from llmkeys.check.judgement import Finding, assess, settled
from llmkeys.check.network import Network, Reply
from llmkeys.check.on_demand import (
    after_spending,
    balance_questions,
    is_worth_a_token,
    spend_questions,
    with_balance,
)
from llmkeys.check.request import Ask, Question, models_question, nothing_to_test, recipe
from llmkeys.moment import to_text
from llmkeys.origin import Origin
from llmkeys.secret import Secret
from llmkeys.text import nearest
from llmkeys.verdict import CANNOT_TELL, REFUSED, State, Verdict, not_listed

MOST_AT_ONCE = 256
MOST_AN_ORIGIN = 2
_NEAREST_AMONG = 1000
_OPEN = frozenset({"open", "open_local"})
_NOT_THERE = frozenset({404, 405, 410})


class Job(NamedTuple):
    """One account to be tested."""

    name: str
    """The account, for what is to be done next."""
    provider: Provider
    secret: Secret | None = None
    """None for a server that wants no key."""
    base_url: str | None = None
    """None is the provider's own address."""
    settings: Mapping[str, object] = {}
    model: str | None = None
    """Told in the verdict whether the provider lists it."""
    auth: Auth | None = None
    """None is the row's own header."""
    listed: tuple[str, ...] = ()
    """The models of a list that was fetched lately, for answers that name none."""
    spend: bool = False
    """Whether one token may be spent."""
    balance: bool = False
    """Whether the credit that is left is asked for."""


class Listing(NamedTuple):
    """The models that an answer names, and the verdict on the key it was asked with."""

    ids: tuple[str, ...]
    whole: bool
    """Whether these are all."""
    verdict: Verdict


class _Gate:
    """The door to one origin: two at a time, and none while everybody would hear the same."""

    def __init__(self) -> None:
        self.slots = asyncio.Semaphore(MOST_AN_ORIGIN)
        self.users = 0
        self.closed: Verdict | None = None
        self.closed_at = 0.0

    def close(self, verdict: Verdict) -> None:
        """Those who wait for their turn now get `verdict` without asking."""
        self.closed, self.closed_at = verdict, time.monotonic()


class Bench:
    """Where checks are done, inside the loop."""

    def __init__(self, network: Network, seconds: float) -> None:
        self._network = network
        self._seconds = seconds
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._gates: dict[Origin, _Gate] = {}

    async def examine(self, job: Job) -> Listing:
        """The verdict on `job`, with the models that were named along with it."""
        idle = nothing_to_test(_ask(job))
        if idle is not None:
            return Listing((), False, _finished(Finding(idle), job))
        finding = await self._asked(job, recipe(_ask(job)))
        if job.provider.local and finding.verdict.state is State.OK and finding.verdict.models is None:
            finding = await self._counted(job, finding)
        if job.spend and is_worth_a_token(finding):
            open_to_all = finding.grade in _OPEN  # then a token without the key would tell nothing more
            spent = await self._asked(job, spend_questions(_ask(job), job.model), confirm=not open_to_all)
            finding = after_spending(finding, spent, job.model or job.provider.default_model)
        if job.balance and finding.verdict.balance is None and finding.verdict.key_accepted is not False:
            told = await self._asked(job, balance_questions(_ask(job), finding.taken), confirm=False)
            finding = with_balance(finding, told.verdict)
        return Listing(finding.ids, finding.whole, _finished(finding, job))

    async def _counted(self, job: Job, finding: Finding) -> Finding:
        """`finding` with the models that a local server lists elsewhere."""
        listed = await self._asked(job, models_question(_ask(job)), confirm=False)
        verdict = finding.verdict._replace(models=listed.verdict.models)
        return finding._replace(verdict=verdict, ids=listed.ids, whole=listed.whole)

    async def list_models(self, job: Job) -> Listing:
        """The models of `job`'s own list."""
        finding = await self._asked(job, models_question(_ask(job)), confirm=False)
        return Listing(finding.ids, finding.whole, _finished(finding, job))

    async def _asked(self, job: Job, questions: tuple[Question, ...] | Verdict, *, confirm: bool = True) -> Finding:
        """The first finding that says something, of as many questions as it takes."""
        if isinstance(questions, Verdict):
            return Finding(questions)
        budget = _Budget(self._seconds)
        findings = []
        for question in questions:
            finding = await self._answered(job, question, budget, job.secret)
            if confirm and _wants_proof(finding, question, job):
                finding = await self._proven(job, question, budget, finding)
            findings.append(finding)
            if _is_final(finding, first=len(findings) == 1):
                return finding
        return findings[0]

    async def _proven(self, job: Job, question: Question, budget: _Budget, finding: Finding) -> Finding:
        """`finding` after the same question without the key."""
        without = await self._answered(job, question, budget, None)
        state = without.verdict.state
        if state in REFUSED or (state is State.FORBIDDEN_SCOPE and without.verdict.http_status in {401, 403}):
            return settled(finding, _speaker(job, question), job.name, "proven")
        if state is State.OK or without.grade:
            grade = "open_local" if finding.grade == "local" else "open"
            return settled(finding, _speaker(job, question), job.name, grade)
        return finding

    async def _answered(self, job: Job, question: Question, budget: _Budget, secret: Secret | None) -> Finding:
        joined = time.monotonic()
        async with self._gate(question.origin) as gate, self._slots:
            if gate.closed is not None and gate.closed_at >= joined:
                return Finding(gate.closed._replace(method=question.method_words))
            in_full = budget.left == self._seconds  # a timeout within less would tell the others nothing
            exchange = await self._network.ask(question, secret, budget.left)
            budget.left -= exchange.latency_ms / 1000
            outcome = exchange.outcome
            if isinstance(outcome, Fault):
                finding = Finding(outcome.verdict)
            else:
                finding = assess(_speaker(job, question), *outcome, at_home=question.at_home, account=job.name)
            if _is_for_everybody(finding.verdict, outcome) and (in_full or finding.verdict.state is not State.TIMEOUT):
                gate.close(finding.verdict)
        verdict = finding.verdict._replace(latency_ms=exchange.latency_ms, method=question.method_words)
        return finding._replace(verdict=verdict)

    @asynccontextmanager
    async def _gate(self, origin: Origin) -> AsyncIterator[_Gate]:
        gate = self._gates.setdefault(origin, _Gate())
        gate.users += 1
        try:
            async with gate.slots:
                yield gate
        finally:
            gate.users -= 1
            if not gate.users:
                del self._gates[origin]


class _Budget:
    """The seconds a check has left for its requests; waiting for its turn costs none."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds


def _is_for_everybody(verdict: Verdict, outcome: Reply | Fault) -> bool:
    """Whether another key would fare no better: a server out of reach, or one that asks everybody for time."""
    if isinstance(outcome, Fault):
        return outcome.of_origin
    return verdict.state is State.SERVER_ERROR and bool(verdict.retry_after_s)


def _is_final(finding: Finding, *, first: bool) -> bool:
    """Whether no other question need be asked; a later one counts only if it tells something of the key."""
    verdict = finding.verdict
    if first:
        return not finding.ask_next and (bool(finding.grade) or verdict.http_status not in _NOT_THERE)
    return verdict.state not in CANNOT_TELL and verdict.state is not State.WRONG_ENDPOINT


def _speaker(job: Job, question: Question) -> Provider:
    """Who answers: the provider, or by its host another server that an account's own address leads to."""
    if job.base_url is None or question.at_home:
        return job.provider
    return job.provider._replace(name=question.origin.shown)


def _ask(job: Job) -> Ask:
    return Ask(job.provider, job.secret, job.base_url, job.settings, job.auth, job.name)


def _wants_proof(finding: Finding, question: Question, job: Job) -> bool:
    """Whether a key was sent whose success may be anyone's."""
    if job.secret is None or not question.auth.header:
        return False
    return finding.grade in {"unknown", "local"} or (question.confirm and finding.verdict.state is State.OK)


def _finished(finding: Finding, job: Job) -> Verdict:
    """The verdict with its time and what it says of the account's model, and without a trace of the key."""
    verdict = finding.verdict._replace(checked_at=to_text(time.time()), model=job.model)
    if job.model and verdict.model_served is None:
        verdict = _with_model(verdict, job.model, _models_known(finding, job), job.name)
    if job.secret is None:
        return verdict
    hide = job.secret.hidden_in
    label, balance = (None if each is None or hide(each) != each else each for each in (verdict.label, verdict.balance))
    return verdict._replace(detail=hide(verdict.detail), next=hide(verdict.next), label=label, balance=balance)


def _models_known(finding: Finding, job: Job) -> tuple[str, ...] | None:
    """What the account's model can be looked for in; None where its absence would tell nothing."""
    if finding.whole or job.model in finding.ids:
        return finding.ids
    return (job.listed or None) if finding.verdict.state is State.OK else None


def _with_model(verdict: Verdict, model: str, ids: tuple[str, ...] | None, account: str) -> Verdict:
    if ids is None or model in ids:
        return verdict._replace(model_served=None if ids is None else True)
    close = nearest(model, ids) if len(ids) <= _NEAREST_AMONG else ()
    way = f"Nearest: {', '.join(close)}. llmkeys set-default {account} {close[0]}" if close else verdict.next
    return verdict._replace(model_served=False, detail=f"{verdict.detail}{not_listed(model)}", next=way)
