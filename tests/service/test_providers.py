"""Providers of one's own: added without code, refused when they make no sense, listed with the rest."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from llmkeys.errors import AlreadyThere, UsageError
from llmkeys.service.accounts import Draft, add_account
from llmkeys.service.keys import resolve
from llmkeys.service.providers import add_provider, dotenv_template, list_providers
from llmkeys.service.session import Session
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
