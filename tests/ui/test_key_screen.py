"""The key dialog, driven as a person does: against a real server and file store, and with tests that never end."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from llmkeys.check.runner import Checker
from llmkeys.errors import KeychainLocked
from llmkeys.secret import Secret
from llmkeys.service import submit as submit_module
from llmkeys.service.accounts import Draft, Saved
from llmkeys.service.keys import resolve
from llmkeys.service.overview import Row, overview
from llmkeys.service.session import Session, look
from llmkeys.service.settings import change_setting
from llmkeys.service.store_state import StoreState
from llmkeys.service.submit import Outcome
from llmkeys.typed_key import TypedKey, read_typed_key
from llmkeys.ui.screens import key as key_module
from llmkeys.ui.screens import key_dialog
from llmkeys.ui.screens.key import KeyScreen
from llmkeys.ui.screens.key_state import NOTHING_TYPED, Phase
from llmkeys.ui.widgets.extra_fields import ExtraFields
from llmkeys.ui.widgets.field import Field
from llmkeys.ui.widgets.secret_input import SecretInput
from llmkeys.verdict import State, Verdict
from support.answering_server import Answer, AnsweringServer
from support.keeping import KEY, OTHER_KEY, kept
from support.provider_server import add_acme, answering
from ui.fixtures import KEYCHAIN
from ui.stage import SENTINEL, SIZES, Stage, Unread, everything_seen, paste

FILE = StoreState("file", True, "chosen in settings")
NO_STORE = StoreState("keychain", False, "no D-Bus session runs here")
Opened = Callable[..., Session]


@pytest.fixture
def here(session: Opened, server: AnsweringServer, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A home that keeps keys in a file, with the provider `acme` behind the server."""
    monkeypatch.setattr(key_module, "HOLD_OK", 0.01)
    opened = session()
    change_setting(opened, "store", "file")
    add_acme(opened, server)
    return opened


def dialog(
    here: Session, provider: str = "acme", checker: Any = None, store: StoreState = FILE, **more: Any
) -> KeyScreen:
    return KeyScreen(here, checker, look(here).catalog.find(provider), store, **more)


async def until(pilot: Pilot[Any], reached: Callable[[], bool]) -> None:
    for _ in range(200):
        if reached():
            return
        await pilot.pause(0.02)
    raise AssertionError(pilot.app.text)


async def closed(pilot: Pilot[Any]) -> Any:
    app = pilot.app
    assert isinstance(app, Stage)
    await until(pilot, lambda: bool(app.answers))
    return app.answers[0]


class Submitted:
    """Stands in for `submit`: keeps the drafts, and answers what it is told once the gate is open."""

    def __init__(self, *answers: Outcome | Exception) -> None:
        self.answers = list(answers)
        self.drafts: list[Draft] = []
        self.tests: list[bool] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.cancelled = False

    async def __call__(self, session: Session, checker: object, draft: Draft, *, test: bool, **more: object) -> Outcome:
        self.drafts.append(draft)
        self.tests.append(test)
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def submitted(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Submitted]:
    def put(*answers: Outcome | Exception) -> Submitted:
        stand_in = Submitted(*answers)
        monkeypatch.setattr(key_module, "submit", stand_in)
        return stand_in

    return put


async def test_a_pasted_key_is_tested_saved_and_answered(here: Session, checker: Checker) -> None:
    app = Stage(dialog(here, checker=checker))
    async with app.run_test() as pilot:
        await paste(pilot, f"{KEY}\n")
        await pilot.press("enter")
        saved = await closed(pilot)
    assert isinstance(saved, Saved)
    assert saved.account == "acme/default"
    assert resolve(here, "acme/default").secret == Secret(KEY)
    verdict = overview(here).rows[0].verdict
    assert verdict is not None
    assert verdict.state is State.OK


async def test_a_refused_key_stays_in_the_dialog_until_the_person_insists(here: Session, checker: Checker) -> None:
    app = Stage(dialog(here, checker=checker))
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, OTHER_KEY)
        await pilot.press("enter")
        await until(pilot, lambda: "key not accepted" in app.text)
        assert "^s save anyway" in app.text
        assert look(here).config.accounts == {}
        await pilot.press("ctrl+s")
        assert isinstance(await closed(pilot), Saved)
    assert resolve(here, "acme/default").secret == Secret(OTHER_KEY)
    verdict = overview(here).rows[0].verdict
    assert verdict is not None
    assert verdict.state is State.INVALID_KEY


