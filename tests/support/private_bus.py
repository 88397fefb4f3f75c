"""A D-Bus of the test's own with gnome-keyring on it: unlocked, locked, stopped, killed or absent.

    with private_bus(home) as bus:                    # a bus, and gnome-keyring unlocked on it
        subprocess.run([...], env={**os.environ, **bus.environ})
        bus.stop(); bus.go_on(); bus.kill(); bus.start_locked()
    with private_bus(home, keyring=False) as bus: ...  # a bus without any keychain

Fixtures, which put the bus into the test's own environment and skip with the reason where the programs are missing:
`keychain_bus` (unlocked), `locked_bus`, `stopped_bus`, `killed_bus`, `empty_bus` (no keychain ever was).
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PASSWORD = "correct horse"
PROGRAMS = ("dbus-daemon", "gnome-keyring-daemon")
PATIENCE = 10.0
CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><keep_umask/><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>{services}
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>
"""
SERVICE = """[D-BUS Service]
Name=org.freedesktop.secrets
Exec=/bin/false
"""


def missing_parts() -> str:
    """Why a private bus cannot run here; empty where it can."""
    if sys.platform != "linux":
        return "gnome-keyring runs on Linux only"
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"not installed: {', '.join(missing)} (Debian: dbus gnome-keyring)" if missing else ""


class PrivateBus:
    """One bus and the gnome-keyring on it; `environ` is what a process needs to find both."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._folder = folder
        self._home = home
        self._bus: subprocess.Popen[bytes] | None = None
        self._daemon: subprocess.Popen[bytes] | None = None
        self.socket = folder / "bus"
        self.environ = {
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(folder),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.socket}",
        }

    def start_bus(self, *, activatable: bool = False) -> None:
        """Starts the bus; `activatable` lets it say that it could start a Secret Service, which then fails."""
        services = ""
        if activatable:
            (self._folder / "services").mkdir()
            (self._folder / "services" / "secrets.service").write_text(SERVICE)
            services = f"<servicedir>{self._folder / 'services'}</servicedir>"
        configuration = self._folder / "bus.conf"
        configuration.write_text(CONFIGURATION.format(socket=self.socket, services=services))
        self._bus = self._run("dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile")
        self._wait(self._accepts)

    def start_unlocked(self) -> None:
        """Starts gnome-keyring and unlocks it; the first time this makes its login collection."""
        self._start_daemon("--unlock", PASSWORD)

    def start_locked(self) -> None:
        """Starts gnome-keyring without a password: what it keeps is locked."""
        self._start_daemon("--start", None)

    def lock(self) -> None:
        """Locks the collection of the running gnome-keyring, as a screen lock does."""
        code = "import secretstorage; bus = secretstorage.dbus_init();secretstorage.get_default_collection(bus).lock()"
        subprocess.run([sys.executable, "-c", code], env={**os.environ, **self.environ}, check=True, timeout=PATIENCE)

    def stop(self) -> None:
        """Stops gnome-keyring: it is there and never answers, until `go_on`."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Lets a stopped gnome-keyring go on with what was asked of it."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kills gnome-keyring; the bus stays, without a keychain."""
        if self._daemon is not None:
            self._signal(signal.SIGKILL)
            self._daemon.wait(PATIENCE)
            self._daemon = None

    def kill_bus(self) -> None:
        """Kills the bus itself."""
        if self._bus is not None:
            self._bus.kill()
            self._bus.wait(PATIENCE)
            self._bus = None

    def items(self) -> dict[str, str]:
        """Every key that gnome-keyring keeps for llmkeys, by item name."""
        code = (
            "import json, secretstorage; bus = secretstorage.dbus_init();"
            "found = secretstorage.get_default_collection(bus).search_items({'service': 'llmkeys'});"
            "print(json.dumps({each.get_attributes()['username']: each.get_secret().decode() for each in found}))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, **self.environ},
            check=True,
            capture_output=True,
            timeout=PATIENCE,
        )
        found: dict[str, str] = json.loads(done.stdout)
        return found

    def close(self) -> None:
        """Ends both programs."""
        self.kill()
        self.kill_bus()

    def _start_daemon(self, option: str, password: str | None) -> None:
        self.kill()
        self._daemon = self._run(
            "gnome-keyring-daemon", "--foreground", "--components=secrets", option, password=password
        )
        self._wait(self._has_keychain)

    def _run(self, *command: str, password: str | None = None) -> subprocess.Popen[bytes]:
        environ = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        process = subprocess.Popen(
            command,
            env={**environ, **self.environ},
            stdin=subprocess.PIPE if password is not None else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if password is not None and process.stdin is not None:
            process.stdin.write(password.encode())
            process.stdin.close()
        return process

    def _accepts(self) -> bool:
        with socket.socket(socket.AF_UNIX) as trial:
            return trial.connect_ex(str(self.socket)) == 0

    def _has_keychain(self) -> bool:
        from jeepney.bus_messages import message_bus
        from jeepney.io.blocking import Proxy, open_dbus_connection

        with open_dbus_connection(self.environ["DBUS_SESSION_BUS_ADDRESS"]) as connection:
            return bool(Proxy(message_bus, connection).NameHasOwner("org.freedesktop.secrets")[0])

    def _signal(self, number: int) -> None:
        if self._daemon is not None:
            self._daemon.send_signal(number)

    def _wait(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("the private bus did not come up")
            time.sleep(0.005)


@contextmanager
def private_bus(home: Path, *, keyring: bool = True, activatable: bool = False) -> Iterator[PrivateBus]:
    """A bus for programs that live in `home`, with an unlocked gnome-keyring unless `keyring` is False."""
    with tempfile.TemporaryDirectory(prefix="bus-") as folder:
        bus = PrivateBus(Path(folder), home)
        try:
            bus.start_bus(activatable=activatable)
            if keyring:
                bus.start_unlocked()
            yield bus
        finally:
            bus.close()


@pytest.fixture
def bus_parts() -> None:
    """Skips, with the reason, where the programs of a private bus are missing."""
    reason = missing_parts()
    if reason:
        pytest.skip(reason)


def _entered(monkeypatch: pytest.MonkeyPatch, bus: PrivateBus) -> PrivateBus:
    for name, value in bus.environ.items():
        monkeypatch.setenv(name, value)
    return bus


@pytest.fixture
def keychain_bus(bus_parts: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBus]:
    """The test's own environment names a bus with an unlocked gnome-keyring."""
    with private_bus(home) as bus:
        yield _entered(monkeypatch, bus)


@pytest.fixture
def locked_bus(keychain_bus: PrivateBus) -> PrivateBus:
    """As `keychain_bus`, but locked, and nobody is there to unlock it."""
    keychain_bus.lock()
    return keychain_bus


@pytest.fixture
def stopped_bus(keychain_bus: PrivateBus) -> PrivateBus:
    """As `keychain_bus`, but gnome-keyring hangs."""
    keychain_bus.stop()
    return keychain_bus


@pytest.fixture
def killed_bus(keychain_bus: PrivateBus) -> PrivateBus:
    """As `keychain_bus`, but gnome-keyring was killed."""
    keychain_bus.kill()
    return keychain_bus


@pytest.fixture
def empty_bus(bus_parts: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBus]:
    """The test's own environment names a bus on which no keychain ever was."""
    with private_bus(home, keyring=False) as bus:
        yield _entered(monkeypatch, bus)
