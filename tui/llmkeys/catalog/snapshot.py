"""The models that ship with llmkeys: read when a list of models is first asked for, never at the start."""

from __future__ import annotations

import json
import os
import zlib
from typing import Any

from llmkeys.catalog.model import Model

__all__ = ["Model", "Snapshot", "load_snapshot"]

_BUNDLED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "models.json.gz")
_GZIP = 31
_loaded: list[Snapshot] = []


class Snapshot:
    """Models by provider, as they were on `date`; made of what `trim` packs."""

    __slots__ = ("_models", "_rows", "date", "licence", "source")
    source: str
    licence: str
    date: str
    """`2026-05-21`: the newest change that the data knows of."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.date = content["date"]
        self.source = content["source"]
        self.licence = content["licence"]
        self._rows: dict[str, list[list[Any]]] = content["providers"]
        self._models: dict[str, tuple[Model, ...]] = {}

    def models(self, provider: str) -> tuple[Model, ...]:
        """The models of the provider with that id, the newest first; empty if nothing is known of it."""
        if provider not in self._models:
            self._models[provider] = tuple(_model(row) for row in self._rows.get(provider, ()))
        return self._models[provider]

    @property
    def providers(self) -> tuple[str, ...]:
        """The ids of the providers it knows."""
        return tuple(self._rows)


def load_snapshot() -> Snapshot:
    """The bundled snapshot, read once in a process."""
    if not _loaded:
        with open(_BUNDLED, "rb") as file:
            _loaded.append(Snapshot(json.loads(zlib.decompress(file.read(), _GZIP))))
    return _loaded[0]


def _model(row: list[Any]) -> Model:
    name, title, context, price_in, price_out, reads, tools, reasoning, status, released, writes = row
    return Model(
        name, title, context, price_in, price_out, tuple(reads), tools, reasoning, status, released, tuple(writes)
    )
