"""The stores by the names that config records, opened when they are first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from llmkeys.account import Account
from llmkeys.errors import LlmkeysError, NotConfigured
from llmkeys.paths import Paths
from llmkeys.secret import Secret
from llmkeys.store.config_file import load_config
from llmkeys.store.key_file import KeyFile

FILE = "file"
KEYCHAIN = "keychain"


class Store(Protocol):
    """A place for secrets by item name; every method raises LlmkeysError only."""

    def get(self, item: str) -> Secret | None:
        """The key kept as `item`; None if there is none."""

    def set(self, item: str, secret: Secret) -> None:
        """Keeps `secret` as `item`, in place of what was kept so."""

    def delete(self, item: str) -> None:
        """Forgets `item`; nothing happens if it is not there."""


FindStore = Callable[[str], Store]
"""Opens a store by its name in config. Raises KeychainAbsent, and LlmkeysError for a name that is none."""


def read_key(paths: Paths, account: Account, environ: Mapping[str, str], *, interactive: bool = False) -> Secret:
    """The key of `account` from the one store that config names; no other place is asked.

    Raises NotConfigured if the account has no key of its own or the store no longer has it, and what the store
    raises. With the file store nothing but json and os is imported.
    """
    if account.store is None or account.item is None:
        raise NotConfigured(f"{account.name} has no key of its own.", next=f"llmkeys rotate-key {account.name}")
    secret = stores_of(paths, environ, interactive=interactive)(account.store).get(account.item)
    if secret is None:
        raise NotConfigured(
            f"The key of {account.name} is no longer in its store ({account.store}).",
            next=f"llmkeys rotate-key {account.name}",
        )
    return secret


def stores_of(paths: Paths, environ: Mapping[str, str], *, interactive: bool = False) -> FindStore:
    """The stores of this installation; with `interactive` a locked keychain may ask a person to unlock it."""

    def find(kind: str) -> Store:
        if kind == FILE:
            return KeyFile(paths)
        if kind == KEYCHAIN:
            # Only here, because `helper` with the file store would pay a tenth of its time for the keychain's modules.
            from llmkeys.store.keychain_state import open_keychain

            return open_keychain(environ, load_config(paths).config, interactive=interactive)
        raise LlmkeysError(f"There is no store called “{kind}” in this version of llmkeys.", next="Update llmkeys.")

    return find
