"""Two stores, one truth: a keychain cannot be listed, so config says first what is about to happen to it.

Save or rotate: config `pending += new item` → the secret is set under that new item → read back and compared →
config commits (`account → new item`, `garbage += old item`, `pending −`) → what is due is deleted → `garbage −`.
Forget: config (`account −`, `garbage += item`) → what is due is deleted → `garbage −`. A crash between any two steps
leaves exactly one active key and enough in config for `sweep` to finish; the old key works until the commit. A commit
goes through only while its own `pending` entry stands, so a sweep that gave it up for dead can not lose a key.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from llmkeys.account import Account, AccountName
from llmkeys.config import (
    Config,
    Garbage,
    Pending,
    with_account,
    with_garbage,
    with_pending,
    without_account,
    without_pending,
)
from llmkeys.errors import AlreadyThere, KeychainError, KeychainTimeout, LlmkeysError, NotConfigured
from llmkeys.paths import Paths
from llmkeys.secret import Secret
from llmkeys.store.config_file import change_config, load_config
from llmkeys.store.stores import FindStore, Store
from llmkeys.store.sweep import LATE_WRITE, delete_due, give_up_pending, recover, sweep

DOCTOR = "llmkeys doctor"

Change = Callable[[Config], Config]


def save_key(
    paths: Paths,
    find_store: FindStore,
    account: Account,
    secret: Secret,
    *,
    now: float,
    replaces: bool = False,
    keep_seconds: float = 0,
    finish: Change = lambda config: config,
) -> Config:
    """Keeps `secret` in the store that `account.store` names, commits the account, and returns the new config.

    A new account is written as `account` says. One that `replaces` its key keeps whatever config says of it now,
    but for store, item, hint, fingerprint, expiry and change date; its old key is deleted `keep_seconds` after `now`
    (seconds since the epoch). `finish` changes the config further in the same commit. Raises AlreadyThere,
    NotConfigured, and what stores and config raise; the old key is still the active one then.
    """
    kind = account.store or ""
    store = find_store(kind)
    item = f"{account.name}#{os.urandom(4).hex()}"
    change_config(
        paths, lambda config: with_pending(_checked(config, account.name, replaces), Pending(kind, item, now))
    )
    try:
        store.set(item, secret)
        _compare(store, item, secret)
        change = _commit(account._replace(item=item), secret, replaces, now + keep_seconds)
        config = change_config(paths, lambda config: finish(change(config)))
    except LlmkeysError as error:
        _give_up(paths, find_store, Pending(kind, item, now), late=isinstance(error, KeychainTimeout))
        raise
    return recover(paths, find_store, config, now)


def forget_key(
    paths: Paths,
    find_store: FindStore,
    name: AccountName,
    *,
    now: float,
    keep_seconds: float = 0,
    finish: Change = lambda config: config,
) -> Config:
    """Takes the account out of config, then its key out of its store, `keep_seconds` after `now`.

    Raises NotConfigured and what config raises. A store that cannot be reached keeps the item as garbage.
    """

    def change(config: Config) -> Config:
        account = _checked(config, name, replaces=True).accounts[name]
        left = without_account(config, name)
        return finish(_discard(left, account, now + keep_seconds))

    return recover(paths, find_store, change_config(paths, change), now)


def forget_everything(paths: Paths, find_store: FindStore, *, now: float) -> tuple[str, ...]:
    """Takes all accounts out of config and their keys, kept and pending ones included, out of their stores.

    Returns the items that could not be deleted, as `store item`; they stay on record as garbage. Raises what
    config raises.
    """

    def change(config: Config) -> Config:
        left = config
        for name, account in config.accounts.items():
            left = _discard(without_account(left, name), account, now)
        return left

    change_config(paths, change)
    sweep(paths, find_store, now=now, everything=True)
    return tuple(f"{each.store} {each.item}" for each in load_config(paths).config.garbage)


def _checked(config: Config, name: AccountName, replaces: bool) -> Config:
    there = name in config.accounts
    if there and not replaces:
        raise AlreadyThere(f"{name} is there already.", next=f"llmkeys rotate-key {name} gives it another key.")
    if replaces and not there:
        raise NotConfigured(f"There is no account {name}.", next=f"llmkeys add-key {name}")
    return config


def _compare(store: Store, item: str, secret: Secret) -> None:
    if store.get(item) != secret:
        raise KeychainError("The store gives back another key than it was given. The old one stays.", next=DOCTOR)


def _commit(account: Account, secret: Secret, replaces: bool, until: float) -> Change:
    def change(config: Config) -> Config:
        if all(pending.item != account.item for pending in config.pending):
            raise KeychainError(f"Saving the key of {account.name} took too long, and was given up.", next="Try again.")
        before = _checked(config, account.name, replaces).accounts.get(account.name)
        after = account if before is None else _with_key_of(before, account)
        after = after._replace(fingerprint=secret.fingerprint(config.salt))
        config = with_account(without_pending(config, after.item or ""), after)
        return config if before is None else _discard(config, before, until)

    return change


def _with_key_of(account: Account, other: Account) -> Account:
    return account._replace(
        store=other.store,
        item=other.item,
        reference=None,
        hint=other.hint,
        updated_at=other.updated_at,
        expires_at=other.expires_at,
    )


def _discard(config: Config, account: Account, until: float) -> Config:
    """`config` with the key that `account` had to be deleted at `until`."""
    if account.store is None or account.item is None:
        return config
    return with_garbage(config, Garbage(account.store, account.item, until))


def _give_up(paths: Paths, find_store: FindStore, pending: Pending, *, late: bool) -> None:
    """Takes back what is pending; a write that may still come is deleted once it must have ended."""
    until = pending.since + (LATE_WRITE if late else 0)
    try:
        config = change_config(paths, lambda config: give_up_pending(config, (pending.item,), until))
    except LlmkeysError:
        return
    delete_due(paths, find_store, config, pending.since)
