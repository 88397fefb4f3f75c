"""`test`: verdicts as they come, and one exit code for all of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from cli.conftest import KEY, OTHER_KEY, Answer
from llmkeys.cli import checking
from llmkeys.cli.verdict_text import exit_code_of, gravest, verdict_lines
from llmkeys.verdict import State, Verdict
from support import answering_server
from support.provider_server import provider

Call = Callable[..., Answer]
Keep = Callable[..., None]
CODES = {
    State.OK: 0,
    State.RATE_LIMITED: 0,
    State.INVALID_KEY: 5,
    State.EXPIRED_OR_REVOKED: 5,
    State.NOT_SENT: 4,
    State.UNREACHABLE: 6,
    State.TIMEOUT: 6,
    State.SERVER_ERROR: 6,
    State.TLS_ERROR: 6,
    State.NOT_AN_API: 6,
    State.UNTESTABLE: 6,
    State.INSUFFICIENT_QUOTA: 1,
    State.FORBIDDEN_SCOPE: 1,
    State.REGION_BLOCKED: 1,
    State.WRONG_ENDPOINT: 1,
}


def test_every_state_has_its_exit_code() -> None:
    assert {state: exit_code_of([state]) for state in State} == CODES
    assert exit_code_of([]) == 0


@pytest.mark.parametrize(("one", "other"), product(State, State))
def test_of_several_states_the_first_of_5_4_1_6_counts(one: State, other: State) -> None:
    order = [5, 4, 1, 6, 0]
    assert exit_code_of([one, other]) == min(CODES[one], CODES[other], key=order.index)


@pytest.mark.parametrize(("codes", "code"), [((), 0), ((6, 5), 5), ((1, 4), 4), ((3, 6), 6), ((2, 3), 3)])
def test_of_several_exit_codes_the_gravest_counts(codes: tuple[int, ...], code: int) -> None:
    assert gravest(codes) == code


@pytest.mark.parametrize("state", State)
def test_where_a_person_is_needed_only_a_refused_key_counts_more(state: State) -> None:
    assert exit_code_of([state], needs_user=True) == (5 if CODES[state] == 5 else 4)


def test_a_good_and_a_bad_key_are_told_apart(call: Call, keep: Keep) -> None:
    with provider({KEY}) as server:
        keep("openai/good", KEY, "--base-url", f"{server.url}/v1", "--model", "gpt-4.1")
        keep("openai/bad", OTHER_KEY, "--base-url", f"{server.url}/v1", "--model", "gpt-4.1")
        assert call("test", "openai/good").code == 0
        done = call("test")
        lines = done.out.splitlines()
        assert done.code == 5
        assert any(line.startswith("✓ openai/good  ok") and line.endswith("2 models") for line in lines)
        assert any(line.startswith("✗ openai/bad   invalid") for line in lines)
        done = call("test", "--all", "--json")
    assert done.code == 5
    results = {each["account"]: each for each in done.json["results"]}
    assert results["openai/good"]["verdict"] == "ok"
    assert results["openai/good"]["models"] == 2
    assert results["openai/bad"]["key_accepted"] is False
    assert results["openai/bad"]["http_status"] == 401
    assert "CANARY" not in done.out


def test_a_model_that_is_not_served_is_said_with_the_nearest(call: Call, keep: Keep) -> None:
    with provider({KEY}) as server:
        keep("openai/work", KEY, "--base-url", f"{server.url}/v1", "--model", "gpt-4.2")
        done = call("test")
    assert done.code == 0
    assert "gpt-4.2" in done.out
    assert "gpt-4.1" in done.out


def test_foreign_text_is_clean_when_it_is_shown(call: Call, keep: Keep) -> None:
    with provider(()) as server:
        keep("openai/work", KEY, "--base-url", f"{server.url}/v1")
        server.answer = answering_server.Answer(
            403, body=b'{"error": {"message": "no \x1b]52;c;aGk=\x07 \xe2\x80\xae way"}}'
        )
        done = call("test")
    assert "\x1b" not in done.out + done.err
    assert "\u202e" not in done.out + done.err


def test_the_key_that_wins_for_a_provider_is_tested(call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    with provider({KEY}) as server:
        keep("openai/work", OTHER_KEY)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        done = call("test", "openai", "--json")
    assert [each["account"] for each in done.json["results"]] == ["openai/env"]
    assert done.json["results"][0]["source"] == "environment"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("test",), 3),
        (("test", "openai"), 3),
        (("test", "openai/none"), 3),
        (("test", "no-such-provider"), 2),
        (("test", "--all", "openai"), 2),
        (("test", "--offline"), 2),
    ],
)
def test_what_cannot_be_tested_has_its_code(call: Call, words: tuple[str, ...], code: int) -> None:
    done = call(*words)
    assert done.code == code
    assert done.err.startswith("llmkeys: ")
    assert call(*words, "--json").json["error"]["message"]


def test_stopping_a_test_ends_with_130(call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    keep("openai/work")
    monkeypatch.setattr(checking, "check_accounts", interrupted)
    done = call("test", "--json")
    assert done.code == 130
    assert done.json["error"]["code"] == "cancelled"


def test_a_verdict_in_words_has_its_next_step_below() -> None:
    lines = verdict_lines("openai/work", Verdict(State.INVALID_KEY, detail="Refused.", next="Rotate it."), 12)
    assert lines == ["✗ openai/work   invalid                Refused.", " " * 39 + "Rotate it."]
    assert verdict_lines("a/b", Verdict(State.OK, models=1, latency_ms=3), 3) == [
        "✓ a/b  ok               3 ms  1 model"
    ]
    assert verdict_lines("a/b", Verdict(State.OK, detail="Fine.", next="Nothing."), 3)[0].endswith("Fine.")


def test_what_came_with_an_answer_is_on_its_line_and_unknown_is_not_0() -> None:
    verdict = Verdict(State.OK, models=5, label="acme", balance="$74.50 left", expires_at="2027-01-31T00:00:00Z")
    assert verdict_lines("a/b", verdict, 3)[0].endswith("5 models · acme · $74.50 left · key expires 2027-01-31")
    assert verdict_lines("a/b", Verdict(State.OK, detail="Fine."), 3)[0].endswith("Fine.")


def test_a_limit_says_when_it_ends() -> None:
    verdict = Verdict(State.RATE_LIMITED, detail="Too often.", next="Test again in 90 s.", retry_after_s=90)
    assert [each.strip() for each in verdict_lines("a/b", verdict, 3)[1:]] == ["Test again in 90 s."]


def test_a_model_that_is_gone_is_called_so_as_in_the_lists() -> None:
    verdict = Verdict(
        State.OK, models=2, model_served=False, detail="Fine. It does not list m-9.", next="Nearest: m-1."
    )
    first, second = verdict_lines("a/b", verdict, 3)
    assert first.startswith("! a/b  model gone")
    assert second.strip() == "Nearest: m-1."


def test_a_paid_question_whose_model_is_gone_is_not_done(call: Call, keep: Keep) -> None:
    gone = answering_server.Answer(404, {}, b'{"error":{"message":"no","code":"model_not_found"}}')
    with provider({KEY}) as server:
        keep("openai/work", KEY, "--base-url", f"{server.url}/v1", "--model", "gpt-4.1")
        usual = server.answer
        server.answer = lambda request: gone if request.method == "POST" and request.key == KEY else usual(request)  # type: ignore[operator]
        done = call("test", "openai/work", "--spend")
    assert done.code == 1
    assert "It does not know gpt-4.1." in done.out


def _one_server_three_keys(keep: Keep, monkeypatch: pytest.MonkeyPatch, url: str, stored: str) -> None:
    keep("openai/work", stored, "--base-url", f"{url}/v1", "--model", "gpt-4.1")
    monkeypatch.setenv("OPENAI_API_KEY", OTHER_KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", f"{url}/v1")


def test_all_candidates_tell_in_one_look_that_the_key_that_wins_is_the_wrong_one(
    call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    with provider({KEY}) as server:
        _one_server_three_keys(keep, monkeypatch, server.url, KEY)
        done = call("test", "--all-candidates", "openai")
        documents = call("test", "--all-candidates", "openai", "--json").json["results"]
    assert done.code == 5
    first, where, *_ = done.out.splitlines()
    assert first.startswith("✗ openai/env   invalid")
    assert where.strip() == "wins · OPENAI_API_KEY in the environment"
    assert "shadowed · plaintext file" in done.out
    assert "! OPENAI_API_KEY in the environment wins, and its key is refused." in done.out
    assert "openai/work works: llmkeys set-default openai/work makes it the default by name." in done.out
    assert [(each["account"], each["state"], each["place"], each["verdict"]) for each in documents] == [
        ("openai/env", "wins", "OPENAI_API_KEY", "invalid_key"),
        ("openai/work", "shadowed", None, "ok"),
    ]


def test_a_variable_that_works_behind_one_that_is_refused_is_named(
    call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    with provider({KEY}) as server:
        _one_server_three_keys(keep, monkeypatch, server.url, OTHER_KEY)
        (project / ".env").write_text(f"OPENAI_API_KEY={KEY}\n", encoding="utf-8")
        done = call("test", "--all-candidates", "openai")
    assert ".env:1 OPENAI_API_KEY works: unset the other to let it win." in done.out


def test_a_variable_that_works_behind_a_stored_key_that_is_refused_can_take_its_place(
    call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    with provider({OTHER_KEY}) as server:
        _one_server_three_keys(keep, monkeypatch, server.url, KEY)
        done = call("test", "--all-candidates", "openai/work")
        assert "! plaintext file wins, and its key is refused." in done.out
        way = "llmkeys rotate-key openai/work --from-env OPENAI_API_KEY"
        assert f"OPENAI_API_KEY in the environment works: {way} takes it over." in done.out
        assert call(*way.split()[1:]).code == 0
        assert call("test", "openai/work").code == 0


def test_a_stored_key_that_is_refused_is_not_replaced_out_of_a_project_file(
    call: Call, keep: Keep, project: Path
) -> None:
    with provider({KEY}) as server:
        keep("openai/work", OTHER_KEY, "--base-url", f"{server.url}/v1")
        call("settings", "precedence", "stored-first")
        (project / ".env").write_text(f"OPENAI_API_KEY={KEY}\nOPENAI_BASE_URL={server.url}/v1\n", encoding="utf-8")
        done = call("test", "--all-candidates", "openai")
    assert done.out.rstrip().endswith(".env:1 OPENAI_API_KEY works.")


def test_all_candidates_say_no_more_where_the_right_key_wins_or_none_works(
    call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    with provider({OTHER_KEY}) as server:
        _one_server_three_keys(keep, monkeypatch, server.url, KEY)
        assert "!" not in call("test", "--all-candidates", "openai").out
        server.answer = answering_server.Answer(401)
        assert call("test", "--all-candidates", "openai").out.splitlines()[-1].endswith("its key is refused.")


@pytest.mark.parametrize("accounts", [(), ("openai", "anthropic")])
def test_all_candidates_take_one_account(call: Call, accounts: tuple[str, ...]) -> None:
    assert call("test", "--all-candidates", *accounts).code == 2
    assert call("test", "--all-candidates", "openai").code == 3


def test_a_token_is_announced_before_it_is_spent_and_the_balance_is_told(call: Call, keep: Keep) -> None:
    with provider({KEY}) as server:
        keep("openai/work", KEY, "--base-url", f"{server.url}/v1", "--model", "gpt-4.1")
        done = call("test", "openai/work", "--spend", "--balance")
        assert [request.method for request in server.received if request.key == KEY] == ["GET", "POST"]
    assert done.err.startswith("note: --spend asks for one token each: openai/work.")
    assert "No balance: " in done.out


def test_accounts_that_were_told_to_wait_are_left_alone_unless_they_are_named(
    call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    tested_at = time.time()
    busy = answering_server.Answer(429, {"retry-after": "600"}, b'{"error":{"code":"rate_limit_exceeded"}}')
    with provider({KEY}) as server:
        keep("openai/work", KEY, "--base-url", f"{server.url}/v1")
        server.answer = busy
        assert call("test").code == 0
        asked = len(server.received)
        again = call("test", "--json").json["results"]
        assert len(server.received) == asked
        assert [(each["verdict"], each["retry_after_s"]) for each in again] == [("rate_limited", 600)]
        monkeypatch.setattr(time, "time", lambda: tested_at + 290)
        assert "Test again in 6 min." in call("test").out
        assert len(server.received) == asked
        call("test", "openai/work")
        assert len(server.received) > asked
