"""Wishes about testing: test these accounts and tell each verdict as it settles; which ones are due."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

from llmkeys.check.runner import Checker
from llmkeys.errors import LlmkeysError, NotConfigured, UsageError
from llmkeys.resolution.candidate import Candidate, Kind, Source
from llmkeys.service.background import in_background
from llmkeys.service.keys import target_of, weigh_target
from llmkeys.service.overview import Overview
from llmkeys.service.rounds import FREE, Extent, Round, Tested, untestable
from llmkeys.service.session import Session, World, look
from llmkeys.service.standing import may_ask_again


async def check_accounts(
    session: Session, checker: Checker, accounts: Sequence[str], extent: Extent = FREE
) -> AsyncIterator[Tested]:
    """Verdicts of `accounts` as they settle, each recorded before it is told; closing it cancels what still runs.

    A provider without a label means the key that wins for it. One account that cannot be tested raises UsageError,
    NotConfigured or AmbiguousAccount before anything is sent; among several it is untestable, with the reason. Raises
    UsageError in an offline session.
    """
    refuse_offline(session)
    world = await in_background(look, session)
    chosen, untold = await in_background(_candidates, session, world, accounts)
    for each in untold:
        yield each
    async with aclosing(_tests(Round(session, checker, world, extent), chosen)) as settling:
        async for tested in settling:
            yield tested


async def check_candidates(
    session: Session, checker: Checker, asked: str, extent: Extent = FREE
) -> AsyncIterator[Tested]:
    """As `check_accounts`, for every key that could be used for `asked`; `fate` tells how each fares.

    Left out are keys of disabled accounts, tokens of other tools and variables that hold no key.
    """
    refuse_offline(session)
    world = await in_background(look, session)
    weighed = weigh_target(session, world, target_of(world, asked))
    usable = [each for each in weighed.candidates if each.usable]
    if not usable:
        raise weighed.error or NotConfigured(f"There is no key for {asked}.")
    async with aclosing(_tests(Round(session, checker, world, extent), usable)) as settling:
        async for tested in settling:
            yield tested


async def _tests(asked: Round, candidates: Sequence[Candidate]) -> AsyncGenerator[Tested]:
    first = {each.account: each for each in reversed(candidates)}
    tasks = [asyncio.ensure_future(asked.test(each, keep=first[each.account] is each)) for each in candidates]
    try:
        for settled in asyncio.as_completed(tasks):
            yield await settled
    finally:
        for task in tasks:
            task.cancel()


def stale_accounts(overview: Overview, now: float) -> list[str]:
    """Accounts whose verdict is missing or ten minutes old, and that may be tested without being asked.

    A refused key is not asked for again by itself, and a server that asked for time gets it.
    """
    return [row.account for row in overview.rows if row.testable_in_background and may_ask_again(row.verdict, now)]


def refuse_offline(session: Session) -> None:
    """Raises UsageError if this run was started offline: then nothing is sent, asked for or not."""
    if session.offline:
        raise UsageError("This run is offline, so nothing is tested.", next="Start llmkeys without --offline.")


def _candidates(session: Session, world: World, accounts: Sequence[str]) -> tuple[list[Candidate], list[Tested]]:
    """What is to be tested, and what cannot be, each with the reason; raises it where only one was asked for."""
    chosen: dict[tuple[str, Source], Candidate] = {}
    untold: list[Tested] = []
    distinct = dict.fromkeys(accounts)
    for asked in distinct:
        try:
            won = weigh_target(session, world, target_of(world, asked)).won
            chosen.setdefault((won.account, won.source), won)
        except LlmkeysError as error:
            if len(distinct) == 1:
                raise
            provider, _, label = asked.partition("/")
            untold.append(Tested(asked, provider, label, Source(Kind.NONE), untestable(error)))
    return list(chosen.values()), untold
