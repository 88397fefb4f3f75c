"""Every verb's JSON fits its schema, exit codes are the same in both forms, and no key is in any of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pytest

from cli.conftest import KEY, OTHER_KEY, Answer
from llmkeys.cli.verbs import VERBS
from support.answering_server import AnsweringServer
from support.provider_server import provider
from support.tree import PACKAGE

Call = Callable[..., Answer]
SCHEMAS = PACKAGE / "schemas"
SAME = {"config": "status"}
ENVIRONMENT_KEY = "sk-proj-CANARY0123456789abcdefghijABCDEFGHIJ-env"
ANSWERS: dict[tuple[str, ...], int] = {
    ("status",): 0,
    ("config",): 0,
    ("test",): 5,
    ("test", "openai/work"): 0,
    ("why",): 0,
    ("why", "openai"): 0,
    ("why", "openai/work"): 0,
    ("why", "anthropic"): 3,
    ("get", "openai"): 0,
    ("get", "openai/work"): 0,
    ("models",): 0,
    ("models", "anthropic"): 0,
    ("models", "openai/work", "--filter", "gpt"): 0,
    ("models", "openai/work", "--add", "mine"): 0,
    ("models", "openai/work", "--update"): 0,
    ("providers",): 0,
    ("providers", "azure-openai"): 0,
    ("providers", "--dotenv"): 0,
    ("providers", "add", "lab", "--base-url", "https://llm.example.org/v1"): 0,
    ("settings",): 0,
    ("settings", "store"): 0,
    ("settings", "theme", "dark"): 0,
    ("paths",): 0,
    ("log",): 0,
    ("guide",): 0,
    ("guide", "start"): 0,
    ("--version",): 0,
    ("doctor",): 0,
    ("doctor", "--purge"): 0,
    ("set-default", "openai/work", "gpt-4.1"): 0,
    ("set-default", "openai/work:unknown-model"): 0,
    ("edit", "openai/work", "--name", "Mine"): 0,
    ("disable", "openai/work"): 0,
    ("enable", "openai/work"): 0,
    ("rotate-key", "openai/work", "--stdin"): 0,
    ("rotate-key", "openai/work", "--stdin", "--no-test"): 0,
    ("add-key", "openai/new", "--stdin", "--store", "file"): 0,
    ("add-key", "ollama", "--no-test"): 0,
    ("remove-key", "openai/work", "--keep", "10m"): 0,
    ("remove-key", "openai/work"): 0,
    ("reset", "--yes"): 0,
    ("reset",): 4,
    ("helper",): 2,
    ("completion", "csh"): 2,
    ("set-default", "anthropic"): 3,
    ("add-key", "openai/work", "--stdin"): 1,
    ("edit", "openai/work", "--base-url", "https://evil.example/v1"): 4,
    ("rotate-key", "openai/bad", "--stdin"): 0,
    ("nonsense",): 2,
}
ERRORS = {
    words for words, code in ANSWERS.items() if words[0] in ("helper", "completion", "nonsense") or code in (1, 4)
}
ERRORS |= {("set-default", "anthropic")}


@pytest.fixture
def server() -> Iterator[AnsweringServer]:
    """A provider that knows two keys."""
    with provider({KEY, ENVIRONMENT_KEY}) as running:
        yield running


@pytest.fixture
def household(server: AnsweringServer, keep: Callable[..., None], call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """A good stored key, a bad one, one of the environment, a default, a verdict and a log."""
    keep("openai/work", KEY, "--base-url", f"{server.url}/v1", "--model", "gpt-4.1", "--name", "Schlüssel ключ")
    keep("openai/bad", OTHER_KEY, "--base-url", f"{server.url}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", ENVIRONMENT_KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
    assert call("test").code == 5
    assert call("helper", "openai/work").out == f"{KEY}\n"


def schema(name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="ascii"))
    return found


def closed(part: object) -> object:
    """The schema without its leave to add fields: our own answers have no undocumented ones."""
    if isinstance(part, dict):
        inner = {key: closed(value) for key, value in part.items()}
        has_fields = inner.get("type") == "object" and "properties" in inner and "oneOf" not in inner
        return {**inner, "unevaluatedProperties": False} if has_fields and "required" in inner else inner
    return [closed(each) for each in part] if isinstance(part, list) else part


@pytest.mark.usefixtures("household")
@pytest.mark.parametrize("words", ANSWERS, ids=" ".join)
def test_the_document_fits_its_schema_and_holds_no_key(call: Call, words: tuple[str, ...]) -> None:
    done = call(*words, "--json", stdin=KEY)
    assert done.code == ANSWERS[words], done
    assert done.out.isascii()
    name = "error" if words in ERRORS else words[0].lstrip("-")
    jsonschema.validate(done.json, schema(SAME.get(name, name)))
    if name not in ("guide", "models", "providers"):
        jsonschema.validate(done.json, closed(schema(SAME.get(name, name))))
    assert "CANARY" not in done.out + done.err


@pytest.mark.usefixtures("household")
@pytest.mark.parametrize("words", [words for words in ANSWERS if words != ("helper", "openai/work")], ids=" ".join)
def test_words_have_the_same_exit_code_and_hold_no_key(call: Call, words: tuple[str, ...]) -> None:
    done = call(*words, stdin=KEY)
    assert done.code == ANSWERS[words], done
    assert "CANARY" not in done.out + done.err
    assert "\x1b" not in done.out + done.err


@pytest.mark.usefixtures("household")
def test_keys_are_in_no_file_but_the_key_file(call: Call, home: Path) -> None:
    for words in ANSWERS:
        if words[0] not in ("remove-key", "reset"):
            call(*words, stdin=KEY)
    holding = {path.name for path in home.rglob("*") if path.is_file() and b"CANARY" in path.read_bytes()}
    assert holding == {"credentials.json"}
    assert call("reset", "--yes").code == 0
    assert [path for path in home.rglob("*") if path.is_file() and b"CANARY" in path.read_bytes()] == []


def test_every_answering_verb_has_a_schema_and_every_schema_a_verb() -> None:
    named = {path.stem for path in SCHEMAS.glob("*.json")}
    wanted = {SAME.get(word, word) for word, verb in VERBS.items() if verb.answers_json}
    assert named == wanted | {"error", "version"}
    assert {words[0].lstrip("-") for words in ANSWERS} >= set(VERBS)


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_a_schema_is_one_and_says_that_fields_may_come(path: Path) -> None:
    document = schema(path.stem)
    jsonschema.Draft202012Validator.check_schema(document)
    assert document["properties"]["schema"] == {"const": 1}  # type: ignore[index]
    assert document["additionalProperties"] is True
    assert "ignores those it does not know" in str(document["description"])


def test_a_document_is_the_only_thing_on_stdout(child: Call, keep: Callable[..., None]) -> None:
    keep("openai/work")
    done = child("status", "--json")
    assert done.out.startswith('{\n  "schema": 1,\n')
    assert done.out.endswith("}\n")
    assert json.loads(done.out)["accounts"]
