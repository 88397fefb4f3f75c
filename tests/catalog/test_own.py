"""A user's own providers and changes of shipped ones: validated, kept apart, never trusted further than they say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.catalog.own import own_provider
from llmkeys.catalog.rows import Catalog, load_catalog
from llmkeys.errors import UsageError

SHIPPED = load_catalog()


def with_own(**entries: Any) -> Catalog:
    """The catalogue with these entries of config's `providers`; `_` in a name stands for `-`."""
    return load_catalog({name.replace("_", "-"): entry for name, entry in entries.items()})


def test_an_own_provider_needs_only_an_address() -> None:
    mine = with_own(mine={"base_url": "https://llm.example.com/v1/"}).find("mine")
    assert mine.own
    assert (mine.name, mine.base_url, mine.wire) == ("mine", "https://llm.example.com/v1", "openai-chat")
    assert mine.auth.format == "Bearer {key}"
    assert mine.models is not None
    assert mine.check is not None
    assert mine.check.public is None


def test_own_providers_come_last() -> None:
    assert list(with_own(aaa={"base_url": "https://a.example"}).providers)[-1] == "aaa"


def test_everything_an_entry_may_say_is_taken() -> None:
    catalog = with_own(
        mine={
            "name": "My very own inference server",
            "short_name": "Mine",
            "aliases": ["M"],
            "base_url": "https://llm.example.com/v1",
            "env": ["MINE_API_KEY"],
            "url_env": "MINE_BASE_URL",
            "wire": "anthropic",
            "auth": {"header": "x-mine", "format": "Key {key}", "extra_headers": {"x-team": "a"}},
            "default_model": "m-1",
            "console_url": "https://llm.example.com/keys",
            "key_prefixes": ["mine-"],
            "key_shape": "20 letters",
            "models_path": "/all",
            "check_path": "/me?x=1",
            "key_optional": True,
            "local": False,
            "chat": False,
            "main": True,
            "precedence": "stored-only",
            "colour": "green",
        }
    )
    mine = catalog.find("m")
    assert catalog.notes == ()
    assert catalog.by_key_variable()["MINE_API_KEY"] is mine
    assert catalog.by_url_variable()["MINE_BASE_URL"] is mine
    assert (mine.name, mine.short_name, mine.wire) == ("My very own inference server", "Mine", "anthropic")
    assert mine.auth == ("x-mine", "Key {key}", {"x-team": "a"})
    assert (mine.models and mine.models.path, mine.check and mine.check.path) == ("/all", "/me?x=1")
    assert (mine.default_model, mine.console_url, mine.key_shape) == (
        "m-1",
        "https://llm.example.com/keys",
        "20 letters",
    )
    assert (mine.key_prefixes, mine.key_optional, mine.chat, mine.main) == (("mine-",), True, False, True)


SYSTEM = """PATH HOME USER LOGNAME SHELL PWD LANG LC_ALL LC_MESSAGES TERM TMPDIR TMP TEMP EDITOR PAGER DISPLAY Path
SSH_AUTH_SOCK XDG_RUNTIME_DIR LLMKEYS_HOME LLMKEYS_MODEL PYTHONPATH LD_PRELOAD DYLD_INSERT_LIBRARIES"""


@pytest.mark.parametrize("variable", SYSTEM.split())
@pytest.mark.parametrize("provider", ["mine", "openai"])
def test_a_variable_of_the_system_holds_no_key(provider: str, variable: str) -> None:
    with pytest.raises(UsageError, match=f"{variable} means something else"):
        own_provider(provider, {"base_url": "https://a.example", "env": [variable]}, SHIPPED.providers)


@pytest.mark.parametrize("variable", ["HOME_KEY", "PATH_TOKEN", "MY_LLMKEYS", "LDAP_KEY", "SSHD", "TERMINAL_KEY"])
def test_a_variable_that_only_sounds_like_one_of_the_system_may(variable: str) -> None:
    assert with_own(mine={"base_url": "https://a.example", "env": [variable]}).notes == ()


def test_a_long_name_is_cut_for_the_column() -> None:
    mine = with_own(mine={"base_url": "https://a.example", "name": "An uncommonly long name"}).find("mine")
    assert mine.short_name == "An uncommonly…"


def test_escape_codes_in_a_name_are_dropped() -> None:
    mine = with_own(mine={"base_url": "https://a.example", "name": "\x1b[31mred\u202e"}).find("mine")
    assert (mine.name, mine.short_name) == ("red", "red")


@pytest.mark.parametrize(
    ("wire", "header"),
    [
        ("openai-chat", "Authorization"),
        ("openai-responses", "Authorization"),
        ("anthropic", "x-api-key"),
        ("gemini", "x-goog-api-key"),
        ("azure", "api-key"),
        ("cohere", "Authorization"),
    ],
)
def test_a_wire_brings_its_usual_header(wire: str, header: str) -> None:
    assert with_own(mine={"base_url": "https://a.example", "wire": wire}).find("mine").auth.header == header


def test_an_unknown_wire_has_nothing_to_ask() -> None:
    mine = with_own(mine={"base_url": "https://a.example", "wire": "other"}).find("mine")
    assert mine.check is None
    assert mine.models is None


def test_a_changed_address_trusts_none_of_the_hosts_of_the_shipped_row() -> None:
    chutes = with_own(chutes={"base_url": "https://proxy.example/v1"}).find("chutes")
    assert SHIPPED.find("chutes").hosts
    assert chutes.hosts == ()
    assert chutes.check == SHIPPED.find("chutes").check
    assert chutes.key_env == SHIPPED.find("chutes").key_env
    assert chutes.own


