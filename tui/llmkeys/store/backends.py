"""The keychains that llmkeys uses, by name; everything that keyring could find besides them is refused."""

from collections.abc import Mapping
from typing import NamedTuple


class Backend(NamedTuple):
    """One keychain: the class of keyring that talks to it, and what sets it apart from the others."""

    name: str
    words: str
    """What a person calls it."""
    module: str
    class_name: str
    platform: str
    attributes: Mapping[str, object] = {}
    """What the class would set up itself, had it not also taken attributes from environment variables."""
    longest: int | None = None
    """Characters that a key may have there; None is any number."""
    tells_locked: bool = False
    """Whether it says that it is locked before it asks a person to unlock it."""


BACKENDS = (
    Backend(
        "secret-service",
        "Secret Service",
        "keyring.backends.SecretService",
        "Keyring",
        "linux",
        tells_locked=True,
    ),
    Backend("kwallet", "KDE wallet", "keyring.backends.kwallet", "DBusKeyring", "linux", {"handle": -1}),
    Backend("macos", "macOS Keychain", "keyring.backends.macOS", "Keyring", "darwin", {"keychain": None}),
    Backend(
        "windows",
        "Windows Credential Manager",
        "keyring.backends.Windows",
        "WinVaultKeyring",
        "win32",
        longest=1200,
    ),
)
"""Of each platform the first one is used unless the setting `keychain` names another one."""


def backends_of(platform: str) -> tuple[Backend, ...]:
    """The keychains of a `sys.platform`; other Unix systems have those of Linux."""
    own = tuple(each for each in BACKENDS if each.platform == platform)
    return own or tuple(each for each in BACKENDS if each.platform == "linux")
