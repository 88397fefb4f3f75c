"""Which store a new key goes to: the keychain, or by consent on record a plaintext file; never one silently."""

from __future__ import annotations

from typing import NamedTuple

from llmkeys.config import Config, section
from llmkeys.errors import KeychainAbsent, NeedsUser, UsageError
from llmkeys.moment import to_text
from llmkeys.service.session import Session, World
from llmkeys.store.keychain_state import examine_keychain

STORES = ("keychain", "file")


class Keeping(NamedTuple):
    """The store a key goes to, and what a person is told about it."""

    store: str | None
    notes: tuple[str, ...]
    consented_at: str = ""
    """When the person agreed to the plaintext file, if that was now."""

    def recorded(self, config: Config) -> Config:
        """`config` with the consent on record."""
        if not self.consented_at:
            return config
        return config.replace(consents={"file": self.consented_at, **section(config.raw, "consents")})


def keeping_for(session: Session, world: World, wanted: str | None, *, consent: bool) -> Keeping:
    """The store for a new key when `wanted` was asked for. Raises KeychainAbsent, NeedsUser without consent."""
    if wanted not in (None, *STORES):
        raise UsageError(f"There is no store “{wanted}”.", next="It is keychain or file.")
    agreed = consent or bool(section(world.config.raw, "consents").get("file"))
    chosen = wanted or ("file" if world.config.settings.get("store") == "file" else None)
    if chosen == "file":
        return _file(session, agreed or wanted == "file")
    state = examine_keychain(session.environ, world.config)
    if state.available:
        return Keeping("keychain", ())
    if chosen is None and agreed:
        return _file(session, agreed)
    raise KeychainAbsent(state.reason, next=_way_out(state.remedy))


def _way_out(remedy: str) -> str:
    """`remedy`, and the plaintext file where it does not name that itself."""
    if "--store file" in remedy:
        return remedy
    return f"{remedy.rstrip('.')}; or keep keys in a plaintext file, mode 0600, with --store file."


def _file(session: Session, agreed: bool) -> Keeping:
    if not agreed:
        raise NeedsUser("Keeping keys in a plaintext file needs your consent.", next="Say --store file once.")
    return Keeping("file", (f"Kept as plaintext in {session.paths.credentials}, mode 0600.",), to_text(session.now()))
