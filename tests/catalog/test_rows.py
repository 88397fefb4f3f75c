"""Every shipped row is complete, safe to send a key to, and owns its variables alone."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import llmkeys.catalog.rows as rows_module
from llmkeys.catalog.address import filled, placeholders
from llmkeys.catalog.provider import WIRES, Auth, CheckRequest, Field, ModelsRequest, Provider
from llmkeys.catalog.rows import load_catalog
from llmkeys.catalog.snapshot import load_snapshot
from llmkeys.errors import UsageError
from llmkeys.origin import origin_of

CATALOG = load_catalog()
ROWS = tuple(CATALOG)
EXAMPLES = {
    "resource": "contoso",
    "region": "us-east-1",
    "location": "us-central1",
    "project": "my-project",
    "account_id": "0123456789abcdef0123456789abcdef",
    "azure_version": "2024-10-21",
}
BROUGHT_ALONG = "https://llm.example.com/v1"
"""What an account of a row without an address brings."""
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]+")

row = pytest.mark.parametrize("provider", ROWS, ids=lambda each: each.id)


def whole(template: str) -> str:
    """`template` with every field filled in."""
    address = filled(template or BROUGHT_ALONG, EXAMPLES)
    assert address is not None, template
    return address


def requests(provider: Provider) -> Iterator[CheckRequest]:
    """Every check of the row."""
    yield from (provider.check,) if provider.check else ()
    yield from provider.fallback_checks


def test_all_66_providers_are_there() -> None:
    assert len(ROWS) == 66
    assert len({each.id for each in ROWS}) == 66


def test_ids_and_aliases_are_words_that_mean_one_provider() -> None:
    names = [name for each in ROWS for name in (each.id, *each.aliases)]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert [name for name in names if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", name)] == []


def test_a_variable_belongs_to_exactly_one_row_and_to_one_purpose() -> None:
    variables = Counter(name for each in ROWS for name in each.variables)
    assert [name for name, count in variables.items() if count > 1] == []
    assert [name for name in variables if not VARIABLE.fullmatch(name)] == []


def test_shared_tokens_are_never_key_variables() -> None:
    shared = {name for each in ROWS for name in each.shared_token_env}
    assert {"GITHUB_TOKEN", "GH_TOKEN", "AWS_SECRET_ACCESS_KEY", "DIGITALOCEAN_ACCESS_TOKEN"} <= shared
    assert shared & set(CATALOG.by_key_variable()) == set()


def test_variables_lead_to_their_rows() -> None:
    assert CATALOG.by_key_variable()["GEMINI_API_KEY"].id == "gemini"
    assert CATALOG.by_url_variable()["OLLAMA_HOST"].id == "ollama"
    assert CATALOG.providers["azure-openai"].setting_env["OPENAI_API_VERSION"] == "azure_version"


def test_about_fifteen_main_providers_are_active_chat_providers() -> None:
    main = [each for each in ROWS if each.main]
    assert 14 <= len(main) <= 16
    assert all(each.chat and each.status == "active" for each in main)


@row
def test_columns_fit_their_places(provider: Provider) -> None:
    assert 0 < len(provider.short_name) <= 14
    assert provider.name.isprintable()
    assert provider.status in ("active", "retired")
    assert provider.wire in WIRES
    assert not provider.own


@row
def test_every_address_is_an_origin_a_key_may_go_to(provider: Provider) -> None:
    addresses = (provider.base_url, *provider.other_base_urls, *provider.hosts)
    for address in addresses:
        assert not address.endswith("/")
        origin = origin_of(whole(address))
        assert origin.scheme == "https" or origin.is_loopback


@row
def test_placeholders_are_fields_that_are_required(provider: Provider) -> None:
    required = {field.name for field in provider.fields if field.required}
    assert set(placeholders(provider.base_url)) <= required
    for request in requests(provider):
        assert set(placeholders(request.path)) <= {field.name for field in provider.fields}
    if provider.check is not None:
        assert set(placeholders(provider.check.path)) <= required
    assert {field.variable for field in provider.fields} - {""} <= set(provider.setting_env)
    assert {field.name for field in provider.fields if field.variable} == {
        provider.setting_env[field.variable] for field in provider.fields if field.variable
    }


@row
def test_requests_are_below_the_base_url_or_at_a_trusted_host(provider: Provider) -> None:
    asked = [request.path for request in requests(provider)]
    asked += [provider.models.path] if provider.models else []
    trusted = {str(origin_of(whole(each))) for each in (provider.base_url, *provider.hosts) if "://" in each}
    used = set()
    for path in asked:
        assert not set(path) & set(" \\#"), path
        if path.startswith("/"):
            assert "/../" not in path
            continue
        assert whole(path).startswith("https://")
        used.add(str(origin_of(whole(path), request=True)))
    assert used <= trusted
    assert {str(origin_of(whole(each))) for each in provider.hosts} <= used


@row
def test_no_request_has_a_key_in_its_address_or_body(provider: Provider) -> None:
    for request in requests(provider):
        assert "{key}" not in request.path
        assert "key=" not in request.path
        assert "{key}" not in json.dumps(request.body)
        assert "{key}" not in json.dumps(dict(request.headers))


@row
def test_a_check_spends_nothing(provider: Provider) -> None:
    """A request that could be served asks for a model that does not exist, or for nothing."""
    for request in requests(provider):
        assert request.method in ("GET", "POST")
        assert request.method == "POST" or request.body is None
        if request.body is not None:
            asks_for_nothing = request.body == {"query": ""} and request.public is None
            assert request.body.get("model") == "llmkeys-nonexistent" or asks_for_nothing
        assert request.why


@row
def test_a_public_model_list_is_no_check(provider: Provider) -> None:
    if provider.models is None or not provider.models.public or provider.key_optional:
        return
    assert provider.check is not None
    assert provider.check.path != provider.models.path


@row
def test_a_key_travels_in_one_header(provider: Provider) -> None:
    auths = [provider.auth, *provider.key_env_auth.values()]
    auths += [request.auth for request in requests(provider) if request.auth]
    for auth in auths:
        assert re.fullmatch(r"[A-Za-z-]*", auth.header)
        assert auth.format.count("{key}") == bool(auth.header)
        assert auth.format.isascii()
        assert auth.header.lower() not in {name.lower() for name in auth.extra_headers}
    assert set(provider.key_env_auth) <= set(provider.key_env)
    assert bool(provider.auth.header) or provider.key_optional


@row
def test_prefixes_and_patterns_describe_keys(provider: Provider) -> None:
    pattern = re.compile(provider.key_pattern)
    assert not provider.key_pattern or not pattern.fullmatch("")
    assert bool(provider.key_pattern) <= bool(provider.key_shape)
    assert all(prefix.isascii() and prefix.isprintable() and len(prefix) >= 3 for prefix in provider.key_prefixes)
    assert set(provider.key_kind_names) <= set(provider.key_prefixes)


@row
def test_the_console_is_a_page_over_https(provider: Provider) -> None:
    keyed = provider.auth.header and not provider.key_optional and provider.status == "active"
    local = provider.base_url.startswith("http://localhost")
    if keyed and not local:
        assert provider.console_url.startswith("https://")
        assert " " not in provider.console_url
    assert provider.console_url == "" or origin_of(provider.console_url, request=True).scheme == "https"


@row
def test_the_default_model_is_one_that_the_snapshot_has(provider: Provider) -> None:
    if not provider.catalogue_id:
        assert provider.default_model == ""
        return
    models = {model.id: model for model in load_snapshot().models(provider.id)}
    model = models[provider.default_model]
    assert model.status != "deprecated"
    assert "text" in model.outputs
    assert provider.chat
    assert provider.status == "active"


def test_only_providers_that_models_dev_lacks_have_no_catalogue_id() -> None:
    chat = [each for each in ROWS if each.chat and each.status == "active" and not each.catalogue_id]
    local = [each for each in chat if origin_of(whole(each.base_url)).is_loopback]
    assert len(chat) - len(local) <= 5


def test_local_servers_need_no_key() -> None:
    assert all(each.key_optional and origin_of(each.base_url).is_loopback for each in ROWS if each.local)


def test_a_retired_row_asks_nothing() -> None:
    retired = [each for each in ROWS if each.status == "retired"]
    assert retired
    assert all(each.check is None and each.models is None and not each.main for each in retired)


def test_settings_that_travel_name_their_header() -> None:
    headers = {field.name: field.header for field in CATALOG.providers["openai"].fields}
    assert headers == {"organization": "OpenAI-Organization", "project": "OpenAI-Project"}


def test_a_variable_may_have_a_header_of_its_own() -> None:
    anthropic = CATALOG.providers["anthropic"]
    assert anthropic.auth.header == "x-api-key"
    assert anthropic.key_env_auth["ANTHROPIC_AUTH_TOKEN"].format == "Bearer {key}"
    assert anthropic.key_env_auth["ANTHROPIC_AUTH_TOKEN"].extra_headers == anthropic.auth.extra_headers


@pytest.mark.parametrize(("asked", "found"), [("openai", "openai"), (" Google ", "gemini"), ("CLAUDE", "anthropic")])
def test_a_provider_is_found_by_id_and_alias_in_any_case(asked: str, found: str) -> None:
    assert CATALOG.find(asked).id == found


def test_only_a_row_that_is_asked_for_becomes_a_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    make = rows_module.provider_from_row
    monkeypatch.setattr(rows_module, "provider_from_row", lambda row: made.append(row["id"]) or make(row))
    catalog = load_catalog()
    assert catalog.find("groq") is catalog.find("groq")
    assert made == ["groq"]


def test_an_unknown_provider_names_the_nearest() -> None:
    with pytest.raises(UsageError) as refused:
        CATALOG.find("opnai")
    assert "openai" in refused.value.next


def test_an_unknown_provider_unlike_any_other_names_the_list() -> None:
    with pytest.raises(UsageError) as refused:
        CATALOG.find("\x1b[31mzzzzzzzz")
    assert "\x1b" not in refused.value.message
    assert refused.value.next == "llmkeys providers lists them."


def test_the_table_holds_no_column_that_nothing_reads() -> None:
    package = Path(rows_module.__file__).parent.parent
    trees = [ast.parse(each.read_text(encoding="utf-8")) for each in package.rglob("*.py")]
    read = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    columns = {column for kind in (Provider, Auth, Field, ModelsRequest, CheckRequest) for column in kind._fields}
    assert columns - read == set()
