"""Many checks at once: proofs, fallbacks, politeness, cancelling, and an exit that waits for nothing."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from check.accounts import BAD, GOOD, LIST, REFUSED, Test, at, by_key
from llmkeys.catalog.rows import Catalog, CheckRequest, Provider
from llmkeys.check.bench import Bench
from llmkeys.check.faults import Fault
from llmkeys.check.names import Names
from llmkeys.check.network import Exchange, Network, Reply
from llmkeys.check.request import Question
from llmkeys.check.runner import Checker, Job
from llmkeys.secret import Secret
from llmkeys.verdict import State, Verdict
from support.answering_server import Answer, AnsweringServer, Received

NOT_FOUND = Answer(404, {}, b'{"error":"Not Found"}')


def test_a_server_of_ones_own_is_asked_once_more_without_the_key(tested: Test, catalog: Catalog) -> None:
    row = catalog.providers["openai-compatible"]
    with AnsweringServer(by_key()) as server:
        assert tested(server.url, provider=row).state is State.OK
        assert [request.key for request in server.received] == [GOOD, ""]
        assert tested(server.url, key=BAD, provider=row).state is State.INVALID_KEY


def test_a_server_that_answers_anyone_proves_nothing(tested: Test, catalog: Catalog) -> None:
    with AnsweringServer(LIST) as server:
        verdict = tested(server.url, provider=catalog.providers["openai-compatible"])
    assert verdict.state is State.UNTESTABLE
    assert verdict.key_accepted is None
    assert "answers without a key as well" in verdict.detail
    assert verdict.models == 2


@pytest.mark.parametrize(("answer", "words"), [(LIST, "answers without a key"), (by_key(), "accepts this key")])
def test_another_server_that_an_account_leads_to_is_named_by_its_host_after_the_proof_too(
    tested: Test, openai: Provider, answer: Answer, words: str
) -> None:
    with AnsweringServer(answer) as server:
        assert tested(server.url, provider=openai).detail.startswith(f"127.0.0.1:{server.port} {words}")


@pytest.mark.parametrize(
    ("without", "state"),
    [
        (Answer(403, {}, b"{}"), State.OK),
        (Answer(429, {}, b"{}"), State.UNTESTABLE),
        (Answer(500, {}, b"{}"), State.UNTESTABLE),
        (Answer(ending="silent"), State.UNTESTABLE),
    ],
    ids=["forbidden", "limited", "trouble", "silent"],
)
def test_only_a_refusal_without_the_key_proves_it(
    tested: Test, catalog: Catalog, without: Answer, state: State
) -> None:
    with AnsweringServer(by_key(LIST, without)) as server:
        assert tested(server.url, provider=catalog.providers["openai-compatible"]).state is state


def test_a_row_whose_list_may_be_open_stays_ok_if_the_second_question_fails(tested: Test, catalog: Catalog) -> None:
    with AnsweringServer(by_key(LIST, Answer(500, {}, b"{}"))) as server:
        assert tested(None, provider=at(catalog.providers["digitalocean"], server.url)).state is State.OK
    with AnsweringServer(LIST) as server:
        assert tested(None, provider=at(catalog.providers["digitalocean"], server.url)).state is State.UNTESTABLE


def test_a_local_server_runs_or_not_and_says_whether_it_asks_for_a_key(tested: Test, catalog: Catalog) -> None:
    row = catalog.providers["vllm"]
    with AnsweringServer(LIST) as server:
        keyless = tested(server.url, key=None, provider=row)
        anyone = tested(server.url, provider=row)
    assert (keyless.state, keyless.key_accepted, keyless.models) == (State.OK, None, 2)
    assert (anyone.state, anyone.key_accepted) == (State.OK, None)
    assert "asks for no key" in anyone.detail
    with AnsweringServer(by_key()) as server:
        guarded = tested(server.url, provider=row)
        assert tested(server.url, key=None, provider=row).state is State.INVALID_KEY
    assert (guarded.state, guarded.key_accepted) == (State.OK, True)
    assert tested("http://127.0.0.1:1", key=None, provider=row).detail == "Nothing listens at 127.0.0.1:1."


def fallbacks(openai: Provider) -> Provider:
    return openai._replace(check=CheckRequest("GET", "/new"), fallback_checks=(CheckRequest("GET", "/old"),))


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        (NOT_FOUND, LIST, State.OK),
        (Answer(405), LIST, State.OK),
        (NOT_FOUND, REFUSED, State.INVALID_KEY),
        (NOT_FOUND, NOT_FOUND, State.WRONG_ENDPOINT),
        (NOT_FOUND, Answer(500), State.WRONG_ENDPOINT),
        (Answer(500), LIST, State.SERVER_ERROR),
        (REFUSED, LIST, State.INVALID_KEY),
    ],
    ids=["old", "method", "refused", "neither", "trouble", "first-trouble", "first-refused"],
)
def test_the_next_question_is_asked_where_the_first_is_not_there(
    tested: Test, openai: Provider, first: Answer, second: Answer, state: State
) -> None:
    with AnsweringServer(lambda request: first if request.path == "/new" else second) as server:
        assert tested(None, provider=at(fallbacks(openai), server.url)).state is state


def test_an_answer_that_asks_for_another_question_gets_it(tested: Test, catalog: Catalog) -> None:
    row = catalog.providers["litellm-proxy"]._replace(fallback_checks=(CheckRequest("GET", "/v1/models"),))
    no_database = Answer(400, {}, b'{"error":{"message":"No connected db."}}')
    with AnsweringServer(lambda request: LIST if request.path == "/v1/models" else no_database) as server:
        assert tested(None, provider=at(row, server.url)).state is State.OK


@pytest.mark.parametrize(
    ("model", "served", "words"),
    [
        ("gpt-4o", True, ""),
        ("gpt-4.2", False, "Nearest: gpt-4.1, gpt-4o. llmkeys set-default openai/work gpt-4.1"),
        ("zzz", False, ""),
        (None, None, ""),
    ],
)
def test_the_verdict_tells_whether_the_accounts_model_is_listed(
    tested: Test, openai: Provider, model: str | None, served: bool | None, words: str
) -> None:
    with AnsweringServer(by_key()) as server:
        verdict = tested(None, provider=at(openai, server.url), model=model)
    assert verdict.model_served is served
    assert verdict.next == words
    assert (f"It does not list {model}." in verdict.detail) is (served is False)


def test_a_model_that_is_not_on_the_first_page_is_not_missed(tested: Test, catalog: Catalog) -> None:
    page = Answer(200, {}, b'{"data":[{"id":"claude-a"}],"has_more":true}')
    row = catalog.providers["anthropic"]
    with AnsweringServer(lambda request: page if request.key == GOOD else REFUSED) as server:
        assert tested(None, provider=at(row, server.url), model="claude-b").model_served is None
        assert tested(None, provider=at(row, server.url), model="claude-a").model_served is True


def test_a_long_list_without_the_model_names_no_nearest(tested: Test, openai: Provider) -> None:
    models = b",".join(b'{"id":"m-%d"}' % number for number in range(6000))
    with AnsweringServer(by_key(Answer(200, {}, b'{"data":[' + models + b"]}"))) as server:
        verdict = tested(None, provider=at(openai, server.url), model="m-6001")
    assert verdict.model_served is False
    assert verdict.next == ""


def test_a_list_of_models_is_fetched(checker: Checker, catalog: Catalog) -> None:
    row = catalog.providers["openai-compatible"]
    with AnsweringServer(LIST) as server:
        job = Job("house/work", row, Secret(GOOD), server.url)
        listing = asyncio.run(checker.fetch_models(job))
        assert len(server.received) == 1
    assert listing.ids == ("gpt-4o", "gpt-4.1")
    assert listing.whole
    with AnsweringServer(REFUSED) as server:
        refused = checker.start_listing(job._replace(base_url=server.url)).result(20)
    assert (refused.ids, refused.verdict.state) == ((), State.INVALID_KEY)
    nothing = checker.start_listing(Job("voyage/work", catalog.providers["voyage"], Secret(GOOD))).result(20)
    assert nothing.verdict.state is State.UNTESTABLE


def test_no_more_than_two_are_asked_of_one_server_at_a_time_and_all_are_settled(
    checker: Checker, openai: Provider
) -> None:
    with AnsweringServer(by_key(LIST._replace(wait=0.05))) as server:
        row = at(openai, server.url)
        jobs = [Job(f"openai/{number}", row, Secret(GOOD)) for number in range(20)]
        verdicts = [future.result(20) for future in [checker.start(job) for job in jobs]]
    assert {verdict.state for verdict in verdicts} == {State.OK}
    assert server.most_at_once == 2
    assert len(server.received) == 20


def test_the_deadline_of_a_check_begins_with_its_first_request_not_with_its_wait(
    checker: Checker, openai: Provider
) -> None:
    with AnsweringServer(by_key(LIST._replace(wait=0.6))) as server:
        row = at(openai, server.url)
        futures = [checker.start(Job(f"openai/{number}", row, Secret(GOOD))) for number in range(8)]
        assert {future.result(20).state for future in futures} == {State.OK}


def test_all_questions_of_one_check_share_its_deadline(tested: Test, openai: Provider) -> None:
    with AnsweringServer(lambda request: (NOT_FOUND if request.path == "/new" else LIST)._replace(wait=1.0)) as server:
        started = time.monotonic()
        verdict = tested(None, provider=at(fallbacks(openai), server.url))
    assert verdict.state is State.WRONG_ENDPOINT
    assert time.monotonic() - started < 1.9


def test_no_more_are_asked_at_once_than_the_machine_should_bear(
    monkeypatch: pytest.MonkeyPatch, checker: Checker, openai: Provider
) -> None:
    monkeypatch.setattr("llmkeys.check.bench.MOST_AT_ONCE", 3)
    lock, now, most = threading.Lock(), [0], [0]

    def count(request: Received) -> Answer:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.1)
        with lock:
            now[0] -= 1
        return LIST

    servers = [AnsweringServer(count).__enter__() for _ in range(9)]
    futures = [checker.start(Job("openai/a", at(openai, server.url), Secret(GOOD))) for server in servers]
    assert {future.result(20).state for future in futures} == {State.OK}
    for server in servers:
        server.__exit__(None, None, None)
    assert most[0] == 3


def test_those_who_wait_for_a_server_that_is_out_of_reach_are_told_at_once(openai: Provider) -> None:
    asked: list[str] = []

    def slow(host: str, *arguments: object) -> list[object]:
        asked.append(host)
        time.sleep(0.3)
        raise OSError("no such name")

    checker = Checker({}, names=Names(slow))
    jobs = [Job(f"openai/{number}", openai, Secret(GOOD)) for number in range(40)]
    started = time.monotonic()
    verdicts = [future.result(20) for future in [checker.start(job) for job in jobs]]
    assert {verdict.state for verdict in verdicts} == {State.UNREACHABLE}
    assert time.monotonic() - started < 3
    assert len(asked) <= 4
    again = checker.start(jobs[0]).result(20)
    assert again.state is State.UNREACHABLE
    assert len(asked) > 2
    checker.close()


def test_those_who_wait_for_a_server_that_asks_everybody_for_time_leave_it_alone(
    checker: Checker, openai: Provider
) -> None:
    guard = Answer(503, {"retry-after": "60"}, b"{}", wait=0.1)
    with AnsweringServer(guard) as server:
        row = at(openai, server.url)
        jobs = [checker.start(Job(f"openai/{each}", row, Secret(f"{GOOD}{each}"))) for each in range(20)]
        found = [job.result(20) for job in jobs]
    assert {(each.state, each.retry_after_s) for each in found} == {(State.SERVER_ERROR, 60)}
    assert len(server.received) <= 4


async def test_the_little_time_that_one_check_has_left_says_nothing_to_those_who_wait(openai: Provider) -> None:
    """The first key's second question times out on the way, for the first one took nearly all of its time."""
    late = Fault(Verdict(State.TIMEOUT, detail="No connection within 0.01 s."), of_origin=True)
    missing, listed = Reply(404, {}, b""), Reply(LIST.status, {}, LIST.body)

    class Slow(Network):
        async def ask(self, question: Question, secret: Secret | None, seconds: float) -> Exchange:
            first = seconds == 1.5
            await asyncio.sleep(0.1)
            slow = secret is not None and secret.reveal().endswith("slow")
            return Exchange((missing if first else late) if slow else listed, 1490)

    bench = Bench(Slow({}), 1.5)
    row = openai._replace(fallback_checks=(CheckRequest("GET", "/second"),))
    jobs = [Job(f"openai/{each}", row, Secret(f"{GOOD}-{each}")) for each in ("slow", "a", "b", "c", "d")]
    first = asyncio.ensure_future(bench.examine(jobs[0]))
    await asyncio.sleep(0.15)
    found = await asyncio.gather(*map(bench.examine, jobs[1:]))
    assert (await first).verdict.state is State.WRONG_ENDPOINT
    assert [each.verdict.state for each in found] == [State.OK] * 4