async def test_what_was_said_of_another_key_is_not_said_of_the_one_that_is_saved(
    here: Session, checker: Checker
) -> None:
    app = Stage(dialog(here, checker=checker))
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, OTHER_KEY)
        await pilot.press("enter")
        await until(pilot, lambda: "key not accepted" in app.text)
        await pilot.press("ctrl+u")
        await paste(pilot, KEY)
        await pilot.press("ctrl+s")
        assert isinstance(await closed(pilot), Saved)
    assert resolve(here, "acme/default").secret == Secret(KEY)
    assert overview(here).rows[0].verdict is None


async def test_a_key_that_could_not_be_tested_is_saved_only_on_demand(
    here: Session, checker: Checker, server: AnsweringServer
) -> None:
    server.answer = Answer(503)
    app = Stage(dialog(here, checker=checker))
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, KEY)
        await pilot.press("enter")
        await until(pilot, lambda: "^s save untested" in app.text)
        assert look(here).config.accounts == {}
        server.answer = answering({KEY})
        await pilot.press("enter")
        assert isinstance(await closed(pilot), Saved)


async def test_saving_untested_sends_nothing(here: Session, server: AnsweringServer) -> None:
    app = Stage(dialog(here))
    async with app.run_test() as pilot:
        await paste(pilot, KEY)
        await pilot.press("ctrl+s")
        assert isinstance(await closed(pilot), Saved)
    assert server.received == []


async def test_the_form_says_what_it_wants(here: Session, submitted: Callable[..., Submitted]) -> None:
    stand_in = submitted(Outcome(None, Verdict(State.TIMEOUT)))
    app = Stage(dialog(here, "azure-openai", label="corp"))
    async with app.run_test(size=(120, 36)) as pilot:
        await paste(pilot, "0123456789abcdef0123456789abcdef")
        extra = app.screen.query_one(ExtraFields)
        extra.fields["resource"].input.focus()
        await pilot.press(*"acme")
        extra.address.value = " https://gateway.example/v1 "
        await pilot.press("enter")
        await until(pilot, lambda: "did not answer" in app.text)
    assert stand_in.drafts == [
        Draft(
            "azure-openai",
            "corp",
            Secret("0123456789abcdef0123456789abcdef"),
            base_url="https://gateway.example/v1",
            settings={"resource": "acme"},
            store="file",
            consent=True,
        )
    ]


async def test_without_a_key_nothing_is_sent(here: Session, submitted: Callable[..., Submitted]) -> None:
    stand_in = submitted()
    app = Stage(dialog(here, "openai"))
    async with app.run_test() as pilot:
        await pilot.press("shift+tab", "enter")
        await until(pilot, lambda: "There is no key yet." in app.text)
        assert isinstance(app.screen.focused, SecretInput)
        await paste(pilot, "two words")
        await pilot.press("enter")
        await pilot.pause()
        assert "Character 4 is a space" in app.text
    assert stand_in.drafts == []


async def test_a_local_server_needs_no_key(here: Session, submitted: Callable[..., Submitted]) -> None:
    stand_in = submitted(Outcome(None, Verdict(State.UNREACHABLE)))
    app = Stage(dialog(here, "ollama"))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: "could not reach" in app.text)
    assert stand_in.drafts[0].secret is None


async def test_escape_stops_a_test_and_then_closes(here: Session, submitted: Callable[..., Submitted]) -> None:
    stand_in = submitted()
    stand_in.gate.clear()
    app = Stage(dialog(here))
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, SENTINEL)
        await pilot.press("enter")
        await until(pilot, lambda: "esc stops" in app.text)
        assert "GET 127.0.0.1" in app.text
        await pilot.press("x", "backspace", "ctrl+r", "enter", "ctrl+s", "ctrl+e", "ctrl+o", "f2")
        assert "SENTINEL" not in everything_seen(app)
        await pilot.press("escape")
        await until(pilot, lambda: "stopped" in app.text)
        assert stand_in.cancelled
        assert app.answers == []
        await pilot.press("escape")
        assert await closed(pilot) is None
    assert len(stand_in.drafts) == 1


