"""The full-screen app inside tmux, which is another terminal than any other test uses."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PATIENCE = 20.0


class Tmux:
    """One tmux server with one window of 100x30."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self._environ = {**environ, "TMUX_TMPDIR": str(folder), "SHELL": "/bin/sh"}

    def run(self, *words: str) -> str:
        """What one tmux command prints."""
        command = ["tmux", "-L", "llmkeys-tests", "-f", "/dev/null", *words]
        return subprocess.run(command, env=self._environ, check=True, capture_output=True, text=True).stdout

    def start(self, command: str) -> None:
        """Opens the window with `command` in it."""
        self.run("new-session", "-d", "-x", "100", "-y", "30", command)

    def wait_for(self, text: str) -> str:
        """Waits until the window shows `text`; answers the screen."""
        end = time.monotonic() + PATIENCE
        while text not in (shown := self.run("capture-pane", "-p")):
            assert time.monotonic() < end, f"never seen: {text}\n{shown}"
            time.sleep(0.05)
        return shown


@pytest.fixture
def tmux(tmp_path: Path, environ: dict[str, str]) -> Iterator[Tmux]:
    """A tmux server of this test's own; skips, with the reason, where tmux is not installed."""
    if shutil.which("tmux") is None:
        pytest.skip("not installed: tmux")
    server = Tmux(tmp_path, environ)
    yield server
    subprocess.run(["tmux", "-L", "llmkeys-tests", "kill-server"], env=server._environ, check=False)


def test_the_app_opens_follows_the_size_and_leaves_tmux_clean(
    tmux: Tmux, program: Callable[..., list[str]], tmp_path: Path
) -> None:
    tmux.start(f"{shlex.join(program())}; echo exit code $?; exec sleep 60")
    tmux.wait_for("No keys yet")
    assert tmux.run("display-message", "-p", "#{alternate_on}").strip() == "1"

    tmux.run("resize-window", "-x", "60", "-y", "16")
    tmux.wait_for("No keys yet")
    tmux.run("send-keys", "?")
    tmux.wait_for("esc closes")
    tmux.run("send-keys", "Escape")
    tmux.wait_for("a adds one")
    tmux.run("send-keys", "q")
    tmux.wait_for("exit code 0")
    assert tmux.run("display-message", "-p", "#{alternate_on}").strip() == "0"
