"""What an answer carries besides its verdict: never invented, unknown is not 0."""

from __future__ import annotations

import json
import time

import pytest

from llmkeys.catalog.rows import Catalog
from llmkeys.check import judge
from llmkeys.check.judgement import assess

NOW = "Sat, 21 Nov 2026 04:00:00 GMT"
RATE = b'{"error":{"code":"rate_limit_exceeded"}}'


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30),
        ({"Retry-After": "0.2"}, 1),
        ({"Retry-After": "-5"}, 0),
        ({"Retry-After": "Sat, 21 Nov 2026 04:01:30 GMT", "Date": NOW}, 90),
        ({"Retry-After": "Sat, 21 Nov 2026 03:00:00 GMT", "Date": NOW}, 0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 2),
        ({"x-ms-retry-after-ms": "200"}, 1),
        ({"x-ratelimit-reset": "12"}, 12),
        ({"x-ratelimit-reset": "1795234000000", "Date": NOW}, 400),
        ({"x-ratelimit-reset": "1795234000", "Date": NOW}, 400),
        ({"ratelimit-reset": "7"}, 7),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m30.5s"}, 91),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "120ms"}, 1),
        ({"x-ratelimit-remaining-tokens": "5", "x-ratelimit-reset-tokens": "120ms"}, None),
        (
            {
                "anthropic-ratelimit-requests-remaining": "0",
                "anthropic-ratelimit-requests-reset": "2026-11-21T04:00:20Z",
                "date": NOW,
            },
            20,
        ),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "99999999999999999999"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_read_in_every_form_it_is_given(headers: dict[str, str], seconds: int | None) -> None:
    assert judge("openai", 429, headers, RATE).retry_after_s == seconds


def test_a_moment_is_counted_from_this_machines_clock_where_the_server_names_no_date() -> None:
    ahead = str(int(time.time()) + 100)
    assert judge("openai", 429, {"x-ratelimit-reset": ahead}, RATE).retry_after_s in {99, 100, 101}


def test_how_long_to_wait_is_also_read_from_the_body() -> None:
    body = json.dumps({"error": {"status": "RESOURCE_EXHAUSTED", "details": [{"retryDelay": "38.2s"}]}}).encode()
    assert judge("gemini", 429, {}, body).retry_after_s == 39
    assert judge("nobody", 429, {}, b'{"retry_after":{"x":1}}').retry_after_s is None


def test_a_wait_is_not_told_where_waiting_does_not_help() -> None:
    assert judge("openai", 401, {"retry-after": "30"}, b"{}").retry_after_s is None


@pytest.mark.parametrize(
    ("provider", "body", "balance"),
    [
        ("openrouter", '{"data":{"label":"a","limit_remaining":74.5}}', "$74.50 left"),
        ("openrouter", '{"data":{"label":"a","limit_remaining":null}}', None),
        (
            "deepseek",
            '{"is_available":true,"balance_infos":[{"currency":"CNY","total_balance":"50.00"}]}',
            "50.00 CNY left",
        ),
        (
            "deepseek",
            '{"is_available":true,"balance_infos":[{"currency":"USD","total_balance":"50.00"}]}',
            "$50.00 left",
        ),
        (
            "deepseek",
            '{"is_available":true,"balance_infos":[{"currency":"CNY","total_balance":"3"},{"currency":"USD","total_balance":"5"}]}',
            "3.00 CNY + $5.00 left",
        ),
        (
            "deepseek",
            '{"is_available":true,"balance_infos":[{"currency":"CNY","total_balance":"0"},{"currency":"USD","total_balance":"5"}]}',
            "$5.00 left",
        ),
        (
            "deepseek",
            '{"is_available":true,"balance_infos":[{"currency":"CNY"},{"currency":"USD","total_balance":"5"}]}',
            "5.00 left",
        ),
        (
            "deepseek",
            '{"is_available":true,"balance_infos":[{"currency":"usd","total_balance":"0.00"}]}',
            "$0.00 left",
        ),
        ("vercel", '{"balance":"1095.50"}', "$1,095.50 left"),
        ("novita", '{"availableBalance":"1000000"}', "$100.00 left"),
        ("deepinfra", '{"suspended":false,"stripe_balance":-12.5}', "$12.50 left"),
        ("deepinfra", '{"suspended":false,"stripe_balance":12.5}', "-$12.50 left"),
        ("poe", '{"current_point_balance":295932}', "295,932 points left"),
        ("elevenlabs", '{"tier":"x","character_count":25000,"character_limit":100000}', "75,000 characters left"),
        ("elevenlabs", '{"tier":"x","character_limit":100000}', None),
        ("litellm-proxy", '{"info":{"spend":2.5,"max_budget":10}}', "$7.50 left"),
        ("litellm-proxy", '{"info":{"spend":2.5,"max_budget":null}}', None),
        ("siliconflow", '{"data":{"totalBalance":"88.88"}}', "88.88 left"),
        ("openai", '{"data":[]}', None),
    ],
)
def test_credit_is_told_as_the_answer_has_it(provider: str, body: str, balance: str | None) -> None:
    assert judge(provider, 200, {}, body.encode()).balance == balance


