"""What a keystroke in the model picker costs, over one plain pass through as many names in the same run.

    python tests/benchmarks/search_speed.py --models 50000 --runs 5

Every query is typed letter by letter and taken back letter by letter; the yardstick is `[name for name in names if
"gpt" in name]`, and is taken again before every query.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial

from llmkeys.catalog.rows import load_catalog
from llmkeys.catalog.search import Entry, Index
from llmkeys.catalog.snapshot import load_snapshot

QUERIES = (
    "claude sonnet 4.5",
    "gpt-5.5",
    "p:openai gpt ctx>200k",
    "+vision -reasoning <$1",
    "free qwen",
    "llama 3.3 70b",
    "sonet",
    "a",
    "e",
)


def entries(count: int) -> Iterator[Entry]:
    """The snapshot's models over and over, each time at another account and under another id."""
    catalog, snapshot = load_catalog(), load_snapshot()
    known = [(catalog.providers[name], model) for name in snapshot.providers for model in snapshot.models(name)]
    for position in range(count):
        provider, model = known[position % len(known)]
        turn = position // len(known)
        yield Entry(model._replace(id=f"{model.id}-v{turn}") if turn else model, provider, f"{provider.id}/a{turn}")


def milliseconds(action: Callable[[], object]) -> float:
    """How long `action` takes."""
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def keystrokes(query: str) -> list[str]:
    """The texts that stand in the field while `query` is typed and taken back."""
    lengths = [*range(1, len(query) + 1), *range(len(query) - 1, 0, -1)]
    return [query[:length] for length in lengths]


def typed(index: Index, query: str) -> list[float]:
    """What each keystroke of `query` costs."""
    return [milliseconds(partial(index.search, text)) for text in keystrokes(query)]


def main() -> None:
    """Prints the figures as one row of a table each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--models", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    listed = tuple(entries(arguments.models))
    names = [entry.model.id for entry in listed]
    yardsticks: list[float] = []
    costs: list[float] = []
    builds: list[float] = []
    for _ in range(arguments.runs):
        for query in QUERIES:
            yardsticks.append(milliseconds(lambda: [name for name in names if "gpt" in name]))
            builds.append(milliseconds(lambda: Index(listed)))
            costs += typed(Index(listed), query)
    plain = statistics.median(yardsticks)
    ranked = sorted(costs)
    figures = {
        "one plain pass": plain,
        "keystroke, median": statistics.median(costs),
        "keystroke, p95": ranked[int(len(ranked) * 0.95)],
        "keystroke, worst": ranked[-1],
        "preparing the list, once": statistics.median(builds),
    }
    print(f"{arguments.models:,} models, {len(costs):,} keystrokes")
    for name, figure in figures.items():
        print(f"| {name} | {figure:.2f} ms | {figure / plain:.2f} |")


if __name__ == "__main__":
    main()
