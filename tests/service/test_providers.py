"""Providers of one's own: added without code, refused when they make no sense, listed with the rest."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from llmkeys.config import Choice
from llmkeys.errors import AlreadyThere, FileRefused, LlmkeysError, UsageError
from llmkeys.service.accounts import Draft, add_account, remove_account
from llmkeys.service.defaults import set_default, toggle_favourite
from llmkeys.service.keys import resolve
from llmkeys.service.providers import add_provider, dotenv_template, list_providers, remove_provider
from llmkeys.service.session import Session, look
from llmkeys.service.settings import change_setting
from llmkeys.store.config_file import change_config
from support.keeping import KEY, kept

Opened = Callable[..., Session]


def test_a_provider_of_ones_own_is_used_like_any_other(session: Opened) -> None:
    here = session()
    added = add_provider(
        here, "Acme", base_url="https://llm.acme.example/v1/", env=["ACME_KEY", " "], default_model="m1"
    )
    assert (added.id, added.name, added.own) == ("acme", "Acme", True)
    assert list_providers(here)[-1].id == "acme"
    kept(here, "acme/default", KEY)
    answer = resolve(here, "acme")
    assert (answer.base_url, answer.model) == ("https://llm.acme.example/v1", "m1")


def test_a_server_on_this_machine_needs_no_key(session: Opened) -> None:
    here = session()
    assert add_provider(here, "box", base_url="http://127.0.0.1:8000/v1").key_optional
    assert not add_provider(here, "far", base_url="https://far.example/v1").key_optional


def test_a_provider_with_a_key_variable_needs_a_key_unless_it_is_said_that_it_needs_none(session: Opened) -> None:
    here = session()
    box = "http://127.0.0.1:8000/v1"
    assert not add_provider(here, "guarded", base_url=box, env=["BOX_KEY"]).key_optional
    assert add_provider(here, "open", base_url=box, env=["OPEN_KEY"], key_optional=True).key_optional
    with pytest.raises(UsageError, match="needs a key"):
        add_account(here, Draft("guarded", "me", None))


@pytest.mark.parametrize(
    ("name", "options", "error"),
    [
        ("openai", {"base_url": "https://x.example"}, AlreadyThere),
        ("claude", {"base_url": "https://x.example"}, AlreadyThere),
        ("two words", {"base_url": "https://x.example"}, UsageError),
        ("acme", {"base_url": "http://x.example"}, UsageError),
        ("acme", {"base_url": "https://x.example", "env": ["OPENAI_API_KEY"]}, UsageError),
        ("acme", {"base_url": "https://x.example", "env": ["NOT A NAME"]}, UsageError),
        ("acme", {"base_url": "https://x.example", "wire": "morse"}, UsageError),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(
    session: Opened, name: str, options: dict[str, object], error: type[Exception]
) -> None:
    here = session()
    before = [each.id for each in list_providers(here)]
    with pytest.raises(error):
        add_provider(here, name, **options)  # type: ignore[arg-type]
    assert [each.id for each in list_providers(here)] == before


def test_the_dotenv_template_names_every_key_variable_once_and_sets_none(session: Opened) -> None:
    here = session()
    template = dotenv_template(here)
    for provider in list_providers(here):
        for variable in provider.key_env:
            assert template.count(f"\n# {variable}=\n") + template.startswith(f"# {variable}=") == (
                provider.status == "active"
            )
    assert all(line.startswith("#") or not line for line in template.splitlines())


BOX = "https://llm.acme.example/v1"


def test_a_provider_of_ones_own_goes_once_no_account_of_it_is_left(session: Opened) -> None:
    here = session()
    add_provider(here, "acme", base_url=BOX)
    kept(here, "acme/one")
    kept(here, "acme/two")
    with pytest.raises(LlmkeysError, match="acme/one, acme/two") as refused:
        remove_provider(here, "acme")
    assert refused.value.exit_code == 1
    assert refused.value.next == "First: llmkeys remove-key acme/one"
    for account in ("acme/one", "acme/two"):
        remove_account(here, account)
    assert remove_provider(here, " ACME ") == ("acme", False)
    assert "acme" not in [each.id for each in list_providers(here)]
    assert add_provider(here, "acme", base_url=BOX).id == "acme"


@pytest.mark.parametrize(
    ("name", "known"),
    [("openai", "openai"), ("claude", "anthropic"), ("groq", "groq"), ("acm", ""), ("", ""), ("nothing", "")],
)
def test_only_ones_own_providers_can_be_removed(session: Opened, name: str, known: str) -> None:
    here = session()
    add_provider(here, "acme", base_url=BOX)
    change_setting(here, "precedence.groq", "stored-only")
    before = look(here).config
    with pytest.raises(UsageError) as refused:
        remove_provider(here, name)
    assert refused.value.message == (
        f"{known} is a provider of llmkeys itself; only your own can be removed."
        if known
        else f"There is no provider “{name}”."
    )
    assert ("acme" in refused.value.next) is (name == "acm")
    assert look(here).config == before


def test_an_own_provider_goes_by_its_alias_and_even_if_its_entry_is_broken(session: Opened) -> None:
    here = session()
    entries = {"acme": {"base_url": BOX, "aliases": ["Roadrunner"]}, "Broken": 7, "broken-too": {"wire": "smoke"}}
    change_config(here.paths, lambda config: config.replace(providers=entries))
    assert [remove_provider(here, name).provider for name in ("roadrunner", "broken", "broken-too")] == [
        "acme",
        "Broken",
        "broken-too",
    ]
    assert look(here).config.providers == {}


@pytest.mark.parametrize("account", ["acme", "acme/env"])
def test_what_a_variable_of_a_removed_provider_was_is_forgotten(
    session: Opened, environ: dict[str, str], account: str
) -> None:
    environ["ACME_KEY"] = KEY
    here = session()
    kept(here, "openai/work")
    add_provider(here, "acme", base_url=BOX, env=["ACME_KEY"])
    toggle_favourite(here, Choice(account, "m"))
    set_default(here, account, "m")
    assert remove_provider(here, "acme") == ("acme", True)
    config = look(here).config
    assert (config.default, config.favourites) == (None, ())
    assert [each.account for each in config.recent] == ["openai/work"]


def test_a_config_that_cannot_be_read_is_said_and_not_taken_for_having_no_providers(session: Opened) -> None:
    here = session()
    add_provider(here, "acme", base_url=BOX)
    with open(here.paths.config, "a", encoding="utf-8") as config:
        config.write("}")
    with pytest.raises(FileRefused):
        remove_provider(here, "acme")


def test_adding_one_that_is_there_names_the_way_to_take_it_away(session: Opened) -> None:
    here = session()
    add_provider(here, "acme", base_url=BOX)
    with pytest.raises(AlreadyThere) as refused:
        add_provider(here, "acme", base_url=BOX)
    assert "llmkeys providers remove acme" in refused.value.next
    with pytest.raises(AlreadyThere) as refused:
        add_provider(here, "openai", base_url=BOX)
    assert "remove" not in refused.value.next
