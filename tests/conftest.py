"""Keeps every test away from the developer's home, environment and keychain, and makes skips loud.

LLMKEYS_TESTS_NO_SKIP=1 turns every skip into a failure, as continuous integration wants it.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings

pytest_plugins = ("support.private_bus",)
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

KEPT = frozenset(
    {
        *("PATH", "TMPDIR", "TEMP", "TMP", "CI", "VIRTUAL_ENV"),
        *(
            "SYSTEMROOT",
            "SYSTEMDRIVE",
            "WINDIR",
            "COMSPEC",
            "PATHEXT",
            "NUMBER_OF_PROCESSORS",
            "PROCESSOR_ARCHITECTURE",
        ),
    }
)
KEPT_PREFIXES = ("LLMKEYS_TESTS_", "COVERAGE_", "COV_CORE_", "PYTEST_", "HYPOTHESIS_")
LOCALE = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
settings.register_profile("llmkeys", deadline=None, database=None, print_blob=True)
settings.load_profile("llmkeys")
NO_SKIP = os.environ.get("LLMKEYS_TESTS_NO_SKIP") == "1"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "only_on(*platforms): collected only where sys.platform is one of these")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test of another system is not collected here: it is no skip, since it could never run."""
    foreign = [item for item in items if any(sys.platform not in mark.args for mark in item.iter_markers("only_on"))]
    if foreign:
        config.hook.pytest_deselected(items=foreign)
        items[:] = [item for item in items if item not in foreign]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A test that is a coroutine runs in an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.function):
        return None
    names = inspect.signature(pyfuncitem.function).parameters
    asyncio.run(pyfuncitem.function(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return _failed_instead_of_skipped(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return _failed_instead_of_skipped(report)


def _failed_instead_of_skipped(report: Report) -> Report:
    if NO_SKIP and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"No test may be skipped here. {reason}"
    return report


def kept_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What of `environ` a test may see: enough to start programs, and nothing that is the developer's own."""
    return {
        name: value for name, value in environ.items() if name.upper() in KEPT or name.upper().startswith(KEPT_PREFIXES)
    }


def homely_environment(home: Path) -> dict[str, str]:
    """The variables that put the home folder and every folder derived from it below `home`."""
    return {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "APPDATA": str(home / "AppData" / "Roaming"),
        "LOCALAPPDATA": str(home / "AppData" / "Local"),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "TERM": "xterm-256color",
        **LOCALE,
    }


@pytest.fixture(autouse=True)
def home(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """An empty home folder of this test's own; the environment and the current folder are changed to fit."""
    folder = tmp_path_factory.mktemp("home", numbered=True)
    (folder / "run").mkdir(mode=0o700)
    (folder / "project").mkdir()
    kept = kept_environment(os.environ)
    takes_pictures = "snap_compare" in request.fixturenames
    for name in list(os.environ):
        if name not in kept and not (takes_pictures and name.startswith("TEXTUAL_SNAPSHOT_")):
            monkeypatch.delenv(name)
    for name, value in homely_environment(folder).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder / "project")
    previous_mask = os.umask(0o022)
    yield folder
    os.umask(previous_mask)


@pytest.fixture(autouse=True)
def no_real_keychain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a keychain belongs to the login and not to the home folder, this process cannot reach it."""
    if sys.platform in ("darwin", "win32"):
        monkeypatch.setattr("llmkeys.store.keychain._open", _refuse_keychain)


def _refuse_keychain(*_: object) -> None:
    raise OSError("tests do not reach the developer's own keychain")


@pytest.fixture
def environ(home: Path) -> dict[str, str]:
    """A copy of the test's own environment, to be changed and handed to functions or child processes."""
    return dict(os.environ)


@pytest.fixture
def project(home: Path) -> Path:
    """The empty folder in which the test runs; a `.env` belongs here."""
    return home / "project"


@pytest.fixture
def session(environ: dict[str, str], project: Path) -> Callable[..., Any]:
    """Opens sessions of this test's own home: `session()`, `session(interactive=True)`, `session(environ={…})`."""
    from llmkeys.service.session import open_session

    def opened(caller: str = "tests", **options: Any) -> Any:
        return open_session(caller, **{"environ": environ, "folder": str(project), **options})

    return opened


@pytest.fixture
def program(environ: dict[str, str]) -> Callable[..., list[str]]:
    """The command line that starts llmkeys as a process of its own: `program("status", "--json")`."""
    return lambda *arguments: [sys.executable, "-m", "llmkeys", *arguments]
