"""The catalogue of providers: the shipped rows, and over them the user's own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from llmkeys.catalog.provider import (
    WIRES,
    Auth,
    CheckRequest,
    Field,
    ModelsRequest,
    Provider,
    provider_from_row,
)
from llmkeys.errors import UsageError
from llmkeys.text import clean, nearest

__all__ = [
    "WIRES",
    "Auth",
    "Catalog",
    "CheckRequest",
    "Field",
    "ModelsRequest",
    "Provider",
    "load_catalog",
]

_SHIPPED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "providers.json")


class _Shipped(Mapping[str, Provider]):
    """The shipped rows by id; one becomes a Provider when it is first asked for, as `helper` asks for one of 66."""

    __slots__ = ("_made", "_rows")

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._rows = {row["id"]: row for row in rows}
        self._made: dict[str, Provider] = {}

    def __getitem__(self, provider_id: str) -> Provider:
        if provider_id not in self._made:
            self._made[provider_id] = provider_from_row(self._rows[provider_id])
        return self._made[provider_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


class Catalog:
    """Every provider by id, in the table's order and the user's own last, and whose variable is whose."""

    __slots__ = ("notes", "providers")
    providers: Mapping[str, Provider]
    notes: tuple[str, ...]
    """One sentence for each entry of the user's config that was left out."""

    def __init__(self, providers: Mapping[str, Provider], notes: tuple[str, ...] = ()) -> None:
        self.providers = providers
        self.notes = notes

    def __iter__(self) -> Iterator[Provider]:
        return iter(self.providers.values())

    def by_key_variable(self) -> dict[str, Provider]:
        """Whose each key variable is."""
        return {name: each for each in self for name in each.key_env}

    def by_url_variable(self) -> dict[str, Provider]:
        """Whose each base URL variable is."""
        return {name: each for each in self for name in each.url_env}

    def find(self, text: str) -> Provider:
        """The provider whose id or alias is `text`, in any case. Raises UsageError naming the nearest ones."""
        wanted = text.strip().lower()
        if wanted in self.providers:
            return self.providers[wanted]
        for provider in self:
            if wanted in provider.aliases:
                return provider
        names = [name for provider in self for name in (provider.id, *provider.aliases)]
        close = nearest(wanted, names)
        raise UsageError(
            f"There is no provider “{clean(text)}”.",
            next=f"Did you mean {' or '.join(close)}?" if close else "llmkeys providers lists them.",
        )


def load_catalog(overrides: Mapping[str, object] = {}) -> Catalog:
    """The shipped rows with `overrides`, config's `providers`, over them. An entry that makes no sense is left out
    and said in `Catalog.notes`; it never stops the others.
    """
    with open(_SHIPPED, encoding="utf-8") as file:
        shipped = _Shipped(json.load(file))
    return _with_own(dict(shipped), overrides) if overrides else Catalog(shipped)


def _with_own(providers: dict[str, Provider], overrides: Mapping[str, object]) -> Catalog:
    # Only here, because most people have no provider of their own, and `helper` would pay for reading one.
    from llmkeys.catalog.own import own_provider

    notes = []
    for provider_id in sorted(overrides, key=lambda each: each not in providers):
        try:
            own = own_provider(provider_id, overrides[provider_id], providers)
        except UsageError as refused:
            notes.append(f"providers.{clean(provider_id)} in config is left out: {refused.message}")
        else:
            providers[own.id] = own
    return Catalog(providers, tuple(notes))
