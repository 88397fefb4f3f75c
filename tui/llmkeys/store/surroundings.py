"""Where this process runs, as far as it matters to a keychain: a container, WSL, SSH, sudo, no session."""

from __future__ import annotations

import os
from collections.abc import Mapping

_CONTAINER_MARKS = ("/.dockerenv", "/run/.containerenv")
_KERNEL = "/proc/sys/kernel/osrelease"

CONTAINER, WSL, SUDO, SSH, HEADLESS, DESKTOP = "container", "wsl", "sudo", "ssh", "headless", "desktop"

WHERE = {
    CONTAINER: "in this container",
    WSL: "in WSL",
    SUDO: "under sudo",
    SSH: "in this SSH session",
    HEADLESS: "without a desktop session",
    DESKTOP: "in this session",
}
REMEDIES = {
    CONTAINER: "Give the key by its variable, or keep it in a plaintext file with --store file.",
    WSL: "Install gnome-keyring and start a session: dbus-run-session -- $SHELL. Or use --store file.",
    SUDO: "Run llmkeys without sudo.",
    SSH: "Start a session with: dbus-run-session -- $SHELL, then gnome-keyring-daemon --unlock. Or use --store file.",
    HEADLESS: "Start a session with: dbus-run-session -- $SHELL, then gnome-keyring-daemon --unlock. "
    "Or use --store file.",
    DESKTOP: "Install and start gnome-keyring, KWallet or KeePassXC. Or use --store file.",
}
"""What to do where there is no keychain."""
UNLOCK = {
    CONTAINER: "Unlock it: gnome-keyring-daemon --replace --unlock reads the password from stdin.",
    WSL: "Unlock it: gnome-keyring-daemon --replace --unlock reads the password from stdin.",
    SUDO: "Run llmkeys without sudo.",
    SSH: "Unlock it: gnome-keyring-daemon --replace --unlock reads the password from stdin.",
    HEADLESS: "Unlock it: gnome-keyring-daemon --replace --unlock reads the password from stdin.",
    DESKTOP: "Unlock it in the desktop's password manager (Seahorse, KWallet), or log in again with the password.",
}
"""What to do about a locked one."""


def surroundings(environ: Mapping[str, str]) -> str:
    """The first of CONTAINER, WSL, SUDO, SSH, HEADLESS that applies, else DESKTOP."""
    if environ.get("container") or any(os.path.exists(mark) for mark in _CONTAINER_MARKS):
        return CONTAINER
    if environ.get("WSL_DISTRO_NAME") or "microsoft" in _kernel().lower():
        return WSL
    if environ.get("SUDO_UID"):
        return SUDO
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return SSH
    return DESKTOP if has_display(environ) else HEADLESS


def has_display(environ: Mapping[str, str]) -> bool:
    """Whether a dialog could open on this Unix desktop."""
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def _kernel() -> str:
    try:
        with open(_KERNEL, encoding="ascii", errors="replace") as file:
            return file.read(256)
    except OSError:
        return ""
