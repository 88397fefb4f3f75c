"""Writing while the disk fails or the process dies, at every single call of the operating system."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from llmkeys.errors import FileFailed, LlmkeysError
from llmkeys.files.private import replace_file, temporaries
from support.faults import Faults, Killed, faults, unmeasured

OLD = b'{"key": "old"}\n'
NEW = b'{"key": "new", "more": "' + b"x" * 5000 + b'"}\n'
ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.EDQUOT)


def struck(monkeypatch: pytest.MonkeyPatch, path: Path, at: int, fault: int | str) -> tuple[Faults, bool]:
    """What happened when `fault` struck call number `at` of a write, and whether the write said it was done."""
    path.write_bytes(OLD)
    with faults(monkeypatch, at, fault) as found:
        try:
            replace_file(str(path), NEW)
        except (LlmkeysError, Killed):
            return found, False
    return found, True


@pytest.mark.parametrize("fault", [*ERRORS, "short", "kill"])
def test_the_file_is_wholly_old_or_wholly_new_whatever_call_fails(
    fault: int | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.json"
    at = 0
    while True:
        found, done = struck(monkeypatch, path, at, fault)
        assert path.read_bytes() in ((NEW,) if done else (OLD, NEW)), found.calls
        assert done or fault != "short"
        if not done and fault != "kill":
            assert path.read_bytes() == OLD, found.calls
        if at >= len(found.calls):
            break
        at += 1
    assert at > 10


@pytest.mark.parametrize("fault", ERRORS)
def test_a_failed_write_leaves_no_temporary_file_behind(
    fault: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.json"
    for at in range(40):
        found, _ = struck(monkeypatch, path, at, fault)
        if found.struck != "unlink":
            assert temporaries(str(path)) == [], found.calls


def test_what_a_killed_writer_left_is_swept_by_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "credentials.json"
    left = 0
    for at in range(40):
        struck(monkeypatch, path, at, "kill")
        left += len(temporaries(str(path)))
        replace_file(str(path), NEW)
        assert temporaries(str(path)) == []
        assert path.read_bytes() == NEW
    assert left > 0


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EIO, "the disk reports an error"),
        (errno.EACCES, "permission denied"),
        (errno.EDQUOT, "the disk quota is used up"),
        (errno.EXDEV, f"system error {errno.EXDEV}"),
    ],
)
def test_the_reason_is_one_clear_sentence(
    fault: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(OLD)

    def refuse(*_: object) -> None:
        raise OSError(fault, "an english sentence of the system")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(FileFailed) as caught:
        replace_file(str(path), NEW)
    assert caught.value.message == f"{path} cannot be written: {words}. Nothing was changed."
    assert caught.value.next == "llmkeys doctor"
    assert caught.value.__cause__ is None
    assert path.read_bytes() == OLD


def test_a_disk_that_gives_back_other_bytes_is_noticed_before_the_old_file_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(OLD)
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(len(data))))
    with pytest.raises(FileFailed, match="gives back other bytes"):
        replace_file(str(path), NEW)
    assert path.read_bytes() == OLD
    assert temporaries(str(path)) == []


WRITER = """
import sys
from llmkeys.files.private import replace_file
path = sys.argv[1]
replace_file(path, b"0" * 200_000)
print("ready", flush=True)
number = 0
while True:
    number = (number + 1) % 10
    replace_file(path, str(number).encode() * 200_000)
"""


@pytest.mark.only_on("linux", "darwin")
def test_a_writer_killed_at_any_moment_leaves_one_whole_file(tmp_path: Path) -> None:
    """Real processes and real SIGKILLs, for at most 5 seconds."""
    path = tmp_path / "config.json"
    end = time.monotonic() + 4
    kills = 0
    while kills < 25 and time.monotonic() < end:
        command = [sys.executable, "-c", WRITER, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=unmeasured()) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.002 + 0.0007 * kills)
            writer.send_signal(signal.SIGKILL)
        data = path.read_bytes()
        assert len(data) == 200_000
        assert len(set(data)) == 1
        kills += 1
    assert kills >= 5
    replace_file(str(path), OLD)
    assert os.listdir(tmp_path) == ["config.json"]


LIMITED = """
import resource, signal, sys
from llmkeys.errors import LlmkeysError
from llmkeys.files.private import replace_file
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    replace_file(sys.argv[1], b"x" * 10_000)
except LlmkeysError as error:
    print(error.message)
"""


@pytest.mark.only_on("linux")
def test_a_real_limit_on_file_size_is_told_and_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(OLD)
    command = [sys.executable, "-c", LIMITED, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=unmeasured())
    assert done.stdout.strip().endswith("the file would be larger than this system allows. Nothing was changed.")
    assert path.read_bytes() == OLD
    assert os.listdir(tmp_path) == ["config.json"]


FULL = """
set -e
mount -t tmpfs -o size=64k,mode=0700 tmpfs "$1"
"$2" -c '
import os, sys
from llmkeys.errors import LlmkeysError
from llmkeys.files.private import replace_file
path = sys.argv[1] + "/config.json"
replace_file(path, b"old")
try:
    replace_file(path, b"x" * 100_000)
except LlmkeysError as error:
    print(error.message)
print(open(path).read(), os.listdir(sys.argv[1]))
os.system("mount -o remount,bind,ro " + sys.argv[1])
try:
    replace_file(path, b"y")
except LlmkeysError as error:
    print(error.message)
' "$1"
"""


OWN_DISK = ("unshare", "--user", "--map-root-user", "--mount")


def can_mount() -> bool:
    """Whether this machine lets a process mount a disk of its own; many containers do not."""
    with contextlib.suppress(OSError):
        command = [*OWN_DISK, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    return False


if can_mount():

    def test_a_really_full_and_a_really_read_only_disk_are_told_and_the_old_file_stays(tmp_path: Path) -> None:
        folder = tmp_path / "disk"
        folder.mkdir()
        command = [*OWN_DISK, "sh", "-c", FULL, "sh", str(folder), sys.executable]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        full, rest, read_only = done.stdout.splitlines()
        assert full.endswith("the disk is full. Nothing was changed.")
        assert rest == "old ['config.json']"
        assert read_only.endswith("the disk is read-only. Nothing was changed.")
