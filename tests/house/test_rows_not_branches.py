"""Providers are rows of a table: no code asks which provider it has before it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

import pytest

from support.tree import PACKAGE, Module, modules


def provider_names() -> frozenset[str]:
    """Every id and alias of the shipped catalogue."""
    catalogue = json.loads((PACKAGE / "catalog" / "providers.json").read_text(encoding="utf-8"))
    rows = catalogue["providers"] if isinstance(catalogue, dict) else catalogue
    listed = rows.items() if isinstance(rows, dict) else ((row["id"], row) for row in rows)
    return frozenset(name for provider, row in listed for name in (provider, *row.get("aliases", ())))


def compared_texts(module: Module) -> Iterator[tuple[int, str]]:
    """Every text that stands in a comparison, a `case`, or a call of `startswith`, with its line."""
    for node in ast.walk(module.tree):
        asks = isinstance(node, ast.Compare | ast.MatchValue) or (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "startswith"
        )
        for each in ast.walk(node) if asks else ():
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield each.lineno, each.value


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_no_code_asks_for_a_provider_by_name(module: Module) -> None:
    names = provider_names()
    assert [(line, text) for line, text in compared_texts(module) if text.lower() in names] == []
