"""Waiting for keychain calls that go on after their deadline."""

from __future__ import annotations

import threading


def wait_for_threads(seconds: float = 5.0) -> None:
    """Returns when no keychain call is under way in this process any more."""
    for thread in threading.enumerate():
        if thread.name == "llmkeys-keychain":
            thread.join(seconds)
            assert not thread.is_alive()
