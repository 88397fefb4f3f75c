"""Every benchmark still runs: once, small, and without a look at its figures."""

from __future__ import annotations

import subprocess
import sys

import pytest

from support.tree import ROOT

BENCHMARKS = {
    "checks_speed.py": ("1",),
    "first_paint.py": ("--runs", "1", "--accounts", "1"),
    "picker_speed.py": ("--models", "100", "--runs", "1"),
    "processes.py": ("--runs", "1", "--accounts", "1"),
    "search_speed.py": ("--models", "1000", "--runs", "1"),
}
POSIX = {"first_paint.py", "processes.py"}
ALL = {path.name for path in (ROOT / "tests" / "benchmarks").glob("*.py")}
HELPERS = {"home.py", "stopwatch.py"}


def test_every_benchmark_is_tried_here() -> None:
    assert BENCHMARKS.keys() == ALL - HELPERS


@pytest.mark.parametrize("script", BENCHMARKS)
def test_a_benchmark_runs_and_prints_figures(script: str, environ: dict[str, str]) -> None:
    if sys.platform == "win32" and script in POSIX:
        pytest.skip("needs a pseudo-terminal or posix_spawn")
    command = [sys.executable, str(ROOT / "tests" / "benchmarks" / script), *BENCHMARKS[script]]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "1" in done.stdout
