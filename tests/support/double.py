"""A faithful store in memory and a config in memory, which can crash, fail and be late at any step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

from llmkeys.account import AccountName
from llmkeys.config import Config
from llmkeys.errors import KeychainLocked, KeychainTimeout
from llmkeys.paths import Paths
from llmkeys.secret import Secret
from llmkeys.store import keys, sweep
from llmkeys.store.config_file import Loaded

PATHS = Paths("/nonexistent", "/nonexistent", "/nonexistent", "/nonexistent")
Answer = TypeVar("Answer")


class Crash(BaseException):
    """The process is gone; nothing that would have come after it happens."""


class World:
    """Config and one store, both in memory; every change of either is one step, and each may be the last."""

    def __init__(self) -> None:
        self.config = Config({"version": 1, "salt": "salt"})
        self.items: dict[str, Secret] = {}
        self.late: dict[str, Secret] = {}
        self.trouble = ""
        self.crash_at: int | None = None
        self.steps = 0
        self.watch: Callable[[], None] = lambda: None

    def step(self, effect: Callable[[], Answer]) -> Answer:
        """Has `effect` happen, unless the process crashes before it."""
        if self.steps == self.crash_at:
            raise Crash
        self.steps += 1
        answer = effect()
        self.watch()
        return answer

    def change_config(self, paths: Paths, change: Callable[[Config], Config]) -> Config:
        """As `store.config_file.change_config`."""

        def effect() -> Config:
            self.config = change(self.config)
            return self.config

        return self.step(effect)

    def find_store(self, kind: str) -> MemoryStore:
        """As `store.stores.stores_of`."""
        return MemoryStore(self)

    def active(self, account: AccountName) -> str | None:
        """The text of the account's key as everybody would read it now."""
        record = self.config.accounts.get(account)
        if record is None or record.item is None:
            return None
        return self.items[record.item].reveal()

    def orphans(self) -> set[str]:
        """Items that are kept, or still on their way, and that config does not know."""
        known = {each.item for each in (*self.config.pending, *self.config.garbage)}
        known |= {each.item or "" for each in self.config.accounts.values()}
        return (self.items.keys() | self.late.keys()) - known

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Within it, the two-store protocol works on this world."""
        with pytest.MonkeyPatch.context() as patch:
            for module in (keys, sweep):
                patch.setattr(module, "change_config", self.change_config)
                patch.setattr(module, "load_config", lambda paths: Loaded(self.config))
            yield


class MemoryStore:
    """Keys in a dictionary; `trouble` makes it locked, late or lying."""

    def __init__(self, world: World) -> None:
        self._world = world

    def get(self, item: str) -> Secret | None:
        return self._world.step(lambda: self._get(item))

    def set(self, item: str, secret: Secret) -> None:
        self._world.step(lambda: self._set(item, secret))

    def delete(self, item: str) -> None:
        self._world.step(lambda: self._delete(item))

    def _set(self, item: str, secret: Secret) -> None:
        if self._world.trouble == "late":
            self._world.late[item] = secret
            raise KeychainTimeout("The keychain did not answer.")
        self._refuse_if_locked()
        self._world.items[item] = Secret("another key") if self._world.trouble == "lying" else secret

    def _get(self, item: str) -> Secret | None:
        self._refuse_if_locked()
        return self._world.items.get(item)

    def _delete(self, item: str) -> None:
        self._refuse_if_locked()
        self._world.items.pop(item, None)

    def _refuse_if_locked(self) -> None:
        if self._world.trouble == "locked":
            raise KeychainLocked("The keychain is locked.")
