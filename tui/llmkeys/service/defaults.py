"""Wishes about the default: set it, swap it with the one before, set a recent one, mark a favourite."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from llmkeys.account import AccountName, Target
from llmkeys.catalog.rows import Provider
from llmkeys.config import Choice, Config, with_default
from llmkeys.errors import NotConfigured, UsageError
from llmkeys.resolution.model import MODEL_VARIABLE
from llmkeys.service.keys import target_of, weigh_target
from llmkeys.service.known_models import model_ids, refuse_random_model
from llmkeys.service.session import Session, World, look
from llmkeys.service.stored import refuse_unfit_model
from llmkeys.store.config_file import change_config
from llmkeys.text import nearest


class DefaultChange(NamedTuple):
    """The default as it is now, the one before, and what a person should know about it."""

    choice: Choice
    previous: Choice | None
    warning: str = ""
    """Such as a model nobody lists, with the nearest ids."""
    shadowed_by: str = ""
    """The variable that wins over this default in this environment; empty if none does."""


def set_default(session: Session, asked: str, model: str | None = None) -> DefaultChange:
    """Make `asked` (`ACCOUNT` or `ACCOUNT:MODEL`) and `model` the default.

    Without a model: the account's last one, else its provider's usual one. Any model id is taken; one that no list
    has gives a warning. Raises UsageError for a provider without chat, when no model can be told and for what looks
    like a key in its place, NotConfigured for an account without a key.
    """
    world = look(session)
    target = target_of(world, asked)
    provider = world.catalog.find(target.provider)
    _refuse_unfit(session, world, target, provider)
    account = str(target._replace(model=None))
    wanted = model or target.model or _last_model(world.config, account) or provider.default_model
    if not wanted:
        raise UsageError(f"Which model of {account}?", next=f"llmkeys models {account} lists them.")
    refuse_unfit_model(world, wanted)
    if wanted not in (_last_model(world.config, account), provider.default_model):
        refuse_random_model(session, account, provider, wanted)
    change = _choose(session, world, target, Choice(account, wanted))
    return change._replace(warning=_unknown_model(session, account, provider, wanted))


def swap_default(session: Session) -> DefaultChange:
    """Go back to the previous default; the present one becomes the previous. Raises NotConfigured."""
    world = look(session)
    previous = world.config.previous_default
    if previous is None:
        raise NotConfigured("There is no previous default yet.", next="Set another default first.")
    return _choose_again(session, world, previous)


def choose_recent(session: Session, position: int) -> DefaultChange:
    """Set the recent default at `position`, 1 to 5. Raises NotConfigured when there are fewer."""
    world = look(session)
    recent = world.config.recent
    if not 1 <= position <= len(recent):
        raise NotConfigured(
            f"There is no recent default {position} yet.", next="Recent defaults are kept as you switch."
        )
    return _choose_again(session, world, recent[position - 1])


def toggle_favourite(session: Session, choice: Choice) -> bool:
    """Mark or unmark a model; answers whether it is a favourite now."""

    def toggled(config: Config) -> Config:
        kept = [each for each in config.favourites if each != choice]
        if len(kept) == len(config.favourites):
            kept.append(choice)
        return config.replace(favourites=[each._asdict() for each in kept])

    return choice in change_config(session.paths, toggled).favourites


def _choose_again(session: Session, world: World, choice: Choice) -> DefaultChange:
    """`choice` once more, if it can still be made."""
    target = target_of(world, choice.account)
    _refuse_unfit(session, world, target, world.catalog.find(target.provider))
    return _choose(session, world, target, choice)


def _choose(session: Session, world: World, target: Target, choice: Choice) -> DefaultChange:
    after = change_config(session.paths, _chosen(choice))
    before = world.config.default if world.config.default != choice else after.previous_default
    return DefaultChange(choice, before, shadowed_by=_shadowed_by(session, world, target))


def _chosen(choice: Choice) -> Callable[[Config], Config]:
    """The change of config that makes `choice` the default and its model the account's last one."""
    provider, _, label = choice.account.partition("/")
    name = AccountName(provider, label)

    def change(config: Config) -> Config:
        accounts = dict(config.raw.get("accounts", {}))  # type: ignore[call-overload]
        if name in config.accounts:
            accounts[str(name)] = {**accounts[str(name)], "model": choice.model}
        return with_default(config.replace(accounts=accounts), choice)

    return change


def _shadowed_by(session: Session, world: World, target: Target) -> str:
    """The variable that wins here over the default's model, or over the stored key of a bare one; empty if none."""
    if session.environ.get(MODEL_VARIABLE, "").strip():
        return MODEL_VARIABLE
    if target.label is not None:
        return ""
    weighed = weigh_target(session, world, target)
    over_stored = any(not each.variable for each in weighed.shadowed)
    return weighed.won.variable if over_stored else ""


def _refuse_unfit(session: Session, world: World, target: Target, provider: Provider) -> None:
    if not provider.chat:
        raise UsageError(f"{provider.name} serves no chat models, so it cannot be the default.")
    if provider.status == "retired":
        raise UsageError(f"{provider.name} has been retired by its owner.", next="Choose another provider.")
    weighed = weigh_target(session, world, target)
    if weighed.error is not None:
        raise weighed.error


def _last_model(config: Config, account: str) -> str | None:
    for name, record in config.accounts.items():
        if str(name) == account:
            return record.model
    for choice in config.recent:
        if choice.account == account:
            return choice.model
    return None


def _unknown_model(session: Session, account: str, provider: Provider, model: str) -> str:
    ids = model_ids(session, account, provider)
    if not ids or model in ids:
        return ""
    close = nearest(model, ids)
    meant = f"; the nearest are {', '.join(close)}" if close else ""
    return f"{provider.name} does not list {model}{meant}."
