"""The bundled models, and reading a file of one's own making."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import llmkeys.catalog.snapshot as snapshot_module
from llmkeys.catalog.rows import load_catalog
from llmkeys.catalog.snapshot import load_snapshot, read_snapshot
from llmkeys.errors import Unparsable
from llmkeys.text import clean

ROW = ["m", "M", 1000, 0.5, 1, ["text"], True, None, "", "2026-04", ["text"]]


def packed(content: object) -> bytes:
    """`content` as a file that llmkeys might have made."""
    return gzip.compress(json.dumps(content).encode())


def content(**fields: Any) -> dict[str, Any]:
    """A small snapshot with `fields` changed."""
    return {"date": "2026-05-21", "source": "s", "licence": "MIT", "providers": {"openai": [ROW]}, **fields}


def test_the_bundled_snapshot_knows_the_providers_that_have_a_catalogue_id() -> None:
    assert set(load_snapshot().providers) == {each.id for each in load_catalog() if each.catalogue_id}


def test_every_provider_in_it_has_models_with_an_id_and_a_price_or_none() -> None:
    snapshot = load_snapshot()
    models = [model for provider in snapshot.providers for model in snapshot.models(provider)]
    assert len(models) > 2000
    assert all(snapshot.models(provider) for provider in snapshot.providers)
    assert all(model.id.isprintable() and " " not in model.id for model in models)
    assert sum(model.price_in is not None for model in models) > len(models) * 0.8
    assert sum(model.context is not None for model in models) > len(models) * 0.9


def test_everything_in_it_is_safe_to_show_as_it_is() -> None:
    snapshot = load_snapshot()
    for model in (model for provider in snapshot.providers for model in snapshot.models(provider)):
        assert (clean(model.id, 200), clean(model.name)) == (model.id, model.name)


def test_a_well_known_model_is_as_its_provider_says() -> None:
    models = {model.id: model for model in load_snapshot().models("anthropic")}
    sonnet = models["claude-sonnet-4-5"]
    assert (sonnet.price_in, sonnet.price_out, sonnet.tools) == (3, 15, True)
    assert "image" in sonnet.modalities


def test_retired_models_are_marked() -> None:
    snapshot = load_snapshot()
    statuses = {model.status for provider in snapshot.providers for model in snapshot.models(provider)}
    assert "deprecated" in statuses
    assert statuses <= {"", "alpha", "beta", "deprecated"}


def test_where_it_comes_from_is_said() -> None:
    snapshot = load_snapshot()
    assert snapshot.source == "https://models.dev"
    assert "MIT" in snapshot.licence
    assert snapshot.date.startswith("2026-")
    text = (Path(snapshot_module.__file__).parent / "models-licence.txt").read_text(encoding="utf-8")
    assert "Permission is hereby granted" in text


def test_the_licence_names_the_file_that_has_its_text() -> None:
    name = next(word for word in load_snapshot().licence.split() if word.endswith(".txt."))
    assert (Path(snapshot_module.__file__).parent / name.rstrip(".")).is_file()


def test_it_is_read_once() -> None:
    assert load_snapshot() is load_snapshot()
    assert load_snapshot().models("openai") is load_snapshot().models("openai")


def test_an_unknown_provider_has_no_models() -> None:
    assert load_snapshot().models("unheard-of") == ()


def test_it_is_not_read_before_it_is_asked_for(program: Callable[..., list[str]]) -> None:
    script = "import sys, llmkeys.catalog.snapshot as s; sys.exit(len(s._loaded))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_bundled_file_passes_the_strict_reader() -> None:
    path = Path(snapshot_module.__file__).parent / "models.json.gz"
    assert read_snapshot(path.read_bytes()).models("openai") == load_snapshot().models("openai")


def test_a_file_of_ones_own_is_read() -> None:
    (model,) = read_snapshot(packed(content())).models("openai")
    assert (model.id, model.context, model.price_in, model.outputs) == ("m", 1000, 0.5, ("text",))


def changed(column: int, value: object) -> bytes:
    """A snapshot whose only model has `value` in one column."""
    return packed(content(providers={"openai": [[*ROW[:column], value, *ROW[column + 1 :]]]}))


BAD = {
    "nothing": b"",
    "no gzip": b'{"providers": {}}',
    "no JSON": gzip.compress(b"<html>"),
    "a deep nest": gzip.compress(b"[" * 100_000),
    "a list": packed([]),
    "no providers": packed({"date": "x", "source": "x", "licence": "x"}),
    "providers in a list": packed(content(providers=["openai"])),
    "no date": packed({"providers": {}}),
    "a date that is a number": packed(content(date=1)),
    "a short row": packed(content(providers={"openai": [["m"]]})),
    "a row that is a number": packed(content(providers={"openai": [5]})),
    "an empty id": changed(0, ""),
    "a number for a name": changed(1, 5),
    "a text for a context": changed(2, "many"),
    "a price below nothing": changed(3, -1),
    "a number for a modality": changed(5, [1]),
    "a number for modalities": changed(5, 1),
    "a text for tools": changed(6, "yes"),
    "a number for a date": changed(9, 2026),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_a_file_that_llmkeys_did_not_make_is_refused(data: bytes) -> None:
    with pytest.raises(Unparsable) as refused:
        read_snapshot(data)
    assert refused.value.next


def test_no_more_than_the_limit_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_module, "_LIMIT", 1024)
    with pytest.raises(Unparsable):
        read_snapshot(packed(content(note=" " * 4096)))