def test_a_limit_of_one_key_does_not_keep_the_others_from_being_asked(checker: Checker, openai: Provider) -> None:
    limited = Answer(429, {"retry-after": "60"}, b'{"error":{"code":"rate_limit_exceeded","message":"slow down"}}')
    with AnsweringServer(by_key(otherwise=limited)) as server:
        row = at(openai, server.url)
        jobs = [checker.start(Job(f"openai/{each}", row, Secret(f"{BAD}{each}"))) for each in range(5)]
        good = checker.start(Job("openai/good", row, Secret(GOOD)))
        assert {job.result(20).state for job in jobs} == {State.RATE_LIMITED}
        assert good.result(20).state is State.OK


def test_slow_dead_and_fine_servers_are_tested_side_by_side(checker: Checker, openai: Provider) -> None:
    fine = [AnsweringServer(by_key(LIST._replace(wait=0.2))) for _ in range(20)]
    hanging = [AnsweringServer(Answer(ending="hang")) for _ in range(10)]
    for server in (*fine, *hanging):
        server.__enter__()
    urls = [*(server.url for server in (*fine, *hanging)), *["http://127.0.0.1:1"] * 10]
    started = time.monotonic()
    futures = [checker.start(Job(f"openai/{url[-5:]}", at(openai, url), Secret(GOOD))) for url in urls]
    states = [future.result(20).state for future in futures]
    took = time.monotonic() - started
    for server in (*fine, *hanging):
        server.__exit__(None, None, None)
    assert states == [State.OK] * 20 + [State.TIMEOUT] * 10 + [State.UNREACHABLE] * 10
    assert took < 5


