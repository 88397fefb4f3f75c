"""How far a round of tests goes: politeness, every candidate, lists fetched lately, and many at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from llmkeys.check.runner import Checker
from llmkeys.errors import KeychainTimeout, NotConfigured, UsageError
from llmkeys.resolution.candidate import Fate, Kind
from llmkeys.service.accounts import set_enabled
from llmkeys.service.checks import check_accounts, check_candidates, stale_accounts
from llmkeys.service.defaults import set_default
from llmkeys.service.overview import Row, overview
from llmkeys.service.providers import add_provider
from llmkeys.service.rounds import Extent
from llmkeys.service.route import Route
from llmkeys.service.session import Session
from llmkeys.store.model_lists import save_list
from llmkeys.verdict import State, Verdict
from support.answering_server import Answer, AnsweringServer
from support.keeping import KEY, OTHER_KEY, kept
from support.provider_server import add_acme

Opened = Callable[..., Session]
BUSY = Answer(429, {"retry-after": "600"}, b'{"error":{"code":"rate_limit_exceeded","message":"slow down"}}')
NO_LIST = Answer(200, {}, b'{"valid":true}')


@pytest.fixture
def here(session: Opened, server: AnsweringServer) -> Session:
    opened = session()
    add_acme(opened, server)
    return opened


async def told(here: Session, checker: Checker, *accounts: str, extent: Extent = Extent()) -> list[Verdict]:  # noqa: B008
    return [tested.verdict async for tested in check_accounts(here, checker, accounts, extent)]


def row_of(here: Session, account: str) -> Row:
    return next(row for row in overview(here).rows if row.account == account)


async def test_a_refused_key_is_not_asked_for_again_until_somebody_wishes(here: Session, checker: Checker) -> None:
    kept(here, "acme/bad", OTHER_KEY)
    assert stale_accounts(overview(here), here.now()) == ["acme/bad"]
    await told(here, checker, "acme/bad")
    assert stale_accounts(overview(here), here.now() + 86_400) == []


async def test_a_server_that_asked_for_time_gets_it(here: Session, checker: Checker, server: AnsweringServer) -> None:
    kept(here, "acme/work", KEY)
    server.answer = BUSY
    first = await told(here, checker, "acme/work", extent=Extent(patient=True))
    asked = len(server.received)
    [again] = await told(here, checker, "acme/work", extent=Extent(patient=True))
    assert (again.state, again.checked_at, again.latency_ms) == (State.RATE_LIMITED, first[0].checked_at, None)
    assert again.next.startswith("It was not asked now. Test again in ")
    assert 590 < (again.retry_after_s or 0) <= 600
    assert len(server.received) == asked
    assert stale_accounts(overview(here), here.now() + 400) == []
    assert stale_accounts(overview(here), here.now() + 1300) == ["acme/work"]
    await told(here, checker, "acme/work")
    assert len(server.received) > asked


async def test_time_that_a_server_asked_for_ends_with_another_key(
    here: Session, checker: Checker, server: AnsweringServer
) -> None:
    kept(here, "acme/work", KEY)
    server.answer = BUSY
    await told(here, checker, "acme/work")
    assert row_of(here, "acme/work").verdict is not None
    add_provider(here, "other", base_url=f"{server.url}/v1", env=["OTHER_KEY"])
    kept(here, "other/work", KEY)
    asked = len(server.received)
    await told(here, checker, "other/work", extent=Extent(patient=True))
    assert len(server.received) > asked


async def test_a_variables_key_that_a_server_sends_elsewhere_is_told_where_its_address_is_set(
    session: Opened, environ: dict[str, str], checker: Checker
) -> None:
    with AnsweringServer(Answer(301, {"location": "https://new.example/v1/models"})) as server:
        environ.update(OPENAI_API_KEY=KEY, OPENAI_BASE_URL=f"{server.url}/v1")
        [verdict] = await told(session(), checker, "openai/env")
    assert verdict.state is State.WRONG_ENDPOINT
    assert verdict.next == "Change OPENAI_BASE_URL."


async def test_a_keychain_that_answers_nobody_is_waited_for_once(
    here: Session, checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for label in ("one", "two", "three"):
        kept(here, f"acme/{label}", KEY)
    asked = []

    def silent(session: Session, route: Route) -> None:
        asked.append(route.candidate.account)
        raise KeychainTimeout("The keychain did not answer.", next="Unlock it.")

    monkeypatch.setattr("llmkeys.service.rounds.secret_on", silent)
    monkeypatch.setattr("llmkeys.service.rounds.Kind", SimpleNamespace(KEYCHAIN=Kind.FILE))
    found = [each async for each in check_accounts(here, checker, ["acme/one", "acme/two", "acme/three"])]
    assert asked == ["acme/one"]
    assert {(each.verdict.state, each.verdict.detail, each.needs_user) for each in found} == {
        (State.UNTESTABLE, "The keychain did not answer.", True)
    }


async def test_every_candidate_but_a_disabled_one_is_tested_and_each_says_how_it_fares(
    here: Session, environ: dict[str, str], project: Path, checker: Checker
) -> None:
    kept(here, "acme/work", KEY)
    kept(here, "acme/off", KEY)
    set_enabled(here, "acme/off", False)
    environ["ACME_KEY"] = OTHER_KEY
    (project / ".env").write_text(f"ACME_KEY={KEY}\n", encoding="utf-8")
    found = {tested.account: tested async for tested in check_candidates(here, checker, "acme")}
    assert {name: (each.fate, each.verdict.state) for name, each in found.items()} == {
        "acme/env": (Fate.WINS, State.INVALID_KEY),
        "acme/dotenv": (Fate.SHADOWED, State.OK),
        "acme/work": (Fate.SHADOWED, State.OK),
    }
    rows = {row.account: row.verdict and row.verdict.state for row in overview(here).rows}
    assert rows == {"acme/off": None, **{name: each.verdict.state for name, each in found.items()}}


async def test_of_two_variables_of_one_provider_both_are_tested_and_the_first_is_kept(
    session: Opened, environ: dict[str, str], checker: Checker, server: AnsweringServer
) -> None:
    opened = session()
    add_provider(opened, "acme", base_url=f"{server.url}/v1", env=["ACME_KEY", "ACME_OLD_KEY"])
    environ.update(ACME_KEY=OTHER_KEY, ACME_OLD_KEY=KEY)
    found = [tested async for tested in check_candidates(opened, checker, "acme")]
    assert {each.source.place: each.verdict.state for each in found} == {
        "ACME_KEY": State.INVALID_KEY,
        "ACME_OLD_KEY": State.OK,
    }
    kept_now = row_of(opened, "acme/env").verdict
    assert kept_now is not None
    assert kept_now.state is State.INVALID_KEY


async def test_without_any_key_there_is_no_candidate_to_test(here: Session, checker: Checker) -> None:
    for asked, error in (("acme", NotConfigured), ("acme/gone", NotConfigured), ("nobody", UsageError)):
        with pytest.raises(error):
            assert [tested async for tested in check_candidates(here, checker, asked)] == []
    with pytest.raises(UsageError, match="offline"):
        assert [tested async for tested in check_candidates(here._replace(offline=True), checker, "acme")] == []


@pytest.mark.parametrize(("age", "served"), [(3600, False), (2 * 86_400, None)])
async def test_a_model_is_looked_for_in_a_list_fetched_lately_where_the_answer_names_none(
    session: Opened, checker: Checker, age: float, served: bool | None
) -> None:
    opened = session()
    with AnsweringServer(lambda request: NO_LIST if request.key == KEY else Answer(401)) as server:
        kept(opened, "cohere/work", KEY, base_url=server.url)
        set_default(opened, "cohere/work", "command-b")
        save_list(opened.paths, "cohere/work", ["command-a", "command-r"], opened.now() - age, origin=server.url)
        [verdict] = await told(opened, checker, "cohere/work")
    assert verdict.state is State.OK
    assert verdict.model_served is served


async def test_what_was_said_of_another_model_no_longer_counts(here: Session, checker: Checker) -> None:
    kept(here, "acme/work", KEY)
    set_default(here, "acme/work", "m-9")
    await told(here, checker, "acme/work")
    assert row_of(here, "acme/work").standing(here.now()).word == "model gone"
    set_default(here, "acme/work", "m-1")
    row = row_of(here, "acme/work")
    assert row.standing(here.now()).word == "ok"
    assert row.verdict is not None
    assert "m-9" not in row.verdict.detail
    assert row.verdict.next == ""


async def test_a_default_whose_model_is_gone_stays_the_default(here: Session, checker: Checker) -> None:
    kept(here, "acme/work", KEY)
    set_default(here, "acme/work", "m-9")
    [verdict] = await told(here, checker, "acme/work")
    assert verdict.next in {
        "Nearest: m-1, m-2. llmkeys set-default acme/work m-1",
        "Nearest: m-2, m-1. llmkeys set-default acme/work m-2",
    }
    default = overview(here).default
    assert default is not None
    assert default.model == "m-9"


async def test_a_hundred_accounts_of_fine_slow_and_dead_servers_take_no_longer_than_the_slowest(
    session: Opened, checker: Checker
) -> None:
    opened = session()
    slow, fine = Answer(ending="hang"), Answer(200, {}, b'{"data":[{"id":"m-1"}]}')
    servers = [AnsweringServer(slow if number % 10 == 0 else fine) for number in range(50)]
    for number in range(100):
        address = "http://127.0.0.1:1" if number >= 50 else f"{servers[number].url}/v1"
        add_provider(opened, f"p{number}", base_url=address, env=[f"P{number}_KEY"])
        kept(opened, f"p{number}/work", KEY)
    for server in servers:
        server.__enter__()
    began = time.monotonic()
    found = [tested async for tested in check_accounts(opened, checker, [f"p{each}/work" for each in range(100)])]
    took = time.monotonic() - began
    for server in servers:
        server.__exit__(None, None, None)
    assert len(found) == 100
    states = [each.verdict.state for each in found]
    assert states.count(State.TIMEOUT) == 5
    assert states.count(State.UNREACHABLE) == 50
    assert took < 20  # a tenth of what they would take one after another; the benchmark measures the ratio
    assert max(server.most_at_once for server in servers) <= 2


async def test_closing_a_round_stops_what_still_runs(here: Session, checker: Checker, server: AnsweringServer) -> None:
    kept(here, "acme/work", KEY)
    server.answer = Answer(ending="hang")
    tests = check_accounts(here, checker, ["acme/work"])
    first = asyncio.ensure_future(anext(tests))
    while not server.received:
        await asyncio.sleep(0.01)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert row_of(here, "acme/work").verdict is None
