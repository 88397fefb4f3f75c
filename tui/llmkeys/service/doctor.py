"""Wish: examine store, files and surroundings, finish what was left undone, and say what to do about the rest."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from llmkeys.errors import LlmkeysError, Unparsable
from llmkeys.files.private import write_new
from llmkeys.paths import Paths
from llmkeys.service.reset import our_files
from llmkeys.service.session import Session, World, look
from llmkeys.service.store_state import store_state
from llmkeys.service.upkeep import finish_work
from llmkeys.store.file_keys import delete_orphaned, missing_keys, orphaned_keys
from llmkeys.store.key_file import KeyFile
from llmkeys.store.keychain_state import Health, KeychainState, examine_keychain
from llmkeys.text import counted

_PROBE_BYTES = 16 << 10


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
    """Look at everything, finish pending work, delete what is due; with `purge` also what is kept or nobody's."""
    world = look(session)
    keychain = examine_keychain(session.environ, world.config)
    findings = (
        *_config(session, world),
        _keychain(keychain, world),
        *_credentials(session, world, purge=purge),
        *_work(session, world, purge=purge),
        *_modes(session),
        *_surroundings(session, world),
    )
    return Examination(findings, keychain, store_state(session, world.config).kind)


def _config(session: Session, world: World) -> Iterator[Finding]:
    path = session.paths.config
    if world.problem is not None:
        advice = _advice(world.problem, f"Mend {path} by hand, or move it away: llmkeys then starts afresh.")
        yield Finding(Level.PROBLEM, "config", world.problem.message, advice)
    elif os.path.exists(path):
        count = len(world.config.accounts)
        yield Finding(Level.FINE, "config", f"{path}, {counted(count, 'account')}")
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


def _credentials(session: Session, world: World, *, purge: bool) -> Iterator[Finding]:
    """The file of keys is looked into; a keychain is not, as each read of it can raise a prompt."""
    path, subject = session.paths.credentials, "plaintext file"
    try:
        missing = missing_keys(session.paths, world.config)
        deleted = delete_orphaned(session.paths) if purge else 0
        left = orphaned_keys(session.paths)
        unknown = 0 if _tells_owners(session, world) else len(KeyFile(session.paths).items())
    except LlmkeysError as error:
        advice = _advice(error, "Mend it by hand, or move it away and rotate the keys that were in it.")
        yield Finding(Level.PROBLEM, subject, error.message, advice)
        return
    kept = sum(account.store == "file" for account in world.config.accounts.values()) - len(missing)
    if kept:
        moves = "llmkeys rotate-key ACCOUNT --store keychain moves one."
        yield Finding(Level.NOTE, subject, f"{counted(kept, 'key')} in {path}, by consent", moves)
    for name in missing:
        ways = f"llmkeys rotate-key {name} gives it another; llmkeys remove-key {name} forgets it."
        yield Finding(Level.PROBLEM, subject, f"the key of {name} is not in {path}", ways)
    if deleted:
        yield Finding(Level.FINE, subject, f"deleted {counted(deleted, 'key')} that no account owned")
    if unknown:
        words = f"{counted(unknown, 'key')} in {path}, and no config that says whose"
        way = "" if world.unreadable else "Bring config.json back, or delete the keys with llmkeys reset."
        yield Finding(Level.NOTE, subject, words, way)
    if left:
        words = f"{counted(len(left), 'key')} in {path} that no account owns"
        yield Finding(Level.NOTE, subject, words, "llmkeys doctor --purge deletes what no account owns.")


def _tells_owners(session: Session, world: World) -> bool:
    return world.unreadable is None and os.path.exists(session.paths.config)


def _work(session: Session, world: World, *, purge: bool) -> Iterator[Finding]:
    if world.problem is not None:
        return
    swept = finish_work(session, purge=purge)
    if swept.deleted:
        kept = ", kept ones included" if purge else " whose time had come"
        yield Finding(Level.FINE, "unfinished work", f"deleted {counted(swept.deleted, 'key')}{kept}")
    if swept.waiting:
        yield Finding(
            Level.NOTE,
            "unfinished work",
            f"{counted(swept.waiting, 'key')} to be deleted later",
            "llmkeys doctor --purge",
        )
    for problem in swept.problems:
        yield Finding(Level.PROBLEM, "unfinished work", problem.message, _advice(problem))
    if not swept.deleted and not swept.waiting and not swept.problems:
        yield Finding(Level.FINE, "unfinished work", "none")


def _modes(session: Session) -> Iterator[Finding]:
    if sys.platform == "win32":
        return
    paths = session.paths
    folders = dict.fromkeys((paths.config_folder, paths.data_folder, paths.state_folder))
    found = [*(_folder_modes(folder) for folder in folders), *(_file_modes(path, paths) for path in our_files(session))]
    problems = [each for each in found if each is not None]
    yield from problems
    if not problems:
        yield Finding(Level.FINE, "modes", "only you can read our files")


def _folder_modes(path: str) -> Finding | None:
    mode = _mode(path, os.stat)
    if not mode:
        return _folder_to_be(path)
    probe = os.path.join(path, f"doctor-{os.getpid()}.tmp")
    if not write_new(probe, bytes(_PROBE_BYTES)):
        advice = "See whether the disk is full or read-only, and whether the folder is yours."
        return Finding(Level.PROBLEM, "files", f"{path} cannot be written", advice)
    os.unlink(probe)
    return _open_to_others(path, mode)


def _folder_to_be(path: str) -> Finding | None:
    """What would keep the first write from making the folder `path`, as far as the lowest one that is there tells."""
    above = path
    while not os.path.lexists(above) and os.path.dirname(above) != above:
        above = os.path.dirname(above)
    if not os.path.isdir(above):
        why, advice = f"{above} is no folder", "Move it away, or choose another folder with LLMKEYS_HOME."
    elif not os.access(above, os.W_OK | os.X_OK):
        why, advice = (
            f"{above} cannot be written",
            "See whether the disk is read-only, and whether the folder is yours.",
        )
    else:
        return None
    return Finding(Level.PROBLEM, "files", f"{path} cannot be made: {why}", advice)


def _file_modes(path: str, paths: Paths) -> Finding | None:
    """What is wrong with one of our files; nothing that is no regular file is advised to be changed."""
    mode = _mode(path, os.lstat)
    if stat.S_ISREG(mode):
        return _open_to_others(path, mode)
    if not mode or (path == paths.config and stat.S_ISLNK(mode)):
        return None
    what = "a link" if stat.S_ISLNK(mode) else "no regular file"
    return Finding(Level.PROBLEM, "modes", f"{path} is {what}", "Look where it came from, then move it away.")


def _mode(path: str, look_at: Callable[[str], os.stat_result]) -> int:
    """Kind and permissions of what is at `path`; 0 where nothing is."""
    try:
        return look_at(path).st_mode
    except OSError:
        return 0


def _open_to_others(path: str, mode: int) -> Finding | None:
    if not stat.S_IMODE(mode) & 0o077:
        return None
    return Finding(Level.PROBLEM, "modes", f"{path} can be read by others", f"chmod go-rwx {path}")


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
    return {*world.catalog.by_key_variable(), *world.catalog.by_url_variable()}


def _advice(error: LlmkeysError, for_unparsable: str = "") -> str:
    """What to do about `error`: its own advice, unless that is to ask the doctor, who is being asked."""
    if isinstance(error, Unparsable) and for_unparsable:
        return for_unparsable
    return "" if error.next.startswith("llmkeys doctor") else error.next