def test_the_organisation_is_told_by_its_header_where_the_body_names_none() -> None:
    body = b'{"object":"list","data":[{"id":"gpt-4o"}]}'
    assert judge("openai", 200, {"OpenAI-Organization": "acme-\x07co"}, body).label == "acme-co"
    assert judge("openai", 200, {}, body).label is None


def test_the_label_and_the_expiry_are_told() -> None:
    verdict = judge("openrouter", 200, {}, b'{"data":{"label":" my\\u202e key ","expires_at":"2027-12-31T23:59:59Z"}}')
    assert verdict.label == "my key"
    assert verdict.expires_at == "2027-12-31T23:59:59Z"
    assert judge("openrouter", 200, {}, b'{"data":{"label":"","expires_at":"x"}}').expires_at is None
    assert judge("openrouter", 401, {}, b'{"data":{"label":"x"}}').label is None


@pytest.mark.parametrize(
    ("provider", "body", "models"),
    [
        ("openai", '{"data":[{"id":"a"},{"id":"b"},{"id":"a"}]}', 2),
        ("openai", '{"data":[]}', 0),
        ("anthropic", '{"data":[{"id":"a"}],"has_more":true}', None),
        ("anthropic", '{"data":[{"id":"a"}],"has_more":false}', 1),
        ("gemini", '{"models":[{"name":"models/a"}],"nextPageToken":"x"}', None),
        ("gemini", '{"models":[{"name":"models/a"}],"nextPageToken":""}', 1),
        ("bedrock", '{"modelSummaries":[{"modelId":"a"}]}', 1),
        ("together", '[{"id":"a"},{"id":"b"}]', 2),
        ("cloudflare-workers-ai", '{"success":true,"result":[{"name":"a"}],"result_info":{"total_pages":1}}', 1),
        ("cloudflare-workers-ai", '{"success":true,"result":[{"name":"a"}],"result_info":{"total_pages":7}}', None),
        ("openrouter", '{"data":{"label":"x"}}', None),
        ("openai", '{"id":"a","object":"model"}', None),
    ],
)
def test_models_are_counted_only_where_all_of_them_are_there(provider: str, body: str, models: int | None) -> None:
    assert judge(provider, 200, {}, body.encode()).models == models


def test_ids_that_cannot_be_shown_are_left_out_and_the_prefix_of_gemini_is_dropped(catalog: Catalog) -> None:
    body = json.dumps(
        {"data": [{"id": "a\u001b[2J"}, {"id": 3}, {"id": "x" * 201}, "plain", {"id": "models/b"}]}
    ).encode()
    assert assess(catalog.providers["openai"], 200, {}, body).ids == ("plain", "b")
