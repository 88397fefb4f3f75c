"""What is asked only when a person wants it: one token, and the balance; and what local servers tell besides."""

from __future__ import annotations

import json

import pytest

from check.accounts import BAD, GOOD, LIST, REFUSED, Test, at, by_key
from llmkeys.catalog.provider import WIRES
from llmkeys.catalog.rows import Catalog
from llmkeys.catalog.wires import load_wires
from llmkeys.check.on_demand import spend_questions
from llmkeys.check.request import Ask
from llmkeys.secret import Secret
from llmkeys.verdict import State, Verdict
from support.answering_server import Answer, AnsweringServer, Received

PONG = Answer(200, {}, b'{"choices":[{"message":{"content":"Hi"},"finish_reason":"length"}]}')
NO_CREDIT = Answer(429, {}, b'{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}')
NO_MODEL = Answer(404, {}, b'{"error":{"message":"The model gpt-x does not exist","code":"model_not_found"}}')
TOO_SHORT = Answer(
    400,
    {},
    b'{"error":{"message":"Could not finish the message because max_tokens or model output limit was reached."}}',
)
TROUBLE = Answer(503, {}, b'{"error":{"message":"down"}}')


def answering(free: Answer, token: Answer) -> object:
    """The free answer to a GET, the other to a POST; a wrong key is refused at both."""

    def answer(request: Received) -> Answer:
        if request.key != GOOD:
            return REFUSED
        return token if request.method == "POST" else free

    return answer


def test_nothing_is_generated_unless_it_is_asked_for(tested: Test, catalog: Catalog) -> None:
    with AnsweringServer(answering(LIST, PONG)) as server:  # type: ignore[arg-type]
        tested(None, provider=at(catalog.providers["openai"], server.url))
        assert [request.method for request in server.received] == ["GET"]


@pytest.mark.parametrize(
    ("token", "state", "accepted", "words"),
    [
        (PONG, State.OK, True, "OpenAI accepts this key. gpt-4o answered with one token."),
        (NO_MODEL, State.OK, True, "OpenAI accepts this key. It does not know gpt-4o."),
        (TOO_SHORT, State.OK, True, "OpenAI accepts this key."),
        (NO_CREDIT, State.INSUFFICIENT_QUOTA, True, "credit or quota is used up"),
        (
            TROUBLE,
            State.SERVER_ERROR,
            True,
            "One token of gpt-4o could not be had: OpenAI has trouble of its own",
        ),
    ],
    ids=["ok", "no model", "too short", "no credit", "trouble"],
)
def test_one_token_is_spent_after_the_free_question_and_tells_more(
    tested: Test, catalog: Catalog, token: Answer, state: State, accepted: bool, words: str
) -> None:
    with AnsweringServer(answering(LIST, token)) as server:  # type: ignore[arg-type]
        verdict = tested(None, provider=at(catalog.providers["openai"], server.url), spend=True, model="gpt-4o")
    assert (verdict.state, verdict.key_accepted, verdict.models) == (state, accepted, 2)
    assert words in verdict.detail
    assert verdict.model_served is (token is not NO_MODEL)
    free, spent = server.received
    assert (free.method, spent.method, spent.path) == ("GET", "POST", "/chat/completions")
    assert json.loads(spent.body) == {
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": "Hi"}],
        "max_completion_tokens": 1,
    }
    assert GOOD.encode() not in spent.body
    assert verdict.method == "POST /chat/completions, one token"


def test_no_token_is_spent_on_a_key_that_the_free_question_refused(tested: Test, catalog: Catalog) -> None:
    with AnsweringServer(by_key()) as server:
        verdict = tested(None, key=BAD, provider=at(catalog.providers["openai"], server.url), spend=True)
    assert verdict.state is State.INVALID_KEY
    assert [request.method for request in server.received] == ["GET"]


