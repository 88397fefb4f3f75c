"""What a whole process costs: `helper` and `status` over an empty Python, and `helper` over `keyring get`.

    python tests/benchmarks/processes.py --runs 25

The keychain pair runs where gnome-keyring and dbus are installed, on a private bus.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from home import environment, furnish

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.private_bus import missing_parts, private_bus

NULL = ((os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0))


class Case(NamedTuple):
    """A command and its environment."""

    name: str
    arguments: Sequence[str]
    environ: Mapping[str, str]


def wall(case: Case) -> float:
    """One run, from start to end, in milliseconds. Raises RuntimeError unless it exits with 0."""
    started = time.perf_counter()
    process = os.posix_spawn(case.arguments[0], case.arguments, case.environ, file_actions=NULL)
    _, status = os.waitpid(process, 0)
    took = (time.perf_counter() - started) * 1000
    if status:
        raise RuntimeError(f"{case.name} exits with {os.waitstatus_to_exitcode(status)}")
    return took


def compare(cases: Sequence[Case], runs: int) -> None:
    """Prints medians, and ratios to the first case, pair by pair, of interleaved runs."""
    rounds = [[wall(case) for case in cases] for _ in range(runs + 1)][1:]
    for index, case in enumerate(cases):
        median = statistics.median(walls[index] for walls in rounds)
        ratio = statistics.median(walls[index] / walls[0] for walls in rounds)
        print(f"| {case.name} | {median:.1f} | {ratio:.2f} |")


def file_cases(home: Path, accounts: int) -> list[Case]:
    """`helper` and `status --json` with keys in the file store."""
    names = furnish(home, accounts)
    environ = environment(home)
    return [
        Case("python -c pass", [sys.executable, "-c", "pass"], environ),
        Case("helper, file store", [sys.executable, "-m", "llmkeys", "helper", names[0]], environ),
        Case(f"status --json, {accounts} accounts", [sys.executable, "-m", "llmkeys", "status", "--json"], environ),
    ]


def keychain_cases(home: Path, bus: Mapping[str, str]) -> list[Case]:
    """`keyring get` and `helper` on the same unlocked keychain."""
    environ = {**environment(home), **bus}
    keyring = str(Path(sys.executable).with_name("keyring"))
    add = [sys.executable, "-m", "llmkeys", "add-key", "openai/work", "--stdin", "--no-test", "--store", "keychain"]
    subprocess.run(add, input="sk-benchmark-0123456789abcdef", env=environ, check=True, text=True, capture_output=True)
    subprocess.run([keyring, "set", "benchmark", "me"], input="sk-0123456789", env=environ, check=True, text=True)
    return [
        Case("keyring get", [keyring, "get", "benchmark", "me"], environ),
        Case("helper, keychain", [sys.executable, "-m", "llmkeys", "helper", "openai/work"], environ),
    ]


def main() -> int:
    """Prints one table for each yardstick."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--runs", type=int, default=25)
    parser.add_argument("-a", "--accounts", type=int, default=20)
    chosen = parser.parse_args()
    print("| command | median ms | ratio to the first |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory(prefix="llmkeys-benchmark") as folder:
        compare(file_cases(Path(folder), chosen.accounts), chosen.runs)
    if missing_parts():
        print(f"The keychain was not measured: {missing_parts()}.")
        return 0
    with tempfile.TemporaryDirectory(prefix="llmkeys-benchmark") as folder, private_bus(Path(folder)) as bus:
        compare(keychain_cases(Path(folder), bus.environ), chosen.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
