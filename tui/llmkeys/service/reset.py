"""Wish: forget everything, keychain items first, then files; and say what could not be deleted."""

from __future__ import annotations

import os
from typing import NamedTuple

from llmkeys.files.reason import reason
from llmkeys.service.session import Session, look
from llmkeys.store.keys import forget_everything
from llmkeys.store.stores import stores_of

_FILES = ("config.json", "credentials.json", "status.json", "audit.jsonl", "audit.jsonl.1")


class Reset(NamedTuple):
    """How many accounts and files are gone, and what is left: a sentence each."""

    accounts: int
    files: tuple[str, ...]
    left: tuple[str, ...]


def reset(session: Session) -> Reset:
    """Delete every key, the kept and pending ones included, then every file of ours.

    Where an item could not be deleted config stays, as it is the only record of that item. Raises what config raises.
    """
    world = look(session)
    if world.problem is not None:
        raise world.problem
    accounts = len(world.config.accounts)
    stores = stores_of(session.paths, session.environ, interactive=session.interactive)
    items = forget_everything(session.paths, stores, now=session.now()) if os.path.exists(session.paths.config) else ()
    left = [f"The key kept as {item} could not be deleted; config keeps its name." for item in items]
    deleted: list[str] = []
    for path in our_files(session, keep_config=bool(items)):
        try:
            os.unlink(path)
            deleted.append(path)
        except OSError as error:
            left.append(f"{path} could not be deleted: {reason(error)}.")
    return Reset(accounts, tuple(deleted), tuple(left))


def our_files(session: Session, *, keep_config: bool = False) -> list[str]:
    """Every file of ours that exists, the copies of unparsable ones and the locks included."""
    paths = session.paths
    found = []
    folders = (paths.config_folder, paths.data_folder, paths.state_folder, paths.models)
    for folder in dict.fromkeys(folders):
        for name in _listed(folder):
            path = os.path.join(folder, name)
            kept = keep_config and path == paths.config
            if not kept and (folder == paths.models or name.startswith(_FILES)):
                found.append(path)
    return found


def _listed(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
