"""Which model is meant, and where it was said."""

from __future__ import annotations

import pytest

from llmkeys.account import Account, AccountName
from llmkeys.config import with_account
from llmkeys.resolution.model import MODEL_VARIABLE, find_model
from support.surroundings import CATALOG, config_with


@pytest.mark.parametrize(
    ("asked", "variable", "pinned", "account", "expected"),
    [
        ("asked", "variable", "pinned", "openai/work", ("asked", "asked for")),
        (None, "variable", "pinned", "openai/work", ("variable", "LLMKEYS_MODEL in the environment")),
        (None, "", "pinned", "openai/work", ("pinned", "this folder's pin")),
        (None, "", None, "openai/work", ("gpt-4.1", "the default")),
        (None, "", None, "openai/home", ("own-model", "openai/home's own")),
    ],
)
def test_the_model_said_nearest_wins(
    asked: str | None, variable: str, pinned: str | None, account: str, expected: tuple[str, str]
) -> None:
    config = config_with("openai/work", default="openai/work")
    config = with_account(config, Account(AccountName("openai", "home"), store="keychain", model="own-model"))
    environ = {MODEL_VARIABLE: variable}
    assert find_model(asked, environ, config, account, CATALOG.find("openai"), pinned=pinned) == expected


def test_a_default_of_a_bare_provider_goes_for_whichever_of_its_accounts_wins() -> None:
    config = config_with("openai/work", default="openai")
    assert find_model(None, {}, config, "openai/env", CATALOG.find("openai")).model == "gpt-4.1"


def test_without_any_word_it_is_the_providers_usual_model() -> None:
    openai = CATALOG.find("openai")
    assert find_model(None, {}, config_with(), "openai/env", openai) == (openai.default_model, "OpenAI's usual one")


def test_a_provider_without_chat_has_no_model() -> None:
    assert find_model(None, {}, config_with(), "elevenlabs/env", CATALOG.find("elevenlabs")) == (None, "")
