"""The process is made safe before anything else runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from llmkeys.cli import process
from llmkeys.cli.process import drop_hostile, fill_standard_streams, harden

REPORT = """
import ctypes, json, os, resource, sys
resource.setrlimit(resource.RLIMIT_CORE, resource.getrlimit(resource.RLIMIT_CORE)[1:] * 2)
os.umask(0o022)
os.close(0)
from llmkeys.cli.process import harden
before = harden()
print(json.dumps({
    "before": before._asdict(),
    "umask": os.umask(0),
    "filled": os.path.samestat(os.fstat(0), os.stat(os.devnull)),
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "dumpable": ctypes.CDLL(None).prctl(3) if sys.platform == "linux" else 0,
    "left": sorted(name for name in os.environ if name.startswith(("TEXTUAL", "KEYRING", "PYTHON_K", "SSLK"))),
}))
"""
HOSTILE = {
    "TEXTUAL": "debug,devtools",
    "TEXTUAL_LOG": "/tmp/log",
    "TEXTUAL_PRESS": "q",
    "TEXTUAL_DRIVER": "evil:Driver",
    "PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring",
    "KEYRING_PROPERTY_FILE_PATH": "/tmp/x",
    "SSLKEYLOGFILE": "/tmp/keys",
}


@pytest.mark.only_on("linux", "darwin")
def test_files_are_private_and_memory_is_not_dumped(environ: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", REPORT],
        env={**environ, **HOSTILE, "TEXTUAL_ANIMATIONS": "none"},
        capture_output=True,
        check=True,
    )
    report = json.loads(done.stdout)
    assert report["umask"] == 0o077
    assert report["filled"] is True
    assert report["core"][0] == 0
    assert report["dumpable"] == 0
    assert report["left"] == ["TEXTUAL_ANIMATIONS"]
    assert report["before"]["umask"] == 0o022
    assert report["before"]["core_limit"] == report["core"][1]
    assert HOSTILE.items() <= report["before"]["dropped"].items()


def test_hostile_variables_are_told_from_harmless_ones() -> None:
    environ = {**HOSTILE, "TEXTUAL_ANIMATIONS": "none", "OPENAI_API_KEY": "sk", "PATH": "/bin"}
    assert drop_hostile(environ) == HOSTILE
    assert environ == {"TEXTUAL_ANIMATIONS": "none", "OPENAI_API_KEY": "sk", "PATH": "/bin"}


def test_hardening_takes_the_process_environment_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"SSLKEYLOGFILE": "/tmp/keys"})
    monkeypatch.setattr(process, "_without_core_dumps", lambda: None)
    monkeypatch.setattr(process, "_not_dumpable", lambda: None)
    assert harden({}).dropped == {}
    assert harden().dropped == {"SSLKEYLOGFILE": "/tmp/keys"}
    assert "SSLKEYLOGFILE" not in os.environ


@pytest.mark.only_on("linux", "darwin")
def test_closed_streams_are_filled_so_that_no_file_takes_their_number() -> None:
    code = """
import os
from llmkeys.cli.process import fill_standard_streams
for number in (0, 1):
    os.close(number)
fill_standard_streams()
later = os.open("/", os.O_RDONLY)
os.write(2, f"{later > 2} {os.path.samestat(os.fstat(1), os.stat(os.devnull))}".encode())
"""
    done = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, check=True)
    assert done.stderr == b"True True"


def test_open_streams_are_left_as_they_are() -> None:
    before = [os.fstat(number) for number in (0, 1, 2)]
    fill_standard_streams()
    assert [os.path.samestat(one, os.fstat(number)) for number, one in enumerate(before)] == [True] * 3
