"""The lock of a file: among processes, with an end to waiting, and free at once when its holder dies."""

from __future__ import annotations

import errno
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from llmkeys.errors import FileFailed, FileRefused, LockTimeout
from llmkeys.files import lock as lock_module
from llmkeys.files.lock import locked
from support.faults import unmeasured

on_unix = pytest.mark.only_on("linux", "darwin")
HOLDER = """
import sys, time
from llmkeys.files.lock import locked
with locked(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""
WRITER = """
import sys
from llmkeys.files.lock import locked
from llmkeys.files.private import replace_file
from llmkeys.files.read import read_json
import json
path, who = sys.argv[1:]
for number in range(25):
    with locked(path, seconds=60):
        value = read_json(path, private=True)[0] or {}
        value[f"{who}-{number}"] = number
        replace_file(path, json.dumps(value).encode())
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "llmkeys" / "config.json"


@contextmanager
def held(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the lock of `path`."""
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=unmeasured()) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_a_lock_that_is_held_is_waited_for_and_then_told(path: Path) -> None:
    with held(path):
        begun = time.monotonic()
        with pytest.raises(LockTimeout) as caught, locked(str(path), seconds=0.3):
            pytest.fail("two processes hold one lock")
        assert 0.25 < time.monotonic() - begun < 2
    assert caught.value.message.endswith("; waited 0.3 seconds.")
    assert caught.value.next == "Try again in a moment."


@pytest.mark.only_on("linux")
def test_the_process_that_holds_the_lock_is_named(path: Path) -> None:
    with held(path) as holder, pytest.raises(LockTimeout) as caught, locked(str(path), seconds=0.05):
        pytest.fail("two processes hold one lock")
    assert f"is being changed by process {holder.pid};" in caught.value.message


@pytest.mark.parametrize("listing", ["", "1: FLOCK ADVISORY WRITE x 00:00:0 0 EOF\n", None])
def test_a_holder_that_the_system_does_not_tell_is_another_process(
    listing: str | None, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "locks"
    if listing is not None:
        table.write_text(listing)
    monkeypatch.setattr(lock_module, "_TABLE", str(table))
    with held(path), pytest.raises(LockTimeout, match="by another process"), locked(str(path), seconds=0.02):
        pytest.fail("two processes hold one lock")


@on_unix
def test_the_lock_of_a_killed_process_is_free_at_once(path: Path) -> None:
    with held(path) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        begun = time.monotonic()
        with locked(str(path), seconds=5):
            assert time.monotonic() - begun < 0.5


@on_unix
def test_the_lock_file_is_ours_alone_and_stays(path: Path) -> None:
    with locked(str(path)):
        inode = os.stat(f"{path}.lock").st_ino
        assert stat.S_IMODE(os.stat(f"{path}.lock").st_mode) == 0o600
    with locked(str(path)):
        assert os.stat(f"{path}.lock").st_ino == inode
    assert os.listdir(path.parent) == ["config.json.lock"]


def test_what_is_raised_within_frees_the_lock(path: Path) -> None:
    with pytest.raises(KeyError), locked(str(path)):
        raise KeyError
    with locked(str(path), seconds=0.1):
        pass


def test_threads_exclude_each_other_too(path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        for _ in range(10):
            with locked(str(path)):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert most == [1] * 40


@on_unix
@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_a_lock_file_is_a_regular_file(path: Path, kind: str, tmp_path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    name = Path(f"{path}.lock")
    {"pipe": lambda: os.mkfifo(name), "link": lambda: name.symlink_to(tmp_path / "x"), "folder": name.mkdir}[kind]()
    with pytest.raises(FileRefused, match="not a regular file"), locked(str(path)):
        pytest.fail("that is no lock")


def test_a_lock_that_cannot_be_made_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import filelock

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "")

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    with pytest.raises(FileFailed, match="the disk is read-only"), locked(str(path)):
        pytest.fail("there is no lock")


@on_unix
@pytest.mark.parametrize("number", ["ENOSYS", "ENOLCK", "EOPNOTSUPP"])
@pytest.mark.filterwarnings("error")
def test_a_disk_that_cannot_lock_is_refused_and_nothing_is_left_on_it(
    path: Path, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some network and FUSE disks; a lock made of a file alone would outlive a crash."""
    import fcntl

    def refuse(*_: object) -> None:
        raise OSError(getattr(errno, number), "")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(FileRefused, match="its disk cannot lock files") as caught, locked(str(path)):
        pytest.fail("there is no lock")
    assert "LLMKEYS_HOME" in caught.value.next
    monkeypatch.undo()
    with locked(str(path), seconds=0.1):
        assert os.listdir(path.parent) == ["config.json.lock"]


def test_an_older_filelock_that_gives_up_on_such_a_disk_is_told_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import filelock

    def refuse(*_: object, **__: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    with pytest.raises(FileRefused, match="its disk cannot lock files"), locked(str(path)):
        pytest.fail("there is no lock")


def test_eight_processes_lose_none_of_their_updates(path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(path)]
    writers = [subprocess.Popen([*command, str(number)]) for number in range(8)]
    assert [each.wait(timeout=60) for each in writers] == [0] * 8
    assert len(json.loads(path.read_bytes())) == 8 * 25
    assert sorted(os.listdir(path.parent)) == ["config.json", "config.json.lock"]
