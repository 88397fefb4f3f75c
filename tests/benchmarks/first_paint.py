"""How soon the main screen stands, over an empty Textual app: interleaved runs on a pseudo-terminal, pair by pair.

python tests/benchmarks/first_paint.py --runs 15 --accounts 20
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from home import environment, furnish
from stopwatch import Stopwatch

EMPTY_APP = """
from textual.app import App
from textual.widgets import Static

class Empty(App):
    BINDINGS = [("q", "quit", "Quit"), ("down", "say", "Say")]
    def compose(self):
        yield Static("nothing here")
    def action_say(self):
        self.query_one(Static).update("still nothing here")

Empty().run()
"""
DOWN = b"\x1b[B"
KEYS = 10


class Case(NamedTuple):
    """A program, and the text that tells that it stands."""

    name: str
    arguments: Sequence[str]
    marker: str


class Figures(NamedTuple):
    """One run, in milliseconds."""

    paint: float
    key: float
    quit: float


def measure(case: Case, home: Path) -> Figures:
    """Starts the program once, presses a few keys, quits it."""
    program = Stopwatch(case.arguments, environment(home), str(home))
    paint = program.painted(case.marker)
    first = program.answered(DOWN)
    keys = [first, *(program.answered(DOWN) for _ in range(KEYS - 1))] if case.name != "empty" else [first]
    return Figures(paint, statistics.median(keys), program.left(b"q"))


def main() -> int:
    """Prints the medians and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--runs", type=int, default=15)
    parser.add_argument("-a", "--accounts", type=int, default=20)
    parser.add_argument("--max-ratio", type=float, help="exit 1 if the first paint is above this ratio")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="llmkeys-benchmark") as folder:
        home = Path(folder)
        furnish(home, chosen.accounts)
        empty = home / "empty.py"
        empty.write_text(EMPTY_APP, encoding="utf-8")
        cases = (
            Case("empty", [sys.executable, str(empty)], "nothing here"),
            Case("llmkeys", [sys.executable, "-m", "llmkeys", "--offline"], "CONNECTED"),
        )
        runs = [[measure(case, home) for case in cases] for _ in range(chosen.runs + 1)][1:]
    return report(runs, chosen.accounts, chosen.max_ratio)


def report(runs: list[list[Figures]], accounts: int, bound: float | None) -> int:
    """Prints a table; 1 if the ratio of the first paints is above `bound`."""
    print(f"{len(runs)} interleaved runs, {accounts} accounts, medians in ms")
    print("| | empty Textual app | llmkeys | ratio, pair by pair |\n| --- | --- | --- | --- |")
    ratios = {}
    for figure, words in (("paint", "first paint"), ("key", "key → painted"), ("quit", "quit")):
        pairs = [(getattr(empty, figure), getattr(ours, figure)) for empty, ours in runs]
        base, mine = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratios[figure] = statistics.median(mine / base for base, mine in pairs)
        print(f"| {words} | {base:.1f} | {mine:.1f} | {ratios[figure]:.2f} |")
    return 1 if bound is not None and ratios["paint"] > bound else 0


if __name__ == "__main__":
    sys.exit(main())
