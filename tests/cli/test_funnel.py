"""An error nobody expected: one sentence, its kind and place, nothing else."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from cli.conftest import KEY, Answer
from llmkeys.cli import funnel, status
from llmkeys.secret import Secret


@pytest.fixture
def _restored(monkeypatch: pytest.MonkeyPatch) -> None:
    for place, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(place, name, getattr(place, name))
    funnel.install()


def broken(*_: object) -> None:
    api_key = KEY
    raise ValueError(f"Illegal header value {api_key}")


@pytest.mark.parametrize("json", [(), ("--json",)], ids=["words", "json"])
def test_an_unexpected_error_of_a_verb_is_told_without_its_text(
    call: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch, json: tuple[str, ...]
) -> None:
    monkeypatch.setattr(status, "overview", broken)
    done = call("status", *json)
    assert done.code == 1
    assert "CANARY" not in done.out + done.err
    assert "Traceback" not in done.out + done.err
    assert "ValueError at cli/status.py" in done.out + done.err
    if json:
        assert done.json["error"]["code"] == "unexpected"


def test_an_error_from_outside_our_code_names_no_place() -> None:
    with pytest.raises(ValueError, match="x") as raised:
        int("x")
    assert "ValueError at an unknown place" in funnel.describe(raised.value.with_traceback(None))


def test_a_report_names_version_and_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    assert f"llmkeys {funnel.version()}" in funnel.how_to_report()
    monkeypatch.setattr(funnel, "_PACKAGE", "no-such-package")
    assert funnel.version() == "unknown"


@pytest.mark.usefixtures("_restored")
def test_errors_of_threads_are_told_in_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    for wish in (broken, sys.exit):
        thread = threading.Thread(target=wish)
        thread.start()
        thread.join()
    said = capsys.readouterr().err
    assert said.count("An error that nobody expected: ValueError") == 1
    assert "CANARY" not in said


@pytest.mark.usefixtures("_restored")
def test_errors_that_nobody_caught_are_told_in_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    error = ValueError(KEY)
    sys.excepthook(ValueError, error, None)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    said = capsys.readouterr().err
    assert said.count("ValueError") == 1
    assert "CANARY" not in said


@pytest.mark.usefixtures("_restored")
def test_destructors_of_libraries_are_not_worth_a_word_and_ours_are(capsys: pytest.CaptureFixture[str]) -> None:
    class Foreign:
        def __del__(self) -> None:
            raise ValueError(KEY)

    class Ours:
        def __del__(self) -> None:
            Secret("x").__setattr__("_text", KEY)

    Foreign()
    Ours()
    gc.collect()
    said = capsys.readouterr().err
    assert "AttributeError at secret.py" in said
    assert "ValueError" not in said
    assert "CANARY" not in said


def test_without_stderr_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    funnel._on_error(ValueError, ValueError(KEY), None)


def test_a_lost_task_of_a_loop_is_told_by_its_kind(capsys: pytest.CaptureFixture[str]) -> None:
    funnel.quiet_loop(None, {"message": KEY, "exception": ValueError(KEY)})
    funnel.quiet_loop(None, {"message": KEY})
    said = capsys.readouterr().err
    assert said.count("ValueError") == 1
    assert "CANARY" not in said


def test_the_front_door_installs_the_hooks(environ: dict[str, str]) -> None:
    code = """
import sys, threading
from llmkeys.__main__ import run
run(["paths"])
print(sys.excepthook.__module__, sys.unraisablehook.__module__, threading.excepthook.__module__, file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stderr.split() == ["llmkeys.cli.funnel"] * 3
