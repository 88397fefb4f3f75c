"""What judge makes of answers: the recorded ones, many more, and anything at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from check.more_answers import CASES, Case
from llmkeys.catalog.rows import Catalog
from llmkeys.check import judge
from llmkeys.check.answer import LARGEST_BODY
from llmkeys.check.judgement import assess
from llmkeys.text import clean
from llmkeys.verdict import State

RECORDED: list[dict[str, Any]] = json.loads((Path(__file__).parent / "provider_cases.json").read_text("utf-8"))
ANSWERED = [case for case in RECORDED if case["response"]]
LIST = b'{"object":"list","data":[{"id":"a"},{"id":"b"}]}'


@pytest.mark.parametrize("case", ANSWERED, ids=lambda case: case["id"])
def test_a_recorded_answer_gets_the_verdict_it_deserves(case: dict[str, Any]) -> None:
    response = case["response"]
    verdict = judge(case["provider"], response["status"], response["headers"], response["body"].encode())
    assert verdict.state in {case["expected_verdict"], *case["also_acceptable"]}
    assert verdict.key_accepted is case["key_accepted"]
    assert verdict.http_status == response["status"]
    assert verdict.detail.endswith((".", "”."))


@pytest.mark.parametrize("case", ANSWERED, ids=lambda case: case["id"])
def test_what_the_content_type_claims_and_how_headers_are_written_changes_nothing(case: dict[str, Any]) -> None:
    response = case["response"]
    body = b"\xef\xbb\xbf  " + response["body"].encode() + b"\n"
    headers = {name.upper(): value for name, value in response["headers"].items()}
    verdict = judge(case["provider"], response["status"], {**headers, "Content-Type": "image/png"}, body)
    assert verdict.state in {case["expected_verdict"], *case["also_acceptable"]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.provider}-{case.status}-{case.state}")
def test_an_answer_known_from_the_field_gets_the_verdict_it_deserves(case: Case) -> None:
    verdict = judge(case.provider, case.status, case.headers, case.body.encode())
    assert (verdict.state, verdict.key_accepted) == (case.state, case.key)


HOSTILE = [
    b"[" * 200_000,
    b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    b'{"error":{"code":' + b"9" * 6000 + b"}}",
    b'{"error":"\\ud800\\udfff\\ud800"}',
    b'{"error":{"message":"a"},"error":{"message":"invalid api key"}}',
    b'{"data":NaN,"error":Infinity}',
    b"\xff\xfe\x00\x01" * 100,
    b'{"error":{"message":"' + b"A" * 3_000_000 + b'"}}',
    b'{"error":[[[["x"]]]],"detail":[1,null,{"msg":3}],"message":{"message":[]}}',
    b'{"error":{"details":"x"},"errors":7,"base_resp":[],"code":true,"status":{}}',
    b"null",
    b'"\x1b]52;c;aGk=\x07"',
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("status", [200, 401, 404, 500])
@pytest.mark.parametrize("provider", ["openai", "gemini", "minimax", "nobody"])
def test_a_hostile_body_neither_raises_nor_works(body: bytes, status: int, provider: str) -> None:
    verdict = judge(provider, status, {}, body)
    assert verdict.state is not State.OK
    assert clean(verdict.detail, 1000) == verdict.detail


@given(
    st.sampled_from(["openai", "anthropic", "gemini", "openrouter", "elevenlabs", "ollama", "nobody", ""]),
    st.integers(100, 599),
    st.dictionaries(st.text(max_size=20), st.text(max_size=40), max_size=4),
    st.one_of(
        st.binary(max_size=400),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(["error", "code", "message", "data", "detail", "status", "type", "id", "models"]),
                    inner,
                    max_size=5,
                )
            ),
            max_leaves=12,
        ).map(lambda value: json.dumps(value).encode()),
    ),
)
@example("openai", 200, {"retry-after": "1e400", "date": "x"}, b"{}")
@example("openai", 302, {"location": "http://[::1"}, b"")
def test_anything_at_all_gets_one_verdict(provider: str, status: int, headers: dict[str, str], body: bytes) -> None:
    verdict = judge(provider, status, headers, body)
    assert verdict.detail
    assert clean(verdict.detail, 1000) == verdict.detail
    assert clean(verdict.next, 1000) == verdict.next
    if status >= 500 or status in {401, 402, 403, 407, 429}:
        assert verdict.state is not State.OK


@given(st.sampled_from([401, 403]), st.text(max_size=60))
def test_a_refusal_in_any_words_is_never_a_working_key(status: int, words: str) -> None:
    body = json.dumps({"error": {"message": words, "code": words[:10]}}).encode()
    assert judge("openai", status, {}, body).state is not State.OK


def test_a_body_beyond_two_mebibytes_is_still_known_as_a_list_of_models_but_not_counted() -> None:
    one = b'{"id":"model-%07d","object":"model","owned_by":"x"}'
    body = b'{"object":"list","data":[' + b",".join(one % number for number in range(100_000)) + b"]}"
    assert len(body) > LARGEST_BODY
    verdict = judge("openai", 200, {}, body)
    assert verdict.state is State.OK
    assert verdict.models is None
    bare = b"[" + body.partition(b"[")[2].removesuffix(b"}")
    assert judge("together", 200, {}, bare).state is State.OK


def test_the_servers_own_words_are_quoted_without_what_looks_like_a_key() -> None:
    key = "sk-proj-abcdefghijklmnop1234"
    body = json.dumps({"message": f"odd request by {key} and ab****yz\x1b[2J"}).encode()
    detail = judge("nobody", 418, {}, body).detail
    assert "odd request by …" in detail
    assert key not in detail
    assert "****" not in detail
    assert "\x1b" not in detail


def test_a_redirect_names_the_host_it_leads_to() -> None:
    assert "moved to new.example;" in judge("openai", 308, {"Location": "https://new.example/v1"}, b"").detail
    assert "moved to 127.0.0.1:8902;" in judge("openai", 308, {"Location": "http://127.0.0.1:8902/v1"}, b"").detail
    assert "has moved;" in judge("openai", 308, {"Location": "/v2"}, b"").detail
    assert "has moved;" in judge("openai", 308, {"Location": "http://[bad"}, b"").detail


def test_a_verdict_names_the_account_and_the_page_in_what_to_do_next(catalog: Catalog) -> None:
    finding = assess(catalog.providers["openai"], 401, {}, b"{}", account="openai/work")
    assert finding.verdict.next == (
        "Get another at https://platform.openai.com/api-keys, then: llmkeys rotate-key openai/work"
    )


def test_a_success_of_another_server_is_no_proof_though_it_looks_like_the_providers_own(catalog: Catalog) -> None:
    row = catalog.providers["openai"]
    assert assess(row, 200, {}, LIST).verdict.state is State.OK
    elsewhere = assess(row, 200, {}, LIST, at_home=False)
    assert elsewhere.verdict.state is State.UNTESTABLE
    assert elsewhere.grade == "unknown"
