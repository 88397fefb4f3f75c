"""The keychain store: keys in the operating system's keychain, which may be absent, locked, denied or hanging."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from llmkeys.errors import KeychainError, KeychainLocked
from llmkeys.secret import Secret
from llmkeys.store.backends import Backend
from llmkeys.store.deadline import TooLate, within
from llmkeys.store.keychain_errors import explain, too_late

SERVICE = "llmkeys"
DEADLINE = 3.0
"""Seconds that a keychain has for one answer."""
PATIENCE = 60.0
"""Seconds that a person has to unlock it."""

Answer = TypeVar("Answer")


class Keychain:
    """Keys by item name in one named keychain, under the service `llmkeys`.

    Every method raises KeychainAbsent, KeychainLocked, KeychainDenied, KeychainTimeout or KeychainError. With
    `asks` a locked keychain may ask the person to unlock it; without, no dialog ever opens where that can be helped.
    """

    __slots__ = ("_asks", "_backend", "_deadline")

    def __init__(self, backend: Backend, deadline: float = DEADLINE, *, asks: bool = False) -> None:
        self._backend = backend
        self._deadline = deadline
        self._asks = asks

    def get(self, item: str) -> Secret | None:
        """The key kept as `item`; None if there is none."""
        text = self._ask(lambda ring: ring.get_password(SERVICE, item))
        return None if text is None else Secret(text)

    def set(self, item: str, secret: Secret) -> None:
        """Keeps `secret` as `item`. A write that ends after the deadline is taken back."""
        longest = self._backend.longest
        if longest is not None and len(secret) > longest:
            raise KeychainError(
                f"The {self._backend.words} holds keys of up to {longest:,} characters; this one has {len(secret):,}.",
                next="Keep it with --store file, or in a variable.",
            )
        self._ask(lambda ring: ring.set_password(SERVICE, item, secret.reveal()), lambda ring: _delete(ring, item))

    def delete(self, item: str) -> None:
        """Forgets `item`, and makes sure that it is gone; nothing happens if it was not there.

        This never asks a person: what is to be deleted is on record and can wait until the keychain is open.
        """
        if not self._once(lambda ring: _delete(ring, item), None, self._deadline, prompting=False):
            raise KeychainError(
                f"The {self._backend.words} still holds the deleted item {item}.", next="llmkeys doctor"
            )

    def _ask(self, call: Callable[[Any], Answer], when_late: Callable[[Any], object] | None = None) -> Answer:
        if not self._asks:
            return self._once(call, when_late, self._deadline, prompting=False)
        if not self._backend.tells_locked:
            return self._once(call, when_late, PATIENCE, prompting=True)
        try:
            return self._once(call, when_late, self._deadline, prompting=False)
        except KeychainLocked:
            return self._once(call, when_late, PATIENCE, prompting=True)

    def _once(
        self,
        call: Callable[[Any], Answer],
        when_late: Callable[[Any], object] | None,
        seconds: float,
        *,
        prompting: bool,
    ) -> Answer:
        rings: list[Any] = []

        def work() -> Answer:
            rings.append(_open(self._backend, prompting))
            return call(rings[0])

        try:
            return within(seconds, work, lambda: when_late(rings[0]) if when_late else None)
        except TooLate:
            raise too_late(self._backend.words, seconds) from None
        except Exception as error:
            raise explain(error, self._backend.words) from None


def _open(backend: Backend, prompting: bool) -> Any:
    """keyring's object for `backend`, made without `__init__`, which takes attributes from the environment."""
    import importlib

    kind = getattr(importlib.import_module(backend.module), backend.class_name)
    ring = kind.__new__(kind)
    for name, value in backend.attributes.items():
        setattr(ring, name, value)
    if backend.tells_locked and not prompting:
        ring.get_preferred_collection = _unlocked_collection
        ring.unlock = _refuse_locked
    return ring


def _unlocked_collection() -> Any:
    """What keyring's Secret Service backend works on, without its asking a person to unlock it."""
    import secretstorage

    bus = secretstorage.dbus_init()
    try:
        collection = secretstorage.Collection(bus)
    except secretstorage.ItemNotFoundException:
        bus.close()
        raise secretstorage.LockedException from None
    try:
        _refuse_locked(collection)
    except secretstorage.LockedException:
        bus.close()
        raise
    return collection


def _refuse_locked(thing: Any) -> None:
    thing.ensure_not_locked()


def _delete(ring: Any, item: str) -> bool:
    """Whether `item` is gone: backends raise one and the same error for a missing item and for a failure."""
    try:
        ring.delete_password(SERVICE, item)
    except Exception:
        if ring.get_password(SERVICE, item) is not None:
            raise
    return ring.get_password(SERVICE, item) is None
