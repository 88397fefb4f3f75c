"""What is asked of whom: rows, base URLs and settings made into questions, and where a key never goes."""

from __future__ import annotations

import pytest

from llmkeys.catalog.rows import Auth, Catalog, CheckRequest, Provider, load_catalog
from llmkeys.check.request import Ask, Question, models_question, recipe
from llmkeys.origin import origin_of
from llmkeys.secret import Secret
from llmkeys.verdict import State, Verdict

KEY = Secret("sk-proj-0123456789abcdefghijklmn")


def ask(provider: Provider, **more: object) -> Ask:
    return Ask(provider, **{"secret": KEY, **more})  # type: ignore[arg-type]


def asked(provider: Provider, **more: object) -> tuple[Question, ...]:
    found = recipe(ask(provider, **more))
    assert isinstance(found, tuple), found
    return found


def refused(provider: Provider, **more: object) -> Verdict:
    found = recipe(ask(provider, **more))
    assert isinstance(found, Verdict), found
    return found


@pytest.mark.parametrize("provider", load_catalog(), ids=lambda provider: provider.id)
def test_every_row_has_a_question_or_says_why_not(provider: Provider) -> None:
    settings = {field.name: "abc-1" for field in provider.fields}
    base_url = None if provider.base_url else "https://llm.example/v1"
    found = recipe(ask(provider, settings=settings, base_url=base_url))
    if provider.status == "retired":
        assert isinstance(found, Verdict)
        return
    assert isinstance(found, tuple)
    own = [base_url or provider.base_url, *provider.hosts]
    allowed = {origin_of(each.format_map(settings)) for each in own}
    for question in found:
        assert question.origin in allowed
        assert "{" not in question.url
        assert origin_of(question.url, request=True) == question.origin
        assert KEY.reveal() not in str(question)
        assert question.headers["accept-encoding"] == "identity"
        assert question.method_words.endswith(", free")


@pytest.mark.parametrize(
    ("name", "base_url", "url"),
    [
        ("openai", None, "https://api.openai.com/v1/models"),
        ("openai", "https://proxy.example/v1/", "https://proxy.example/v1/models"),
        ("huggingface", None, "https://huggingface.co/api/whoami-v2"),
        ("huggingface", "https://router.huggingface.co/v1", "https://huggingface.co/api/whoami-v2"),
        ("huggingface", "https://proxy.example/hf/v1", "https://proxy.example/api/whoami-v2"),
        ("novita", "https://proxy.example/x", "https://proxy.example/v3/user/balance"),
        ("llamacpp", "http://127.0.0.1:9000/v1", "http://127.0.0.1:9000/v1/props"),
        ("perplexity", "https://proxy.example/v1", "https://proxy.example/v1/models"),
        ("azure-openai", "https://x.openai.azure.com/openai/v1", "https://x.openai.azure.com/openai/v1/models"),
        ("azure-openai", "https://x.openai.azure.com/", "https://x.openai.azure.com/openai/v1/models"),
        ("openai-compatible", "http://localhost:4010/v1", "http://localhost:4010/v1/models"),
    ],
)
def test_the_question_goes_below_the_base_url_and_absolute_paths_to_its_origin(
    catalog: Catalog, name: str, base_url: str | None, url: str
) -> None:
    assert asked(catalog.providers[name], base_url=base_url)[0].url == url


@pytest.mark.parametrize(
    ("account", "way"),
    [
        ("azure-openai/work", "llmkeys edit azure-openai/work --set resource=VALUE"),
        ("azure-openai/env", "Set AZURE_RESOURCE_NAME."),
    ],
)
def test_a_missing_field_is_named_with_the_one_place_it_is_taken_from(catalog: Catalog, account: str, way: str) -> None:
    verdict = refused(catalog.providers["azure-openai"], account=account)
    assert verdict.state is State.UNTESTABLE
    assert "Resource name" in verdict.detail
    assert verdict.next == way
    assert refused(catalog.providers["openai-compatible"]).detail == (
        "Other OpenAI-compatible server needs a base URL."
    )


def test_a_field_without_a_variable_is_named_without_one(openai: Provider) -> None:
    row = openai._replace(
        base_url="https://{zone}.example", fields=(openai.fields[0]._replace(name="zone", variable=""),)
    )
    assert refused(row).next == "llmkeys edit openai --set zone=VALUE"


def test_a_path_that_waits_for_a_setting_is_left_out_where_another_can_be_asked(catalog: Catalog) -> None:
    row = catalog.providers["azure-openai"]
    settings = {"resource": "mine"}
    assert [each.url for each in asked(row, settings=settings)] == ["https://mine.openai.azure.com/openai/v1/models"]
    both = asked(row, settings={**settings, "azure_version": "2024-10-21"})
    assert both[1].url.endswith("/openai/models?api-version=2024-10-21")


@pytest.mark.parametrize(
    ("base_url", "words"),
    [
        ("http://llm.example/v1", "plain http"),
        ("https://user:secret@llm.example/v1", "user name"),
        ("https://169.254.169.254/v1", "link-local"),
        ("https://0x7f.1/v1", "odd number"),
        ("ftp://llm.example", "https://"),
        ("https://llm.example\\@evil.example/", "not an address"),
    ],
)
def test_an_address_that_no_key_may_go_to_is_not_asked(openai: Provider, base_url: str, words: str) -> None:
    verdict = refused(openai, base_url=base_url)
    assert verdict.state is State.NOT_SENT
    assert words in verdict.detail