def test_a_check_can_be_cancelled_and_the_next_one_runs(checker: Checker, openai: Provider) -> None:
    arrived = threading.Event()

    def hang(request: Received) -> Answer:
        arrived.set()
        return Answer(ending="hang")

    with AnsweringServer(hang) as server, AnsweringServer(by_key()) as fine:
        hanging = [checker.start(Job("openai/a", at(openai, server.url), Secret(GOOD))) for _ in range(3)]
        assert arrived.wait(10)
        for future in hanging:
            assert future.cancel()
        with pytest.raises(CancelledError):
            hanging[0].result(1)
        assert checker.start(Job("openai/b", at(openai, fine.url), Secret(GOOD))).result(10).state is State.OK


def test_closing_cancels_what_hangs_and_takes_no_time(openai: Provider) -> None:
    checker = Checker({}, seconds=60)
    with AnsweringServer(Answer(ending="hang")) as server:
        future = checker.start(Job("openai/a", at(openai, server.url), Secret(GOOD)))
        while not server.received:
            time.sleep(0.01)
        started = time.monotonic()
        checker.close()
        assert time.monotonic() - started < 0.2
        with pytest.raises(CancelledError):
            future.result(5)
    assert checker.start(Job("openai/a", openai, Secret(GOOD))).cancelled()
    checker.close()
    deadline = time.monotonic() + 5
    while any(thread.name == "llmkeys-checks" and thread.is_alive() for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_closing_an_unused_checker_does_nothing() -> None:
    checker = Checker()
    checker.close()
    checker = Checker({}, seconds=1)
    assert checker.start(Job("x/y", Provider("x", "X", "X"), Secret(GOOD))).result(5).state is State.UNTESTABLE
    checker.close()


def test_a_coroutine_of_another_loop_can_wait_for_a_check(checker: Checker, openai: Provider) -> None:
    with AnsweringServer(by_key()) as server:
        verdict = asyncio.run(checker.check(Job("openai/a", at(openai, server.url), Secret(GOOD))))
    assert verdict.state is State.OK


PROGRAM = """
import socket, sys, time
from llmkeys.catalog.rows import load_catalog
from llmkeys.check.names import Names
from llmkeys.check.runner import Checker, Job
from llmkeys.secret import Secret
row = load_catalog().providers["openai"]
checker = Checker({}, seconds=60, names=Names(lambda *a: time.sleep(60)))
checker.start(Job("openai/a", row._replace(base_url=sys.argv[1]), Secret("sk-0123456789abcdefghij")))
checker.start(Job("openai/b", row, Secret("sk-0123456789abcdefghij")))
time.sleep(1)
print(time.time(), flush=True)
"""


def test_the_end_of_the_program_waits_neither_for_a_hanging_server_nor_for_a_hanging_name_server(
    environ: dict[str, str], tmp_path: Path
) -> None:
    with AnsweringServer(Answer(ending="hang")) as server:
        ended = subprocess.run(
            [sys.executable, "-c", PROGRAM, server.url],
            env=environ,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        assert time.time() - float(ended.stdout) < 3
    assert ended.stderr == ""
    assert server.received != []


CLOSING = """
import asyncio, sys, time
from llmkeys.catalog.rows import load_catalog
from llmkeys.check.runner import Checker, Job
from llmkeys.secret import Secret
row = load_catalog().providers["openai"]._replace(base_url=sys.argv[1])
checker = Checker({}, seconds=60)
futures = [checker.start(Job("openai/a", row, Secret("sk-0123456789abcdefghij"))) for _ in range(4)]
time.sleep(1)
checker._running[0].call_soon_threadsafe(lambda: 1 / 0)
checker.close()
time.sleep(0.5)
print({future.cancelled() for future in futures})
"""


def test_closing_in_the_middle_leaves_nothing_on_the_screen(environ: dict[str, str]) -> None:
    with AnsweringServer(Answer(ending="hang")) as server:
        command = [sys.executable, "-W", "default", "-c", CLOSING, server.url]
        ended = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=30, check=True)
    assert (ended.stdout.strip(), ended.stderr) == ("{True}", "")


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("llmkeys.check", {"httpx", "ssl", "asyncio", "socket", "email.utils", "textual"}),
        ("llmkeys.check.runner", {"httpx", "httpcore", "truststore", "certifi", "textual"}),
    ],
)
def test_what_a_check_needs_is_imported_when_one_is_made(
    module: str, unwanted: set[str], environ: dict[str, str]
) -> None:
    program = f"import sys; before = set(sys.modules); import {module}; print(*set(sys.modules) - before)"
    ended = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)
    assert unwanted & set(ended.stdout.split()) == set()
