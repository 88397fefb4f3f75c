"""Finding the verb: help, versions, typing errors, options before and after, no verb at all."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from cli.conftest import Answer
from llmkeys import __main__
from llmkeys.cli import funnel, main, output
from llmkeys.cli.verbs import VERBS
from llmkeys.ui import launch, terminal

Call = Callable[..., Answer]
LATER = ("setup", "ensure", "run", "env", "undo", "alias", "import", "export", "migrate")


@pytest.mark.parametrize("words", [("--help",), ("-h",), ("help",), ("--help", "--json")])
def test_help_shows_the_everyday_verbs_and_names_the_rest(call: Call, words: tuple[str, ...]) -> None:
    done = call(*words)
    assert done.code == 0
    assert done.err == ""
    listed = [line.split()[0] for line in done.out.splitlines() if line.startswith("  ") and "  " in line.strip()]
    assert [word for word in listed if word in VERBS] == [word for word, verb in VERBS.items() if verb.everyday]
    said = done.out.replace(".", " ").split()
    assert set(VERBS) <= set(said)
    assert not set(LATER) & {word for word in said if word not in ("run", "env")}
    assert max(map(len, done.out.splitlines())) <= 100


def test_more_says_what_the_rest_does(call: Call) -> None:
    done = call("more")
    assert [line.split()[0] for line in done.out.splitlines()] == [
        word for word, verb in VERBS.items() if not verb.everyday
    ]


@pytest.mark.parametrize("word", VERBS)
def test_every_verb_explains_itself(call: Call, word: str) -> None:
    for words in ((word, "--help"), ("help", word), ("--help", word), ("--offline", word, "-h")):
        done = call(*words)
        assert done.code == 0
        assert done.out.startswith(f"usage: llmkeys {word} ")
        assert VERBS[word].words[1:] in done.out


@pytest.mark.parametrize(
    ("word", "meant"), [("statsu", "status"), ("add", "add-key"), ("addkey", "add-key"), ("remove", "remove-key")]
)
def test_a_mistyped_verb_names_the_nearest(call: Call, word: str, meant: str) -> None:
    done = call(word)
    assert done.code == 2
    assert meant in done.err
    assert meant in call(word, "--json").json["error"]["next"]


@pytest.mark.parametrize("word", ["zzz", *LATER, "\x1b[2Jx", ""])
def test_a_verb_that_does_not_exist_is_2(call: Call, word: str) -> None:
    done = call(word)
    assert done.code == 2
    assert "\x1b" not in done.err
    assert call("help", word).code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("--nonsense",),
        ("--jso",),
        ("status", "--jso"),
        ("status", "--off"),
        ("status", "more"),
        ("test", "--nonsense"),
        ("--nonsense", "status"),
        ("helper", "openai", "--json"),
        ("completion", "bash", "--json"),
        ("completion", "csh"),
        ("paths", "\x1b]52;c;x\x07"),
    ],
)
def test_options_are_whole_and_known(call: Call, words: tuple[str, ...]) -> None:
    done = call(*words)
    assert done.code == 2
    assert "\x1b" not in done.out + done.err
    if "--json" in words:
        assert done.json["error"]["code"] == "usage"
    else:
        assert done.out == ""
        assert done.err.startswith("llmkeys: ")
        assert "--help" in done.err


def test_options_of_every_verb_may_stand_before_it(call: Call) -> None:
    assert call("--json", "paths").json["schema"] == 1
    assert call("--offline", "--json", "paths", "--offline").json["schema"] == 1


@pytest.mark.parametrize("words", [("--version",), ("-V",)])
def test_the_version_is_told(call: Call, words: tuple[str, ...]) -> None:
    assert call(*words).out == f"llmkeys {funnel.version()}\n"
    assert call(*words, "--json").json["version"] == funnel.version()


def test_without_a_verb_and_without_a_terminal_it_is_status(call: Call, child: Call) -> None:
    assert call().code == 3
    assert child().code == 3
    assert "No keys yet" in child("--offline").out
    assert call("--json").json["accounts"] == []


def test_without_a_verb_on_a_terminal_it_is_the_app(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = []
    monkeypatch.setattr(terminal, "has_terminal", lambda _: True)
    monkeypatch.setattr(launch, "run_app", lambda session: sessions.append(session) or 7)
    assert call().code == 7
    assert call("--offline").code == 7
    assert [(session.caller, session.offline) for session in sessions] == [("app", False), ("app", True)]
    assert all(session.interactive for session in sessions)


@pytest.mark.parametrize("code", [0, 3, None, "words"])
def test_a_verb_that_leaves_by_itself_keeps_its_code(call: Call, monkeypatch: pytest.MonkeyPatch, code: object) -> None:
    def leaving(*_: object) -> None:
        raise SystemExit(code)

    monkeypatch.setattr(main, "_run", leaving)
    assert call("status").code == (code if isinstance(code, int) else 0)


def test_an_answer_that_cannot_be_written_is_told_once(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> None:
        raise output.Unwritable("The answer could not be written: No space left on device.")

    monkeypatch.setattr(output, "show_json", full)
    for words in (("paths", "--json"), ("nonsense", "--json")):
        done = call(*words)
        assert (done.code, done.out) == (1, "")
        assert done.err.count("No space left") == 1


@pytest.mark.only_on("linux")
@pytest.mark.parametrize("words", [("status",), ("paths", "--json"), ("--help",), ("providers",), ("paths", "--help")])
def test_a_full_disk_ends_with_1_and_a_reader_that_left_quietly(
    program: Callable[..., list[str]], environ: dict[str, str], words: tuple[str, ...]
) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(program(*words), env=environ, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "llmkeys: The answer could not be written: No space left on device.\n"
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(program(*words), env=environ, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (3 if words == ("status",) else 0, "")


def test_the_front_door_takes_the_quick_way_for_helper_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr("llmkeys.cli.process.harden", lambda: None)
    monkeypatch.setattr(funnel, "install", lambda: None)
    monkeypatch.setattr("gc.disable", lambda: None)
    monkeypatch.setattr("llmkeys.cli.helper.hand_out", lambda account: seen.append(account) or 5)
    monkeypatch.setattr(main, "main", lambda words: seen.append(words) or 6)
    for words, code in ((["helper", "openai"], 5), (["helper", "--help"], 6), (["helper"], 6), (["status", "x"], 6)):
        assert __main__.run(words) == code
    assert seen == ["openai", ["helper", "--help"], ["helper"], ["status", "x"]]


def test_the_process_ends_at_once_with_everything_said(monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)
    monkeypatch.setattr(__main__, "run", lambda words: len(words))
    monkeypatch.setattr("sys.argv", ["llmkeys", "one", "two"])
    __main__.main()

    def interrupted(_: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(__main__, "run", interrupted)
    __main__.main()

    class Broken:
        def flush(self) -> None:
            raise OSError

    monkeypatch.setattr("sys.stdout", Broken())
    monkeypatch.setattr("sys.stderr", None)
    __main__.leave(5)
    assert codes == [2, 130, 5]


def test_a_thread_that_hangs_does_not_delay_the_end(environ: dict[str, str]) -> None:
    code = """
