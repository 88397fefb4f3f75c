"""A key's text leaves its wrapper in a few known places; this is the list of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from support.tree import modules

WAYS_OUT = {
    "llmkeys.check.network._headers": "one HTTP header",
    "llmkeys.cli.get._show_whole": "a terminal, asked for by --reveal",
    "llmkeys.cli.helper._print_key": "standard output, for another program",
    "llmkeys.store.key_file.KeyFile.set": "the key file",
    "llmkeys.store.keychain.Keychain.set": "the keychain",
    "llmkeys.ui.widgets.secret_input.SecretInput._characters": "the screen, where a person types it and asks to see it",
}


def reveals(node: ast.AST, place: str) -> Iterator[str]:
    """The place of every `.reveal` below `node`: module, class, function; functions within functions count as these."""
    for child in ast.iter_child_nodes(node):
        is_place = isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        within_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        inner = f"{place}.{child.name}" if is_place and not within_function else place
        if isinstance(child, ast.Attribute) and child.attr == "reveal":
            yield inner
        yield from reveals(child, inner)


def test_a_key_is_revealed_once_at_each_way_out_and_nowhere_else() -> None:
    found = [place for module in modules() for place in reveals(module.tree, module.name)]
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