def test_where_nothing_could_be_spent_the_free_verdict_stands_and_says_so(tested: Test, catalog: Catalog) -> None:
    row = catalog.providers["deepgram"]
    with AnsweringServer(by_key(Answer(200, {}, b'{"projects":[{"project_id":"p","name":"acme"}]}'))) as server:
        verdict = tested(None, provider=at(row, server.url), spend=True)
    assert verdict.state is State.OK
    assert verdict.detail.endswith("Nothing was spent: Deepgram has no request of one token that llmkeys knows.")


def test_the_rows_own_model_is_asked_where_nobody_chose_one(tested: Test, catalog: Catalog) -> None:
    row = at(catalog.providers["anthropic"], "")
    with AnsweringServer(answering(LIST, Answer(200, {}, b'{"type":"message","content":[]}'))) as server:  # type: ignore[arg-type]
        verdict = tested(None, provider=at(row, server.url), spend=True)
    assert verdict.method == "POST /messages, one token"
    assert json.loads(server.received[1].body)["model"] == row.default_model


@pytest.mark.parametrize(
    ("provider", "model", "words"),
    [
        ("replicate", "x", "has no request of one token"),
        ("deepgram", "x", "has no request of one token"),
        ("github-copilot", "x", "has no request of one token"),
        ("openai-compatible", None, "Without a model there is nothing to spend a token on."),
    ],
)
def test_where_no_token_can_be_spent_the_reason_is_told(
    catalog: Catalog, provider: str, model: str | None, words: str
) -> None:
    found = spend_questions(Ask(catalog.providers[provider], Secret(GOOD), "https://a.example"), model)
    assert isinstance(found, Verdict)
    assert words in found.detail


def test_every_wire_kind_has_its_row_and_a_model_in_a_path_stays_one_part_of_it(catalog: Catalog) -> None:
    assert tuple(load_wires()) == WIRES
    found = spend_questions(Ask(catalog.providers["gemini"], Secret(GOOD)), "../x?y")
    assert isinstance(found, tuple)
    assert found[0].url.endswith("/v1beta/models/..%2Fx%3Fy:generateContent")


@pytest.mark.parametrize(("provider", "key"), [("github-models", GOOD), ("openrouter", None)])
def test_a_provider_that_was_shut_down_and_a_key_that_is_not_there_are_asked_nothing_on_demand_either(
    tested: Test, catalog: Catalog, provider: str, key: str | None
) -> None:
    with AnsweringServer(PONG) as server:
        row = at(catalog.providers[provider], server.url)
        verdict = tested(None, key=key, provider=row, spend=True, balance=True, model="gpt-4o")
    assert (verdict.state, verdict.key_accepted) == (State.UNTESTABLE, None)
    assert server.received == []


def test_the_balance_is_asked_where_the_row_has_a_request_for_it(tested: Test, catalog: Catalog) -> None:
    def answer(request: Received) -> Answer:
        if request.key != GOOD:
            return REFUSED
        if request.path.startswith("/credits"):
            return Answer(200, {}, b'{"data":{"total_credits":100.5,"total_usage":25.75}}')
        return Answer(200, {}, b'{"data":{"label":"sk-or-v1-abc...123","limit":null,"limit_remaining":null}}')

    row = catalog.providers["openrouter"]
    with AnsweringServer(answer) as server:
        assert tested(None, provider=at(row, server.url)).balance is None
        assert tested(None, provider=at(row, server.url), balance=True).balance == "$74.75 left"
    assert [request.path for request in server.received] == ["/key", "/key", "/credits"]


def test_nothing_of_nothing_is_an_unknown_balance_and_no_empty_one(tested: Test, catalog: Catalog) -> None:
    """OpenRouter tells keys that may not know their credit that there are 0 of 0."""
    zeros = Answer(200, {}, b'{"data":{"total_credits":0,"total_usage":0}}')
    own = Answer(200, {}, b'{"data":{"label":"x"}}')
    with AnsweringServer(lambda request: zeros if request.path == "/credits" else own) as server:
        verdict = tested(None, provider=at(catalog.providers["openrouter"], server.url), balance=True)
    assert (verdict.state, verdict.balance) == (State.OK, None)
    assert verdict.detail.endswith("No balance: the answer does not tell it.")


