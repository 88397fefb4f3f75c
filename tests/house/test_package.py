"""What is installed is complete: everything below the package's folder, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from support.tree import PACKAGE, ROOT

DATA = (".tcss", ".json", ".gz", ".md", ".txt", ".typed")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> set[str]:
    """The names in the wheel."""
    return set(zipfile.ZipFile(next(built.glob("*.whl"))).namelist())


def shipped() -> set[str]:
    """Every source and data file of the package, by its place in the wheel."""
    return {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.suffix in (".py", *DATA) or path.name == "py.typed"
    }


def test_the_wheel_holds_the_whole_package(wheel: set[str]) -> None:
    assert shipped() - wheel == set()


def test_the_wheel_holds_nothing_but_the_package(wheel: set[str]) -> None:
    assert {name.partition("/")[0] for name in wheel if ".dist-info/" not in name} == {"llmkeys"}


@pytest.mark.parametrize("kind", ["py.typed", ".tcss", "providers.json", "answers.json", "models.json.gz", ".md"])
def test_the_wheel_has_data_of_every_kind(wheel: set[str], kind: str) -> None:
    assert [name for name in wheel if name.startswith("llmkeys/") and name.endswith(kind)]


def test_every_answer_has_its_schema_in_the_wheel(wheel: set[str]) -> None:
    schemas = {name.removeprefix("llmkeys/schemas/") for name in wheel if name.startswith("llmkeys/schemas/")}
    assert {"status.json", "test.json"} <= schemas


def test_the_licence_is_in_the_wheel(wheel: set[str]) -> None:
    assert [name for name in wheel if name.endswith("licenses/LICENSE")]


def test_the_sdist_can_be_built_and_tested_from(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {f"tui/{name}" for name in shipped()} - names == set()
    assert {"pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "tests/conftest.py"} - names == set()
    assert [name for name in names if name.startswith("screenshots/")]
