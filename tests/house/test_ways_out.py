"""A key's text leaves its wrapper in a few known places; this is the list of them."""

from __future__ import annotations

import ast

from support.tree import functions, modules

WAYS_OUT = {
    "llmkeys.cli.get._show_whole": "a terminal, asked for by --reveal",
    "llmkeys.cli.helper._print_key": "standard output, for another program",
    "llmkeys.store.key_file.set": "the key file",
    "llmkeys.store.keychain.set": "the keychain",
    "llmkeys.check.network.ask": "one HTTP header",
    "llmkeys.ui.widgets.secret_input._characters": "the screen, for the seconds a person asked to see what was typed",
}


def test_a_key_is_revealed_only_at_the_ways_out() -> None:
    found = [
        f"{module.name}.{function.name}"
        for module in modules()
        for function in functions(module.tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and node.attr == "reveal"
    ]
    assert sorted(found) == sorted(WAYS_OUT)


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
