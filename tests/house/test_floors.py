"""The floors: who may import whom, with deferred imports counted like any other."""

from __future__ import annotations

import subprocess
import sys
from graphlib import CycleError, TopologicalSorter

import pytest

from support.tree import ROOT, imports, modules

FLOORS = {
    "errors": 0,
    **dict.fromkeys(
        (
            "account",
            "config",
            "config_shape",
            "moment",
            "origin",
            "paths",
            "record",
            "secret",
            "text",
            "typed_key",
            "verdict",
        ),
        1,
    ),
    "files": 2,
    "catalog": 3,
    **dict.fromkeys(("check", "resolution", "store"), 4),
    "service": 5,
    "ui": 6,
    "cli": 7,
    **dict.fromkeys(("", "__main__"), 8),
}
VALUES = 1
POSIX_ONLY = {"llmkeys.ui.driver"}
POSIX_PARTS = ("fcntl", "grp", "pty", "pwd", "resource", "termios", "tty")
IMPORTS = sorted((importer, imported) for importer, found in imports().items() for imported in found)


def room(module: str) -> str:
    """The room a module is in: the first part of its name below the package."""
    return module.partition(".")[2].partition(".")[0]


def test_every_module_has_a_floor() -> None:
    assert {room(module.name) for module in modules()} - FLOORS.keys() == set()


@pytest.mark.parametrize(("importer", "imported"), IMPORTS)
def test_a_module_imports_only_from_its_own_room_or_from_lower_floors(importer: str, imported: str) -> None:
    below = FLOORS[room(imported)] < FLOORS[room(importer)]
    values_side_by_side = FLOORS[room(importer)] == FLOORS[room(imported)] == VALUES
    assert below or room(importer) == room(imported) or values_side_by_side


def test_there_is_no_import_circle_even_with_deferred_imports() -> None:
    try:
        TopologicalSorter(imports()).prepare()
    except CycleError as circle:
        pytest.fail(" imports ".join(reversed(circle.args[1])))


def test_the_import_contracts_hold() -> None:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_but_the_posix_driver_imports_where_posix_is_missing() -> None:
    names = [module.name for module in modules() if module.name not in POSIX_ONLY]
    program = f"import sys; sys.modules.update(dict.fromkeys({POSIX_PARTS!r}))\nfor name in {names!r}: __import__(name)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