async def test_a_second_of_waiting_is_counted(
    here: Session, submitted: Callable[..., Submitted], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    submitted().gate.clear()
    app = Stage(dialog(here._replace(now=lambda: clock[0])))
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, KEY)
        await pilot.press("enter")
        clock[0] += 1.4
        await until(pilot, lambda: "1.4 s" in app.text)
        await pilot.press("escape")


async def test_a_spinner_that_was_shown_stays_for_a_moment(here: Session, submitted: Callable[..., Submitted]) -> None:
    clock = [1000.0]
    stand_in = submitted(Outcome(None, Verdict(State.INVALID_KEY, http_status=401)))
    stand_in.gate.clear()
    screen = dialog(here._replace(now=lambda: clock[0]))
    app = Stage(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, KEY)
        await pilot.press("enter")
        clock[0] += 0.15
        await until(pilot, lambda: "esc stops" in app.text)
        stand_in.gate.set()
        await pilot.pause(0.05)
        assert screen.state.phase is Phase.TESTING
        await until(pilot, lambda: screen.state.phase is Phase.FAILED)


async def test_what_the_store_says_is_shown_and_can_be_tried_again(
    here: Session, submitted: Callable[..., Submitted]
) -> None:
    submitted(KeychainLocked("The keychain is locked.", next="Unlock it."), Outcome(None, Verdict(State.INVALID_KEY)))
    app = Stage(dialog(here))
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, KEY)
        await pilot.press("enter")
        await until(pilot, lambda: "The keychain is locked. Unlock it." in app.text)
        await pilot.press("enter")
        await until(pilot, lambda: "key not accepted" in app.text)


async def test_a_key_of_another_vendor_switches_the_dialog(here: Session) -> None:
    app = Stage(dialog(here, "openai"))
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, "sk-ant-api03-" + "x9" * 45 + "AA")
        assert "looks like an Anthropic key" in app.text
        await pilot.press("ctrl+o")
        await pilot.pause()
        assert "Add key · Anthropic" in app.text
        assert "✓ Anthropic key sk-ant-api03-…" in app.text
        await pilot.press("ctrl+o")
        assert "Add key · Anthropic" in app.text


async def test_a_label_that_was_proposed_follows_the_switch_and_a_typed_one_stays(here: Session) -> None:
    kept(here, "openai/default")
    for typed, expected in (((), "default"), (("m", "e"), "default-2me")):
        app = Stage(dialog(here, "openai"))
        async with app.run_test() as pilot:
            assert app.screen.query_one("#account", Field).value == "default-2"
            await pilot.press("shift+tab", *typed, "tab")
            await paste(pilot, "sk-ant-api03-" + "x9" * 45 + "AA")
            await pilot.press("ctrl+o")
            assert app.screen.query_one("#account", Field).value == expected


async def test_a_key_that_is_known_already_is_named(here: Session) -> None:
    kept(here, "openai/personal", KEY)
    app = Stage(dialog(here, "openai"))
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, KEY)
        await until(pilot, lambda: "! same key as OpenAI · personal" in app.text)
        await pilot.press("x")
        await until(pilot, lambda: "same key" not in app.text)


async def test_an_accounts_own_key_is_named_when_it_is_rotated_to_itself(here: Session) -> None:
    kept(here, "openai/personal", KEY)
    app = Stage(dialog(here, "openai", rotating=_row(here)))
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, KEY)
        await until(pilot, lambda: "same key as OpenAI · personal itself" in app.text)


def _row(here: Session) -> Row:
    return overview(here).rows[0]


async def test_a_rotation_names_the_old_key_and_keeps_it_until_the_new_one_works(
    here: Session, checker: Checker
) -> None:
    kept(here, "acme/work", OTHER_KEY)
    app = Stage(dialog(here, checker=checker, rotating=_row(here)))
    async with app.run_test(size=(80, 24)) as pilot:
        assert "Rotate key · acme · work   …-two" in app.text
        assert "the old key stays until the new one tests ok" in app.text
        assert not app.screen.query("#account")
        await pilot.press("ctrl+e")
        await paste(pilot, OTHER_KEY)
        assert "↵ tests it anyway" in app.text
        await pilot.press("ctrl+o")
        await pilot.press("enter")
        await until(pilot, lambda: "key not accepted" in app.text)
        assert resolve(here, "acme/work").secret == Secret(OTHER_KEY)
        await paste(pilot, KEY)
        await pilot.press("enter")
        saved = await closed(pilot)
    assert saved.account == "acme/work"
    assert resolve(here, "acme/work").secret == Secret(KEY)


