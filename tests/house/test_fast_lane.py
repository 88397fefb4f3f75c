"""What the quick verbs import, seen from inside a process that answered one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support.tree import modules

SPY = """
import enum, json, sys, typing  # what values are made of; some Pythons load re with them
before = set(sys.modules)
from llmkeys.__main__ import run
report = sys.argv.pop(1)
code = run(sys.argv[1:])
with open(report, "w") as file:
    file.write(chr(10).join(set(sys.modules) - before))
sys.exit(code)
"""
HEAVY = {"textual", "rich", "httpx", "httpcore", "ssl", "keyring", "dotenv", "platformdirs", "click"}
UNUSED = {"llmkeys.catalog.own", "llmkeys.origin", "llmkeys.service.explanation", "llmkeys.typed_key"}
"""Rooms of ours that a stored key of a shipped provider has no use for."""
SLOW = {"dataclasses", "pathlib", "asyncio", "re", "argparse", "logging", "subprocess", "importlib.metadata"}
CASES = {
    ("helper", "openai/work"): HEAVY | SLOW | UNUSED | {"filelock"},
    ("helper", "openai"): HEAVY | SLOW | UNUSED | {"filelock"},
    ("get", "openai/work"): HEAVY | {"asyncio", "filelock"},
    ("status", "--json"): HEAVY | {"asyncio", "filelock"},
    ("status",): HEAVY | {"asyncio", "filelock"},
    ("why", "openai"): HEAVY | {"asyncio", "filelock"},
    ("set-default", "openai/work", "gpt-4.1"): HEAVY,
}


@pytest.fixture
def account(home: Path, environ: dict[str, str]) -> None:
    """One account in the file store."""
    command = [sys.executable, "-m", "llmkeys", "add-key", "openai/work", "--stdin", "--no-test", "--store", "file"]
    subprocess.run(command, input="sk-0123456789abcdefghij", env=environ, check=True, text=True)


@pytest.mark.parametrize("words", CASES, ids=" ".join)
@pytest.mark.usefixtures("account")
def test_a_quick_verb_imports_nothing_it_does_not_use(
    words: tuple[str, ...], tmp_path: Path, environ: dict[str, str]
) -> None:
    report = tmp_path / "modules"
    unmeasured = {name: value for name, value in environ.items() if not name.startswith("COV")}
    command = [sys.executable, "-c", SPY, str(report), *words]
    done = subprocess.run(command, env=unmeasured, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    imported = set(report.read_text(encoding="utf-8").split())
    assert CASES[words] & imported == set()


LOADED = {
    "helper": "from llmkeys.cli import helper, process",
    "the main screen": "from llmkeys.cli import main\nfrom llmkeys.ui import app, notice",
}


@pytest.mark.parametrize("program", LOADED.values(), ids=LOADED)
def test_values_that_are_waited_for_have_annotations_that_are_no_texts(program: str) -> None:
    """NamedTuple compiles every annotation that is a text: a tenth of what `helper` takes in all."""
    command = [sys.executable, "-c", f"{program}\nimport sys\nprint(*sys.modules)"]
    imported = set(subprocess.run(command, capture_output=True, check=True, text=True).stdout.split())
    values = [each for each in modules() if each.name in imported and "(NamedTuple):" in each.text]
    assert len(values) > 10
    assert [each.name for each in values if "\nfrom __future__ import annotations\n" in each.text] == []
