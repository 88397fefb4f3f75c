"""Where a key may go: a base URL of trust n never gets a key of trust greater than n."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.account import AccountName
from llmkeys.files.dotenv_file import DotEnv
from llmkeys.resolution.address import Address, address_of
from support.surroundings import CATALOG, DOTENV_KEY, ENV_KEY, config_with, dotenv_with, weighed

ENV_URL, DOTENV_URL, OWN_URL = "https://proxy.example/v1", "https://evil.example/v1", "https://own.example/v1"


def _address(asked: str, *, own: bool = False, environ_url: bool = False, dotenv_url: bool = False) -> Address:
    config = config_with("openai/work", base_url=OWN_URL if own else None)
    environ = {"OPENAI_API_KEY": ENV_KEY, **({"OPENAI_BASE_URL": ENV_URL} if environ_url else {})}
    dotenv = dotenv_with(OPENAI_API_KEY=DOTENV_KEY, **({"OPENAI_BASE_URL": DOTENV_URL} if dotenv_url else {}))
    won = weighed(asked, config, environ, dotenv).won
    account = config.accounts.get(AccountName(*won.account.split("/")))
    return address_of(won, account, CATALOG.find("openai"), environ, dotenv)


@pytest.mark.parametrize(
    ("asked", "own", "environ_url", "dotenv_url", "expected"),
    [
        ("openai/work", False, False, False, None),
        ("openai/work", True, True, True, OWN_URL),
        ("openai/work", False, True, True, None),
        ("openai/env", False, True, True, ENV_URL),
        ("openai/env", False, False, True, None),
        ("openai/dotenv", False, True, True, DOTENV_URL),
        ("openai/dotenv", False, True, False, ENV_URL),
        ("openai/dotenv", False, False, False, None),
    ],
)
def test_an_address_goes_only_with_keys_it_may_have(
    asked: str, own: bool, environ_url: bool, dotenv_url: bool, expected: str | None
) -> None:
    address = _address(asked, own=own, environ_url=environ_url, dotenv_url=dotenv_url)
    assert address.base_url == expected


def test_an_address_that_is_left_out_is_said_with_its_line() -> None:
    assert _address("openai/work", environ_url=True, dotenv_url=True).ignored == (
        "OPENAI_BASE_URL is ignored: an address from there never gets a stored key.",
        "/project/.env:2 OPENAI_BASE_URL is ignored: an address from there never gets a stored key.",
    )
    assert _address("openai/env", dotenv_url=True).ignored == (
        "/project/.env:2 OPENAI_BASE_URL is ignored: "
        "an address from there never gets the key of OPENAI_API_KEY in the environment.",
    )


def test_an_address_in_a_dotenv_file_decides_nothing_where_no_key_is_needed() -> None:
    dotenv = dotenv_with(OLLAMA_HOST="127.0.0.1:99")
    address = address_of(weighed("ollama").won, None, CATALOG.find("ollama"), {}, dotenv)
    assert address == Address(
        None,
        ignored=("/project/.env:1 OLLAMA_HOST is ignored: an address from there goes only with a key from there.",),
    )


def test_a_pair_that_a_dotenv_file_brought_is_tested_only_when_asked() -> None:
    assert _address("openai/dotenv", dotenv_url=True).asked_only
    assert not _address("openai/dotenv").asked_only
    assert not _address("openai/env", environ_url=True).asked_only


def test_a_local_servers_own_variable_may_hold_host_and_port_alone() -> None:
    won = weighed("ollama").won
    environ = {"OLLAMA_HOST": "0.0.0.0:9999"}
    address = address_of(won, None, CATALOG.find("ollama"), environ, DotEnv("/project/.env", {}))
    assert address.base_url == "http://127.0.0.1:9999"


@given(
    asked=st.sampled_from(["openai/work", "openai/env", "openai/dotenv"]),
    own=st.booleans(),
    environ_url=st.booleans(),
    dotenv_url=st.booleans(),
)
def test_no_key_ever_goes_to_an_address_trusted_less_than_it(
    asked: str, own: bool, environ_url: bool, dotenv_url: bool
) -> None:
    key_trust = {"openai/work": 3, "openai/env": 2, "openai/dotenv": 1}[asked]
    url_trust = {None: 3, OWN_URL: 3, ENV_URL: 2, DOTENV_URL: 1}
    address = _address(asked, own=own, environ_url=environ_url, dotenv_url=dotenv_url)
    assert url_trust[address.base_url] >= key_trust
