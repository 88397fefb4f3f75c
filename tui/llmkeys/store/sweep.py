"""Recovery: what a crash, a locked keychain or an undo time left behind in the stores is finished or deleted."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from llmkeys.config import Config, Garbage, with_garbage, without_garbage, without_pending
from llmkeys.errors import LlmkeysError
from llmkeys.files.lock import locked
from llmkeys.files.private import sweep_temporaries, temporaries
from llmkeys.paths import Paths
from llmkeys.store.config_file import change_config, load_config
from llmkeys.store.stores import FindStore

GRACE = 300.0
"""Seconds that a save may take, unlocking by a person included, before it counts as crashed."""
LATE_WRITE = 600.0
"""Seconds after which a write that missed its deadline has ended or never will."""


class Swept(NamedTuple):
    """What a sweep did: items deleted, items that wait for their time or their store, and why."""

    deleted: int = 0
    waiting: int = 0
    problems: tuple[LlmkeysError, ...] = ()


def sweep(paths: Paths, find_store: FindStore, *, now: float, everything: bool = False) -> Swept:
    """Deletes the items whose time has come and gives up saves that crashed; never raises LlmkeysError.

    `now` is in seconds since the epoch. With `everything` no item is kept for undo and no save is waited for.
    """
    problems = [*_sweep_temporaries(paths.config), *_sweep_temporaries(paths.credentials)]
    loaded = load_config(paths)
    if loaded.problem is not None:
        return Swept(problems=(*problems, loaded.problem))
    after = recover(paths, find_store, loaded.config, now, problems, everything=everything)
    known = len(loaded.config.garbage) + len(loaded.config.pending)
    waiting = len(after.garbage) + len(after.pending)
    return Swept(max(0, known - waiting), waiting, tuple(problems))


def recover(
    paths: Paths,
    find_store: FindStore,
    config: Config,
    now: float,
    problems: list[LlmkeysError] | None = None,
    *,
    everything: bool = False,
) -> Config:
    """As `sweep`, from a `config` just read or written; returns the config after that and adds to `problems`."""
    reasons = [] if problems is None else problems
    try:
        config = _without_crashed(paths, config, now, everything)
    except LlmkeysError as error:
        reasons.append(error)
        return config
    return delete_due(paths, find_store, config, now, reasons)


def delete_due(
    paths: Paths, find_store: FindStore, config: Config, now: float, problems: list[LlmkeysError] | None = None
) -> Config:
    """Deletes the garbage of `config` whose time has come; returns the config after that. Never raises LlmkeysError.

    An item that an account names is struck off and kept. Of a store that fails nothing more is asked; its items stay
    on record. Reasons are added to `problems`.
    """
    reasons = [] if problems is None else problems
    used = {account.item for account in config.accounts.values()}
    gone: set[str] = set()
    failed: set[str] = set()
    for each in config.garbage:
        if each.item in used:
            gone.add(each.item)
        elif each.until <= now and each.store not in failed:
            try:
                find_store(each.store).delete(each.item)
                gone.add(each.item)
            except LlmkeysError as error:
                failed.add(each.store)
                reasons.append(error)
    return _strike_off(paths, config, gone, reasons) if gone else config


def give_up_pending(config: Config, items: Collection[str], until: float) -> Config:
    """`config` with those pending `items` that still stand as garbage until `until` instead."""
    for each in config.pending:
        if each.item in items:
            config = with_garbage(without_pending(config, each.item), Garbage(each.store, each.item, until))
    return config


def _without_crashed(paths: Paths, config: Config, now: float, everything: bool) -> Config:
    crashed = [each.item for each in config.pending if everything or abs(now - each.since) > GRACE]
    hurried = [each for each in config.garbage if everything and each.until > now]
    if not crashed and not hurried:
        return config

    def change(config: Config) -> Config:
        for each in hurried:
            config = with_garbage(without_garbage(config, each.item), each._replace(until=now))
        return give_up_pending(config, crashed, now)

    return change_config(paths, change)


def _strike_off(paths: Paths, config: Config, gone: Collection[str], reasons: list[LlmkeysError]) -> Config:
    def change(config: Config) -> Config:
        for item in gone:
            config = without_garbage(config, item)
        return config

    try:
        return change_config(paths, change)
    except LlmkeysError as error:
        reasons.append(error)
        return config


def _sweep_temporaries(path: str) -> tuple[LlmkeysError, ...]:
    if not temporaries(path):
        return ()
    try:
        with locked(path):
            sweep_temporaries(path)
    except LlmkeysError as error:
        return (error,)
    return ()
