"""`add-key` and `rotate-key`: typed → tested → stored → told what wins."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import KEY, OTHER_KEY, Answer
from llmkeys.catalog.rows import load_catalog
from llmkeys.cli import add_key, keeping_key, key_input
from llmkeys.cli.keeping_key import _not_saved
from llmkeys.errors import CannotTell, UsageError
from llmkeys.service.accounts import Draft
from llmkeys.verdict import State, Verdict
from support import answering_server
from support.provider_server import provider

Call = Callable[..., Answer]
Keep = Callable[..., None]
FILE = ("--store", "file")


def accounts(call: Call) -> list[str]:
    return [each["account"] for each in call("status", "--json").json["accounts"]]


def key_of(call: Call, account: str) -> str:
    return call("helper", account).out.strip()


def test_an_accepted_key_is_stored_and_the_first_one_becomes_the_default(call: Call) -> None:
    with provider({KEY}) as server:
        words = ("add-key", "OpenAI", "--base-url", f"{server.url}/v1", "--model", "gpt-4.1", *FILE, "--stdin")
        done = call(*words, stdin=f"  {KEY}\n")
    assert done.code == 0
    assert done.out.startswith("✓ openai/default sk-proj-…-one saved in the plaintext file\n  ok:")
    assert "★ openai/default · gpt-4.1 is the default now" in done.out
    assert "removed 2 spaces" in done.err
    assert key_of(call, "openai/default") == KEY


@pytest.mark.parametrize(
    ("after", "removed"), [("", ""), ("\n", ""), ("\r\n", ""), ("\n\n", "1 newline"), ("\r\n\r\n\r\n", "2 newlines")]
)
def test_the_line_end_that_ends_a_pipe_is_not_worth_a_note(call: Call, after: str, removed: str) -> None:
    done = call("add-key", "openai/work", *FILE, "--no-test", "--stdin", stdin=KEY + after)
    assert done.code == 0
    assert ("removed" in done.err) is bool(removed)
    assert removed in done.err
    assert key_of(call, "openai/work") == KEY


def test_a_refused_key_is_not_saved_and_ends_with_5(call: Call, home: Path) -> None:
    with provider(()) as server:
        words = ("add-key", "openai/work", "--base-url", f"{server.url}/v1", *FILE, "--stdin")
        for more in ((), ("--json",)):
            done = call(*words, *more, stdin=KEY)
            assert done.code == 5
            assert "openai/work was not saved" in done.out + done.err
            assert "--no-test saves" in done.out + done.err
            assert "CANARY" not in done.out + done.err
        assert not list(home.rglob("credentials.json"))
        assert call(*words, "--no-test", stdin=KEY).code == 0
    assert accounts(call) == ["openai/work"]


@pytest.mark.parametrize("more", [("--offline",), ("--no-test",)])
def test_untested_keys_are_saved_and_said_to_be_untested(call: Call, more: tuple[str, ...]) -> None:
    done = call("add-key", "openai/work", *FILE, "--stdin", *more, stdin=KEY)
    assert done.code == 0
    assert "untested" in done.out
    assert call("status", "--json").json["accounts"][0]["verdict"] is None


def test_a_key_that_could_not_be_tested_is_saved(call: Call) -> None:
    with provider(()) as server:
        server.answer = answering_server.Answer(500)
        words = ("add-key", "openai/work", "--base-url", f"{server.url}/v1", *FILE, "--stdin", "--json")
        done = call(*words, stdin=KEY)
    assert done.code == 0
    assert done.json["test"]["verdict"] == "server_error"
    assert accounts(call) == ["openai/work"]


def test_an_existing_account_is_left_alone_and_rotate_key_is_named(call: Call, keep: Keep) -> None:
    keep("openai/work")
    done = call("add-key", "openai/work", *FILE, "--stdin", stdin=OTHER_KEY)
    assert done.code == 1
    assert "llmkeys rotate-key openai/work" in done.err
    assert key_of(call, "openai/work") == KEY


def test_what_shadows_the_new_key_is_said_in_the_same_line(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", OTHER_KEY)
    done = call("add-key", "openai/work", *FILE, "--no-test", "--stdin", stdin=KEY)
    assert "saved in the plaintext file, but OPENAI_API_KEY wins for openai here" in done.out
    keys = call("add-key", "openai/two", *FILE, "--no-test", "--stdin", "--json", stdin=KEY + "2")
    assert keys.json["shadowed_by"] == "OPENAI_API_KEY"
    assert keys.json["winner"] == "openai/env"


def test_a_key_is_taken_from_a_variable(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", f"Bearer {KEY}")
    assert call("add-key", "openai/work", *FILE, "--no-test", "--from-env", "MY_KEY").code == 0
    assert key_of(call, "openai/work") == KEY


def test_remarks_on_an_odd_key_stop_nothing(call: Call, keep: Keep) -> None:
    keep("openai/work")
    done = call("add-key", "openai/again", *FILE, "--no-test", "--stdin", stdin=KEY)
    assert "openai/work has the same key" in done.err
    done = call("add-key", "openai/claude", *FILE, "--no-test", "--stdin", stdin="sk-ant-api03-" + "aB3" * 31)
    assert "looks like a key of Anthropic, not of OpenAI" in done.err
    done = call("add-key", "groq", *FILE, "--no-test", "--stdin", stdin="odd-key-of-some-length")
    assert "not the usual form of Groq's keys, gsk_…" in done.err
    done = call("add-key", "openai/odd", *FILE, "--no-test", "--stdin", stdin="odd-key-of-some-length")
    assert "not the usual form of OpenAI's keys, sk-… (22 characters)" in done.err
    done = call("add-key", "openai/short", *FILE, "--no-test", "--stdin", stdin="sk-proj-" + "aB3" * 12)
    assert "note: OpenAI project key by its prefix, but not of the usual form: letters" in done.err
    assert "48 to 170 in all (44 characters)" in done.err
    done = call("add-key", "sambanova", *FILE, "--no-test", "--stdin", stdin="short")
    assert done.code == 0


PLAIN = "sk-0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("account", "pasted", "note"),
    [
        ("openai/work", f"DEEPSEEK_API_KEY={PLAIN}", "DEEPSEEK_API_KEY is the variable of DeepSeek, not of OpenAI"),
        ("openai/work", f"export P_HANG_KEY={PLAIN}", "P_HANG_KEY is the variable of hang, not of OpenAI"),
        ("hang/work", f"DEEPSEEK_API_KEY={PLAIN}", "DEEPSEEK_API_KEY is the variable of DeepSeek, not of hang"),
        ("deepseek/work", f"DEEPSEEK_API_KEY={PLAIN}", ""),
        ("openai/work", f"SOME_KEY={PLAIN}", ""),
    ],
)
def test_a_key_from_another_providers_variable_is_remarked_on(call: Call, account: str, pasted: str, note: str) -> None:
    words = ("providers", "add", "hang", "--base-url", "https://hang.example/v1", "--env", "P_HANG_KEY")
    assert call(*words).code == 0
    done = call("add-key", account, *FILE, "--no-test", "--stdin", stdin=pasted)
    assert done.code == 0
    assert ("is the variable of" in done.err) is bool(note)
    assert note in done.err
    done = call("rotate-key", account, *FILE, "--no-test", "--stdin", stdin=f"{pasted}ab")
    assert note in done.err


def test_everything_that_goes_with_a_key_is_kept(call: Call, home: Path) -> None:
    words = ("add-key", "azure-openai/corp", "--name", "Corp", "--model", "gpt-4.1", "--set", "resource=mine", *FILE)
    words = (*words, "--set", "azure_version=")
    assert call(*words, "--no-test", "--stdin", stdin="0123456789abcdef0123456789abcdef").code == 0
    (config,) = home.rglob("config.json")
    kept = json.loads(config.read_text())["accounts"]["azure-openai/corp"]
    assert (kept["name"], kept["model"], kept["settings"]) == ("Corp", "gpt-4.1", {"resource": "mine"})


def test_a_setting_that_the_provider_has_no_use_for_is_said_and_kept(call: Call, home: Path) -> None:
    words = ("add-key", "openai/work", "--set", "foo=bar", "--set", "project=mine", *FILE, "--no-test", "--stdin")
    done = call(*words, stdin=KEY)
    assert "note: OpenAI has no setting “foo”; it has organization, project\n" in done.err
    assert "“project”" not in done.err
    done = call("edit", "openai/work", "--set", "bar=1", "--set", "foo=", "--set", "organization=us")
    assert (done.code, done.err) == (0, "note: OpenAI has no setting “bar”; it has organization, project\n")
    (config,) = home.rglob("config.json")
    kept = json.loads(config.read_text())["accounts"]["openai/work"]
    assert kept["settings"] == {"project": "mine", "bar": "1", "organization": "us"}
    assert "Groq has no setting “x”; it has none" in call("add-key", "groq", "--set", "x=y", *words[6:], stdin=KEY).err


def test_a_server_without_a_key_needs_none(call: Call) -> None:
    done = call("add-key", "ollama", "--no-test", "--json")
    assert done.code == 0
    assert (done.json["store"], done.json["hint"]) == (None, None)
    done = call("add-key", "ollama/keyed", "--no-test", *FILE, "--stdin", stdin="some-key-of-mine")
    assert done.code == 0
    assert key_of(call, "ollama/keyed") == "some-key-of-mine"


def test_a_server_of_the_local_network_may_be_plain_as_long_as_it_gets_no_key(call: Call) -> None:
    words = ("add-key", "ollama/lan", "--base-url", "http://box.example:11434", "--no-test")
    done = call(*words, *FILE, "--stdin", stdin="some-key-of-mine")
    assert done.code == 2
    assert "plain http" in done.err
    assert call(*words).code == 0
    assert call("why", "ollama/lan", "--json").json["base_url"] == "http://box.example:11434"


@pytest.mark.only_on("linux", "darwin")
def test_a_key_piped_in_without_saying_so_is_not_dropped_silently(child: Call, tmp_path: Path) -> None:
    done = child("add-key", "ollama", *FILE, "--no-test", stdin=f"{KEY}\n")
    assert done.code == 2
    assert "--stdin" in done.err
    assert "CANARY" not in done.out + done.err
    assert child("helper", "ollama/default").code == 3
    assert child("add-key", "ollama", *FILE, "--no-test", "--stdin", stdin=f"{KEY}\n").code == 0
    assert child("add-key", "ollama/empty", *FILE, "--no-test", stdin="").code == 0
    assert child("add-key", "ollama/null", *FILE, "--no-test").code == 0


@pytest.mark.only_on("linux", "darwin")
def test_a_pipe_that_is_open_and_silent_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as silent:
        monkeypatch.setattr(sys, "stdin", silent)
        key_input.refuse_unasked_pipe()
        os.write(writing, b"k")
        with pytest.raises(UsageError):
            key_input.refuse_unasked_pipe()
        os.close(writing)
        key_input.refuse_unasked_pipe()


BAD_KEYS = {
    "empty": "",
    "white": " \n\t ",
    "mask": "sk-…7Qx2",
    "stars": "********************",
    "inner space": "sk-proj-one two",
    "inner newline": "sk-proj-one\ntwo",
    "control": "sk-proj-\x07one",
    "smart": "sk-proj-“one”two",
    "not text": b"\xff\xfe\x00sk",
    "huge": "x" * 10_000_000,
    "long": "x" * 5000,
}


@pytest.mark.parametrize("key", BAD_KEYS.values(), ids=BAD_KEYS)
def test_what_cannot_be_a_key_is_refused_in_one_sentence(call: Call, home: Path, key: str | bytes) -> None:
    done = call("add-key", "openai/work", *FILE, "--no-test", "--stdin", stdin=key)
    assert done.code == 1
    assert len(done.err.splitlines()) <= 2
    assert "sk-" not in done.err
    assert not list(home.rglob("*.json"))


@pytest.mark.parametrize("text", [f'"{KEY}"', f"“{KEY}”", f"export OPENAI_API_KEY={KEY}", f"Bearer {KEY}", KEY * 2])
def test_what_is_pasted_around_a_key_is_removed(call: Call, text: str) -> None:
    done = call("add-key", "openai/work", *FILE, "--no-test", "--stdin", stdin=text)
    assert done.code == 0
    assert "removed" in done.err
    assert key_of(call, "openai/work") == KEY


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add-key",), 2),
        (("add-key", "opnai/work"), 2),
        (("add-key", "openai/env"), 2),
        (("add-key", "openai/a b"), 2),
        (("add-key", "openai/"), 2),
        (("add-key", "openai:gpt-4.1"), 2),
        (("add-key", "openai", "--base-url", "http://example.org"), 2),
        (("add-key", "openai", "--base-url", "https://user:pw@example.org"), 2),
        (("add-key", "openai", "--set", "novalue"), 2),
        (("add-key", "openai", "--store", "safe"), 2),
        (("add-key", "openai", "--stdin", "--from-env", "X"), 2),
        (("add-key", "openai", *FILE, "--from-env", "NOT_SET"), 2),
        (("add-key", "openai", *FILE, "--from-env", "REFERENCE"), 2),
        (("add-key", "openai", *FILE), 4),
        (("add-key", "openai", "--stdin"), 4),
        (("rotate-key", "openai/none", "--stdin"), 3),
        (("rotate-key", "openai", "--stdin"), 3),
        (("rotate-key", "openai/env", "--stdin"), 2),
        (("rotate-key", "openai", "--keep", "soon"), 2),
        (("rotate-key", "groq", "--stdin"), 3),
    ],
)
def test_what_is_wrong_is_said_before_a_key_is_read(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int
) -> None:
    monkeypatch.setenv("REFERENCE", "op://vault/item")
    done = call(*words, stdin=KEY)
    assert done.code == code, done.err
    assert done.err.startswith("llmkeys: ")
    assert not list(home.rglob("*.json"))


def test_of_an_endless_stdin_little_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = io.TextIOWrapper(io.BytesIO(b"x" * 1_000_000))
    monkeypatch.setattr(sys, "stdin", endless)
    assert len(key_input._from_stdin()) == endless.buffer.tell() < 20_000


def test_stdin_that_is_closed_holds_no_key(child: Callable[..., Answer]) -> None:
    done = child("add-key", "openai", *FILE, "--stdin")
    assert done.code == 1
    assert "There is no key in that" in done.err


def test_rotating_tests_first_and_then_swaps(call: Call, keep: Keep, home: Path) -> None:
    good = {KEY, OTHER_KEY}
    with provider(good) as server:
        keep("openai/work", KEY, "--base-url", f"{server.url}/v1", "--name", "Mine", "--model", "gpt-4.1")
        done = call("rotate-key", "openai", "--stdin", "--keep", "10m", stdin=OTHER_KEY)
        assert done.code == 0
        assert done.out.startswith("✓ openai/work sk-proj-…-two saved in the plaintext file")
        assert "\n  the old key is kept for 10 minutes\n" in done.out
        assert key_of(call, "openai/work") == OTHER_KEY
        good.clear()
        done = call("rotate-key", "openai/work", "--stdin", stdin=KEY)
        assert done.code == 5
        assert "openai/work keeps its old key" in done.err
        server.answer = answering_server.Answer(503)
        done = call("rotate-key", "openai/work", "--stdin", stdin=KEY)
        assert done.code == 6
        assert key_of(call, "openai/work") == OTHER_KEY
        assert call("rotate-key", "openai/work", "--stdin", "--no-test", "--json", stdin=KEY).code == 0
    assert key_of(call, "openai/work") == KEY
    (config,) = home.rglob("config.json")
    kept = json.loads(config.read_text())
    assert kept["accounts"]["openai/work"]["name"] == "Mine"
    assert len(kept["garbage"]) == 1


def test_of_an_account_that_had_no_key_none_is_kept(call: Call) -> None:
    assert call("add-key", "ollama", "--no-test").code == 0
    done = call("rotate-key", "ollama", "--no-test", "--stdin", "--keep", "1d", *FILE, stdin=KEY)
    assert done.code == 0
    assert "kept for" not in done.out
    done = call("rotate-key", "ollama", "--no-test", "--stdin", "--keep", "1d", stdin=OTHER_KEY)
    assert "kept for 1 day\n" in done.out
    assert "kept for" not in call("rotate-key", "ollama", "--no-test", "--stdin", stdin=KEY).out


@pytest.mark.parametrize(("has_key", "kept_seconds"), [(False, 0), (True, 600)])
def test_rotating_and_removing_tell_programs_how_long_the_old_key_is_kept(
    call: Call, keep: Keep, has_key: bool, kept_seconds: int
) -> None:
    for account in ("ollama/rotated", "ollama/removed", "ollama/gone"):
        if has_key:
            keep(account)
        else:
            assert call("add-key", account, "--no-test").code == 0
    words = ("rotate-key", "ollama/rotated", "--no-test", "--stdin", *FILE)
    assert call(*words, "--keep", "10m", "--json", stdin=OTHER_KEY).json["kept_seconds"] == kept_seconds
    assert call(*words, "--json", stdin=KEY).json["kept_seconds"] == 0
    assert call("remove-key", "ollama/removed", "--keep", "10m", "--json").json["kept_seconds"] == kept_seconds
    assert ("kept for" in call("remove-key", "ollama/gone", "--keep", "10m").out) is has_key


def test_a_rotation_without_network_keeps_the_old_key_unless_told(call: Call, keep: Keep) -> None:
    keep("openai/work")
    assert call("rotate-key", "openai", "--stdin", "--offline", stdin=OTHER_KEY).code == 6
    assert key_of(call, "openai/work") == KEY
    assert call("rotate-key", "openai", "--stdin", "--offline", "--no-test", stdin=OTHER_KEY).code == 0
    assert key_of(call, "openai/work") == OTHER_KEY


def test_a_server_that_wants_no_key_may_be_given_one_on_a_terminal(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    for label, typed in (("with", "a-key-of-my-own-server"), ("without", " ")):
        monkeypatch.setattr(add_key, "ask_key", lambda question, otherwise, typed=typed: typed)
        assert call("add-key", f"ollama/{label}", "--no-test", *FILE).code == 0
    assert key_of(call, "ollama/with") == "a-key-of-my-own-server"
    assert call("helper", "ollama/without").code != 0


@pytest.mark.parametrize("step", ["", "Wait.", "llmkeys edit openai/work --set resource=VALUE"])
def test_the_next_step_of_a_key_that_was_not_saved_is_made_of_whole_sentences(step: str) -> None:
    row = load_catalog().find("openai")
    error = _not_saved(Draft("openai", "work", None), Verdict(State.UNTESTABLE, next=step), row)
    first = f"{step.rstrip('.')}. " if step else ""
    assert error.next == f"{first}--no-test saves this one anyway."


@pytest.mark.parametrize(("agreed", "code"), [(True, 0), (False, 4)])
def test_where_a_setting_alone_chose_the_plaintext_file_a_person_is_asked(
    call: Call, monkeypatch: pytest.MonkeyPatch, agreed: bool, code: int
) -> None:
    assert call("settings", "store", "file").code == 0
    words = ("add-key", "openai/work", "--no-test", "--stdin")
    assert call(*words, stdin=KEY).code == 4
    asked: list[str] = []
    monkeypatch.setattr(keeping_key, "is_there", lambda: True)
    monkeypatch.setattr(keeping_key, "confirm", lambda question, otherwise: asked.append(question) or agreed)
    assert call(*words, stdin=KEY).code == code
    assert asked == [
        "Keeping keys in a plaintext file needs your consent.\nKeep the key in a plaintext file, mode 0600?"
    ]
    assert accounts(call) == (["openai/work"] if agreed else [])


def test_a_terminal_that_goes_before_its_answer_consents_to_nothing(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    call("settings", "store", "file")
    monkeypatch.setattr(keeping_key, "is_there", lambda: True)
    done = call("add-key", "openai/work", "--no-test", "--stdin", stdin=KEY)
    assert (done.code, accounts(call)) == (4, [])
    assert "needs your consent" in done.err


@pytest.mark.parametrize("verb", ["add-key", "rotate-key"])
def test_a_key_whose_only_address_is_trusted_less_is_neither_sent_nor_saved(
    call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    old, new = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
    if verb == "rotate-key":
        keep("azure-openai/corp", old)
    with provider({new}) as server:
        monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", server.url)
        done = call(verb, "azure-openai/corp", "--stdin", *FILE, stdin=new)
        assert server.received == []
    assert done.code == 4
    assert "never gets a stored key" in done.err
    assert ("keeps its old key" if verb == "rotate-key" else "was not saved") in done.err
    assert "an address of its own" in done.err
    assert accounts(call) == (["azure-openai/corp"] if verb == "rotate-key" else [])


def test_a_draft_that_was_not_tested_and_not_saved_is_told(call: Call) -> None:
    row = load_catalog().find("openai")._replace(console_url="")
    error = _not_saved(Draft("openai", "work", None), None, row)
    assert isinstance(error, CannotTell)
    assert error.message == "openai/work was not saved."


@pytest.mark.parametrize("verb", ["remove-key", "disable"])
def test_a_bare_default_whose_last_key_goes_stays_and_is_said_to_have_none(
    call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    for label in ("work", "more", "last"):
        keep(f"openai/{label}", f"{KEY}{label}")
    call("set-default", "openai/work", "gpt-4.1")
    assert "no key left" not in call(verb, "openai/last").out
    call("set-default", "openai", "gpt-4.1")
    assert "no key left" not in call(verb, "openai/more").out
    with monkeypatch.context() as set_elsewhere:
        set_elsewhere.setenv("OPENAI_API_KEY", OTHER_KEY)
        assert "no key left" not in call(verb, "openai/work").out
    keep("openai/new", f"{KEY}new")
    done = call(verb, "openai/new")
    assert "! openai has no key left here, and it is still the default. llmkeys add-key openai gives it one" in done.out
    assert call("status", "--json").json["default"] == {"account": "openai", "model": "gpt-4.1"}
    keep("openai/json", f"{KEY}json")
    assert call(verb, "openai/json", "--json").json["default_without_key"]


def test_removing_forgets_key_and_default(call: Call, keep: Keep, home: Path) -> None:
    keep("openai/work")
    keep("openai/other", OTHER_KEY)
    done = call("remove-key", "openai/work", "--keep", "10m")
    assert done.code == 0
    assert "; its key is kept for 10 minutes" in done.out
    assert "It was the default" in done.out
    done = call("remove-key", "openai", "--json")
    assert done.json == {
        "schema": 1,
        "account": "openai/other",
        "default_cleared": False,
        "default_without_key": False,
        "kept_seconds": 0,
        "left_over": None,
    }
    (store,) = home.rglob("credentials.json")
    assert KEY in store.read_text()
    assert OTHER_KEY not in store.read_text()
    assert call("doctor", "--purge").code == 0
    assert "CANARY" not in "".join(path.read_text() for path in home.rglob("*.json"))


def test_what_could_not_be_deleted_is_said(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    from llmkeys.cli import remove_key
    from llmkeys.service.accounts import Removed

    left = Removed("openai/work", False, "The keychain is locked.")
    monkeypatch.setattr(remove_key, "remove_account", lambda *_, **__: left)
    assert "! The keychain is locked." in call("remove-key", "openai/work").out


def test_enabling_and_disabling(call: Call, keep: Keep) -> None:
    keep("openai/work")
    done = call("disable", "openai")
    assert done.out.splitlines()[0] == "– openai/work is disabled"
    assert "It was the default" in done.out
    assert call("helper", "openai/work").code == 3
    done = call("enable", "openai", "--json")
    assert done.json == {
        "schema": 1,
        "account": "openai/work",
        "enabled": True,
        "default_cleared": False,
        "default_without_key": False,
    }
    assert call("enable", "openai").out == "✓ openai/work is enabled\n"


def test_a_provider_with_several_accounts_must_be_told_which(call: Call, keep: Keep) -> None:
    keep("openai/one")
    keep("openai/two", OTHER_KEY)
    for verb in ("disable", "enable", "remove-key"):
        done = call(verb, "openai")
        assert done.code == 2
        assert "openai/one, openai/two" in done.err
    assert call("disable", "openai:gpt-4.1").code == 2


def test_editing_changes_everything_but_the_key(call: Call, keep: Keep, home: Path) -> None:
    keep("openai/work")
    assert call("edit", "openai", "--name", "Mine", "--model", "gpt-4.1", "--set", "organization=org-1").code == 0
    done = call("edit", "openai/work", "--label", "job", "--set", "organization=", "--json")
    assert done.json == {"schema": 1, "account": "openai/job", "was": "openai/work"}
    (config,) = home.rglob("config.json")
    kept = json.loads(config.read_text())["accounts"]["openai/job"]
    assert (kept["name"], kept["model"], kept["settings"]) == ("Mine", "gpt-4.1", {})
    assert key_of(call, "openai/job") == KEY
    assert call("edit", "openai/job", "--name", "").code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("edit", "openai/work"), 2),
        (("edit", "openai/work", "--label", "env"), 2),
        (("edit", "openai/work", "--label", "a b"), 2),
        (("edit", "openai/work", "--label", "other"), 1),
        (("edit", "openai/none", "--name", "x"), 3),
        (("edit", "openai/work", "--base-url", "https://evil.example/v1"), 4),
        (("edit", "openai/work", "--base-url", "http://evil.example/v1"), 2),
    ],
)
def test_an_edit_that_may_not_be_changes_nothing(
    call: Call, keep: Keep, home: Path, words: tuple[str, ...], code: int
) -> None:
    keep("openai/work")
    keep("openai/other", OTHER_KEY)
    (config,) = home.rglob("config.json")
    before = json.loads(config.read_text())["accounts"]
    assert call(*words).code == code
    assert json.loads(config.read_text())["accounts"] == before
