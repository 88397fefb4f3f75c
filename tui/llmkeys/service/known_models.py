"""Which models an account is known to serve: the bundled snapshot, its cached live list, what the person changed."""

from __future__ import annotations

from typing import NamedTuple

from llmkeys.account import Account, AccountName
from llmkeys.catalog.randomness import looks_random
from llmkeys.catalog.rows import Provider
from llmkeys.catalog.snapshot import Model, load_snapshot
from llmkeys.errors import UsageError
from llmkeys.service.keys import target_of, weigh_target
from llmkeys.service.route import route_of, route_of_account
from llmkeys.service.session import Session, look
from llmkeys.store.model_lists import load_list


class Known(NamedTuple):
    """Models of one account, and how old its live list is (seconds; None without one)."""

    models: tuple[Model, ...]
    list_age: float | None


def known_models(
    session: Session, name: str, provider: Provider, account: Account | None, *, origin: str | None = None
) -> Known:
    """The models of account `name`, read from disk only; `origin` is where its key goes, if that is known already.

    A live list of that origin says what is served; the snapshot says what it costs. Without a live list the snapshot
    is taken as served. Added ids come first, hidden ones are left out.
    """
    snapshot = {model.id: model for model in load_snapshot().models(provider.id)}
    live = load_list(session.paths, name, _origin(session, name, account) if origin is None else origin)
    ids = list(live.ids) if live is not None else list(snapshot)
    added = account.models_added if account else ()
    hidden = set(account.models_hidden) if account else set()
    wanted = dict.fromkeys([*added, *ids])
    models = tuple(snapshot.get(each) or unknown_model(each) for each in wanted if each not in hidden)
    return Known(models, None if live is None else max(0.0, session.now() - live.fetched_at))


def model_ids(session: Session, name: str, provider: Provider) -> tuple[str, ...]:
    """Ids that account `name` is known to serve; empty when nothing is known."""
    label = name.partition("/")[2]
    account = look(session).config.accounts.get(AccountName(provider.id, label))
    return tuple(model.id for model in known_models(session, name, provider, account).models)


def refuse_random_model(session: Session, name: str, provider: Provider, model: str) -> None:
    """Raises UsageError for an id that looks like a key, or what is left of one, and that `name` is not known to serve.

    The message does not hold it.
    """
    if looks_random(model) and model not in model_ids(session, name, provider):
        raise UsageError(
            "That looks like a key, not like a model's id, and nothing was kept.",
            next=f"If it is an id: llmkeys models {name} --add MODEL puts it on the account's list.",
        )


def unknown_model(model: str) -> Model:
    """A model of which only the id is known."""
    return Model(id=model, name="", context=None, price_in=None, price_out=None)


def _origin(session: Session, name: str, account: Account | None) -> str:
    """Where the key of account `name` goes now."""
    world = look(session)
    if account is not None:
        return route_of_account(session, world, account).origin
    candidates = weigh_target(session, world, target_of(world, name)).candidates
    return next((route_of(session, world, each).origin for each in candidates if each.account == name), "")
