"""Which key wins: the rules of precedence, labels and what is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.catalog.rows import Provider
from llmkeys.config import PRECEDENCES
from llmkeys.errors import AmbiguousAccount, NotConfigured
from llmkeys.resolution.candidate import Fate, Kind
from llmkeys.resolution.weigh import preferred_account
from support.surroundings import CATALOG, DOTENV_KEY, ENV_KEY, config_with, dotenv_with, weighed

ENVIRON = {"OPENAI_API_KEY": ENV_KEY}
DOTENV = dotenv_with(OPENAI_API_KEY=DOTENV_KEY)


@pytest.mark.parametrize(
    ("precedence", "environ", "dotenv", "stored", "winner", "shadowed"),
    [
        ("env-first", True, True, True, "openai/env", ["openai/dotenv", "openai/work"]),
        ("env-first", False, True, True, "openai/dotenv", ["openai/work"]),
        ("env-first", False, False, True, "openai/work", []),
        ("", True, False, True, "openai/env", ["openai/work"]),
        ("stored-first", True, True, True, "openai/work", ["openai/env", "openai/dotenv"]),
        ("stored-first", True, True, False, "openai/env", ["openai/dotenv"]),
        ("stored-first", False, True, False, "openai/dotenv", []),
        ("stored-only", True, True, True, "openai/work", []),
    ],
)
def test_a_bare_provider_is_resolved_by_precedence(
    precedence: str, environ: bool, dotenv: bool, stored: bool, winner: str, shadowed: list[str]
) -> None:
    config = config_with(*(["openai/work"] if stored else []), precedence=precedence)
    answer = weighed("openai", config, ENVIRON if environ else {}, DOTENV if dotenv else None)
    assert answer.won.account == winner
    assert answer.won.fate is Fate.WINS
    assert [each.account for each in answer.shadowed] == shadowed


def test_stored_only_lists_what_is_set_as_not_asked_and_errs_without_a_stored_key() -> None:
    answer = weighed("openai", config_with(precedence="stored-only"), ENVIRON, DOTENV)
    assert {each.fate for each in answer.candidates} == {Fate.NOT_ASKED}
    with pytest.raises(NotConfigured, match="OpenAI has no key"):
        _ = answer.won


def test_a_providers_own_precedence_wins_over_the_global_one() -> None:
    config = config_with("openai/work", precedence="env-first")
    config = config.replace(providers={"openai": {"precedence": "stored-first"}})
    answer = weighed("openai", config, ENVIRON)
    assert answer.won.account == "openai/work"
    assert "stored-first for openai" in answer.rule


def test_a_providers_precedence_that_is_none_is_not_called_its_own() -> None:
    config = config_with("openai/work").replace(providers={"openai": {"precedence": "sideways"}})
    assert weighed("openai", config).rule == "env-first: environment, then .env, then stored"


def test_a_named_label_never_yields_another_accounts_key() -> None:
    answer = weighed("openai/work", config_with("openai/work", "openai/home"), ENVIRON, DOTENV)
    assert answer.won.account == "openai/work"
    assert {each.account: each.fate for each in answer.candidates if each.fate is not Fate.WINS} == {
        "openai/env": Fate.NOT_ASKED,
        "openai/dotenv": Fate.NOT_ASKED,
        "openai/home": Fate.NOT_ASKED,
    }
    assert answer.shadowed == ()


def test_a_label_nobody_stored_is_an_error_that_names_the_nearest_even_if_the_environment_has_a_key() -> None:
    answer = weighed("openai/wrok", config_with("openai/work"), ENVIRON)
    with pytest.raises(NotConfigured, match=r"no account openai/wrok\. There is openai/work\.") as caught:
        _ = answer.won
    assert caught.value.next == "llmkeys add-key openai/wrok"
    assert [each.fate for each in answer.candidates] == [Fate.NOT_ASKED, Fate.NOT_ASKED]


@pytest.mark.parametrize(("label", "where"), [("env", "the environment"), ("dotenv", r"this folder's \.env")])
def test_the_labels_of_variables_say_which_variable_is_missing(label: str, where: str) -> None:
    with pytest.raises(NotConfigured, match=f"OpenAI has no key in {where}") as caught:
        _ = weighed(f"openai/{label}").won
    assert "OPENAI_API_KEY" in caught.value.next


def test_the_environments_key_can_be_named() -> None:
    answer = weighed("openai/env", config_with("openai/work", precedence="stored-only"), ENVIRON)
    assert answer.won.secret is not None
    assert answer.won.secret.reveal() == ENV_KEY


def test_an_empty_variable_is_unset() -> None:
    answer = weighed("openai", config_with("openai/work"), {"OPENAI_API_KEY": "  "}, dotenv_with(OPENAI_API_KEY=""))
    assert [each.account for each in answer.candidates] == ["openai/work"]


def test_the_rows_variables_count_in_the_order_of_the_providers_own_library() -> None:
    provider = CATALOG.find("gemini")
    first, second = provider.key_env[:2]
    answer = weighed("gemini", environ={second: "AIza-second-key-000000001", first: "AIza-first-key-0000000001"})
    assert answer.won.variable == first
    assert [each.variable for each in answer.shadowed] == [second]


@pytest.mark.parametrize(
    "value", ["op://vault/openai/key", "env://OTHER", "vault://secret/llm", "env:OTHER", "cmd:pass x"]
)
def test_a_reference_in_a_variable_is_shown_and_never_used_as_a_key(value: str) -> None:
    answer = weighed("openai", config_with("openai/work"), {"OPENAI_API_KEY": value})
    assert answer.won.account == "openai/work"
    assert [(each.account, each.fate, each.secret) for each in answer.candidates[:1]] == [
        ("openai/env", Fate.UNRESOLVED, None)
    ]


@pytest.mark.parametrize(
    ("value", "reason"),
    [("two words", "Character 4 is a space: a key has none."), ("https://x.org", "That is a web address, not a key.")],
)
def test_a_variable_that_cannot_be_a_key_is_not_used_and_says_why(value: str, reason: str) -> None:
    answer = weighed("openai", environ={"OPENAI_API_KEY": value})
    with pytest.raises(NotConfigured, match=r"openai/env is unusable \(OPENAI_API_KEY in the environment\)") as caught:
        _ = answer.won
    assert caught.value.next == reason


def test_a_shared_token_is_listed_with_the_command_that_adopts_it_and_never_used() -> None:
    provider = next(each for each in CATALOG.providers.values() if "GITHUB_TOKEN" in each.shared_token_env)
    answer = weighed(provider.id, environ={"GITHUB_TOKEN": "ghp_0123456789abcdef0123456789abcdef0123"})
    assert answer.winner is None
    assert [(each.fate, each.secret) for each in answer.candidates] == [(Fate.SHARED, None)]
    assert answer.candidates[0].note == f"llmkeys add-key {provider.id} --from-env GITHUB_TOKEN adopts it"


def test_a_disabled_account_is_not_used() -> None:
    config = config_with("openai/work", "openai/home", disabled=("openai/work",))
    assert weighed("openai", config).won.account == "openai/home"
    with pytest.raises(NotConfigured, match="openai/work is disabled") as caught:
        _ = weighed("openai/work", config).won
    assert caught.value.next == "llmkeys enable openai/work uses it again"


@pytest.mark.parametrize(
    ("accounts", "default", "active", "winner"),
    [
        (("openai/work", "openai/home"), "openai/home", "openai/work", "openai/home"),
        (("openai/work", "openai/home"), "gemini/a", "openai/work", "openai/work"),
        (("openai/work",), "", "", "openai/work"),
        (("openai/work", "openai/default"), "", "", "openai/default"),
        (("openai/work", "openai/home"), "", "openai/gone", None),
        ((), "", "", None),
    ],
)
def test_stored_means_the_default_then_the_active_then_the_only_then_the_one_called_default(
    accounts: tuple[str, ...], default: str, active: str, winner: str | None
) -> None:
    assert preferred_account(config_with(*accounts, default=default, active=active), "openai") == winner


def test_several_stored_accounts_of_which_none_is_meant_are_an_error_that_names_them() -> None:
    answer = weighed("openai", config_with("openai/work", "openai/home"))
    with pytest.raises(AmbiguousAccount, match="openai/home, openai/work") as caught:
        _ = answer.won
    assert caught.value.exit_code == 2


def test_several_stored_accounts_do_not_matter_while_the_environment_wins() -> None:
    assert weighed("openai", config_with("openai/work", "openai/home"), ENVIRON).won.account == "openai/env"


def test_a_local_server_needs_no_key() -> None:
    answer = weighed("ollama")
    assert answer.won.source.kind is Kind.NONE
    assert answer.won.secret is None


def test_a_local_server_whose_account_is_disabled_is_not_used() -> None:
    disabled = config_with("ollama/default", disabled=("ollama/default",))
    with pytest.raises(NotConfigured, match="ollama/default is disabled"):
        _ = weighed("ollama", disabled).won
    other = config_with("ollama/box", disabled=("ollama/box",))
    assert weighed("ollama", other).won.account == "ollama/default"


def test_nothing_at_all_says_what_to_do() -> None:
    with pytest.raises(NotConfigured, match="OpenAI has no key") as caught:
        _ = weighed("openai").won
    assert caught.value.next.startswith("llmkeys add-key openai, or set OPENAI_API_KEY")


def _with_key_variable() -> list[Provider]:
    return [each for each in CATALOG.providers.values() if each.key_env]


@given(
    provider=st.sampled_from(_with_key_variable()),
    in_environment=st.booleans(),
    in_dotenv=st.booleans(),
    labels=st.sets(st.sampled_from(["default", "work", "home"])),
    precedence=st.sampled_from(["", *PRECEDENCES]),
    label=st.sampled_from([None, "work", "env", "dotenv"]),
)
def test_there_is_one_winner_or_one_reason_and_a_named_label_wins_only_as_itself(
    provider: Provider, in_environment: bool, in_dotenv: bool, labels: set[str], precedence: str, label: str | None
) -> None:
    config = config_with(*(f"{provider.id}/{each}" for each in sorted(labels)), precedence=precedence)
    variable = provider.key_env[0]
    answer = weighed(
        provider.id if label is None else f"{provider.id}/{label}",
        config,
        {variable: ENV_KEY} if in_environment else {},
        dotenv_with(**{variable: DOTENV_KEY}) if in_dotenv else None,
    )
    winners = [each for each in answer.candidates if each.fate is Fate.WINS]
    assert (len(winners) == 1) == (answer.error is None)
    if winners:
        assert answer.won is answer.candidates[answer.winner or 0]
        assert label is None or winners[0].account == f"{provider.id}/{label}"
    assert {each.account for each in answer.shadowed}.isdisjoint({each.account for each in winners})
