"""Wish: give me the key that wins; and, for every other wish about keys, what was asked for and what it weighs."""

from __future__ import annotations

import os
import sys

from llmkeys.account import Target, read_target
from llmkeys.errors import AmbiguousAccount, NotConfigured, NotSent, UsageError
from llmkeys.moment import to_text
from llmkeys.resolution.answer import Resolution
from llmkeys.resolution.candidate import Candidate, Kind
from llmkeys.resolution.model import find_model
from llmkeys.resolution.weigh import Weighed, weigh
from llmkeys.service.route import Route, route_of, secret_on
from llmkeys.service.session import Session, World, look
from llmkeys.store.audit import record_use


def resolve(
    session: Session, asked: str | None = None, *, model: str | None = None, verb: str = "resolve"
) -> Resolution:
    """The key that wins for `asked` (an account, a provider, or None for the default), read from its store.

    Raises NotConfigured, AmbiguousAccount, NotSent, and what the store raises. Leaves a line in the audit log.
    """
    world = look(session)
    target = target_of(world, asked)
    weighed = weigh_target(session, world, target)
    won = weighed.won
    route = route_of(session, world, won)
    refuse_unsendable(route)
    closed = _closed_by_reading(session, won)
    secret = secret_on(session, route)
    record_use(session.paths, won.account, verb, session.caller, to_text(session.now()))
    wanted = model or target.model
    return Resolution(
        account=won.account,
        provider=route.provider.id,
        label=won.account.partition("/")[2],
        source=won.source,
        secret=secret,
        base_url=route.base_url,
        model=find_model(wanted, session.environ, world.config, won.account, route.provider).model,
        shadowed=weighed.shadowed,
        notes=(*trouble_of(world), *closed, *route.address.ignored),
    )


def target_of(world: World, asked: str | None) -> Target:
    """What `asked` means, aliases resolved; None is the default. Raises UsageError and NotConfigured."""
    if asked is None:
        default = world.config.default
        if default is None:
            raise world.problem or NotConfigured(
                "There is no default yet.", next="llmkeys set-default ACCOUNT sets it."
            )
        asked = default.account
    target = read_target(asked)
    try:
        return target._replace(provider=world.catalog.find(target.provider).id)
    except UsageError as unknown:
        raise world.unreadable or unknown from None


def default_missing(session: Session, world: World) -> str:
    """Why the default gives no key now, such as `The default openai/env has no key now.`; empty if it gives one."""
    default = world.config.default
    if default is None:
        return ""
    try:
        weighed = weigh_target(session, world, target_of(world, default.account))
    except UsageError:
        return f"The default {default.account} has no provider now."
    if isinstance(weighed.error, AmbiguousAccount):
        return f"The default {default.account} could mean several accounts now."
    return "" if weighed.error is None else f"The default {default.account} has no key now."


def _closed_by_reading(session: Session, won: Candidate) -> tuple[str, ...]:
    """What is said where the file of keys is open to others: reading it closes it."""
    path = session.paths.credentials
    if won.source.kind is not Kind.FILE or sys.platform == "win32" or not os.path.exists(path):
        return ()
    return (f"{path} could be read by others; it is closed now.",) if os.stat(path).st_mode & 0o077 else ()


def trouble_of(world: World) -> tuple[str, ...]:
    """What is wrong with config; settings and accounts in it do not count then."""
    return (f"{world.problem.message} {world.problem.next}".strip(),) if world.problem else ()


def refuse_unsendable(route: Route) -> None:
    """Raises NotSent where the only address for the key comes from a place trusted less, with the way to another."""
    if not route.not_sent:
        return
    won = route.candidate
    if route.account is None:
        raise NotSent(route.not_sent, next=f"Set the address where {won.variable} is set.")
    raise NotSent(route.not_sent, next=f"llmkeys edit {won.account} --base-url URL gives it an address of its own.")


def weigh_target(session: Session, world: World, target: Target) -> Weighed:
    """All candidates for `target` in the surroundings of `session`.

    Where none wins and config could not be read, that is the error: what was asked for may well be in it.
    """
    provider = world.catalog.find(target.provider)
    weighed = weigh(target, provider, world.config, session.environ, world.dotenv)
    if weighed.winner is None and world.unreadable is not None:
        return weighed._replace(error=world.unreadable)
    return weighed
