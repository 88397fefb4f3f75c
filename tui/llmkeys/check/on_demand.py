"""What is asked only when a person wants it: one token, and the credit that is left."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from llmkeys.catalog.provider import CheckRequest
from llmkeys.catalog.wires import load_wires
from llmkeys.check.judgement import Finding
from llmkeys.check.request import Ask, Question, questions_for
from llmkeys.text import clean
from llmkeys.verdict import CANNOT_TELL, REFUSED, State, Verdict

_WRONG = (
    frozenset({State.NOT_SENT, State.RATE_LIMITED, State.REGION_BLOCKED}) | REFUSED | CANNOT_TELL - {State.UNTESTABLE}
)
"""After these, a token would be spent for nothing."""


def is_worth_a_token(finding: Finding) -> bool:
    """Whether a request that costs something could tell more than `finding` does."""
    return finding.verdict.state not in _WRONG


def spend_questions(ask: Ask, model: str | None) -> tuple[Question, ...] | Verdict:
    """The question that generates one token with `model`, or the verdict that there is none."""
    provider, usual = ask.provider, load_wires()[ask.provider.wire].spend
    chosen = model or provider.default_model
    if usual is None or provider.spend_path is None or not provider.chat:
        return Verdict(State.UNTESTABLE, detail=f"{provider.name} has no request of one token that llmkeys knows.")
    if not chosen:
        way = f"llmkeys edit {ask.account or provider.id} --model MODEL"
        return Verdict(State.UNTESTABLE, detail="Without a model there is nothing to spend a token on.", next=way)
    path = (provider.spend_path or usual.path).replace("{model}", quote(chosen, safe=""))
    body = {name: chosen if value == "{model}" else value for name, value in (usual.body or {}).items()}
    return questions_for(ask, [usual._replace(path=path, body=body)], price="one token")


def after_spending(free: Finding, spent: Finding, model: str) -> Finding:
    """`free` with what the token of `model` told: the verdict of that question, and why where nothing was asked."""
    kept, told = free.verdict, spent.verdict
    if not told.method:
        return free._replace(verdict=kept._replace(detail=f"{kept.detail} Nothing was spent: {told.detail}"))
    told = told._replace(models=kept.models, balance=kept.balance, label=kept.label, expires_at=kept.expires_at)
    if spent.no_model:
        told = told._replace(model_served=False, detail=f"{told.detail} It does not know {clean(model)}.")
    elif spent.grade and (told.http_status or 0) < 300:
        surer = told if told.state is State.OK else kept
        detail = f"{surer.detail} {clean(model)} answered with one token."
        told = told._replace(state=surer.state, key_accepted=surer.key_accepted, detail=detail)
    elif told.state in CANNOT_TELL or told.state is State.WRONG_ENDPOINT:
        detail = f"{kept.detail} One token of {clean(model)} could not be had: {told.detail}"
        told = told._replace(key_accepted=kept.key_accepted, detail=detail)
    return free._replace(verdict=told)


def balance_questions(ask: Ask, taken: Mapping[str, str]) -> tuple[Question, ...] | Verdict:
    """The question for the credit that is left; `taken` is what the check's answer gave for its address."""
    balance = ask.provider.balance
    if balance is None or not all(name in taken for name in balance.takes):
        return Verdict(
            State.UNTESTABLE, detail=f"{ask.provider.name} has no request that tells an API key its balance."
        )
    return questions_for(ask._replace(settings={**ask.settings, **taken}), [CheckRequest("GET", balance.path)])


def with_balance(finding: Finding, told: Verdict) -> Finding:
    """`finding` with the balance that `told` carries, or the reason why there is none."""
    verdict = finding.verdict
    if told.balance is not None:
        return finding._replace(verdict=verdict._replace(balance=told.balance))
    reason = "the answer does not tell it." if told.state is State.OK else told.detail
    return finding._replace(verdict=verdict._replace(detail=f"{verdict.detail} No balance: {reason}"))
