"""The models that ship with llmkeys: read when a list of models is first asked for, never at the start."""

from __future__ import annotations

import json
import os
import zlib
from typing import Any

from llmkeys.catalog.model import Model
from llmkeys.errors import Unparsable

__all__ = ["Model", "Snapshot", "load_snapshot", "read_snapshot"]

_BUNDLED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "models.json.gz")
_LIMIT = 64 * 1024 * 1024
_GZIP = 31
_loaded: list[Snapshot] = []


class Snapshot:
    """Models by provider, as they were on `date`."""

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
            _loaded.append(Snapshot(_content(file.read())))
    return _loaded[0]


def read_snapshot(data: bytes) -> Snapshot:
    """The snapshot in `data`, as `trim` made it. Raises Unparsable for anything else, and above 64 MiB."""
    try:
        snapshot = Snapshot(_content(data))
        texts = (snapshot.date, snapshot.source, snapshot.licence, *snapshot.providers)
        usable = all(isinstance(each, str) for each in texts) and all(
            _is_sound(model) for provider in snapshot.providers for model in snapshot.models(provider)
        )
    except (zlib.error, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        usable = False
    if not usable:
        raise Unparsable("This is not a list of models that llmkeys made.", next="llmkeys models --update")
    return snapshot


def _content(data: bytes) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(zlib.decompressobj(_GZIP).decompress(data, _LIMIT))
    return content


def _model(row: list[Any]) -> Model:
    name, title, context, price_in, price_out, reads, tools, reasoning, status, released, writes = row
    return Model(
        name, title, context, price_in, price_out, tuple(reads), tools, reasoning, status, released, tuple(writes)
    )


def _is_sound(model: Model) -> bool:
    numbers = (model.context, model.price_in, model.price_out)
    texts = (model.id, model.name, model.status, model.released, *model.modalities, *model.outputs)
    return (
        bool(model.id)
        and all(isinstance(each, str) for each in texts)
        and all(each is None or (isinstance(each, int | float) and each >= 0) for each in numbers)
        and all(each is None or isinstance(each, bool) for each in (model.tools, model.reasoning))
    )
