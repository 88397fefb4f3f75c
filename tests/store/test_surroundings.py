"""Where a process runs, told from its environment and two files of the system."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmkeys.store import surroundings as module
from llmkeys.store.surroundings import REMEDIES, UNLOCK, WHERE, has_display, surroundings

CASES = {
    "container": {"container": "podman", "DISPLAY": ":0"},
    "wsl": {"WSL_DISTRO_NAME": "Debian", "DISPLAY": ":0"},
    "sudo": {"SUDO_UID": "1000", "SSH_CONNECTION": "1"},
    "ssh": {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22", "DISPLAY": "localhost:10.0"},
    "headless": {},
    "desktop": {"WAYLAND_DISPLAY": "wayland-0"},
}


@pytest.fixture(autouse=True)
def _plain_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "_CONTAINER_MARKS", (str(tmp_path / "mark"),))
    monkeypatch.setattr(module, "_KERNEL", str(tmp_path / "kernel"))


@pytest.mark.parametrize("where", CASES)
def test_each_place_is_told_by_its_variables(where: str) -> None:
    assert surroundings(CASES[where]) == where


def test_a_terminal_of_ssh_is_ssh_too() -> None:
    assert surroundings({"SSH_TTY": "/dev/pts/1"}) == "ssh"


def test_a_container_is_told_by_its_mark(tmp_path: Path) -> None:
    (tmp_path / "mark").touch()
    assert surroundings({"DISPLAY": ":0"}) == "container"


@pytest.mark.parametrize(
    ("release", "where"), [("5.15.90.1-microsoft-standard-WSL2", "wsl"), ("6.1.0-18-amd64", "headless")]
)
def test_wsl_is_told_by_its_kernel(release: str, where: str, tmp_path: Path) -> None:
    (tmp_path / "kernel").write_text(release)
    assert surroundings({}) == where


def test_every_place_has_its_words_and_remedies() -> None:
    assert WHERE.keys() == REMEDIES.keys() == UNLOCK.keys() == CASES.keys()


def test_a_display_is_one_of_x_or_wayland() -> None:
    assert has_display({"DISPLAY": ":0"})
    assert has_display({"WAYLAND_DISPLAY": "wayland-0"})
    assert not has_display({"DISPLAY": ""})