async def test_a_key_pasted_before_the_dialog_opened_is_in_its_field(here: Session) -> None:
    app = Stage(dialog(here, "openai", typed=TypedKey(Secret(SENTINEL), ())))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "•" * 40 in app.text
        assert f"{len(SENTINEL)} chars" in app.text
        assert isinstance(app.screen.focused, SecretInput)


PLAIN = "sk-0123456789abcdef0123456789abcdef"


async def test_a_variable_of_another_provider_around_a_key_is_told_and_can_be_followed(here: Session) -> None:
    app = Stage(dialog(here, "openai"))
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, f"export DEEPSEEK_API_KEY='{PLAIN}'\n")
        await until(pilot, lambda: "! DEEPSEEK_API_KEY is DeepSeek's variable" in app.text)
        assert "^o switch to DeepSeek" in app.text
        await pilot.press("ctrl+o")
        await until(pilot, lambda: "Add key · DeepSeek" in app.text)
        assert "is DeepSeek's variable" not in app.text


async def test_the_variable_of_a_key_that_was_pasted_before_the_dialog_opened_is_told_too(here: Session) -> None:
    app = Stage(dialog(here, "openai", typed=read_typed_key(f"DEEPSEEK_API_KEY={PLAIN}")))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "! DEEPSEEK_API_KEY is DeepSeek's variable" in app.text)
        await pilot.press("backspace")
        await until(pilot, lambda: "DEEPSEEK_API_KEY" not in app.text)


async def test_a_key_whose_prefix_is_the_providers_own_may_be_in_any_variable(here: Session) -> None:
    app = Stage(dialog(here, "openrouter"))
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, f"OPENAI_API_KEY=sk-or-v1-{'0a' * 32}")
        await until(pilot, lambda: "✓ OpenRouter" in app.text)
        assert "variable" not in app.text


