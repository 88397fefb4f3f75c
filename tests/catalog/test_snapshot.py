"""The bundled models."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import llmkeys.catalog.snapshot as snapshot_module
from llmkeys.catalog.rows import load_catalog
from llmkeys.catalog.snapshot import load_snapshot
from llmkeys.text import clean


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


def test_it_is_not_read_before_it_is_asked_for() -> None:
    script = "import sys, llmkeys.catalog.snapshot as s; sys.exit(len(s._loaded))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
