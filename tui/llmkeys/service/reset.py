"""Wish: forget everything, keychain items first, then files; and say what could not be deleted."""

from __future__ import annotations

from typing import NamedTuple

_OURS = (".json", ".jsonl", ".jsonl.1", ".tmp")


class Reset(NamedTuple):
    """What is gone, and what could not be deleted, each as a sentence or a path."""

    items: int
    files: tuple[str, ...]
    left: tuple[str, ...]