import sys, threading, time
from llmkeys import __main__
threading.Thread(target=time.sleep, args=(60,)).start()
sys.argv = ["llmkeys", "paths"]
__main__.main()
"""
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, timeout=20, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith(b"config")


def test_every_verb_is_a_module_with_two_doors() -> None:
    from llmkeys.cli.parsing import module_of

    for verb in VERBS.values():
        module = module_of(verb)
        module.configure(argparse.ArgumentParser())
        assert callable(module.run)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_a_shell_gets_a_script_that_knows_every_verb(call: Call, shell: str) -> None:
    done = call("completion", shell)
    assert done.code == 0
    assert all(word in done.out for word in VERBS)
    assert "--from-env" in done.out


@pytest.mark.only_on("linux", "darwin")
def test_bash_understands_its_script(call: Call) -> None:
    script = call("completion", "bash").out
    ask = 'COMP_WORDS=(llmkeys set); COMP_CWORD=1; _shtab_llmkeys; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", f"{script}\n{ask}"], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["set-default", "settings"]


@pytest.mark.parametrize("verb", VERBS)
def test_what_is_missing_is_named_as_help_names_it(call: Call, verb: str) -> None:
    done = call(verb)
    if "arguments are required" in done.err:
        names = done.err.partition("required: ")[2].partition(".")[0]
        assert names == names.upper()
        assert names in call(verb, "--help").out


def test_a_word_that_is_no_choice_is_answered_with_the_choices(call: Call) -> None:
    assert "are required: SHELL." in call("completion").err
    done = call("completion", "csh")
    assert "Argument SHELL: " in done.err
    assert "powershell" in done.err
    assert "bash, zsh, fish, powershell" in call("completion", "--help").out
