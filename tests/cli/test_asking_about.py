"""`why`, `set-default`, `models`, `providers`, `settings`, `paths`, `guide`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from cli.conftest import KEY, OTHER_KEY, Answer
from llmkeys.cli import models_update
from llmkeys.cli.model_text import price, tokens
from llmkeys.errors import KeyRefused
from support import answering_server
from support.provider_server import provider
from support.tree import PACKAGE

Call = Callable[..., Answer]
Keep = Callable[..., None]


def test_why_shows_every_candidate_the_winner_and_the_rule(
    call: Call, keep: Keep, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep("openai/work")
    monkeypatch.setenv("OPENAI_API_KEY", OTHER_KEY)
    (project / ".env").write_text("OPENAI_API_KEY=sk-proj-CANARY-dotenv-0123456789\n")
    done = call("why", "openai")
    assert done.code == 0
    assert "env-first" in done.out
    assert "▸ openai/env" in done.out
    assert ".env:1 OPENAI_API_KEY" in done.out
    document = call("why", "openai", "--json").json
    assert document["account"] == "openai/env"
    assert [each["state"] for each in document["candidates"]] == ["wins", "shadowed", "shadowed"]
    named = call("why", "openai/work", "--json").json
    assert {each["account"]: each["state"] for each in named["candidates"]} == {
        "openai/work": "wins",
        "openai/env": "set, not asked",
        "openai/dotenv": "set, not asked",
    }
    assert "CANARY" not in json.dumps([document, named])


def test_why_explains_the_default_and_says_when_there_is_none(call: Call, keep: Keep) -> None:
    assert call("why").code == 3
    assert call("why", "--json").json["error"]["code"] == "not_configured"
    keep("openai/work")
    assert call("why", "--json").json["account"] == "openai/work"


def test_why_says_of_a_model_that_it_was_asked_for_and_of_others_where_they_come_from(call: Call, keep: Keep) -> None:
    keep("openai/work", KEY, "--model", "m-1")
    assert "  model    m-9  as asked for\n" in call("why", "openai/work:m-9").out
    assert "  model    m-1  from the default\n" in call("why", "openai/work").out


def test_why_without_a_winner_ends_with_the_code_of_what_is_missing(call: Call) -> None:
    done = call("why", "openai")
    assert done.code == 3
    assert "OpenAI has no key" in done.err
    done = call("why", "openai", "--json")
    assert done.code == 3
    assert done.json["account"] is None
    assert "llmkeys add-key openai" in done.json["next"]
    assert done.err == ""


@pytest.mark.parametrize("verb", ["why", "get", "test", "helper"])
def test_an_account_is_not_said_to_be_missing_where_config_cannot_be_read(
    call: Call, keep: Keep, home: Path, verb: str
) -> None:
    keep("openai/work")
    (config,) = home.rglob("config.json")
    config.write_text("{ not json")
    done = call(verb, "openai/work")
    assert done.code == 1
    assert "config.json cannot be read" in done.err
    assert done.err.count("cannot be read") == 1
    assert "add-key" not in done.err


def test_why_names_no_model_where_there_is_none(call: Call) -> None:
    assert "model" not in call("why", "elevenlabs").out


def test_why_says_which_address_was_ignored(
    call: Call, keep: Keep, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep("openai/work")
    (project / ".env").write_text("OPENAI_BASE_URL=https://evil.example/v1\n")
    done = call("why", "openai")
    assert "address  https://api.openai.com/v1" in done.out
    assert "is ignored" in done.err


def test_a_default_is_set_in_both_forms(call: Call, keep: Keep) -> None:
    keep("openai/work")
    done = call("set-default", "openai/work", "gpt-4.1")
    assert done.out == "★ openai/work · gpt-4.1\n  was openai/work · gpt-5.5\n"
    done = call("set-default", "openai/work:ft:gpt-4.1:acme", "--json")
    assert done.json["default"] == {"account": "openai/work", "model": "ft:gpt-4.1:acme"}
    assert done.json["previous"] == {"account": "openai/work", "model": "gpt-4.1"}
    assert call("set-default", "openai").code == 0


def test_a_model_nobody_lists_is_set_with_a_warning(call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    keep("openai/work")
    monkeypatch.setenv("LLMKEYS_MODEL", "gpt-4.1")
    done = call("set-default", "openai/work", "gpt-4.l")
    assert done.code == 0
    assert "★ openai/work · gpt-4.l, but LLMKEYS_MODEL is set and wins here" in done.out
    assert "the nearest are gpt-4.1" in done.out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("set-default",), 2),
        (("set-default", "openai"), 3),
        (("set-default", "openai/none", "gpt-4.1"), 3),
        (("set-default", "no-such", "x"), 2),
        (("set-default", "openai", ""), 2),
        (("set-default", "openai:"), 2),
        (("set-default", "elevenlabs", "x"), 2),
    ],
)
def test_a_default_that_cannot_be_is_refused(call: Call, words: tuple[str, ...], code: int) -> None:
    done = call(*words)
    assert done.code == code
    if code == 3:
        assert "llmkeys add-key" in done.err


def test_models_are_listed_filtered_and_told_in_json(call: Call, keep: Keep) -> None:
    assert call("models").code == 3
    assert call("models", "openai/none").code == 3
    assert "gpt-4.1" in call("models", "openai").out
    keep("openai/work")
    done = call("models", "--filter", "gpt-4.1")
    assert done.out.splitlines()[0].split() == ["MODEL", "ACCOUNT", "LIST", "CTX", "IN", "OUT"]
    assert done.out.splitlines()[1].startswith("gpt-4.1 ")
    assert "prices in dollars per 1M tokens, as of 20" in done.err
    done = call("models", "openai/work", "--filter", "gpt-4.1-nano", "--json")
    document = done.json
    assert done.err == ""
    (model,) = document["models"]
    assert (model["account"], model["model"]) == ("openai/work", "gpt-4.1-nano")
    assert document["snapshot"]["date"].startswith("20")
    done = call("models", "--filter", "nanoo")
    assert done.code == 0
    assert done.out == "Nothing matches.\n"
    assert "did you mean nano?" in done.err
    assert call("models", "--filter", "\x1b[2Jzzzzz").err == ""


def test_where_no_list_is_known_the_way_to_one_is_named(call: Call, keep: Keep) -> None:
    for name, *more in (("lab",), ("plain", "--wire", "other")):
        words = ("providers", "add", name, "--base-url", f"https://{name}.example/v1", *more)
        assert call(*words).code == 0
    keep("lab/me")
    done = call("models", "lab/me")
    assert done.code == 0
    assert done.out == "No list of lab/me is known yet. llmkeys models lab/me --update asks its server for it.\n"
    assert "llmkeys models ACCOUNT --update" in call("models").out
    assert "llmkeys models lab --update" in call("models", "lab", "--filter", "x").out
    assert call("models", "lab/me", "--json").json["models"] == []
    assert "llmkeys models plain --add MODEL" in call("models", "plain").out
    assert "serves no models to chat with" in call("models", "elevenlabs").out
    call("models", "lab/me", "--add", "mine")
    assert call("models", "lab/me", "--filter", "zzz").out == "Nothing matches.\n"


def test_one_model_is_one_model(call: Call, keep: Keep) -> None:
    keep("openai/work")
    assert call("models", "--filter", "gpt-4.1-nano").err.startswith("1 model; prices")
    with provider({KEY}) as server:
        server.answer = answering_server.Answer(200, body=b'{"data": [{"id": "only"}]}')
        keep("openai/one", KEY, "--base-url", f"{server.url}/v1")
        assert call("models", "openai/one", "--update").out == "✓ openai/one  1 model\n"


def test_hiding_what_no_list_has_is_done_and_warned_about(call: Call, keep: Keep) -> None:
    keep("openai/work")
    for _ in range(2):
        assert call("models", "openai/work", "--hide", "gpt-4.1-mini").err == ""
    done = call("models", "openai/work", "--hide", "gpt-4.l")
    assert done.code == 0
    assert done.out == "✓ gpt-4.l hidden on openai/work\n"
    assert "note: no list of openai/work has gpt-4.l; the nearest are gpt-4" in done.err
    assert call("models", "openai/work", "--hide", "@@@").err == "note: no list of openai/work has @@@\n"
    assert call("models", "openai/work", "--add", "@@@").err == ""


def test_a_disabled_account_serves_no_models(call: Call, keep: Keep) -> None:
    keep("openai/work")
    call("disable", "openai/work")
    assert call("models", "openai").code == 3


def test_ids_are_added_and_hidden(call: Call, keep: Keep) -> None:
    keep("openai/work")
    assert call("models", "openai", "--add", "my-model").out == "✓ my-model added on openai/work\n"
    done = call("models", "openai/work", "--hide", "gpt-4.1", "--json")
    assert done.json == {"schema": 1, "account": "openai/work", "model": "gpt-4.1", "change": "hidden"}
    ids = [each["model"] for each in call("models", "openai/work", "--json").json["models"]]
    assert ids[0] == "my-model"
    assert "gpt-4.1" not in ids


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("models", "--add", "x"), 2),
        (("models", "openai", "--add", " "), 2),
        (("models", "openai", "--add", "x"), 3),
        (("models", "openai", "--add", "x", "--hide", "y"), 2),
        (("models", "--from", "x"), 2),
        (("models", "--update", "--from", "x"), 2),
        (("models", "--update", "--to", "x"), 2),
        (("models", "--update", "--from", "no-such-file", "--to", "x"), 1),
        (("models", "--update", "--offline"), 2),
        (("models", "--update"), 3),
        (("models", "openai", "--update"), 3),
    ],
)
def test_what_cannot_be_done_to_models_has_its_code(call: Call, words: tuple[str, ...], code: int) -> None:
    done = call(*words)
    assert done.code == code, done
    assert done.err.startswith("llmkeys: ")


def test_a_live_list_is_asked_for_and_kept(call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    with provider({KEY}) as server:
        keep("openai/work", KEY, "--base-url", f"{server.url}/v1")
        keep("openai/bad", OTHER_KEY, "--base-url", f"{server.url}/v1")
        assert call("models", "openai/work", "--update").out == "✓ openai/work  2 models\n"
        assert call("models", "openai/bad", "--update").code == KeyRefused.exit_code
        done = call("models", "--update")
        assert done.code == 4
        assert "llmkeys models ACCOUNT --update" in done.err
        monkeypatch.setattr(models_update, "confirm", lambda question, otherwise: "127.0.0.1" not in question)
        assert call("models", "--update").code == 130
        monkeypatch.setattr(models_update, "confirm", lambda question, otherwise: True)
        done = call("models", "--update", "--json")
        assert done.json["updated"] == [{"account": "openai/work", "models": 2, "whole": True}]
        (failed,) = done.json["failed"]
        assert failed["account"] == "openai/bad"
        assert "openai/bad gave no list of models" in failed["message"]
        assert done.code == KeyRefused.exit_code
        assert done.err.startswith("llmkeys: ")
    assert [each["model"] for each in call("models", "openai/work", "--json").json["models"]] == [
        "gpt-4.1",
        "gpt-4.1-mini",
    ]


def test_a_list_asked_for_by_its_provider_is_told_under_the_accounts_name_and_the_reading_is_logged(
    call: Call, keep: Keep
) -> None:
    with provider({KEY}) as server:
        keep("openai/work", KEY, "--base-url", f"{server.url}/v1")
        document = call("models", "openai", "--update", "--json").json
    assert document == {
        "schema": 1,
        "updated": [{"account": "openai/work", "models": 2, "whole": True}],
        "failed": [],
    }
    (use,) = call("log", "--json").json["uses"]
    assert (use["account"], use["verb"], use["caller"]) == ("openai/work", "models", "cli")


def test_where_no_list_could_be_had_every_reason_is_told_and_the_gravest_counts(
    call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models_update, "confirm", lambda question, otherwise: True)
    with provider(()) as server:
        keep("openai/away", KEY, "--base-url", "http://127.0.0.1:9/v1")
        keep("openai/bad", OTHER_KEY, "--base-url", f"{server.url}/v1")
        done = call("models", "--update")
    assert done.code == KeyRefused.exit_code
    assert "openai/away gave no list" in done.err
    assert "openai/bad gave no list" in done.err
    document = call("models", "--update", "--json").json
    assert document["updated"] == []
    assert {each["account"] for each in document["failed"]} == {"openai/away", "openai/bad"}


def test_a_list_longer_than_what_is_read_is_not_told_as_whole(call: Call, keep: Keep) -> None:
    many = [{"id": f"model-{number:06}", "description": "x" * 400} for number in range(6_000)]
    with provider({KEY}) as server:
        server.answer = answering_server.Answer(200, {}, json.dumps({"object": "list", "data": many}).encode())
        keep("openai/work", KEY, "--base-url", f"{server.url}/v1")
        told = call("models", "openai/work", "--update").out
        (updated,) = call("models", "openai/work", "--update", "--json").json["updated"]
    assert updated["whole"] is False
    assert 1000 < updated["models"] < 6000
    count = f"{updated['models']:,}"
    assert told == f"✓ openai/work  the first {count} models; the list is longer than what is read of it\n"


def test_the_age_of_a_live_list_is_told_beside_its_models(call: Call, keep: Keep) -> None:
    with provider({KEY}) as server:
        keep("openai/work", KEY, "--base-url", f"{server.url}/v1")
        (before, *_) = call("models", "openai", "--json").json["models"]
        assert call("models", "openai/work", "--update").code == 0
    assert before["list_age_s"] is None
    assert 0 <= call("models", "openai", "--json").json["models"][0]["list_age_s"] < 60
    heads, line, *_ = call("models", "openai").out.splitlines()
    assert heads.split()[:4] == ["MODEL", "ACCOUNT", "LIST", "CTX"]
    assert line.split()[:3] == ["gpt-4.1", "openai/work", "now"]


def test_a_surprise_while_a_list_is_asked_for_is_a_surprise(
    call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ValueError(KEY)

    keep("openai/work")
    monkeypatch.setattr(models_update, "refresh_list", broken)
    done = call("models", "openai/work", "--update")
    assert done.code == 1
    assert "CANARY" not in done.err


def test_a_snapshot_is_made_from_a_file(call: Call, tmp_path: Path) -> None:
    source = tmp_path / "data.json"
    model = {"id": "gpt-4.1", "name": "GPT-4.1", "limit": {"context": 1}, "cost": {"input": 2, "output": 8}}
    source.write_text(json.dumps({"openai": {"id": "openai", "name": "OpenAI", "models": {"gpt-4.1": model}}}))
    target = tmp_path / "models.json.gz"
    done = call("models", "--update", "--from", str(source), "--to", str(target))
    assert done.code == 0, done.err
    assert done.out == f"✓ {target} written, {target.stat().st_size:,} bytes\n"
    document = call("models", "--update", "--from", str(source), "--to", str(target), "--json").json
    assert document["bytes"] == target.stat().st_size
    source.write_text("[]")
    assert call("models", "--update", "--from", str(source), "--to", str(target)).code == 1


@pytest.mark.parametrize(
    ("count", "shown"), [(None, ""), (1, "1"), (8192, "8k"), (200_000, "200k"), (1_000_000, "1M"), (1_500_000, "1.5M")]
)
def test_tokens_in_short(count: int | None, shown: str) -> None:
    assert tokens(count) == shown


@pytest.mark.parametrize(
    ("dollars", "shown"), [(None, ""), (0, "free"), (3, "$3.00"), (0.1, "$0.10"), (0.075, "$0.075"), (15.5, "$15.50")]
)
def test_prices_in_short(dollars: float | None, shown: str) -> None:
    assert price(dollars) == shown


def test_providers_are_listed_and_shown(call: Call) -> None:
    listed = call("providers", "--json").json["providers"]
    assert len(listed) > 60
    assert call("providers").out.count("\n") == len(listed)
    shown = call("providers", "google")
    assert shown.out.startswith("Google Gemini  gemini\n")
    assert "GEMINI_API_KEY or" in shown.out
    assert "tested by    GET /models?pageSize=1000: free and authenticated\n" in shown.out
    assert "resource" in call("providers", "azure-openai").out
    assert "or --base-url  https://api.moonshot.cn/v1\n" in call("providers", "moonshot").out
    assert call("providers", "moonshot", "--json").json["providers"][0]["other_base_urls"] == [
        "https://api.moonshot.cn/v1"
    ]
    assert "retired" in call("providers", "github-models").out
    assert call("providers", "github-models", "--json").json["providers"][0]["tested_by"] is None
    assert call("providers", "groq", "--json").json["providers"][0]["key_variables"] == ["GROQ_API_KEY"]
    assert "Did you mean groq" in call("providers", "grok-cloud").err + call("providers", "groqq").err


def test_an_empty_dotenv_is_printed(call: Call) -> None:
    text = call("providers", "--dotenv").out
    assert "# OPENAI_API_KEY=\n" in text
    assert call("providers", "--dotenv", "--json").json["dotenv"].strip() == text.strip()


def test_a_provider_of_ones_own_is_added(call: Call) -> None:
    words = ("providers", "add", "Lab", "--base-url", "https://llm.example.org/v1", "--env", "LAB_API_KEY")
    done = call(*words, "--model", "big", "--name", "The lab", "--json")
    assert done.code == 0
    (row,) = done.json["providers"]
    assert (row["provider"], row["name"], row["own"], row["default_model"]) == ("lab", "The lab", True, "big")
    assert call(*words).code == 1
    assert "your own" in call("providers").out
    words = ("providers", "add", "free", "--base-url", "https://free.example.org/v1", "--no-key")
    assert call(*words, "--wire", "anthropic").code == 0
    assert call("add-key", "lab", "--store", "file", "--no-test", "--stdin", stdin=KEY).code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("providers", "add"),
        ("providers", "add", "lab"),
        ("providers", "add", "a b", "--base-url", "https://x.example"),
        ("providers", "add", "lab", "--base-url", "http://x.example"),
        ("providers", "add", "lab", "--base-url", "https://x.example", "--wire", "smoke"),
        ("providers", "add", "lab", "--base-url", "https://x.example", "--env", "OPENAI_API_KEY"),
        ("providers", "add", "lab", "more", "--base-url", "https://x.example"),
        ("providers", "groq", "openai"),
        ("providers", "groq", "--env", "X"),
        ("providers", "no-such"),
        ("providers", "groq", "--model", "x"),
        ("providers", "remove"),
        ("providers", "remove", "lab", "more"),
        ("providers", "remove", "lab", "--no-key"),
    ],
)
def test_a_provider_that_makes_no_sense_is_refused(call: Call, words: tuple[str, ...]) -> None:
    done = call(*words)
    assert done.code == 2
    assert done.err.startswith("llmkeys: ")


def test_a_provider_of_ones_own_is_removed(call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("providers", "add", "lab", "--base-url", "https://llm.example.org/v1", "--env", "LAB_API_KEY")
    assert call(*words).code == 0
    assert "llmkeys providers remove lab" in call(*words).err
    keep("lab/me")
    done = call("providers", "remove", "lab")
    assert done.code == 1
    assert "lab/me" in done.err
    assert call("remove-key", "lab/me").code == 0
    done = call("providers", "remove", "lab")
    assert (done.code, done.out) == (0, "– lab removed\n")
    assert (
        call("providers", "remove", "lab").code
        == call("providers", "remove", "openai").code
        == call("providers", "lab").code
        == 2
    )
    assert call(*words).code == 0
    monkeypatch.setenv("LAB_API_KEY", KEY)
    assert call("set-default", "lab", "big").code == 0
    assert "It was the default" in call("providers", "remove", "lab").out
    assert call(*words).code == 0
    document = call("providers", "remove", "lab", "--json").json
    assert document == {"schema": 1, "provider": "lab", "default_cleared": False}
    jsonschema.validate(document, json.loads((PACKAGE / "schemas" / "providers.json").read_text(encoding="ascii")))


def test_settings_are_shown_and_changed(call: Call) -> None:
    assert "env-first | stored-first | stored-only" in call("settings").out
    assert call("settings", "precedence", "stored-first").code == 0
    (setting,) = call("settings", "precedence", "--json").json["settings"]
    assert (setting["value"], setting["is_default"]) == ("stored-first", False)
    assert call("settings", "precedence.openai", "stored-only").code == 0
    assert "precedence.openai" in call("settings").out
    assert call("settings", "precedence", "default").code == 0
    for words in (("settings", "presedence"), ("settings", "precedence", "both"), ("settings", "a", "b", "c")):
        assert call(*words).code == 2


def test_paths_are_named(call: Call, keep: Keep, home: Path) -> None:
    assert call("paths").out.count("not there yet") == 5
    keep("openai/work")
    paths = call("paths", "--json").json["paths"]
    assert Path(paths["config"]).is_relative_to(home)
    assert call("paths").out.count("not there yet") == 3
    assert not set(call("paths", "--json").json["paths"]) - {"config", "credentials", "status", "audit", "models"}


def test_the_guide_has_pages(call: Call) -> None:
    topics = call("guide", "--json").json["topics"]
    assert next(iter(topics)) == "start"
    assert {"precedence", "security", "providers", "models", "stores", "agents-and-scripts"} < set(topics)
    for topic, title in topics.items():
        done = call("guide", topic)
        assert done.out.startswith(f"# {title}\n")
        assert call("guide", topic, "--json").json["text"].startswith("# ")
    assert topics["start"] in call("guide").out
    assert "Did you mean stores?" in call("guide", "store").err
    assert "It has start," in call("guide", "zzz").err
