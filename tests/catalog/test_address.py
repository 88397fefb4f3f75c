"""Addresses of rows made whole, without letting a setting change where they lead."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.catalog.address import filled, placeholders, read_base_url
from llmkeys.catalog.rows import load_catalog
from llmkeys.errors import UsageError
from llmkeys.origin import origin_of

CATALOG = load_catalog()


def test_placeholders_are_named_once_in_order() -> None:
    assert placeholders("https://{location}-x/{project}/{location}") == ("location", "project")
    assert placeholders("https://x") == ()


def test_fields_are_filled_in_everywhere() -> None:
    template = CATALOG.find("vertex").base_url
    assert filled(template, {"project": "my_p.1", "location": "eu-1"}) == (
        "https://eu-1-aiplatform.googleapis.com/v1/projects/my_p.1/locations/eu-1"
    )


@pytest.mark.parametrize("settings", [{}, {"resource": ""}, {"resource": 7}, {"resource": None}])
def test_a_missing_field_gives_no_address(settings: dict[str, object]) -> None:
    assert filled("https://{resource}.openai.azure.com", settings) is None


@given(st.text(min_size=1))
def test_no_value_leads_to_another_origin(value: str) -> None:
    address = ""
    with contextlib.suppress(UsageError):
        address = filled("https://{resource}.openai.azure.com/x", {"resource": value}) or ""
        assert origin_of(address).host.endswith(".openai.azure.com")
    assert address in ("", f"https://{value}.openai.azure.com/x")


@pytest.mark.parametrize("value", ["evil.com/", "a@b", "a#b", "a?b", "a:1", "a\\b", "ä", " a"])
def test_characters_that_mean_something_in_an_address_are_refused(value: str) -> None:
    with pytest.raises(UsageError):
        filled("https://{resource}.openai.azure.com", {"resource": value})


@pytest.mark.parametrize(
    ("provider", "text", "url"),
    [
        ("openai", " https://proxy.example/v1/ ", "https://proxy.example/v1"),
        ("openai", "proxy.example", "proxy.example"),
        ("ollama", "", ""),
        ("ollama", "https://box.example:1", "https://box.example:1"),
        ("ollama", "127.0.0.1", "http://127.0.0.1:11434"),
        ("ollama", "127.0.0.1:1234", "http://127.0.0.1:1234"),
        ("ollama", "0.0.0.0", "http://127.0.0.1:11434"),
        ("ollama", "0.0.0.0:99", "http://127.0.0.1:99"),
        ("ollama", "http://0.0.0.0:99/", "http://127.0.0.1:99"),
        ("ollama", "http://0.0.0.0", "http://127.0.0.1"),
        ("ollama", "[::]:99", "http://127.0.0.1:99"),
        ("ollama", "[::1]", "http://[::1]:11434"),
        ("openai", "http://0.0.0.0:99", "http://0.0.0.0:99"),
        ("ollama", ":99", "http://127.0.0.1:99"),
        ("ollama", "localhost/sub/", "http://localhost:11434/sub"),
        ("vllm", "localhost", "http://localhost:8000"),
    ],
)
def test_a_base_url_is_read_as_people_and_servers_write_it(provider: str, text: str, url: str) -> None:
    assert read_base_url(CATALOG.find(provider), text) == url
