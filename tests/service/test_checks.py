"""Testing accounts against a real local server: verdicts as they settle, kept for the next start."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmkeys.check.runner import Checker
from llmkeys.errors import CannotTell, KeyRefused, NotConfigured, NotSent, UsageError
from llmkeys.service import checks
from llmkeys.service.checks import check_accounts, stale_accounts
from llmkeys.service.defaults import set_default
from llmkeys.service.keys import weigh_target
from llmkeys.service.models import refresh_list
from llmkeys.service.overview import overview
from llmkeys.service.rounds import Tested as Told
from llmkeys.service.session import Session
from llmkeys.store.audit import read_uses
from llmkeys.store.model_lists import load_list
from llmkeys.verdict import State
from support.answering_server import Answer, AnsweringServer, Received
from support.keeping import KEY, OTHER_KEY, kept
from support.provider_server import add_acme, answering

Opened = Callable[..., Session]


@pytest.fixture
def here(session: Opened, server: AnsweringServer) -> Session:
    opened = session()
    add_acme(opened, server)
    kept(opened, "acme/good", KEY)
    kept(opened, "acme/bad", OTHER_KEY)
    return opened


async def _all(here: Session, checker: Checker, *accounts: str) -> dict[str, Told]:
    return {tested.account: tested async for tested in check_accounts(here, checker, accounts)}


async def test_a_good_and_a_bad_key_are_told_apart_and_kept_for_the_next_start(here: Session, checker: Checker) -> None:
    found = await _all(here, checker, "acme/good", "acme/bad")
    assert found["acme/good"].verdict.state is State.OK
    assert found["acme/good"].verdict.models == 2
    assert found["acme/bad"].verdict.state is State.INVALID_KEY
    rows = {row.account: row for row in overview(here).rows}
    assert rows["acme/good"].verdict == found["acme/good"].verdict
    assert rows["acme/bad"].standing(here.now()).word == "invalid"
    assert {use.verb for use in read_uses(here.paths)} == {"test"}


async def test_a_key_called_by_its_provider_and_by_its_account_is_tested_once(
    here: Session, checker: Checker, server: AnsweringServer
) -> None:
    set_default(here, "acme/good", "m-1")
    found = [tested.account async for tested in check_accounts(here, checker, ["acme", "acme/good"])]
    assert found == ["acme/good"]


async def test_an_account_named_twice_is_tested_once(here: Session, checker: Checker, server: AnsweringServer) -> None:
    await _all(here, checker, "acme/bad", "acme/bad")
    assert len(server.received) == 1


async def test_choosing_the_keys_of_many_accounts_keeps_no_screen_from_its_next_frame(
    here: Session, checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = set()

    def spied(*arguments: Any) -> Any:
        threads.add(threading.current_thread())
        return weigh_target(*arguments)

    monkeypatch.setattr(checks, "weigh_target", spied)
    assert len(await _all(here, checker, "acme/good", "acme/bad")) == 2
    assert threads
    assert threading.current_thread() not in threads


async def test_a_model_that_the_server_no_longer_lists_is_told(here: Session, checker: Checker) -> None:
    set_default(here, "acme/good", "m-9")
    verdict = (await _all(here, checker, "acme/good"))["acme/good"].verdict
    assert verdict.model_served is False
    assert {row.account: row for row in overview(here).rows}["acme/good"].standing(here.now()).word == "model gone"
    set_default(here, "acme/good", "m-1")
    assert (await _all(here, checker, "acme/good"))["acme/good"].verdict.model_served is True


async def test_unknown_names_are_refused_before_anything_is_sent(
    here: Session, checker: Checker, server: AnsweringServer
) -> None:
    with pytest.raises(NotConfigured):
        await _all(here, checker, "acme/gone")
    with pytest.raises(NotConfigured):
        await _all(here, checker, "acme/gone", "acme/gone")
    with pytest.raises(UsageError):
        await _all(here, checker, "acmee/x")
    assert server.received == []


async def test_an_account_that_is_gone_does_not_keep_the_others_from_being_tested(
    here: Session, checker: Checker
) -> None:
    found = await _all(here, checker, "acme/gone", "acme/good")
    assert found["acme/good"].verdict.state is State.OK
    assert found["acme/gone"].verdict.state is State.UNTESTABLE
    assert "no account acme/gone" in found["acme/gone"].verdict.detail


async def test_an_offline_run_sends_nothing_asked_for_or_not(
    here: Session, checker: Checker, server: AnsweringServer
) -> None:
    with pytest.raises(UsageError, match="offline"):
        await _all(here._replace(offline=True), checker, "acme/good")
    assert server.received == []


async def test_a_key_that_cannot_be_read_is_untestable_with_the_reason_and_keeps_the_last_verdict(
    here: Session, checker: Checker
) -> None:
    before = (await _all(here, checker, "acme/good"))["acme/good"].verdict
    Path(here.paths.credentials).unlink()
    verdict = (await _all(here, checker, "acme/good"))["acme/good"].verdict
    assert verdict.state is State.UNTESTABLE
    assert "no longer in its store" in verdict.detail
    assert {row.account: row for row in overview(here).rows}["acme/good"].verdict == before


async def test_a_key_that_may_not_be_sent_is_not_sent(
    session: Opened, environ: dict[str, str], checker: Checker, server: AnsweringServer
) -> None:
    opened = session()
    kept(opened, "azure-openai/corp")
    environ["AZURE_OPENAI_ENDPOINT"] = server.url
    verdict = (await _all(opened, checker, "azure-openai/corp"))["azure-openai/corp"].verdict
    assert verdict.state is State.NOT_SENT
    assert verdict.next == "llmkeys edit azure-openai/corp --base-url URL gives it an address of its own."
    with pytest.raises(NotSent, match="never gets a stored key"):
        await refresh_list(opened, checker, "azure-openai/corp")
    assert server.bytes_received == 0


async def test_a_variables_key_that_may_not_be_sent_is_given_an_address_where_it_is_set(
    session: Opened, environ: dict[str, str], project: Path, checker: Checker, server: AnsweringServer
) -> None:
    environ["AZURE_OPENAI_API_KEY"] = KEY
    (project / ".env").write_text(f"AZURE_OPENAI_ENDPOINT={server.url}\n")
    verdict = (await _all(session(), checker, "azure-openai/env"))["azure-openai/env"].verdict
    assert verdict.state is State.NOT_SENT
    assert verdict.next == "Set the address where AZURE_OPENAI_API_KEY is set."
    assert server.bytes_received == 0


async def test_another_server_than_the_providers_own_speaks_under_its_own_name(
    session: Opened, server: AnsweringServer, checker: Checker
) -> None:
    opened = session()
    kept(opened, "openai/proxied", OTHER_KEY, base_url=f"{server.url}/v1")
    verdict = (await _all(opened, checker, "openai/proxied"))["openai/proxied"].verdict
    assert verdict.detail.startswith(f"127.0.0.1:{server.port} ")


async def test_a_refused_key_of_a_variable_is_to_be_changed_where_it_is_set(
    here: Session, environ: dict[str, str], checker: Checker
) -> None:
    environ["ACME_KEY"] = OTHER_KEY
    verdict = (await _all(here, checker, "acme/env"))["acme/env"].verdict
    assert verdict.next == "Get another key, then change ACME_KEY in the environment."
    assert "rotate-key acme/bad" in (await _all(here, checker, "acme/bad"))["acme/bad"].verdict.next


async def test_closing_the_answers_early_cancels_what_still_runs(session: Opened, checker: Checker) -> None:
    def slow(received: Received) -> Answer:
        return answering({KEY})(received)._replace(wait=5 if received.key == OTHER_KEY else 0)

    with AnsweringServer(slow) as server:
        opened = session()
        add_acme(opened, server)
        kept(opened, "acme/good", KEY)
        kept(opened, "acme/slow", OTHER_KEY)
        started = time.monotonic()
        answers = check_accounts(opened, checker, ["acme/slow", "acme/good"])
        first = await anext(answers)
        await answers.aclose()
        assert first.account == "acme/good"
        assert time.monotonic() - started < 4
        await asyncio.sleep(0)
    assert {row.account: row.verdict for row in overview(opened).rows}["acme/slow"] is None


async def test_only_old_and_missing_verdicts_are_due_in_the_background(here: Session, checker: Checker) -> None:
    assert stale_accounts(overview(here), here.now()) == ["acme/good", "acme/bad"]
    await _all(here, checker, "acme/good")
    assert stale_accounts(overview(here), here.now()) == ["acme/bad"]
    assert stale_accounts(overview(here), here.now() + 601) == ["acme/good", "acme/bad"]


async def test_a_live_list_is_fetched_and_kept(here: Session, checker: Checker) -> None:
    assert await refresh_list(here, checker, "acme/good") == ("acme/good", ("m-1", "m-2"), True)
    listed = load_list(here.paths, "acme/good")
    assert listed is not None
    assert listed.ids == ("m-1", "m-2")


async def test_a_test_whose_answer_lists_all_models_keeps_them(here: Session, checker: Checker) -> None:
    await _all(here, checker, "acme/good", "acme/bad")
    listed = load_list(here.paths, "acme/good")
    assert listed is not None
    assert listed.ids == ("m-1", "m-2")
    assert load_list(here.paths, "acme/bad") is None


async def test_a_list_that_cannot_be_had_says_why(here: Session, checker: Checker, server: AnsweringServer) -> None:
    with pytest.raises(KeyRefused, match="acme/bad gave no list of models"):
        await refresh_list(here, checker, "acme/bad")
    server.answer = Answer(503, {}, b"")
    with pytest.raises(CannotTell):
        await refresh_list(here, checker, "acme/good")
