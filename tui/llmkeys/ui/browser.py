"""Opens a provider's page in the person's browser, without a word on the screen and without waiting for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Mapping

_DESKTOPS = ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME")
_OPENERS = {"darwin": ("open",), "linux": ("xdg-open", "wslview")}


def open_page(url: str, environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Ask the desktop to show `url`; False where there is none, so that the address can be shown instead.

    A browser that runs in the terminal is never started: it would take the screen away.
    """
    if not url.startswith("https://"):
        return False
    if platform == "win32":
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
        return True
    if platform != "darwin" and not any(environ.get(each) for each in _DESKTOPS):
        return False
    path = environ.get("PATH")
    opener = next(filter(None, (shutil.which(each, path=path) for each in _OPENERS.get(platform, ("xdg-open",)))), None)
    if opener is None:
        return False
    threading.Thread(target=_run, args=([opener, url],), daemon=True).start()
    return True


def _run(command: list[str]) -> None:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True):  # noqa: S603
        pass
