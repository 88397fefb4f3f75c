"""Wishes about providers: list them, add one of your own, print an empty `.env` for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from llmkeys.account import is_provider_id
from llmkeys.catalog.own import own_provider
from llmkeys.catalog.rows import Provider
from llmkeys.config import Config, section
from llmkeys.errors import AlreadyThere, UsageError
from llmkeys.origin import origin_of
from llmkeys.service.session import Session, look
from llmkeys.store.config_file import change_config


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
    catalog = look(session).catalog
    if provider_id in catalog.providers or any(provider_id in each.aliases for each in catalog):
        raise AlreadyThere(
            f"There is a provider {provider_id} already.", next=f"llmkeys providers {provider_id} shows it."
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