def test_a_setting_that_would_change_the_address_around_it_is_not_asked(catalog: Catalog) -> None:
    verdict = refused(catalog.providers["azure-openai"], settings={"resource": "evil.example/#"})
    assert verdict.state is State.NOT_SENT


def test_a_check_on_a_host_that_is_not_the_rows_is_not_asked(openai: Provider) -> None:
    row = openai._replace(check=CheckRequest("GET", "https://evil.example/v1/models"), fallback_checks=())
    verdict = refused(row)
    assert verdict.state is State.NOT_SENT
    assert "evil.example" in verdict.detail
    assert asked(row._replace(hosts=("https://evil.example",)))[0].origin.host == "evil.example"


@pytest.mark.parametrize(
    "check",
    [CheckRequest("POST", "/x", body={"credentials": "{key}"}), CheckRequest("GET", "/x?key={key}")],
    ids=["body", "address"],
)
def test_a_check_that_wants_the_key_outside_a_header_is_not_asked(openai: Provider, check: CheckRequest) -> None:
    verdict = refused(openai._replace(check=check, fallback_checks=()), settings={"key": "{key}"})
    assert verdict.state in {State.UNTESTABLE, State.NOT_SENT}


def test_without_a_key_only_servers_that_want_none_are_asked(catalog: Catalog) -> None:
    assert refused(catalog.providers["openai"], secret=None).detail == "There is no key to test."
    assert asked(catalog.providers["ollama"], secret=None)[0].url == "http://localhost:11434/api/tags"
    lan = asked(catalog.providers["ollama"], secret=None, base_url="http://192.168.1.5:11434")
    assert lan[0].url == "http://192.168.1.5:11434/api/tags"
    assert refused(catalog.providers["vllm"], base_url="http://192.168.1.5:8000/v1").state is State.NOT_SENT


def test_a_row_without_a_check_says_so(openai: Provider) -> None:
    assert "no free request" in refused(openai._replace(check=None)).detail


def test_a_kind_of_key_with_a_check_of_its_own_is_asked_that_first(catalog: Catalog) -> None:
    row = catalog.providers["anthropic"]
    assert asked(row)[0].url.endswith("/models?limit=1000")
    admin = asked(row, secret=Secret("sk-ant-admin01-0123456789abcdef"))
    assert admin[0].url.endswith("/organizations/api_keys?limit=1")


def test_settings_travel_in_the_headers_that_the_row_names_for_them(openai: Provider) -> None:
    headers = asked(openai, settings={"organization": "org-1", "project": ""})[0].headers
    assert headers["openai-organization"] == "org-1"
    assert "openai-project" not in headers


def test_headers_of_the_account_are_sent_but_never_in_place_of_ours(openai: Provider) -> None:
    own = {
        "X-Team": "blue",
        "Authorization": "Bearer other",
        "Host": "evil.example",
        "Accept-Encoding": "gzip",
        "X-Split": "a\r\nb",
        "X-Odd": "smart”",
        "bad name": "x",
        "X-Number": 3,
    }
    headers = asked(openai, settings={"headers": own})[0].headers
    assert headers["x-team"] == "blue"
    assert set(headers) == {"accept", "accept-encoding", "user-agent", "x-team"}
    assert asked(openai, settings={"headers": "x"})[0].headers["accept-encoding"] == "identity"


def test_the_header_of_the_key_is_the_checks_the_accounts_or_the_rows(catalog: Catalog) -> None:
    row = catalog.providers["anthropic"]
    assert asked(row)[0].auth.header == "x-api-key"
    assert asked(row)[0].headers["anthropic-version"] == "2023-06-01"
    assert asked(row, auth=Auth())[0].auth == Auth()
    assert asked(catalog.providers["github-copilot"])[0].auth.format == "token {key}"


@pytest.mark.parametrize(
    ("name", "base_url", "confirm"),
    [
        ("openai", None, False),
        ("openai", "https://proxy.example/v1", True),
        ("digitalocean", None, True),
        ("vllm", None, True),
    ],
)
def test_a_success_must_be_confirmed_where_the_same_may_come_without_a_key(
    catalog: Catalog, name: str, base_url: str | None, confirm: bool
) -> None:
    assert asked(catalog.providers[name], base_url=base_url)[0].confirm is confirm


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("anthropic", "https://api.anthropic.com/v1/models?limit=1000"),
        ("gemini", "https://generativelanguage.googleapis.com/v1beta/models?pageSize=1000"),
        ("openai", "https://api.openai.com/v1/models"),
    ],
)
def test_a_list_of_models_is_asked_for_whole(catalog: Catalog, name: str, url: str) -> None:
    found = models_question(ask(catalog.providers[name]))
    assert isinstance(found, tuple)
    assert found[0].url == url


def test_a_row_without_a_list_says_so(catalog: Catalog) -> None:
    found = models_question(ask(catalog.providers["voyage"]))
    assert isinstance(found, Verdict)
    assert found.detail == "Voyage AI has no list of models."


def test_a_row_with_nothing_for_this_kind_of_key_says_so(openai: Provider) -> None:
    row = openai._replace(check=CheckRequest("GET", "/x", key_prefixes=("other-",)), fallback_checks=())
    assert refused(row).detail == "There is nothing to ask."
