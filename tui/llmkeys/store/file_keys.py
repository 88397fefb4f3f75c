"""What the file of keys holds, held against what config says of it: keys that are missing, keys that nobody owns."""

from __future__ import annotations

import os

from llmkeys.account import AccountName
from llmkeys.config import Config
from llmkeys.paths import Paths
from llmkeys.store.config_file import load_config
from llmkeys.store.key_file import KeyFile
from llmkeys.store.stores import FILE


def missing_keys(paths: Paths, config: Config) -> tuple[AccountName, ...]:
    """The accounts of `config` whose key should be in the file and is not. Raises what reading the file raises."""
    held = KeyFile(paths).items()
    return tuple(
        account.name for account in config.accounts.values() if account.store == FILE and account.item not in held
    )


def orphaned_keys(paths: Paths) -> tuple[str, ...]:
    """The items of the file that no account owns and that no record says are to be written or deleted.

    None where config is not there or cannot be relied on: then nobody knows whose they are. Raises what reading the
    file of keys raises.
    """
    held = KeyFile(paths).items()
    loaded = load_config(paths)  # only now: a save says in config what it is about to write
    if loaded.problem is not None or not os.path.exists(paths.config):
        return ()
    config = loaded.config
    owned = {account.item for account in config.accounts.values() if account.store == FILE}
    owned |= {each.item for each in config.pending if each.store == FILE}
    owned |= {each.item for each in config.garbage if each.store == FILE}
    return tuple(item for item in held if item not in owned)


def delete_orphaned(paths: Paths) -> int:
    """Deletes the keys that nobody owns; returns how many. Raises what `orphaned_keys` and deleting raise."""
    found = orphaned_keys(paths)
    for item in found:
        KeyFile(paths).delete(item)
    return len(found)