async def test_a_key_pasted_into_the_wrong_field_is_not_shown(here: Session) -> None:
    app = Stage(dialog(here, "openai"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("shift+tab")
        await paste(pilot, SENTINEL)
        await pilot.pause()
        assert isinstance(app.screen.focused, SecretInput)
        assert "that looks like a key" in app.text
        assert "SENTINEL" not in everything_seen(app)


async def test_a_plaintext_file_needs_consent(here: Session, submitted: Callable[..., Submitted]) -> None:
    stand_in = submitted(Outcome(None, Verdict(State.TIMEOUT)))
    app = Stage(dialog(here, store=NO_STORE))
    async with app.run_test(size=(80, 24)) as pilot:
        assert "[ ] plaintext file" in app.text
        assert "no D-Bus session runs here" in app.text
        await paste(pilot, KEY)
        await pilot.press("enter")
        await until(pilot, lambda: "Nothing is kept without your consent." in app.text)
        assert stand_in.drafts == []
        await pilot.press("space")
        assert "[x] plaintext file" in app.text
        await pilot.click("#store")
        assert "[ ] plaintext file" in app.text
        await pilot.press("space", "enter")
        await until(pilot, lambda: bool(stand_in.drafts))
    assert (stand_in.drafts[0].store, stand_in.drafts[0].consent) == ("file", True)


async def test_a_store_that_is_there_is_named_and_no_choice(here: Session) -> None:
    for store, words in ((KEYCHAIN, "(•) OS keychain"), (FILE, "[x] plaintext file")):
        app = Stage(dialog(here, store=store))
        async with app.run_test(size=(80, 24)) as pilot:
            assert words in app.text
            await pilot.click("#store")
            assert ("(•) OS keychain" in app.text) == (store is KEYCHAIN)


async def test_consent_that_is_on_record_is_not_asked_for_again(here: Session) -> None:
    kept(here, "openai/personal")
    app = Stage(dialog(here, store=NO_STORE))
    async with app.run_test(size=(80, 24)):
        assert "[x] plaintext file" in app.text


async def test_extra_fields_open_and_close(here: Session) -> None:
    app = Stage(dialog(here, "openai"))
    async with app.run_test(size=(120, 36)) as pilot:
        assert "Base URL" not in app.text
        await pilot.press("ctrl+e")
        await pilot.pause()
        assert "Base URL" in app.text
        assert "Organisation id" in app.text
        await pilot.press("ctrl+e")
        await pilot.pause()
        assert "Base URL" not in app.text


@pytest.mark.parametrize(("opens", "words"), [(True, "opened"), (False, "keys are issued at")])
async def test_f2_opens_the_page_or_names_it(
    here: Session, monkeypatch: pytest.MonkeyPatch, opens: bool, words: str
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(key_module, "open_page", lambda url, environ: asked.append(url) or opens)
    app = Stage(dialog(here, "openai"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f2")
        assert f"{words} platform.openai.com/api-keys" in app.text
    assert asked == ["https://platform.openai.com/api-keys"]


async def test_f2_does_nothing_without_a_page(here: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_module, "open_page", lambda *_: pytest.fail("there is no page"))
    app = Stage(dialog(here))
    async with app.run_test() as pilot:
        await pilot.press("f2")


@pytest.mark.parametrize("size", SIZES)
async def test_the_key_is_seen_nowhere(
    here: Session, size: tuple[int, int], submitted: Callable[..., Submitted]
) -> None:
    submitted(Outcome(None, Verdict(State.INVALID_KEY, http_status=401)))
    app = Stage(dialog(here, "openai"))
    async with app.run_test(size=size) as pilot:
        await paste(pilot, SENTINEL)
        assert "SENTINEL" not in everything_seen(app)
        await pilot.press("ctrl+c", "ctrl+x", "enter")
        await until(pilot, lambda: "key not accepted" in app.text)
        assert "SENTINEL" not in everything_seen(app)
        field = app.screen.query_one(SecretInput)
        await pilot.press("escape")
        await until(pilot, lambda: bool(app.answers))
        assert field.reading.length == 0


async def test_everything_is_reachable_on_a_small_screen(here: Session) -> None:
    app = Stage(dialog(here, "azure-openai", store=NO_STORE))
    async with app.run_test(size=(60, 16)) as pilot:
        for _ in range(4):
            await pilot.press("down")
        await until(pilot, lambda: "plaintext file" in app.text)
        assert "↵ Test & save" in app.text
        await pilot.press("up", "up", "up")
        assert "Resource name" in app.text


async def test_a_local_server_without_a_key_needs_no_store(here: Session, submitted: Callable[..., Submitted]) -> None:
    stand_in = submitted(Outcome(None, Verdict(State.UNREACHABLE)))
    app = Stage(dialog(here, "ollama", store=NO_STORE))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: bool(stand_in.drafts))
    assert stand_in.drafts[0].store is None


async def test_a_rotation_names_the_store_that_the_account_has(here: Session) -> None:
    kept(here, "openai/personal", KEY)
    app = Stage(dialog(here, "openai", rotating=_row(here), store=KEYCHAIN))
    async with app.run_test(size=(80, 24)):
        assert "[x] plaintext file" in app.text
        assert "where this account's key is kept" in app.text


async def test_what_is_being_stored_cannot_be_stopped(here: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    store = submit_module.add_account
    monkeypatch.setattr(submit_module, "add_account", lambda *given: (gate.wait(10), store(*given))[1])
    app = Stage(dialog(here))
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, KEY)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "saving in the plaintext file…" in app.text)
        await pilot.press("escape", "escape", "enter", "ctrl+s")
        assert "stop" not in app.text.lower()
        assert app.answers == []
        gate.set()
        assert isinstance(await closed(pilot), Saved)


async def test_escape_stops_a_test_but_not_what_follows_it(
    here: Session, checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    store = submit_module.add_account
    monkeypatch.setattr(submit_module, "add_account", lambda *given: (gate.wait(10), store(*given))[1])
    app = Stage(dialog(here, checker=checker))
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, KEY)
        await pilot.press("enter")
        await until(pilot, lambda: "saving in the plaintext file…" in app.text)
        await pilot.press("escape")
        gate.set()
        assert isinstance(await closed(pilot), Saved)
    assert resolve(here, "acme/default").secret == Secret(KEY)


@pytest.mark.parametrize("keys", [("ctrl+s",), ("escape",)])
async def test_nothing_of_the_key_outlives_the_dialog(here: Session, keys: tuple[str, ...]) -> None:
    mine = f"sk-proj-of-this-test-alone-{keys[0].replace('+', '-')}-0123456789"  # other tests keep theirs for a while
    screen = dialog(here)
    app = Stage(screen)
    async with app.run_test() as pilot:
        await paste(pilot, mine)
        assert screen.state.reading.key is not None
        await pilot.press(*keys)
        await closed(pilot)
        await pilot.pause()
        assert screen.state.reading == NOTHING_TYPED
        gc.collect()
        left = [each for each in gc.get_objects() if isinstance(each, Secret) and each == Secret(mine)]
        assert left == []


async def test_a_burst_of_typing_looks_into_config_once(here: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    monkeypatch.setattr(key_dialog, "known_elsewhere", lambda _, secret: looked.append(len(secret)) or "")
    app = Stage(dialog(here, "openai"))
    async with app.run_test() as pilot:
        await pilot.press(*"abcdefghijkl")
        await until(pilot, lambda: bool(looked))
    assert looked == [12]


async def test_an_error_nobody_expected_is_said_in_the_dialog_without_its_text(
    here: Session, submitted: Callable[..., Submitted], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise RuntimeError(SENTINEL)

    submitted(ValueError(f"about {SENTINEL}"))
    monkeypatch.setattr(key_dialog, "known_elsewhere", fail)
    app = Stage(dialog(here))
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, SENTINEL)
        await until(pilot, lambda: "llmkeys met an error it did not expect: RuntimeError" in app.text)
        await pilot.press("enter")
        await until(pilot, lambda: "llmkeys met an error it did not expect: ValueError" in app.text)
        assert "SENTINEL" not in everything_seen(app)
        await pilot.press("escape")
        assert await closed(pilot) is None


async def test_a_rotation_is_never_without_a_key(here: Session, submitted: Callable[..., Submitted]) -> None:
    stand_in = submitted()
    kept(here, "ollama/local", KEY)
    app = Stage(dialog(here, "ollama", rotating=_row(here)))
    async with app.run_test(size=(80, 24)) as pilot:
        assert "optional" not in app.text
        await pilot.press("enter")
        await until(pilot, lambda: "There is no key yet." in app.text)
    assert stand_in.drafts == []


async def test_a_refused_paste_is_not_saved_as_an_account_without_a_key(
    here: Session, submitted: Callable[..., Submitted]
) -> None:
    stand_in = submitted()
    app = Stage(dialog(here, "ollama"))
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, "two words")
        await pilot.press("enter")
        await until(pilot, lambda: "✗ Character 4 is a space" in app.text)
    assert stand_in.drafts == []


async def test_a_key_in_an_extra_field_is_not_kept_in_clear(here: Session, submitted: Callable[..., Submitted]) -> None:
    stand_in = submitted()
    app = Stage(dialog(here, "openai"))
    async with app.run_test(size=(120, 36)) as pilot:
        await paste(pilot, KEY)
        await pilot.press("ctrl+e")
        await pilot.pause()
        await paste(pilot, SENTINEL)
        assert isinstance(app.screen.focused, SecretInput)
        app.screen.query_one(ExtraFields).fields["organization"].value = SENTINEL
        await pilot.press("enter")
        await until(pilot, lambda: "That looks like a key." in app.text)
    assert stand_in.drafts == []


async def test_ten_megabytes_are_refused_at_once(here: Session) -> None:
    app = Stage(dialog(here, "openai"))
    async with app.run_test(size=(80, 24)) as pilot:
        app.post_message(events.Paste(Unread("k" * 10_000_000)))
        await until(pilot, lambda: "more than 65,536 characters" in app.text)
        await pilot.press("shift+tab")
        app.post_message(events.Paste(Unread("k" * 10_000_000)))
        await until(pilot, lambda: "that paste is longer than 65,536 characters" in app.text)
