"""Wish: examine store, files and surroundings, finish what was left undone, and say what to do about the rest."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from llmkeys.service.reset import our_files
from llmkeys.service.session import Session, World, look
from llmkeys.service.upkeep import finish_work
from llmkeys.store.keychain_state import Health, KeychainState, examine_keychain


class Level(StrEnum):
    """How a finding is meant."""

    FINE = "fine"
    NOTE = "note"
    PROBLEM = "problem"


class Finding(NamedTuple):
    """One thing that was examined: what, how it is, and what to do about it."""

    level: Level
    subject: str
    words: str
    next: str = ""


class Examination(NamedTuple):
    """Every finding, and the keychain as it answered."""

    findings: tuple[Finding, ...]
    keychain: KeychainState
    store: str
    """`keychain` or `file`: where the next key goes."""

    @property
    def healthy(self) -> bool:
        """Whether nothing is a problem."""
        return all(finding.level is not Level.PROBLEM for finding in self.findings)


def examine(session: Session, *, purge: bool = False) -> Examination:
    """Look at everything, finish pending work, delete what is due; with `purge` also what is kept for undo."""
    world = look(session)
    keychain = examine_keychain(session.environ, world.config)
    store = "file" if world.config.settings.get("store") == "file" else "keychain"
    findings = (
        *_config(session, world),
        _keychain(keychain, world),
        *_credentials(session, world),
        *_work(session, world, purge=purge),
        *_modes(session),
        *_surroundings(session, world),
    )
    return Examination(findings, keychain, store)


def _config(session: Session, world: World) -> Iterator[Finding]:
    path = session.paths.config
    if world.problem is not None:
        advice = f"Mend {path} by hand, or move it away: llmkeys then starts afresh."
        yield Finding(Level.PROBLEM, "config", world.problem.message, advice)
    elif os.path.exists(path):
        count = len(world.config.accounts)
        yield Finding(Level.FINE, "config", f"{path}, {count} {'account' if count == 1 else 'accounts'}")
    else:
        yield Finding(Level.FINE, "config", f"{path} is not there yet")
    for note in world.notes:
        yield Finding(Level.NOTE, "config", note)


def _keychain(state: KeychainState, world: World) -> Finding:
    needed = any(account.store == "keychain" for account in world.config.accounts.values())
    if state.health is Health.READY:
        return Finding(Level.FINE, "keychain", f"{state.words}, ready")
    if state.health is Health.UNKNOWN:
        return Finding(Level.FINE, "keychain", " ".join(filter(None, (f"{state.words}.", state.reason))))
    level = Level.PROBLEM if needed or state.health is not Health.ABSENT else Level.NOTE
    return Finding(level, "keychain", state.reason, state.remedy)


def _credentials(session: Session, world: World) -> Iterator[Finding]:
    kept = sum(account.store == "file" for account in world.config.accounts.values())
    if kept:
        words = f"{kept} {'key' if kept == 1 else 'keys'} in {session.paths.credentials}, by consent"
        yield Finding(Level.NOTE, "plaintext file", words, "llmkeys rotate-key ACCOUNT --store keychain moves one.")


def _work(session: Session, world: World, *, purge: bool) -> Iterator[Finding]:
    if world.problem is not None:
        return
    swept = finish_work(session, purge=purge)
    if swept.deleted:
        yield Finding(Level.FINE, "unfinished work", f"deleted {_keys(swept.deleted)} whose time had come")
    if swept.waiting:
        yield Finding(Level.NOTE, "unfinished work", f"{_keys(swept.waiting)} kept for undo", "llmkeys doctor --purge")
    for problem in swept.problems:
        yield Finding(Level.PROBLEM, "unfinished work", problem, "Unlock the keychain, then llmkeys doctor again.")
    if not swept.deleted and not swept.waiting and not swept.problems:
        yield Finding(Level.FINE, "unfinished work", "none")


def _modes(session: Session) -> Iterator[Finding]:
    if sys.platform == "win32":
        return
    paths = session.paths
    places = [paths.config_folder, paths.data_folder, paths.state_folder, *our_files(session)]
    open_ones = [path for path in dict.fromkeys(places) if _is_open(path)]
    for path in open_ones:
        yield Finding(Level.PROBLEM, "modes", f"{path} can be read by others", f"chmod go-rwx {path}")
    if not open_ones:
        yield Finding(Level.FINE, "modes", "only you can read our files")


def _is_open(path: str) -> bool:
    try:
        return bool(stat.S_IMODE(os.stat(path).st_mode) & 0o077)
    except OSError:
        return False


def _surroundings(session: Session, world: World) -> Iterator[Finding]:
    written = sorted(set(world.dotenv.values) & _known(world))
    if written:
        words = f"{world.dotenv.path} sets {', '.join(written)}"
        yield Finding(Level.NOTE, ".env", words, "llmkeys why PROVIDER tells what it shadows.")
    found = sorted(variable for variable in _known(world) if session.environ.get(variable, "").strip())
    if found:
        yield Finding(
            Level.NOTE, "environment", f"sets {', '.join(found)}", "llmkeys why PROVIDER tells what they shadow."
        )


def _known(world: World) -> set[str]:
    return {*world.catalog.by_key_variable, *world.catalog.by_url_variable}


def _keys(count: int) -> str:
    return f"{count} {'key' if count == 1 else 'keys'}"
