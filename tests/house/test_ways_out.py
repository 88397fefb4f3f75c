"""A key's text leaves its wrapper in a few known places; this is the list of them."""

from __future__ import annotations

import ast

from support.tree import modules

WAYS_OUT: dict[str, str] = {}


def test_a_key_is_revealed_only_at_the_ways_out() -> None:
    found = {
        f"{module.name}.{function.name}"
        for module in modules()
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Attribute) and call.attr == "reveal"
    }
    assert found == WAYS_OUT.keys()


def test_nothing_looks_into_a_secret_from_outside() -> None:
    peeking = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        if module.name != "llmkeys.secret"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "_text" and not _is_self(node.value)
    ]
    assert peeking == []


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"
