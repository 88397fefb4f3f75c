"""Wishes about providers: list them, add or remove one of your own, print an empty `.env` for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from llmkeys.account import RESERVED_LABELS, is_provider_id
from llmkeys.catalog.own import own_provider
from llmkeys.catalog.rows import Provider, load_catalog
from llmkeys.config import Choice, Config, section, without_default_of
from llmkeys.errors import AlreadyThere, LlmkeysError, UsageError
from llmkeys.origin import origin_of
from llmkeys.service.session import Session, World, look
from llmkeys.store.config_file import change_config
from llmkeys.text import clean


class RemovedProvider(NamedTuple):
    """A provider of the person's own that is gone."""

    provider: str
    default_cleared: bool
    """Whether its variable's key was the default."""


def list_providers(session: Session) -> tuple[Provider, ...]:
    """Every provider, in the catalogue's order, the person's own last."""
    return tuple(look(session).catalog.providers.values())


def add_provider(
    session: Session,
    name: str,
    *,
    base_url: str,
    env: Iterable[str] = (),
    wire: str = "openai-chat",
    display_name: str = "",
    default_model: str = "",
    key_optional: bool = False,
) -> Provider:
    """Add a provider of the person's own; no code is needed.

    It needs a key unless `key_optional` is asked for, or it is a server on this machine without any key variable.
    Raises UsageError for an id, address, variable or wire that makes no sense, AlreadyThere for a known name.
    """
    provider_id = name.strip().lower()
    if not is_provider_id(provider_id):
        raise UsageError(f"“{provider_id[:64]}” cannot be a provider's name: letters, digits, dot, hyphen, underscore.")
    world = look(session)
    catalog = world.catalog
    if provider_id in catalog.providers or any(provider_id in each.aliases for each in catalog):
        remedy = f" llmkeys providers remove {provider_id} takes it away." if provider_id in _own_ids(world) else ""
        raise AlreadyThere(
            f"There is a provider {provider_id} already.", next=f"llmkeys providers {provider_id} shows it.{remedy}"
        )
    origin_of(base_url)
    variables = [variable.strip() for variable in env if variable.strip()]
    fields: Mapping[str, object] = {
        "name": display_name or name.strip(),
        "base_url": base_url.rstrip("/"),
        "env": variables,
        "wire": wire,
        "default_model": default_model,
        "key_optional": key_optional or (origin_of(base_url).is_loopback and not variables),
    }
    record = {key: value for key, value in fields.items() if value not in ("", [], False)}
    own_provider(provider_id, record, catalog.providers)
    change_config(session.paths, lambda config: _with_provider(config, provider_id, record))
    return look(session).catalog.find(provider_id)


def remove_provider(session: Session, name: str) -> RemovedProvider:
    """Take a provider of the person's own away; if a variable's key of it was the default, that is cleared.

    Raises UsageError for a name that is none of theirs, LlmkeysError while accounts of it exist.
    """
    world = look(session)
    wanted = name.strip().lower()
    own = _own_ids(world)
    provider_id = own.get(wanted)
    if provider_id is None:
        if world.problem is not None:
            raise world.problem
        shipped = world.catalog.find(name).id
        raise UsageError(f"{shipped} is a provider of llmkeys itself; only your own can be removed.")
    after = change_config(session.paths, lambda config: _without_provider(config, provider_id))
    return RemovedProvider(provider_id, world.config.default is not None and after.default is None)


def dotenv_template(session: Session) -> str:
    """An empty `.env`: the key variables of every provider, each commented out under its console's address."""
    parts = []
    for provider in look(session).catalog:
        if provider.key_env and provider.status == "active":
            variables = "\n".join(f"# {variable}=" for variable in (*provider.key_env, *provider.url_env))
            parts.append(f"# {provider.name}  {provider.console_url}\n{variables}\n")
    return "\n".join(parts)


def _with_provider(config: Config, provider_id: str, record: Mapping[str, object]) -> Config:
    before = section(config.providers, provider_id)
    return config.replace(providers={**config.providers, provider_id: {**before, **record}})


def _own_ids(world: World) -> dict[str, str]:
    """The ids of the person's own providers, as config has them, by id and alias; a changed shipped one is none."""
    shipped = load_catalog().providers
    own = [each for each in world.config.providers if each not in shipped]
    rows = [row for each in own if (row := world.catalog.providers.get(each)) is not None]
    return {**{alias: row.id for row in rows for alias in row.aliases}, **{each.lower(): each for each in own}}


def _without_provider(config: Config, provider_id: str) -> Config:
    accounts = [str(name) for name in config.accounts if name.provider == provider_id]
    if accounts:
        raise LlmkeysError(
            f"{clean(provider_id)} is in use by {', '.join(accounts)}.",
            next=f"First: llmkeys remove-key {accounts[0]}",
        )
    for account in (provider_id, *(f"{provider_id}/{label}" for label in RESERVED_LABELS)):
        config = without_default_of(config, account)
    return config.replace(
        providers={each: record for each, record in config.providers.items() if each != provider_id},
        recent=_of_others(config.recent, provider_id),
        favourites=_of_others(config.favourites, provider_id),
    )


def _of_others(choices: Iterable[Choice], provider_id: str) -> list[dict[str, object]]:
    return [each._asdict() for each in choices if each.account.partition("/")[0] != provider_id]
