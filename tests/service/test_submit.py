"""The way of a key: typed, tested, stored, resolved again; refused keys stay out, untold ones are saved untested."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from llmkeys.check.runner import Checker
from llmkeys.errors import AlreadyThere, NeedsUser, NotConfigured, UsageError
from llmkeys.secret import Secret
from llmkeys.service.accounts import Draft, add_account
from llmkeys.service.keys import resolve
from llmkeys.service.overview import overview
from llmkeys.service.session import Session, look
from llmkeys.service.submit import submit
from llmkeys.store.model_lists import load_list
from llmkeys.verdict import State
from support.answering_server import Answer, AnsweringServer
from support.keeping import KEY, OTHER_KEY, kept
from support.private_bus import PrivateBus
from support.provider_server import add_acme, answering

Opened = Callable[..., Session]


def _opened(opened: Session, server: AnsweringServer) -> Session:
    add_acme(opened, server)
    return opened


def _draft(key: str, **more: object) -> Draft:
    return Draft("acme", "work", Secret(key), store="file")._replace(**more)  # type: ignore[arg-type]


def _key(here: Session) -> str:
    secret = resolve(here, "acme/work").secret
    assert secret is not None
    return secret.reveal()


async def test_an_accepted_key_is_saved_with_its_verdict(
    session: Opened, server: AnsweringServer, checker: Checker
) -> None:
    here = _opened(session(), server)
    outcome = await submit(here, checker, _draft(KEY))
    assert outcome.saved is not None
    assert outcome.verdict is not None
    assert (outcome.saved.account, outcome.verdict.state) == ("acme/work", State.OK)
    assert overview(here).rows[0].verdict == outcome.verdict
    listed = load_list(here.paths, "acme/work")
    assert listed is not None
    assert listed.ids == ("m-1", "m-2")


async def test_a_refused_key_is_not_saved_unless_the_person_insists(
    session: Opened, server: AnsweringServer, checker: Checker
) -> None:
    here = _opened(session(), server)
    outcome = await submit(here, checker, _draft(OTHER_KEY))
    assert outcome.saved is None
    assert outcome.verdict is not None
    assert outcome.verdict.state is State.INVALID_KEY
    assert look(here).config.accounts == {}
    assert (await submit(here, checker, _draft(OTHER_KEY), save_refused=True)).saved is not None
    assert overview(here).rows[0].verdict is not None


@pytest.mark.parametrize(("answer", "state"), [(None, State.INVALID_KEY), (Answer(503), State.SERVER_ERROR)])
async def test_a_key_that_is_saved_in_spite_of_its_test_keeps_what_the_test_said(
    session: Opened, server: AnsweringServer, checker: Checker, answer: Answer | None, state: State
) -> None:
    here = _opened(session(), server)
    server.answer = answer or server.answer
    before = await submit(here, checker, _draft(OTHER_KEY), save_untold=False)
    asked = len(server.received)
    after = await submit(here, checker, _draft(OTHER_KEY, name="Mine"), test=False, judged=before.judged)
    assert after.saved is not None
    assert after.verdict == before.verdict == overview(here).rows[0].verdict
    assert before.verdict is not None
    assert before.verdict.state is state
    assert len(server.received) == asked


@pytest.mark.parametrize("changed", [{"secret": Secret(KEY)}, {"base_url": "https://elsewhere.example/v1"}])
async def test_what_a_test_said_of_another_key_or_address_is_not_kept(
    session: Opened, server: AnsweringServer, checker: Checker, changed: dict[str, object]
) -> None:
    here = _opened(session(), server)
    before = await submit(here, checker, _draft(OTHER_KEY))
    after = await submit(here, checker, _draft(OTHER_KEY, **changed), test=False, judged=before.judged)
    assert after.saved is not None
    assert after.verdict is None
    assert overview(here).rows[0].verdict is None


async def test_a_rotation_to_a_refused_key_keeps_what_the_test_said(
    session: Opened, server: AnsweringServer, checker: Checker
) -> None:
    here = _opened(session(), server)
    kept(here, "acme/work", KEY)
    before = await submit(here, checker, _draft(OTHER_KEY, replaces=True))
    assert (await submit(here, checker, _draft(OTHER_KEY, replaces=True), test=False, judged=before.judged)).saved
    assert overview(here).rows[0].verdict == before.verdict
    assert _key(here) == OTHER_KEY


async def test_a_key_that_could_not_be_tested_is_saved(
    session: Opened, server: AnsweringServer, checker: Checker
) -> None:
    here = _opened(session(), server)
    server.answer = Answer(503)
    outcome = await submit(here, checker, _draft(KEY))
    assert outcome.saved is not None
    assert outcome.verdict is not None
    assert outcome.verdict.state is State.SERVER_ERROR


async def test_a_caller_that_wants_to_ask_first_gets_the_verdict_and_nothing_is_saved(
    session: Opened, server: AnsweringServer, checker: Checker
) -> None:
    here = _opened(session(), server)
    server.answer = Answer(503)
    outcome = await submit(here, checker, _draft(KEY), save_untold=False)
    assert outcome.saved is None
    assert outcome.verdict is not None
    assert outcome.verdict.state is State.SERVER_ERROR


async def test_a_key_that_no_test_could_ever_judge_is_saved_without_asking(session: Opened, checker: Checker) -> None:
    here = session()
    untestable = next(each for each in look(here).catalog if each.check is None and not each.fields and each.base_url)
    outcome = await submit(here, checker, _draft(KEY, provider=untestable.id), save_untold=False)
    assert outcome.verdict is not None
    assert outcome.verdict.state is State.UNTESTABLE
    assert outcome.saved is not None


async def test_an_offline_run_stores_untested_and_tests_nothing(
    session: Opened, server: AnsweringServer, checker: Checker
) -> None:
    here = _opened(session(), server)._replace(offline=True)
    with pytest.raises(UsageError, match="offline"):
        await submit(here, checker, _draft(KEY))
    assert server.received == []
    assert (await submit(here, checker, _draft(KEY), test=False)).saved is not None


async def test_the_caller_hears_when_a_key_begins_to_be_stored_and_only_then(
    session: Opened, server: AnsweringServer, checker: Checker
) -> None:
    here = _opened(session(), server)
    heard: list[int] = []
    await submit(here, checker, _draft(OTHER_KEY), on_storing=lambda: heard.append(len(server.received)))
    assert heard == []
    await submit(here, checker, _draft(KEY), on_storing=lambda: heard.append(len(look(here).config.accounts)))
    assert heard == [0]


async def test_without_a_test_nothing_is_sent(session: Opened, server: AnsweringServer, checker: Checker) -> None:
    here = _opened(session(), server)
    outcome = await submit(here, checker, _draft(KEY), test=False)
    assert outcome.saved is not None
    assert outcome.verdict is None
    assert server.received == []


@pytest.mark.parametrize("answer", [None, Answer(503)])
async def test_a_rotation_keeps_the_old_key_when_the_new_one_is_refused_or_could_not_be_tested(
    session: Opened, server: AnsweringServer, checker: Checker, answer: Answer | None
) -> None:
    here = _opened(session(), server)
    kept(here, "acme/work", KEY)
    if answer is not None:
        server.answer = answer
    outcome = await submit(here, checker, _draft(OTHER_KEY, replaces=True))
    assert outcome.saved is None
    assert _key(here) == KEY
    assert (await submit(here, checker, _draft(OTHER_KEY, replaces=True), test=False)).saved is not None
    assert _key(here) == OTHER_KEY


async def test_a_rotation_is_tested_at_the_accounts_own_address(
    session: Opened, server: AnsweringServer, checker: Checker
) -> None:
    here = _opened(session(), server)
    with AnsweringServer(answering({KEY})) as elsewhere:
        kept(here, "acme/work", OTHER_KEY, base_url=f"{elsewhere.url}/v1")
        outcome = await submit(here, checker, _draft(KEY, replaces=True))
        assert outcome.saved is not None
        assert {request.key for request in elsewhere.received} == {KEY, ""}
    assert server.received == []


@pytest.mark.parametrize(
    ("draft", "error"),
    [
        (_draft(KEY, label="env"), UsageError),
        (_draft(KEY, label="a b"), UsageError),
        (_draft(KEY, provider="nobody"), UsageError),
        (_draft(KEY, base_url="http://plain.example/v1"), UsageError),
        (_draft(KEY, label="there"), AlreadyThere),
        (_draft(KEY, label="gone", replaces=True), NotConfigured),
    ],
)
async def test_what_could_not_be_saved_is_not_tested_either(
    session: Opened, server: AnsweringServer, checker: Checker, draft: Draft, error: type[Exception]
) -> None:
    here = _opened(session(), server)
    kept(here, "acme/there", OTHER_KEY)
    with pytest.raises(error):
        await submit(here, checker, draft)
    assert server.received == []


async def test_a_key_goes_all_the_way_into_a_real_keychain_and_back(
    keychain_bus: PrivateBus, session: Opened, server: AnsweringServer, checker: Checker
) -> None:
    here = _opened(session(environ=dict(os.environ)), server)
    outcome = await submit(here, checker, _draft(KEY, store=None))
    assert outcome.saved is not None
    assert outcome.saved.store == "keychain"
    assert _key(here) == KEY
    assert not os.path.exists(here.paths.credentials)


async def test_a_test_that_a_trust_rule_forbids_is_not_made_and_saves_nothing_unless_told(
    session: Opened, environ: dict[str, str], checker: Checker, server: AnsweringServer
) -> None:
    here = session()
    environ["AZURE_OPENAI_ENDPOINT"] = server.url
    draft = Draft("azure-openai", "corp", Secret(KEY), store="file")
    outcome = await submit(here, checker, draft)
    assert outcome.saved is None
    assert outcome.verdict is not None
    assert (outcome.verdict.state, outcome.verdict.next) == (State.NOT_SENT, "Give it an address of its own.")
    assert server.bytes_received == 0
    assert (await submit(here, checker, draft, save_refused=True)).saved is not None


async def test_consent_to_a_plaintext_file_is_asked_for_after_the_test_and_before_anything_is_saved(
    session: Opened, server: AnsweringServer, checker: Checker
) -> None:
    here = _opened(session(), server)
    draft = _draft(KEY, store=None)
    asked: list[int] = []
    with pytest.raises(NeedsUser):
        await submit(here, checker, draft, agree=lambda unagreed: bool(asked.append(len(server.received))))
    assert asked[0] > 0
    assert look(here).config.accounts == {}
    outcome = await submit(here, checker, draft, agree=lambda unagreed: True)
    assert outcome.saved is not None
    assert outcome.saved.store == "file"
    assert (await submit(here, checker, draft._replace(label="more"))).saved is not None


@pytest.mark.parametrize("before", ["nothing", "an account without a key"])
async def test_a_typed_key_is_not_sent_to_an_address_from_a_variable(
    session: Opened, environ: dict[str, str], checker: Checker, server: AnsweringServer, before: str
) -> None:
    here = session()
    if before != "nothing":
        add_account(here, Draft("ollama", "work", None))
    environ["OLLAMA_HOST"] = server.url
    rotates = before != "nothing"
    await submit(here, checker, Draft("ollama", "work", Secret(KEY), store="file", replaces=rotates))
    assert server.bytes_received == 0
