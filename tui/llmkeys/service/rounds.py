"""One round of tests: each key read, routed, asked about and its answer kept."""

from __future__ import annotations

import asyncio
from math import ceil
from typing import NamedTuple

from llmkeys.check.runner import Checker, Job, Listing
from llmkeys.errors import KeychainAbsent, KeychainLocked, KeychainTimeout, LlmkeysError, NeedsUser, NotSent
from llmkeys.moment import DAY, to_text, wait
from llmkeys.resolution.candidate import Candidate, Fate, Kind, Source
from llmkeys.secret import Secret
from llmkeys.service.background import in_background
from llmkeys.service.keys import refuse_unsendable
from llmkeys.service.overview import kept_of
from llmkeys.service.route import Route, route_of, secret_on
from llmkeys.service.session import Session, World, look
from llmkeys.service.standing import time_left
from llmkeys.store.audit import record_use
from llmkeys.store.model_lists import load_list, save_list
from llmkeys.store.status_file import load_status, record
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
    fate: Fate = Fate.WINS
    """How this key fares when its provider is asked for."""


class Extent(NamedTuple):
    """How far tests go."""

    spend: bool = False
    """Whether one token is spent on each key that the free question does not refuse."""
    balance: bool = False
    """Whether the credit that is left is asked for."""
    patient: bool = False
    """Whether accounts that were told to wait keep their answer until then."""


FREE = Extent()


class _Prepared(NamedTuple):
    """What a test needs, or the verdict that stands without asking anybody."""

    route: Route
    secret: Secret | None
    job: Job | None
    verdict: Verdict
    """What stands if nobody is asked."""
    needs_user: bool = False
    silent_store: LlmkeysError | None = None
    """Why the keychain answers nobody just now, so that each further key need not wait for it."""


class Round:
    """Tests that were asked for together: keys are read one after another, and so are answers kept."""

    def __init__(self, session: Session, checker: Checker, world: World, extent: Extent) -> None:
        self._session = session
        self._checker = checker
        self._world = world
        self._extent = extent
        self._reading, self._writing = asyncio.Lock(), asyncio.Lock()
        self._silent_store: LlmkeysError | None = None

    async def test(self, candidate: Candidate, *, keep: bool) -> Tested:
        """The verdict on the key of `candidate`; kept as its account's if `keep`."""
        session = self._session
        async with self._reading:
            if self._silent_store is not None and candidate.source.kind is Kind.KEYCHAIN:
                prepared = _without_key(session, self._world, candidate, self._silent_store)
            else:
                prepared = await in_background(_prepare, session, self._world, candidate, self._extent)
            self._silent_store = self._silent_store or prepared.silent_store
        verdict = prepared.verdict
        if prepared.job is not None:
            listing = await self._checker.examine(prepared.job)
            verdict = _with_way_out(listing.verdict._replace(checked_at=to_text(session.now())), prepared.route)
            if keep:
                answer = listing._replace(verdict=verdict)
                async with self._writing:
                    await in_background(keep_answer, session, prepared.route, prepared.secret, answer)
        provider, _, label = candidate.account.partition("/")
        return Tested(
            candidate.account, provider, label, candidate.source, verdict, prepared.needs_user, candidate.fate
        )


def _prepare(session: Session, world: World, candidate: Candidate, extent: Extent) -> _Prepared:
    """Reads the key and decides where it may go; blocks on the keychain."""
    route = route_of(session, world, candidate)
    waiting = _told_to_wait(session, world, route) if extent.patient else None
    if waiting is not None:
        return _Prepared(route, None, None, waiting)
    try:
        refuse_unsendable(route)
        secret = secret_on(session, route)
    except NotSent as error:
        return _Prepared(route, None, None, Verdict(State.NOT_SENT, detail=error.message, next=error.next))
    except LlmkeysError as error:
        silent = error if isinstance(error, KeychainAbsent | KeychainLocked | KeychainTimeout) else None
        return _Prepared(route, None, None, untestable(error), isinstance(error, NeedsUser), silent)
    record_use(session.paths, candidate.account, "test", session.caller, to_text(session.now()))
    job = job_of(route, secret, _chosen_model(world, route))._replace(
        listed=_listed_lately(session, route), spend=extent.spend, balance=extent.balance
    )
    return _Prepared(route, secret, job, Verdict(State.UNTESTABLE))


def _without_key(session: Session, world: World, candidate: Candidate, error: LlmkeysError) -> _Prepared:
    """What stands of a key that is not even asked for, since its store answers nobody."""
    return _Prepared(route_of(session, world, candidate), None, None, untestable(error), needs_user=True)


def _told_to_wait(session: Session, world: World, route: Route) -> Verdict | None:
    """What was found of this key the last time, if the server then asked for time that has not passed."""
    kept = kept_of(world, route, route.origin, load_status(session.paths))
    left = time_left(kept.verdict, session.now()) if kept else 0.0
    if kept is None or not left:
        return None
    way = f"It was not asked now. Test again in {wait(left)}."
    return kept.verdict._replace(retry_after_s=ceil(left), latency_ms=None, next=way)


def _listed_lately(session: Session, route: Route) -> tuple[str, ...]:
    kept = load_list(session.paths, route.candidate.account, route.origin)
    return kept.ids if kept and session.now() - kept.fetched_at < DAY else ()


def _with_way_out(verdict: Verdict, route: Route) -> Verdict:
    """`verdict` with a next step that can be taken: a variable's key changes where the variable is set."""
    if route.account is not None:
        return verdict
    if verdict.state in REFUSED:
        return verdict._replace(next=f"Get another key, then change {route.candidate.source.words}.")
    if "llmkeys edit" not in verdict.next:
        return verdict
    place = route.address.place or next(iter(route.provider.url_env), "")
    return verdict._replace(next=f"Change {place}." if place else "")


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
        save_list(session.paths, account, answer.ids, session.now(), origin=route.origin)


def untestable(error: LlmkeysError) -> Verdict:
    """What stands of an account whose key could not be had."""
    return Verdict(State.UNTESTABLE, detail=error.message, next=error.next)
