"""The shape of the source: small files, short functions, a sentence on every door, nothing unfinished."""

from __future__ import annotations

import ast
import re
import statistics

import pytest

from support.tree import ROOT, Module, functions, length, modules

LONGEST_FILE = 250
MEDIAN_FILE = 100
LONGEST_FUNCTION = 40
LONGEST_APP = 80
CONTRIBUTING = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
WRITTEN = [module for module in modules() if not module.is_empty]
each_module = pytest.mark.parametrize("module", WRITTEN, ids=lambda module: module.name)


@each_module
def test_a_file_is_short_unless_contributing_says_why(module: Module) -> None:
    assert module.lines <= LONGEST_FILE or f"`{module.path.relative_to(ROOT / 'tui').as_posix()}`" in CONTRIBUTING


def test_contributing_names_no_file_that_is_short_by_now() -> None:
    named = re.findall(r"^- `(llmkeys/[^`]+\.py)`:", CONTRIBUTING, re.MULTILINE)
    lines = {module.path.relative_to(ROOT / "tui").as_posix(): module.lines for module in modules()}
    assert [each for each in named if lines.get(each, 0) <= LONGEST_FILE] == []


def test_half_of_the_files_have_fewer_than_a_hundred_lines() -> None:
    assert statistics.median(module.lines for module in WRITTEN) < MEDIAN_FILE


@each_module
def test_a_function_fits_on_a_screen(module: Module) -> None:
    assert [f"{each.name} {length(each)}" for each in functions(module.tree) if length(each) > LONGEST_FUNCTION] == []


def test_the_app_object_stays_small() -> None:
    apps = {
        node.name: length(node)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        and {"App", "Funnel"} & {ast.unparse(base).partition("[")[0] for base in node.bases}
    }
    assert apps.keys() == {"LlmkeysApp"}
    assert apps["LlmkeysApp"] < LONGEST_APP


@each_module
def test_a_module_opens_with_one_sentence(module: Module) -> None:
    assert (ast.get_docstring(module.tree) or "").strip()


@each_module
def test_nothing_is_marked_as_unfinished(module: Module) -> None:
    assert re.findall(r"\b(?:TODO|FIXME|XXX|HACK|raise NotImplementedError)\b", module.text) == []


@each_module
def test_imports_are_absolute(module: Module) -> None:
    relative = [node.lineno for node in ast.walk(module.tree) if isinstance(node, ast.ImportFrom) and node.level]
    assert relative == []


@each_module
def test_no_import_hides_behind_type_checking(module: Module) -> None:
    assert "TYPE_CHECKING" not in module.text


@each_module
def test_the_copy_neither_shouts_nor_smiles(module: Module) -> None:
    sentences = [
        node.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip()
    ]
    assert [each for each in sentences if re.search(r"[a-z]!(?:\s|$)", each)] == []
    assert [each for each in sentences if re.search("[\U0001f300-\U0001faff]", each)] == []
