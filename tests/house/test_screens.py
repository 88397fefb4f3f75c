"""Widgets are told, screens ask, dialogs answer: nothing of the screens reaches for the app, or parses markup."""

from __future__ import annotations

import ast

import pytest
from textual.app import App

from support.tree import Module, imports, modules

SCREENS = [module for module in modules() if module.name.startswith("llmkeys.ui.") and not module.is_empty]
each_screen = pytest.mark.parametrize("module", SCREENS, ids=lambda module: module.name)
MARKUP_MODULES = {"rich.markup", "textual.markup"}


def test_only_the_launcher_knows_the_app() -> None:
    assert {name for name, imported in imports().items() if "llmkeys.ui.app" in imported} == {"llmkeys.ui.launch"}


@each_screen
def test_a_screen_asks_the_app_only_for_what_every_app_has(module: Module) -> None:
    asked = {
        node.attr
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self.app"
    }
    ordinary: App[None] = App()
    assert {each for each in asked if not hasattr(ordinary, each)} == set()


@each_screen
def test_foreign_text_never_meets_a_markup_parser(module: Module) -> None:
    imported = {node.module for node in ast.walk(module.tree) if isinstance(node, ast.ImportFrom)}
    called = {node.attr for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)}
    assert imported & MARKUP_MODULES == set()
    assert "from_markup" not in called
    assert "markup=True" not in module.text
