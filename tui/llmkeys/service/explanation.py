"""Wish: tell me which key wins, and why."""

from typing import NamedTuple

from llmkeys.errors import LlmkeysError
from llmkeys.resolution.address import Address
from llmkeys.resolution.candidate import Candidate
from llmkeys.resolution.model import find_model
from llmkeys.service.keys import default_missing, target_of, trouble_of, weigh_target
from llmkeys.service.route import route_of
from llmkeys.service.session import Session, World, look


class Explanation(NamedTuple):
    """Every candidate with its fate, the rule that decided, and the model with where it was said."""

    asked: str
    account: str | None
    candidates: tuple[Candidate, ...]
    winner: int | None
    rule: str
    problem: LlmkeysError | None
    """Why no candidate won."""
    address: Address | None
    base_url: str | None
    model: str | None
    model_place: str
    notes: tuple[str, ...]


def explain(session: Session, asked: str | None = None) -> Explanation:
    """Every candidate for `asked`, the winner and the rule; reads no store and sends nothing.

    Raises UsageError for a provider nobody knows, NotConfigured when there is neither a question nor a default.
    """
    world = look(session)
    target = target_of(world, asked)
    weighed = weigh_target(session, world, target)
    won = None if weighed.winner is None else weighed.won
    route = route_of(session, world, won) if won else None
    provider = world.catalog.find(target.provider)
    account = won.account if won else str(target._replace(model=None))
    found = find_model(target.model, session.environ, world.config, account, provider)
    return Explanation(
        asked=str(target),
        account=won.account if won else None,
        candidates=weighed.candidates,
        winner=weighed.winner,
        rule=weighed.rule,
        problem=weighed.error,
        address=route.address if route else None,
        base_url=route.base_url if route else None,
        model=found.model,
        model_place=found.place,
        notes=(
            *_default(session, world, asked),
            *(trouble_of(world) if won else ()),
            *world.notes,
            *(route.address.ignored if route else ()),
        ),
    )


def _default(session: Session, world: World, asked: str | None) -> tuple[str, ...]:
    """What is wrong with the default, unless it was asked for: then the problem says it."""
    missing = default_missing(session, world) if asked is not None else ""
    return (missing,) if missing else ()
