"""What every wish starts from: whose files, which environment, which folder, and what they say right now."""

import os
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from llmkeys.catalog.rows import Catalog, Provider, load_catalog
from llmkeys.config import Config
from llmkeys.errors import LlmkeysError, NewerFile
from llmkeys.files.dotenv_file import DotEnv, read_dotenv
from llmkeys.paths import Paths, find_paths
from llmkeys.store.config_file import load_config


class Session(NamedTuple):
    """One caller's surroundings; made once at the front door and handed to every wish."""

    paths: Paths
    environ: Mapping[str, str]
    folder: str
    """The current folder, whose `.env` counts."""
    now: Callable[[], float]
    """Seconds since the epoch."""
    interactive: bool
    """Whether a person is there to unlock a keychain."""
    caller: str
    """Who asks, for the audit log: `cli`, `app`, `helper`, `python`."""
    offline: bool
    """Whether background tests are off for this run."""


class World(NamedTuple):
    """What config, catalogue and `.env` say at one moment."""

    config: Config
    catalog: Catalog
    dotenv: DotEnv
    problem: LlmkeysError | None
    """Why config could not be read, or may not be written."""
    notes: tuple[str, ...]

    @property
    def unreadable(self) -> LlmkeysError | None:
        """Why nothing is known of config, so that what is not found may well be in it; None for a newer file."""
        return None if isinstance(self.problem, NewerFile) else self.problem


def open_session(
    caller: str,
    *,
    environ: Mapping[str, str] | None = None,
    folder: str | None = None,
    interactive: bool = False,
    offline: bool = False,
) -> Session:
    """The session of this process; nothing is read yet."""
    given = os.environ if environ is None else environ
    return Session(find_paths(given), given, folder or _current_folder(), time.time, interactive, caller, offline)


def look(session: Session) -> World:
    """Everything the wishes decide on, read once and without keychain or network."""
    loaded = load_config(session.paths)
    catalog = load_catalog(loaded.config.providers)
    dotenv = read_dotenv(session.folder)
    notes = (*loaded.notes, *catalog.notes, *((dotenv.problem,) if dotenv.problem else ()))
    return World(loaded.config, catalog, dotenv, loaded.problem, notes)


def wants_ascii(session: Session) -> bool:
    """Whether plain ASCII is wanted in place of glyphs; of all files only config is read."""
    return load_config(session.paths).config.settings.get("ascii") in ("on", True)


def provider_named(session: Session, text: str) -> Provider:
    """The provider that `text` names by id or alias. Raises UsageError with the nearest names."""
    return look(session).catalog.find(text)


def _current_folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        return os.sep
