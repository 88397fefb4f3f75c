"""The overview: every account once, with what is kept about this very key at this very address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from llmkeys.errors import Unparsable
from llmkeys.moment import to_text
from llmkeys.resolution.candidate import Fate
from llmkeys.secret import Secret
from llmkeys.service.accounts import Draft, add_account, rotate_key, set_enabled
from llmkeys.service.defaults import set_default
from llmkeys.service.edit import Changes, edit_account
from llmkeys.service.explanation import explain
from llmkeys.service.overview import Overview, Row, overview, standing_without_key
from llmkeys.service.session import Session, look
from llmkeys.service.settings import change_setting
from llmkeys.store.config_file import change_config
from llmkeys.store.status_file import record
from llmkeys.verdict import State, Verdict
from support.keeping import KEY, OTHER_KEY, kept

Opened = Callable[..., Session]


def _rows(shown: Overview) -> dict[str, Row]:
    return {row.account: row for row in shown.rows}


def _tested(here: Session, account: str, key: str = KEY, origin: str = "https://api.openai.com") -> None:
    verdict = Verdict(State.OK, True, latency_ms=288, checked_at=to_text(here.now()))
    record(here.paths, account, Secret(key).fingerprint(look(here).config.salt), origin, verdict)


def test_nothing_configured_still_offers_the_main_providers(session: Opened) -> None:
    shown = overview(session())
    assert shown.rows == ()
    assert {"openai", "anthropic", "gemini", "openrouter"} <= {each.id for each in shown.not_configured}
    assert 10 <= len(shown.not_configured) <= 20
    assert len(shown.providers) == 66
    assert (shown.default, shown.previous, shown.recent) == (None, None, ())


def test_stored_and_variable_keys_are_rows_and_no_longer_offered(
    session: Opened, environ: dict[str, str], project: Path
) -> None:
    environ["GROQ_API_KEY"] = "gsk_0123456789abcdefghij0123456789"
    (project / ".env").write_text("MISTRAL_API_KEY=0123456789abcdefghij0123456789ab\n")
    here = session()
    kept(here, "openai/work", name="My key")
    shown = overview(here)
    rows = _rows(shown)
    assert set(rows) == {"openai/work", "groq/env", "mistral/dotenv"}
    assert (rows["openai/work"].name, rows["openai/work"].read_only) == ("My key", False)
    assert (rows["groq/env"].read_only, rows["groq/env"].variable) == (True, "GROQ_API_KEY")
    assert rows["mistral/dotenv"].source.place == f"{project / '.env'}:1 MISTRAL_API_KEY"
    assert {"openai", "groq", "mistral"}.isdisjoint(each.id for each in shown.not_configured)


def test_a_kept_verdict_belongs_to_its_key_and_its_address(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    _tested(here, "openai/work")
    row = _rows(overview(here))["openai/work"]
    assert row.verdict is not None
    assert row.verdict.latency_ms == 288
    assert len(row.history) == 1
    edit_account(here, "openai/work", Changes(base_url="https://proxy.example/v1"), origin_confirmed=True)
    assert _rows(overview(here))["openai/work"].verdict is None
    edit_account(here, "openai/work", Changes(base_url=""), origin_confirmed=True)
    rotate_key(here, Draft("openai", "work", Secret(OTHER_KEY)))
    assert _rows(overview(here))["openai/work"].verdict is None


def test_another_key_in_the_variable_shows_untested(session: Opened, environ: dict[str, str]) -> None:
    here = session()
    kept(here, "groq/x")
    environ["OPENAI_API_KEY"] = KEY
    _tested(here, "openai/env")
    assert _rows(overview(here))["openai/env"].verdict is not None
    environ["OPENAI_API_KEY"] = OTHER_KEY
    assert _rows(overview(here))["openai/env"].verdict is None


def test_shadowing_is_told_from_both_sides(session: Opened, environ: dict[str, str]) -> None:
    environ["OPENAI_API_KEY"] = OTHER_KEY
    here = session()
    kept(here, "openai/work")
    rows = _rows(overview(here))
    assert rows["openai/env"].active
    assert rows["openai/env"].shadowed == ("openai/work",)
    assert not rows["openai/work"].active
    assert rows["openai/work"].shadowed_by == "OPENAI_API_KEY"


def test_a_stored_account_does_not_shadow_the_ones_stored_beside_it(session: Opened, environ: dict[str, str]) -> None:
    here = session()
    kept(here, "openai/work")
    kept(here, "openai/home", OTHER_KEY)
    assert _rows(overview(here))["openai/work"].shadowed == ()
    environ["OPENAI_API_KEY"] = OTHER_KEY
    change_setting(here, "precedence", "stored-first")
    assert _rows(overview(here))["openai/work"].shadowed == ("OPENAI_API_KEY in the environment",)


def test_the_default_is_marked_also_when_it_is_a_bare_provider(session: Opened, environ: dict[str, str]) -> None:
    environ["OPENAI_API_KEY"] = OTHER_KEY
    here = session()
    kept(here, "openai/work")
    set_default(here, "openai", "gpt-4.1")
    rows = _rows(overview(here))
    assert [account for account, row in rows.items() if row.is_default] == ["openai/env"]
    assert rows["openai/env"].model == "gpt-4.1"


def test_a_default_whose_key_is_gone_is_told(session: Opened, environ: dict[str, str]) -> None:
    environ["OPENAI_API_KEY"] = OTHER_KEY
    here = session()
    kept(here, "groq/work")
    assert overview(here).default_missing == ""
    set_default(here, "openai/env", "gpt-4.1")
    assert overview(here).default_missing == ""
    environ["OPENAI_API_KEY"] = "op://vault/openai/key"
    assert overview(here).default_missing == "The default openai/env has no key now."
    del environ["OPENAI_API_KEY"]
    assert overview(here).default_missing == "The default openai/env has no key now."
    assert "The default openai/env has no key now." in explain(here, "groq").notes
    assert "The default openai/env has no key now." not in explain(here).notes


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ("gone/work", "The default gone/work has no provider now."),
        ("not a name", "The default not a name has no provider now."),
        ("openai", "The default openai could mean several accounts now."),
        ("openai/work", ""),
    ],
)
def test_a_default_that_names_nothing_any_more_says_why(session: Opened, account: str, words: str) -> None:
    here = session()
    kept(here, "openai/work")
    kept(here, "openai/home", OTHER_KEY)
    default = {"main": {"account": account, "model": "gpt-4.1"}}
    change_config(here.paths, lambda config: config.replace(defaults=default, active={}))
    assert overview(here).default_missing == words


def test_a_reference_in_a_variable_is_a_row_that_needs_attention_and_is_not_tested(
    session: Opened, environ: dict[str, str]
) -> None:
    environ["OPENAI_API_KEY"] = "op://vault/openai/key"
    row = _rows(overview(session()))["openai/env"]
    assert row.fate is Fate.UNRESOLVED
    assert row.standing(0).word == "reference"
    assert not row.testable_in_background


def test_a_dotenv_address_keeps_its_pair_out_of_the_background(session: Opened, project: Path) -> None:
    dotenv = project / ".env"
    dotenv.write_text(f"OPENAI_API_KEY={KEY}\n")
    assert _rows(overview(session()))["openai/dotenv"].testable_in_background
    dotenv.write_text(f"OPENAI_API_KEY={KEY}\nOPENAI_BASE_URL=https://evil.example/v1\n")
    row = _rows(overview(session()))["openai/dotenv"]
    assert not row.testable_in_background
    assert row.endpoint == "evil.example"


def test_a_disabled_account_is_listed_and_not_tested(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    set_enabled(here, "openai/work", False)
    row = _rows(overview(here))["openai/work"]
    assert (row.enabled, row.testable_in_background, row.standing(0).word) == (False, False, "disabled")


def test_a_trace_in_the_environment_offers_a_provider_that_is_not_a_main_one(
    session: Opened, environ: dict[str, str]
) -> None:
    here = session()
    minor = next(each for each in look(here).catalog if each.url_env and not each.main and each.status == "active")
    assert minor.id not in {each.id for each in overview(here).not_configured}
    environ[minor.url_env[0]] = "http://127.0.0.1:1"
    assert minor.id in {each.id for each in overview(here).not_configured}


def test_a_second_variable_of_the_same_row_is_shadowed_and_no_row_of_its_own(
    session: Opened, environ: dict[str, str]
) -> None:
    here = session()
    gemini = look(here).catalog.find("gemini")
    for number, variable in enumerate(gemini.key_env[:2]):
        environ[variable] = f"AIza{number}23456789abcdefghijABCDEFGHIJ012345"
    rows = [row for row in overview(here).rows if row.provider.id == "gemini"]
    assert [row.variable for row in rows] == [gemini.key_env[0]]
    assert rows[0].shadowed == (f"{gemini.key_env[1]} in the environment",)


def test_a_shared_token_is_no_row(session: Opened, environ: dict[str, str]) -> None:
    here = session()
    provider = next(each for each in look(here).catalog if each.shared_token_env and each.key_env)
    environ[provider.shared_token_env[0]] = "token-0123456789abcdef0123456789"
    environ[provider.key_env[0]] = "key-0123456789abcdef0123456789"
    rows = [row for row in overview(here).rows if row.provider.id == provider.id]
    assert [row.variable for row in rows] == [provider.key_env[0]]


def test_an_address_that_makes_no_sense_shows_no_endpoint(session: Opened, environ: dict[str, str]) -> None:
    environ["OPENAI_API_KEY"] = KEY
    environ["OPENAI_BASE_URL"] = "http://plain.example"
    environ["AZURE_OPENAI_API_KEY"] = OTHER_KEY
    environ["AZURE_RESOURCE_NAME"] = "evil.example/x#"
    rows = _rows(overview(session()))
    assert rows["openai/env"].endpoint == rows["azure-openai/env"].endpoint == ""
    assert not rows["openai/env"].testable_in_background


def test_a_folder_that_is_gone_sets_nothing(session: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert overview(session(folder=None)).rows == ()


def test_a_config_that_does_not_parse_still_shows_the_environment_and_says_why(
    session: Opened, environ: dict[str, str]
) -> None:
    environ["OPENAI_API_KEY"] = KEY
    here = session()
    kept(here, "groq/x")
    Path(here.paths.config).write_text("{ broken")
    shown = overview(here)
    assert list(_rows(shown)) == ["openai/env"]
    assert isinstance(shown.problem, Unparsable)


def test_the_store_that_the_next_key_goes_to_is_told(session: Opened) -> None:
    here = session()
    shown = overview(here)
    assert (shown.store.kind, shown.store.available) == ("keychain", False)
    assert "D-Bus" in shown.store.reason
    kept(here, "openai/work")
    assert overview(here).store[:2] == ("file", True)
    assert "D-Bus" in overview(here).store.reason
    change_setting(here, "store", "file")
    assert overview(here).store[:3] == ("file", True, "chosen in settings")


def test_a_local_server_without_an_account_is_not_said_to_lack_a_key(session: Opened) -> None:
    here = session()
    assert standing_without_key(look(here).catalog.find("ollama")).word == "local"
    assert standing_without_key(look(here).catalog.find("openai")).word == "no key"
    add_account(here, Draft("ollama", "box", None))
    assert _rows(overview(here))["ollama/box"].endpoint == "localhost:11434"