def test_a_balance_that_needs_a_project_is_asked_for_the_project_that_the_check_told(
    tested: Test, catalog: Catalog
) -> None:
    def answer(request: Received) -> Answer:
        if request.path == "/projects/p-1/balances":
            return Answer(200, {}, b'{"balances":[{"amount":12.5,"units":"usd"}]}')
        return Answer(200, {}, b'{"projects":[{"project_id":"p-1","name":"acme"}]}')

    with AnsweringServer(answer) as server:
        verdict = tested(None, provider=at(catalog.providers["deepgram"], server.url), balance=True)
    assert (verdict.balance, verdict.label) == ("$12.50 left", "acme")


def test_a_project_that_would_change_the_address_is_not_followed(tested: Test, catalog: Catalog) -> None:
    body = b'{"projects":[{"project_id":"../../keys?x","name":"acme"}]}'
    with AnsweringServer(Answer(200, {}, body)) as server:
        verdict = tested(None, provider=at(catalog.providers["deepgram"], server.url), balance=True)
    assert verdict.balance is None
    assert [request.path for request in server.received] == ["/projects"]


@pytest.mark.parametrize(
    ("provider", "answer", "words"),
    [
        ("openai", LIST, "No balance: OpenAI has no request that tells an API key its balance."),
        ("deepgram", Answer(200, {}, b'{"projects":[]}'), "No balance: Deepgram has no request"),
    ],
)
def test_an_unknown_balance_is_told_as_unknown_and_never_as_nothing(
    tested: Test, catalog: Catalog, provider: str, answer: Answer, words: str
) -> None:
    with AnsweringServer(by_key(answer)) as server:
        verdict = tested(None, provider=at(catalog.providers[provider], server.url), balance=True)
    assert verdict.balance is None
    assert verdict.state is State.OK
    assert words in verdict.detail


def test_a_refused_balance_leaves_the_verdict_on_the_key(tested: Test, catalog: Catalog) -> None:
    refused = Answer(403, {}, b'{"error":{"code":403,"message":"Only management keys can perform this operation"}}')
    own = Answer(200, {}, b'{"data":{"label":"x"}}')
    with AnsweringServer(lambda request: refused if request.path == "/credits" else own) as server:
        verdict = tested(None, provider=at(catalog.providers["openrouter"], server.url), balance=True)
    assert verdict.state is State.OK
    assert "No balance: OpenRouter accepts this key, but not for what was asked." in verdict.detail


def test_a_refused_key_is_not_asked_for_its_balance(tested: Test, catalog: Catalog) -> None:
    with AnsweringServer(by_key()) as server:
        tested(None, key=BAD, provider=at(catalog.providers["openrouter"], server.url), balance=True)
    assert [request.path for request in server.received] == ["/key"]


def test_a_local_server_tells_how_many_models_it_has_wherever_it_lists_them(tested: Test, catalog: Catalog) -> None:
    def llamacpp(request: Received) -> Answer:
        return LIST if request.path == "/v1/models" else Answer(200, {}, b'{"default_generation_settings":{}}')

    with AnsweringServer(llamacpp) as server:
        verdict = tested(server.url, key=None, provider=catalog.providers["llamacpp"], model="gpt-4o")
    assert (verdict.state, verdict.models, verdict.model_served) == (State.OK, 2, True)


def test_an_older_ollama_without_tags_is_asked_for_its_version(tested: Test, catalog: Catalog) -> None:
    def ollama(request: Received) -> Answer:
        return Answer(200, {}, b'{"version":"0.1"}') if request.path == "/api/version" else Answer(404, {}, b"404")

    with AnsweringServer(ollama) as server:
        verdict = tested(server.url, key=None, provider=catalog.providers["ollama"])
    assert (verdict.state, verdict.models) == (State.OK, None)
