"""What tests of stores start from: an installation that is empty, and a store that can crash at any step."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmkeys.paths import Paths, find_paths
from support.double import World


@pytest.fixture
def paths(home: Path) -> Paths:
    """Where an installation in an empty home keeps its files; nothing is there yet."""
    return find_paths(os.environ)


@pytest.fixture
def world() -> Iterator[World]:
    """Config and a store in memory, which the two-store protocol works on while the test runs."""
    found = World()
    with found.entered():
        yield found
