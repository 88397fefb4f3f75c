"""Which store new keys go to, and whether it is there, as far as can be told without touching it."""

from typing import NamedTuple

from llmkeys.config import Config, section
from llmkeys.service.session import Session
from llmkeys.store.keychain_state import find_keychain


class StoreState(NamedTuple):
    """`keychain` or `file`, whether it can be used, and why (not)."""

    kind: str
    available: bool
    reason: str
    backend: str = ""
    remedy: str = ""


def store_state(session: Session, config: Config) -> StoreState:
    """The store that the next key goes to; nothing is opened, unlocked or asked."""
    state = find_keychain(session.environ, config)
    if config.settings.get("store") == "file":
        return StoreState("file", True, "chosen in settings", remedy="llmkeys settings store keychain goes back")
    if not state.available and section(config.raw, "consents").get("file"):
        return StoreState("file", True, state.reason, remedy=state.remedy)
    return StoreState("keychain", state.available, state.reason, state.words, state.remedy)
