"""Which keychain this machine has, in what state, and what to do about it; nothing here opens a dialog."""

import os
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from llmkeys.config import Config
from llmkeys.errors import KeychainAbsent, LlmkeysError
from llmkeys.store.backends import Backend, backends_of
from llmkeys.store.deadline import TooLate, within
from llmkeys.store.keychain import DEADLINE, Keychain
from llmkeys.store.keychain_errors import explain, too_late
from llmkeys.store.surroundings import REMEDIES, UNLOCK, WHERE, has_display, surroundings
from llmkeys.text import clean

SETTING = "keychain"
"""The setting that names another keychain of this platform than its first one."""
_SECRETS = "org.freedesktop.secrets"
_KWALLET = "org.kde.kwalletd5"


class Health(StrEnum):
    """How a keychain is, as far as one can tell without a dialog."""

    READY = "ready"
    UNKNOWN = "unknown"
    """It is there; nobody has asked it yet, or it does not tell."""
    LOCKED = "locked"
    FAILING = "failing"
    """It is there and does not answer, or refuses."""
    ABSENT = "absent"
    """There is none, so the file store may be offered."""


class KeychainState(NamedTuple):
    """One keychain, its health, and for a person why and what to do."""

    backend: Backend | None
    health: Health
    reason: str = ""
    remedy: str = ""

    @property
    def available(self) -> bool:
        """Whether there is a keychain at all, be it locked or in trouble."""
        return self.health is not Health.ABSENT

    @property
    def words(self) -> str:
        """What a person calls it."""
        return self.backend.words if self.backend else "keychain"


def find_keychain(environ: Mapping[str, str], config: Config, platform: str = sys.platform) -> KeychainState:
    """The keychain that would be used, by environment and files alone: it is not spoken to and costs nothing."""
    backends = backends_of(platform)
    wanted = config.settings.get(SETTING, backends[0].name)
    backend = next((each for each in backends if each.name == wanted), None)
    if backend is None:
        known = " or ".join(each.name for each in backends)
        return KeychainState(
            None,
            Health.ABSENT,
            f"The setting {SETTING} names “{clean(str(wanted))}”, which llmkeys does not use here.",
            f"llmkeys settings {SETTING} {known}",
        )
    missing = _no_bus(environ) if backend.platform == "linux" else None
    if missing is not None:
        return KeychainState(backend, Health.ABSENT, *missing)
    return KeychainState(backend, Health.UNKNOWN)


def open_keychain(
    environ: Mapping[str, str],
    config: Config,
    *,
    interactive: bool = False,
    deadline: float = DEADLINE,
    platform: str = sys.platform,
) -> Keychain:
    """The keychain to keep keys in. Raises KeychainAbsent where there is none.

    Only where a person is there (`interactive`) and a dialog can open it may ask to be unlocked. The bus itself is
    the one that this process's own environment names.
    """
    state = find_keychain(environ, config, platform)
    if state.backend is None or not state.available:
        raise KeychainAbsent(state.reason, next=state.remedy)
    asks = interactive and (state.backend.platform != "linux" or has_display(environ))
    return Keychain(state.backend, deadline, asks=asks)


def examine_keychain(
    environ: Mapping[str, str], config: Config, *, deadline: float = DEADLINE, platform: str = sys.platform
) -> KeychainState:
    """The keychain's health, asked of it where it can be asked without a dialog; at most `deadline` seconds."""
    state = find_keychain(environ, config, platform)
    if state.backend is None or not state.available or not state.backend.tells_locked:
        return state
    where = surroundings(environ)
    try:
        return within(deadline, lambda: _ask_secret_service(state, where))
    except TooLate:
        return _troubled(state, too_late(state.words, deadline), where)
    except Exception as error:
        return _troubled(state, explain(error, state.words), where)


def _no_bus(environ: Mapping[str, str]) -> tuple[str, str] | None:
    where = surroundings(environ)
    address = environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    if not address:
        usual = os.path.join(environ.get("XDG_RUNTIME_DIR") or "/nonexistent", "bus")
        remedy = f"export DBUS_SESSION_BUS_ADDRESS=unix:path={usual}" if os.path.exists(usual) else REMEDIES[where]
        return f"There is no D-Bus session {WHERE[where]}, so no keychain.", remedy
    sockets = [part.partition("unix:path=")[2].split(",")[0] for part in address.split(";")]
    if all(sockets) and not any(os.path.exists(socket) for socket in sockets):
        return f"The D-Bus session {WHERE[where]} is over: its socket is gone.", REMEDIES[where]
    return None


def _ask_secret_service(state: KeychainState, where: str) -> KeychainState:
    import secretstorage
    from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
    from jeepney.io.blocking import Proxy  # type: ignore[import-untyped]

    bus = secretstorage.dbus_init()
    try:
        names = Proxy(message_bus, bus)
        if not names.NameHasOwner(_SECRETS)[0]:
            return _not_running(state, names, where)
        locked = secretstorage.Collection(bus).is_locked()
    except secretstorage.ItemNotFoundException:
        return state._replace(
            health=Health.LOCKED, reason=f"The {state.words} has no default collection yet.", remedy=UNLOCK[where]
        )
    finally:
        bus.close()
    if locked:
        return state._replace(health=Health.LOCKED, reason=f"The {state.words} is locked.", remedy=UNLOCK[where])
    return state._replace(health=Health.READY)


def _not_running(state: KeychainState, names: Any, where: str) -> KeychainState:
    if _SECRETS in names.ListActivatableNames()[0]:
        return state._replace(reason=f"The {state.words} starts when it is first needed.")
    if names.NameHasOwner(_KWALLET)[0]:
        return state._replace(
            health=Health.ABSENT,
            reason="KWallet runs, but does not offer the Secret Service.",
            remedy=f"llmkeys settings {SETTING} kwallet",
        )
    return state._replace(
        health=Health.ABSENT, reason=f"No program offers the {state.words} {WHERE[where]}.", remedy=REMEDIES[where]
    )


def _troubled(state: KeychainState, error: LlmkeysError, where: str) -> KeychainState:
    health = Health.ABSENT if isinstance(error, KeychainAbsent) else Health.FAILING
    remedy = REMEDIES[where] if health is Health.ABSENT else "Restart it (log out and in), then try again."
    return state._replace(health=health, reason=error.message, remedy=remedy)
