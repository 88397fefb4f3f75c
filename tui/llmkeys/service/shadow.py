"""What a bare provider means here and now, and whether that is the account just saved."""

from __future__ import annotations

from typing import NamedTuple

from llmkeys.account import AccountName, Target
from llmkeys.service.keys import weigh_target
from llmkeys.service.session import Session, look


class Winner(NamedTuple):
    """The account that wins for a bare provider; `shadowed_by` names what wins over the one that was asked about."""

    account: str
    words: str
    """The source as a sentence names it."""
    shadowed_by: str
    """The variable, or else the account, that wins in its place; empty if it wins itself."""


def default_without_key(session: Session) -> str:
    """The default if it is a bare provider for which no key is left here; else empty.

    It stays the default: another shell, or another folder's `.env`, may have a key for it.
    """
    world = look(session)
    account = world.config.default.account if world.config.default else "/"
    if "/" in account or account not in world.catalog.providers:
        return ""
    return account if weigh_target(session, world, Target(account)).winner is None else ""


def winner_now(session: Session, name: AccountName) -> Winner:
    """Who wins for the bare provider of `name` in these surroundings."""
    weighed = weigh_target(session, look(session), Target(name.provider))
    if weighed.winner is None:
        return Winner("", "", "")
    won = weighed.won
    shadowing = "" if won.account == str(name) else won.variable or won.account
    return Winner(won.account, won.source.words, shadowing)
