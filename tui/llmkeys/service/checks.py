"""Wishes about testing: test these accounts and tell each verdict as it settles; which ones are due."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

from llmkeys.check.runner import Checker, Job, Listing
from llmkeys.errors import LlmkeysError, NeedsUser, NotSent, UsageError
from llmkeys.moment import to_text
from llmkeys.resolution.candidate import Candidate, Kind, Source
from llmkeys.secret import Secret
from llmkeys.service.background import in_background
from llmkeys.service.keys import refuse_unsendable, target_of, weigh_target
from llmkeys.service.overview import Overview
from llmkeys.service.route import Route, route_of, secret_on
from llmkeys.service.session import Session, World, look
from llmkeys.service.standing import is_stale
from llmkeys.store.audit import record_use
from llmkeys.store.model_lists import save_list
from llmkeys.store.status_file import record
from llmkeys.verdict import REFUSED, State, Verdict


class Tested(NamedTuple):
    """One account's verdict, with the source of the key that was tested."""

    account: str
    provider: str
    label: str
    source: Source
    verdict: Verdict
    needs_user: bool = False
    """Whether nothing could be asked before a person does something, such as unlocking the keychain."""


class _Prepared(NamedTuple):
    """What a test needs, or the verdict that stands without asking anybody."""

    route: Route
    secret: Secret | None
    job: Job | None
    verdict: Verdict
    """What stands if nobody is asked."""
    needs_user: bool = False


async def test_accounts(session: Session, checker: Checker, accounts: Sequence[str]) -> AsyncIterator[Tested]:
    """Verdicts of `accounts` as they settle, each recorded before it is told; closing it cancels what still runs.

    A provider without a label means the key that wins for it. One account that cannot be tested raises UsageError,
    NotConfigured or AmbiguousAccount before anything is sent; among several it is untestable, with the reason. Raises
    UsageError in an offline session.
    """
    refuse_offline(session)
    world = await in_background(look, session)
    chosen, untold = _candidates(session, world, accounts)
    for each in untold:
        yield each
    reading, writing = asyncio.Lock(), asyncio.Lock()
    tasks = [
        asyncio.ensure_future(_test(session, checker, world, each, reading, writing)) for each in dict.fromkeys(chosen)
    ]
    try:
        for settled in asyncio.as_completed(tasks):
            yield await settled
    finally:
        for task in tasks:
            task.cancel()


def stale_accounts(overview: Overview, now: float) -> list[str]:
    """Accounts whose verdict is missing or ten minutes old, and that may be tested without being asked."""
    return [row.account for row in overview.rows if row.testable_in_background and is_stale(row.verdict, now)]


def refuse_offline(session: Session) -> None:
    """Raises UsageError if this run was started offline: then nothing is sent, asked for or not."""
    if session.offline:
        raise UsageError("This run is offline, so nothing is tested.", next="Start llmkeys without --offline.")


def _candidates(session: Session, world: World, accounts: Sequence[str]) -> tuple[list[Candidate], list[Tested]]:
    """What is to be tested, and what cannot be, each with the reason; raises it where only one was asked for."""
    chosen: list[Candidate] = []
    untold: list[Tested] = []
    distinct = dict.fromkeys(accounts)
    for asked in distinct:
        try:
            chosen.append(weigh_target(session, world, target_of(world, asked)).won)
        except LlmkeysError as error:
            if len(distinct) == 1:
                raise
            provider, _, label = asked.partition("/")
            untold.append(Tested(asked, provider, label, Source(Kind.NONE), _untestable(error)))
    return chosen, untold


def _untestable(error: LlmkeysError) -> Verdict:
    """What stands of an account whose key could not be had."""
    return Verdict(State.UNTESTABLE, detail=error.message, next=error.next)


async def _test(
    session: Session, checker: Checker, world: World, candidate: Candidate, reading: asyncio.Lock, writing: asyncio.Lock
) -> Tested:
    async with reading:
        prepared = await in_background(_prepare, session, world, candidate)
    verdict = prepared.verdict
    if prepared.job is not None:
        listing = await checker.examine(prepared.job)
        verdict = _with_way_out(listing.verdict._replace(checked_at=to_text(session.now())), prepared.route)
        async with writing:
            await in_background(
                keep_answer, session, prepared.route, prepared.secret, listing._replace(verdict=verdict)
            )
    provider, _, label = candidate.account.partition("/")
    return Tested(candidate.account, provider, label, candidate.source, verdict, prepared.needs_user)


def _prepare(session: Session, world: World, candidate: Candidate) -> _Prepared:
    """Reads the key and decides where it may go; blocks on the keychain."""
    route = route_of(session, world, candidate)
    try:
        refuse_unsendable(route)
        secret = secret_on(session, route)
    except NotSent as error:
        return _Prepared(route, None, None, Verdict(State.NOT_SENT, detail=error.message, next=error.next))
    except LlmkeysError as error:
        return _Prepared(route, None, None, _untestable(error), isinstance(error, NeedsUser))
    record_use(session.paths, candidate.account, "test", session.caller, to_text(session.now()))
    return _Prepared(route, secret, job_of(route, secret, _chosen_model(world, route)), Verdict(State.UNTESTABLE))


def _with_way_out(verdict: Verdict, route: Route) -> Verdict:
    """`verdict` with a next step that can be taken: a variable's key changes where the variable is set."""
    if route.account is not None or verdict.state not in REFUSED:
        return verdict
    return verdict._replace(next=f"Get another key, then change {route.candidate.source.words}.")


def _chosen_model(world: World, route: Route) -> str | None:
    """The model that a person chose for this account; the provider's usual one is nobody's choice."""
    default = world.config.default
    if default is not None and default.account in (route.candidate.account, route.provider.id):
        return default.model
    return route.account.model if route.account else None


def job_of(route: Route, secret: Secret | None, model: str | None) -> Job:
    """The job that tests the key of `route`."""
    return Job(
        name=route.candidate.account,
        provider=route.provider,
        secret=secret,
        base_url=route.address.base_url,
        settings=route.settings,
        model=model,
        auth=route.candidate.auth,
    )


def keep_answer(session: Session, route: Route, secret: Secret | None, answer: Listing) -> None:
    """Keeps the verdict, and the models if the answer named all; a disk that refuses does not spoil the test."""
    account = route.candidate.account
    fingerprint = secret.fingerprint(look(session).config.salt) if secret else ""
    record(session.paths, account, fingerprint, route.origin, answer.verdict)
    if answer.whole and answer.ids:
        save_list(session.paths, account, answer.ids, session.now())
