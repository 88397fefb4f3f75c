"""Where llmkeys keeps its files: the platform's own folders, or everything below `LLMKEYS_HOME`."""

import os
import sys
from collections.abc import Mapping
from typing import NamedTuple

from llmkeys.errors import UsageError

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

    A test compares the rule with platformdirs on every platform it runs on. Raises UsageError where there is no home.
    """
    own = environ.get(HOME_VARIABLE, "").strip()
    if own:
        folder = os.path.abspath(os.path.expanduser(own))
        return Paths(folder, folder, folder, folder)
    if platform == "win32":
        local = environ.get("LOCALAPPDATA") or os.path.join(os.path.expanduser("~"), "AppData", "Local")
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
    """The home folder: `HOME` if it is a place, else what the system knows of this user."""
    home = environ.get("HOME", "")
    if os.path.isabs(home):
        return home
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        raise UsageError("This user has no home folder.", next="Set HOME or LLMKEYS_HOME.") from None


def _below(environ: Mapping[str, str], variable: str, usual: str) -> str:
    """Our folder in the one that `variable` names; a relative one is ignored, as the XDG specification says."""
    parent = environ.get(variable, "")
    return os.path.join(parent if os.path.isabs(parent) else os.path.join(_home(environ), usual), "llmkeys")
