"""`resolve` and `explain`: the key that wins, and the whole story of why."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

import llmkeys
from llmkeys.errors import NotConfigured, NotSent, Unparsable, UsageError
from llmkeys.resolution.candidate import Fate, Kind
from llmkeys.service.defaults import set_default
from llmkeys.service.explanation import explain
from llmkeys.service.keys import resolve
from llmkeys.service.providers import add_provider
from llmkeys.service.session import Session, look
from llmkeys.store.audit import read_uses
from support.keeping import KEY, OTHER_KEY, kept

Opened = Callable[..., Session]


def test_the_default_is_resolved_with_its_model_and_address(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    set_default(here, "openai/work", "gpt-4.1")
    answer = resolve(here)
    assert (answer.account, answer.provider, answer.label) == ("openai/work", "openai", "work")
    assert (answer.model, answer.base_url) == ("gpt-4.1", "https://api.openai.com/v1")
    assert answer.source.kind is Kind.FILE
    assert answer.secret is not None
    assert answer.secret.reveal() == KEY


def test_a_model_asked_for_goes_with_the_key(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    assert resolve(here, "openai/work", model="o3").model == "o3"
    assert resolve(here, "openai/work:o4-mini").model == "o4-mini"


def test_without_a_default_the_way_to_one_is_named(session: Opened) -> None:
    with pytest.raises(NotConfigured, match="no default") as caught:
        resolve(session())
    assert caught.value.next.startswith("llmkeys set-default")


def test_an_unknown_provider_names_the_nearest(session: Opened) -> None:
    with pytest.raises(UsageError, match="no provider “opnai”") as caught:
        resolve(session(), "opnai")
    assert "openai" in caught.value.next


def test_every_reading_of_a_key_leaves_a_line_without_it(session: Opened) -> None:
    here = session("agent")
    kept(here, "openai/work")
    resolve(here, "openai/work", verb="helper")
    assert [(use.account, use.verb, use.caller) for use in read_uses(here.paths)] == [
        ("openai/work", "helper", "agent")
    ]
    assert KEY not in Path(here.paths.audit).read_text()


def test_the_environment_wins_over_dotenv_and_stored_and_names_what_it_shadows(
    session: Opened, environ: dict[str, str], project: Path
) -> None:
    environ["OPENAI_API_KEY"] = OTHER_KEY
    (project / ".env").write_text("# comment\nOPENAI_API_KEY=sk-proj-from-the-dotenv-file-0000\n")
    here = session()
    kept(here, "openai/work")
    answer = resolve(here, "openai")
    assert answer.account == "openai/env"
    assert [each.source.words for each in answer.shadowed] == [f"{project / '.env'}:2 OPENAI_API_KEY", "plaintext file"]


def test_a_dotenv_key_is_never_put_into_the_environment(
    session: Opened, environ: dict[str, str], project: Path
) -> None:
    (project / ".env").write_text("OPENAI_API_KEY=sk-proj-from-the-dotenv-file-0000\n")
    before = dict(environ)
    assert resolve(session(), "openai").account == "openai/dotenv"
    assert environ == before


def test_a_key_whose_only_address_is_trusted_less_is_not_sent(session: Opened, environ: dict[str, str]) -> None:
    here = session()
    azure = look(here).catalog.find("azure-openai")
    kept(here, "azure-openai/corp")
    environ[azure.url_env[0]] = "https://evil.example"
    with pytest.raises(NotSent, match="is ignored: an address from there never gets a stored key") as caught:
        resolve(here, "azure-openai/corp")
    assert caught.value.exit_code == 4


def test_explain_lists_every_candidate_and_reads_no_store(session: Opened, environ: dict[str, str]) -> None:
    environ["OPENAI_API_KEY"] = OTHER_KEY
    environ["OPENAI_BASE_URL"] = "https://proxy.example/v1"
    here = session()
    kept(here, "openai/work")
    Path(here.paths.credentials).unlink()
    told = explain(here, "openai/work")
    assert told.account == "openai/work"
    assert [(each.account, each.fate) for each in told.candidates] == [
        ("openai/work", Fate.WINS),
        ("openai/env", Fate.NOT_ASKED),
    ]
    assert told.notes == ("OPENAI_BASE_URL is ignored: an address from there never gets a stored key.",)
    assert told.base_url == "https://api.openai.com/v1"
    assert read_uses(here.paths) == []


def test_explain_says_why_nothing_wins(session: Opened) -> None:
    told = explain(session(), "groq:llama")
    assert told.account is None
    assert told.winner is None
    assert isinstance(told.problem, NotConfigured)
    assert (told.model, told.model_place) == ("llama", "asked for")


@pytest.mark.only_on("linux", "darwin")
def test_a_file_of_keys_that_others_could_read_is_closed_and_that_is_said(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    credentials = Path(here.paths.credentials)
    assert resolve(here, "openai/work").notes == ()
    credentials.chmod(0o644)
    assert resolve(here, "openai/work").notes == (f"{credentials} could be read by others; it is closed now.",)
    assert credentials.stat().st_mode & 0o777 == 0o600


def test_a_stored_key_that_left_its_store_says_so(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    Path(here.paths.credentials).unlink()
    with pytest.raises(NotConfigured, match="no longer in its store"):
        resolve(here, "openai/work")


def test_with_a_config_that_cannot_be_read_the_environment_still_works_and_the_answer_says_so(
    session: Opened, environ: dict[str, str]
) -> None:
    environ["OPENAI_API_KEY"] = OTHER_KEY
    here = session()
    kept(here, "openai/work")
    add_provider(here, "acme", base_url="https://acme.example/v1", env=["ACME_KEY"])
    Path(here.paths.config).write_text("{")
    answer = resolve(here, "openai")
    assert answer.account == "openai/env"
    assert "config.json cannot be read" in answer.notes[0]
    assert explain(here, "openai").notes[:1] == answer.notes[:1]
    for asked in ("openai/work", "groq", "acme"):
        with pytest.raises(Unparsable):
            resolve(here, asked)
    for asked in ("openai/work", "groq"):
        explained = explain(here, asked)
        assert isinstance(explained.problem, Unparsable)
        assert explained.notes == ()
        with pytest.raises(Unparsable):
            set_default(here, asked, "gpt-4.1")


def test_a_newer_config_is_read_and_unknown_names_are_unknown(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    config = Path(here.paths.config)
    config.write_text(config.read_text().replace('"version": 1', '"version": 2'))
    assert resolve(here, "openai/work").notes
    with pytest.raises(NotConfigured):
        resolve(here, "openai/gone")
    with pytest.raises(UsageError):
        resolve(here, "nobody")


def test_an_azure_key_goes_to_the_resource_of_its_own_account_and_never_to_the_environments(
    session: Opened, environ: dict[str, str]
) -> None:
    environ["AZURE_RESOURCE_NAME"] = "theirs"
    here = session()
    kept(here, "azure-openai/corp", settings={"resource": "ours"})
    kept(here, "azure-openai/bare", OTHER_KEY)
    assert resolve(here, "azure-openai/corp").base_url == "https://ours.openai.azure.com"
    assert resolve(here, "azure-openai/bare").base_url is None
    environ["AZURE_OPENAI_API_KEY"] = OTHER_KEY
    assert resolve(here, "azure-openai/env").base_url == "https://theirs.openai.azure.com"


def test_python_programs_get_the_key_also_inside_an_event_loop(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")

    async def ask() -> llmkeys.Resolution:
        return llmkeys.resolve("openai/work", model="o3")

    answer = asyncio.run(ask())
    assert isinstance(answer, llmkeys.Resolution)
    assert isinstance(answer.secret, llmkeys.Secret)
    assert answer.secret.reveal() == KEY
    assert read_uses(here.paths)[0].caller == "python"


def test_the_package_offers_what_it_says_and_nothing_else() -> None:
    assert set(dir(llmkeys)) == set(llmkeys.__all__)
    assert all(getattr(llmkeys, name) is not None for name in llmkeys.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = llmkeys.nothing  # type: ignore[attr-defined]


def test_a_providers_own_url_variable_moves_only_the_environments_key(session: Opened, environ: dict[str, str]) -> None:
    here = session()
    add_provider(here, "local", base_url="http://127.0.0.1:9/v1", env=["LOCAL_KEY"])
    environ["LOCAL_KEY"] = OTHER_KEY
    assert resolve(here, "local").base_url == "http://127.0.0.1:9/v1"
