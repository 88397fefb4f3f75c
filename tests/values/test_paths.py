"""Our folders are those of platformdirs, found without importing it."""

from __future__ import annotations

import os
import sys

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from platformdirs.api import PlatformDirsABC
from platformdirs.macos import MacOS
from platformdirs.unix import Unix
from platformdirs.windows import Windows

from llmkeys.errors import UsageError
from llmkeys.paths import Paths, find_paths

XDG = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
posix_only = pytest.mark.only_on("linux", "darwin")


def of(folders: PlatformDirsABC) -> Paths:
    """What platformdirs says."""
    return Paths(folders.user_config_dir, folders.user_data_dir, folders.user_state_dir, folders.user_cache_dir)


def test_the_running_platform_keeps_our_files_where_platformdirs_says() -> None:
    assert find_paths(os.environ) == of(platformdirs.PlatformDirs("llmkeys", appauthor=False))


@posix_only
@pytest.mark.parametrize(("platform", "folders"), [("linux", Unix), ("freebsd14", Unix), ("darwin", MacOS)])
@given(
    st.dictionaries(
        st.sampled_from(XDG), st.sampled_from(["", "relative/folder", "/tmp/x", "/tmp/x/", " /tmp/x", "~/x"])
    )
)
def test_unix_and_macos_obey_the_same_variables(
    platform: str, folders: type[PlatformDirsABC], variables: dict[str, str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        assert find_paths(os.environ, platform) == of(folders("llmkeys", appauthor=False))


@posix_only
@pytest.mark.parametrize(("platform", "folders"), [("linux", Unix), ("darwin", MacOS)])
@pytest.mark.parametrize("home", ["/home/somebody", "", "relative"])
def test_a_home_that_is_no_place_is_looked_up(
    platform: str, folders: type[PlatformDirsABC], home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", home)
    monkeypatch.delenv("USERPROFILE", raising=False)
    assert find_paths(os.environ, platform) == of(folders("llmkeys", appauthor=False))


@posix_only
def test_windows_keeps_them_in_local_app_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.windows._resolve_win_folder", lambda name: os.environ["LOCALAPPDATA"])
    for folder in ("/users/me/AppData/Local", "/users/me/AppData//Local/"):
        monkeypatch.setenv("LOCALAPPDATA", folder)
        assert find_paths(os.environ, "win32") == of(Windows("llmkeys", appauthor=False))


def test_windows_without_local_app_data_starts_from_the_profile() -> None:
    local = os.path.join(os.path.expanduser("~"), "AppData", "Local", "llmkeys")
    assert find_paths({}, "win32") == Paths(local, local, local, os.path.join(local, "Cache"))


@posix_only
def test_a_user_without_a_home_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)
    with pytest.raises(UsageError) as refused:
        find_paths({}, "linux")
    assert "LLMKEYS_HOME" in refused.value.next
    assert find_paths({name: "/x" for name in XDG}, "linux").config == "/x/llmkeys/config.json"


def test_one_variable_puts_everything_below_one_folder() -> None:
    home = os.path.abspath("own")
    for value in (home, " own ", os.path.join(home, "..", "own")):
        assert find_paths({"LLMKEYS_HOME": value}) == Paths(home, home, home, home)
    assert find_paths({**os.environ, "LLMKEYS_HOME": " "}) == find_paths(os.environ)


def test_a_tilde_in_that_variable_is_the_home_folder() -> None:
    assert find_paths({"LLMKEYS_HOME": "~/keys"}).config == os.path.join(os.path.expanduser("~"), "keys", "config.json")


def test_every_file_is_in_its_folder() -> None:
    paths = Paths("c", "d", "s", "k")
    named = [paths.config, paths.credentials, paths.status, paths.audit, paths.models]
    assert [os.path.split(each) for each in named] == [
        ("c", "config.json"),
        ("d", "credentials.json"),
        ("s", "status.json"),
        ("s", "audit.jsonl"),
        ("k", "models"),
    ]


def test_the_rule_is_asked_for_this_platform_unless_told() -> None:
    assert find_paths(os.environ) == find_paths(os.environ, sys.platform)