def test_a_changed_address_offers_no_other_region() -> None:
    assert with_own(moonshot={"base_url": "https://proxy.example/v1"}).find("moonshot").other_base_urls == ()


def test_the_same_address_keeps_the_hosts() -> None:
    shipped = SHIPPED.find("chutes")
    assert with_own(chutes={"base_url": shipped.base_url + "/"}).find("chutes").hosts == shipped.hosts


def test_a_changed_address_needs_no_field_of_the_old_one() -> None:
    azure = with_own(azure_openai={"base_url": "https://contoso.openai.azure.com"}).find("azure")
    assert [field.name for field in azure.fields if field.required] == []
    assert azure.fields


def test_a_changed_wire_asks_in_its_own_way() -> None:
    openrouter = with_own(openrouter={"wire": "anthropic"}).find("openrouter")
    assert openrouter.auth.header == "x-api-key"
    assert openrouter.hosts == ()
    assert openrouter.fallback_checks == ()
    assert openrouter.check is not None
    assert openrouter.check.path == "/models"


def test_a_change_may_be_small() -> None:
    openai = with_own(openai={"default_model": "gpt-5.4-mini"}).find("openai")
    assert openai == SHIPPED.find("openai")._replace(default_model="gpt-5.4-mini", own=True)


def test_precedence_alone_changes_nothing_but_the_mark() -> None:
    assert with_own(groq={"precedence": "stored-only"}).find("groq") == SHIPPED.find("groq")._replace(own=True)


def test_a_variable_can_change_hands_when_its_owner_gives_it_up() -> None:
    catalog = with_own(a={"base_url": "https://a.example", "env": ["GROQ_API_KEY"]}, groq={"env": []})
    assert catalog.notes == ()
    assert catalog.by_key_variable()["GROQ_API_KEY"].id == "a"


BAD = {
    "an entry that is no object": ("mine", 7),
    "a name with capitals": ("Mine", {"base_url": "https://a.example"}),
    "a name that is none": ("../x", {"base_url": "https://a.example"}),
    "no address": ("mine", {"name": "Mine"}),
    "an address over plain http": ("mine", {"base_url": "http://a.example"}),
    "an address with a password": ("mine", {"base_url": "https://me:secret@a.example"}),
    "an address that is a number": ("openai", {"base_url": 5}),
    "an unknown wire": ("openai", {"wire": "smoke"}),
    "a variable of another row": ("mine", {"base_url": "https://a.example", "env": ["OPENAI_API_KEY"]}),
    "a shared token of another row": ("mine", {"base_url": "https://a.example", "env": ["GITHUB_TOKEN"]}),
    "a variable twice": ("mine", {"base_url": "https://a.example", "env": ["A_KEY"], "url_env": ["A_KEY"]}),
    "a variable that is none": ("mine", {"base_url": "https://a.example", "env": ["A-KEY"]}),
    "a variable that begins with a digit": ("mine", {"base_url": "https://a.example", "env": ["1KEY"]}),
    "variables that are no list": ("openai", {"env": {"A": 1}}),
    "variables that are numbers": ("openai", {"env": [1]}),
    "an empty variable": ("openai", {"env": [""]}),
    "an alias of another row": ("mine", {"base_url": "https://a.example", "aliases": ["google"]}),
    "an alias that is another row": ("mine", {"base_url": "https://a.example", "aliases": ["OpenAI"]}),
    "a header that is no word": ("openai", {"auth": {"header": "a b"}}),
    "a header without a key": ("openai", {"auth": {"format": "Bearer"}}),
    "a header with a newline": ("openai", {"auth": {"format": "Bearer {key}\n"}}),
    "a header that is a text": ("openai", {"auth": "Bearer"}),
    "further headers that are a list": ("openai", {"auth": {"extra_headers": ["a"]}}),
    "a further header that is a number": ("openai", {"auth": {"extra_headers": {"a": 1}}}),
    "a further header with a newline": ("openai", {"auth": {"extra_headers": {"a": "b\nc"}}}),
    "a console over http": ("openai", {"console_url": "http://a.example"}),
    "a path that is an address": ("openai", {"check_path": "https://evil.example/"}),
    "a path with a space": ("openai", {"models_path": "/a b"}),
}


@pytest.mark.parametrize(("provider", "entry"), BAD.values(), ids=BAD)
def test_a_bad_entry_is_left_out_and_said(provider: str, entry: object) -> None:
    catalog = load_catalog({provider: entry, "good": {"base_url": "https://good.example"}})
    assert len(catalog.notes) == 1
    assert catalog.notes[0].startswith(f"providers.{provider} in config is left out: ")
    assert catalog.notes[0].endswith(".")
    assert "secret" not in catalog.notes[0]
    assert catalog.providers.get(provider) == SHIPPED.providers.get(provider)
    assert "good" in catalog.providers


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
COLUMNS = """name short_name aliases base_url env url_env wire auth default_model console_url key_prefixes key_shape
models_path check_path key_optional local chat main precedence"""
columns = st.sampled_from(COLUMNS.split())


@given(st.sampled_from(["openai", "mine", "azure-openai", ""]), st.dictionaries(columns, anything) | anything)
def test_no_entry_ever_stops_the_catalogue(provider: str, entry: object) -> None:
    catalog = load_catalog({provider: entry})
    assert len(catalog.providers) + len(catalog.notes) >= 66
    assert not any(character < " " for note in catalog.notes for character in note)


def test_the_reason_is_an_error_for_who_adds_a_provider_by_hand() -> None:
    with pytest.raises(UsageError, match="OPENAI_API_KEY belongs to openai"):
        own_provider("mine", {"base_url": "https://a.example", "env": ["OPENAI_API_KEY"]}, SHIPPED.providers)
