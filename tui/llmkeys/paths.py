"""Where llmkeys keeps its files: the platform's own folders, or everything below `LLMKEYS_HOME`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import NamedTuple

HOME_VARIABLE = "LLMKEYS_HOME"
_MAC_SUPPORT = "Library/Application Support"


class Paths(NamedTuple):
    """Every file and folder of ours, as absolute paths; nothing is created by knowing them."""

    config_folder: str
    """Holds `config.json`, which is never secret and may be a link of a dotfile manager."""
    data_folder: str
    """Holds `credentials.json`, when the file store is in use."""
    state_folder: str
    """Holds `status.json` and `audit.jsonl`."""
    cache_folder: str
    """Holds `models/`."""

    @property
    def config(self) -> str:
        """Accounts, defaults and settings."""
        return os.path.join(self.config_folder, "config.json")

    @property
    def credentials(self) -> str:
        """The keys of the file store."""
        return os.path.join(self.data_folder, "credentials.json")

    @property
    def status(self) -> str:
        """Last verdicts and a short history."""
        return os.path.join(self.state_folder, "status.json")

    @property
    def audit(self) -> str:
        """Who read which key when; no values."""
        return os.path.join(self.state_folder, "audit.jsonl")

    @property
    def models(self) -> str:
        """Cached lists of models, one file an account."""
        return os.path.join(self.cache_folder, "models")


def find_paths(environ: Mapping[str, str], platform: str = sys.platform) -> Paths:
    """The paths for a process with this environment, by the rule of platformdirs without its import.

    A test compares the rule with platformdirs on every platform it runs on.
    """
    own = environ.get(HOME_VARIABLE, "").strip()
    if own:
        folder = os.path.abspath(os.path.expanduser(own))
        return Paths(folder, folder, folder, folder)
    if platform == "win32":
        local = environ.get("LOCALAPPDATA") or os.path.join(_home(environ), "AppData", "Local")
        folder = os.path.join(os.path.normpath(local), "llmkeys")
        return Paths(folder, folder, folder, os.path.join(folder, "Cache"))
    mac = platform == "darwin"
    return Paths(
        _below(environ, "XDG_CONFIG_HOME", _MAC_SUPPORT if mac else ".config"),
        _below(environ, "XDG_DATA_HOME", _MAC_SUPPORT if mac else ".local/share"),
        _below(environ, "XDG_STATE_HOME", _MAC_SUPPORT if mac else ".local/state"),
        _below(environ, "XDG_CACHE_HOME", "Library/Caches" if mac else ".cache"),
    )


def _home(environ: Mapping[str, str]) -> str:
    for variable in ("HOME", "USERPROFILE"):
        if os.path.isabs(environ.get(variable, "")):
            return environ[variable]
    return os.path.expanduser("~")


def _below(environ: Mapping[str, str], variable: str, usual: str) -> str:
    """Our folder in the one that `variable` names; a relative one is ignored, as the XDG specification says."""
    parent = environ.get(variable, "")
    return os.path.join(parent if os.path.isabs(parent) else os.path.join(_home(environ), usual), "llmkeys")
