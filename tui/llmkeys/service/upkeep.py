"""Wish: finish what a crash or a closed app left undone, and delete what was kept for undo and is due."""

from __future__ import annotations

from llmkeys.service.session import Session
from llmkeys.store.stores import stores_of
from llmkeys.store.sweep import Swept, sweep


def finish_work(session: Session, *, purge: bool = False) -> Swept:
    """Delete keys whose time has come, with `purge` all that wait, and give up saves that crashed; never raises."""
    stores = stores_of(session.paths, session.environ, interactive=session.interactive)
    return sweep(session.paths, stores, now=session.now(), everything=purge)
