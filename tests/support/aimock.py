"""`@copilotkit/aimock`, a provider server that somebody else wrote: it refuses every key but the ones it is given.

The npm package is looked for in the folder that LLMKEYS_TESTS_AIMOCK names (`npm install --prefix FOLDER …`).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

VARIABLE = "LLMKEYS_TESTS_AIMOCK"
SCRIPT = Path("node_modules", "@copilotkit", "aimock", "dist", "cli.js")
PATIENCE = 20.0
FIXTURES = {"fixtures": [{"match": {}, "response": {"content": "pong"}}]}
LISTENING = re.compile(rb"listening on (http://127\.0\.0\.1:(\d+))")


def missing_parts() -> str:
    """Why aimock cannot run here; empty where it can."""
    if shutil.which("node") is None:
        return "not installed: node"
    if VARIABLE not in os.environ or not (Path(os.environ[VARIABLE]) / SCRIPT).is_file():
        return f"{VARIABLE} does not name a folder with the npm package @copilotkit/aimock"
    return ""


class Aimock:
    """One server on loopback; it keeps its address when its keys change."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        (folder / "fixtures.json").write_text(json.dumps(FIXTURES), encoding="utf-8")

    @property
    def base_url(self) -> str:
        """Where an OpenAI-compatible client sends its requests."""
        return f"http://127.0.0.1:{self.port}/v1"

    def accept(self, *keys: str) -> None:
        """(Re)starts the server so that these keys are accepted, and no others."""
        self.stop()
        log = self._folder / "log"
        program = ["node", str(Path(os.environ[VARIABLE]) / SCRIPT)]
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [*program, "-h", "127.0.0.1", "-p", str(self.port), "-f", str(self._folder / "fixtures.json")],
                env={**os.environ, "AIMOCK_API_KEYS": ",".join(keys)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.port = int(self._listening(log)[2])

    def stop(self) -> None:
        """Ends the server; its address then refuses connections."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE)
            self._process = None

    def _listening(self, log: Path) -> re.Match[bytes]:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = LISTENING.search(log.read_bytes())
            if found:
                return found
            time.sleep(0.02)
        raise TimeoutError(f"aimock did not start: {log.read_text(encoding='utf-8', errors='replace')}")


@contextmanager
def running_aimock(folder: Path, *keys: str) -> Iterator[Aimock]:
    """A server that accepts `keys`, with its files in `folder`."""
    server = Aimock(folder)
    try:
        server.accept(*keys)
        yield server
    finally:
        server.stop()


@pytest.fixture
def aimock(tmp_path: Path) -> Iterator[Aimock]:
    """A server that accepts no key yet; skips, with the reason, where aimock is not installed."""
    reason = missing_parts()
    if reason:
        pytest.skip(reason)
    folder = tmp_path / "aimock"
    folder.mkdir()
    with running_aimock(folder, "sk-nobody-has-this-key") as server:
        yield server
