"""What one keystroke in the model picker costs us, over one cursor key in an empty Textual app, in one interleaved run.

python tests/benchmarks/picker_speed.py --models 10000 50000 --runs 15
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from llmkeys.ui.launch import FRAMES_A_SECOND

os.environ["TEXTUAL_FPS"] = FRAMES_A_SECOND  # as the app sets it, before Textual is imported

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static

from llmkeys.service.session import open_session
from llmkeys.ui.screens import picker
from llmkeys.ui.screens.picker_listing import Listing
from llmkeys.ui.screens.picker_state import Picker
from ui.fixtures import NOW
from ui.offers_made_up import many, shown
from ui.stage import Stage

TYPED = ("gpt 12", "claude sonnet", "p:openrouter qwen3", "ctx>200k llama", "mistral -9")
SIZE = (120, 40)


class Empty(App[None]):
    """One line that changes with every key: the least that Textual can do."""

    def compose(self) -> ComposeResult:
        yield Static("nothing here")

    def on_key(self, event: events.Key) -> None:
        self.query_one(Static).update(f"{event.key} {time.perf_counter()}")


def timed(app: App[Any]) -> list[float]:
    """The moments at which `app` has something ready for the terminal, as they come."""
    moments: list[float] = []
    display = app._display

    def displaying(screen: Any, renderable: Any) -> None:
        display(screen, renderable)
        moments.append(time.perf_counter())

    app._display = displaying  # type: ignore[method-assign]
    return moments


def own_work(models: int, runs: int) -> list[float]:
    """Milliseconds of CPU from text to rows, a keystroke each: parsing, searching, grouping."""
    found = []
    for _ in range(runs):
        state = Picker(many(models), shown(), None, NOW)
        scope = state.scopes()[0]
        _ = state.index
        for query in TYPED:
            for end in range(1, len(query) + 1):
                started = time.thread_time()
                listing: Listing = state.listing(scope, query[:end])
                state.start(listing)
                found.append((time.thread_time() - started) * 1000)
    return found


async def painted(app: App[Any], keys: Sequence[str]) -> list[float]:
    """Milliseconds from a key to the last paint that it causes."""
    found = []
    moments = timed(app)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.3)
        for key in keys:
            moments.clear()
            started = time.perf_counter()
            await pilot.press(key)
            await pilot.pause(0.1)
            found.append((moments[-1] - started) * 1000)
    return found


def quantile(values: Sequence[float], part: float) -> float:
    """The value that `part` of `values` does not exceed."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def report(models: int, runs: int) -> None:
    """Prints our own work, and a painted keystroke over one of an empty app."""
    work = own_work(models, max(1, runs // 5))
    offers = many(models)
    setattr(picker, "offers", lambda *_: offers)  # noqa: B010 - the screen's own name for the wish
    session = open_session("benchmark")._replace(now=lambda: NOW)
    ours: list[float] = []
    empty: list[float] = []
    for _ in range(runs):
        ours += asyncio.run(painted(Stage(picker.PickerScreen(session, shown())), [*"gpt"]))
        empty += asyncio.run(painted(Empty(), [*"gpt"]))
    ratio = statistics.median(ours) / statistics.median(empty)
    print(
        f"{models:>6,} models   our work per key: median {statistics.median(work):.2f} ms,"
        f" p95 {quantile(work, 0.95):.2f} ms, worst {max(work):.2f} ms"
        f"   key to last paint: {statistics.median(ours):.1f} ms over {statistics.median(empty):.1f} ms = {ratio:.2f}"
    )


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, nargs="+", default=[1_000, 10_000, 50_000])
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["LLMKEYS_HOME"] = home
        for models in options.models:
            report(models, options.runs)


if __name__ == "__main__":
    main()
