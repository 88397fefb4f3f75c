"""The way of a key, in one coroutine: typed → tested → stored → re-resolved → shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from llmkeys.account import Account, AccountName
from llmkeys.check.runner import Checker, Listing
from llmkeys.errors import NeedsUser, NotSent
from llmkeys.moment import to_text
from llmkeys.origin import origin_of
from llmkeys.service.accounts import Draft, Saved, add_account, rotate_key
from llmkeys.service.background import in_background
from llmkeys.service.checks import refuse_offline
from llmkeys.service.keeping import STORES, keeping_for
from llmkeys.service.keys import refuse_unsendable
from llmkeys.service.rounds import job_of, keep_answer
from llmkeys.service.route import Route, route_of_account
from llmkeys.service.session import Session, World, look
from llmkeys.service.stored import refuse_taken, refuse_unfit_label, stored_account
from llmkeys.verdict import REFUSED, TELLS_NOTHING, State, Verdict


class Judged(NamedTuple):
    """What a test answered, and of which key at which address."""

    fingerprint: str
    origin: str
    answer: Listing


class Outcome(NamedTuple):
    """What became of a draft: saved or not, and what is known of its key."""

    saved: Saved | None
    """None when the provider refuses the key, or when a rotation could not be tested."""
    verdict: Verdict | None
    """None when this key was not tested at this address."""
    judged: Judged | None = None
    """To be handed back when the person saves the key in spite of it; holds no key."""


async def submit(
    session: Session,
    checker: Checker,
    draft: Draft,
    *,
    test: bool = True,
    judged: Judged | None = None,
    save_refused: bool = False,
    save_untold: bool = True,
    keep_seconds: float = 0,
    agree: Callable[[NeedsUser], bool] = lambda unagreed: False,
    on_storing: Callable[[], None] = lambda: None,
) -> Outcome:
    """Test the draft's key, then store it. A refused key is not saved unless `save_refused`.

    A new account whose test could not tell is saved untested, or with `save_untold` false only if no test ever could
    tell; a rotation then keeps the old key. One that has no address its key may go to is `not_sent`, and not saved.
    Without `test` the account is saved with what an earlier test `judged`, if that was this very key at this address.
    Where only a plaintext file is left and nobody consented, `agree` is asked, on a thread. Cancelling before
    `on_storing` is called leaves everything as it was; from then on the key is stored whatever the caller does. Raises
    UsageError, also for a test in an offline session, AlreadyThere, NotConfigured, BadKey and what the store raises.
    """
    route, fingerprint = await in_background(_route_of, session, draft)
    if test:
        refuse_offline(session)
        answer = _unsendable(route, draft) or await checker.examine(job_of(route, draft.secret, draft.model))
        verdict = answer.verdict._replace(checked_at=to_text(session.now()))
        judged = Judged(fingerprint, route.origin, answer._replace(verdict=verdict))
        if not save_refused and _stays_out(verdict, draft, save_untold):
            return Outcome(None, verdict, judged)
    draft = await in_background(_agreed, session, draft, agree)
    on_storing()
    if draft.replaces:
        saved = await in_background(rotate_key, session, draft, keep_seconds=keep_seconds)
    else:
        saved = await in_background(add_account, session, draft)
    if judged is None or (judged.fingerprint, judged.origin) != (fingerprint, route.origin):
        return Outcome(saved, None)
    await in_background(keep_answer, session, route, draft.secret, judged.answer)
    return Outcome(saved, judged.answer.verdict, judged)


def consent_missing(session: Session, world: World, draft: Draft) -> NeedsUser | None:
    """Why the draft's key cannot be stored before a person agrees to a plaintext file; None where it can."""
    if draft.store or draft.consent:
        return None
    name = AccountName(world.catalog.find(draft.provider).id, draft.label)
    kept_in = stored_account(world, str(name)).store if draft.replaces else None
    try:
        keeping_for(session, world, kept_in, consent=False)
    except NeedsUser as unagreed:
        return unagreed
    return None


def _agreed(session: Session, draft: Draft, agree: Callable[[NeedsUser], bool]) -> Draft:
    """`draft`, for the plaintext file if that needs consent and `agree` gives it."""
    unagreed = consent_missing(session, look(session), draft) if draft.secret else None
    if unagreed is None:
        return draft
    if not agree(unagreed):
        raise unagreed
    return draft._replace(store="file", consent=True)


def _unsendable(route: Route, draft: Draft) -> Listing | None:
    """The answer of a test that a trust rule forbids."""
    try:
        refuse_unsendable(route)
    except NotSent as error:
        way_out = error.next if draft.replaces else "Give it an address of its own."
        return Listing((), False, Verdict(State.NOT_SENT, detail=error.message, next=way_out))
    return None


def _stays_out(verdict: Verdict, draft: Draft, save_untold: bool) -> bool:
    if verdict.state in REFUSED or verdict.state is State.NOT_SENT:
        return True
    cannot_tell = verdict.state in TELLS_NOTHING
    return cannot_tell and (draft.replaces or not (save_untold or verdict.state is State.UNTESTABLE))


def _route_of(session: Session, draft: Draft) -> tuple[Route, str]:
    """Where the draft's key would go, and its fingerprint.

    Raises before anything is sent what saving it would raise about its name.
    """
    world = look(session)
    provider = world.catalog.find(draft.provider)
    refuse_unfit_label(draft.label)
    name = AccountName(provider.id, draft.label)
    if draft.replaces:
        account = stored_account(world, str(name))
    else:
        refuse_taken(world, name)
        account = Account(name, base_url=draft.base_url, settings=dict(draft.settings), model=draft.model)
    if draft.secret is not None:
        # It is trusted as the stored key that it is to be: no address from a variable gets it.
        account = account._replace(store=draft.store or account.store or STORES[0])
    if account.base_url:
        origin_of(account.base_url, keyless=draft.secret is None)
    fingerprint = draft.secret.fingerprint(world.config.salt) if draft.secret else ""
    return route_of_account(session, world, account), fingerprint
