"""The model picker, driven as a person does."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest
from textual import events

from llmkeys.check.runner import Checker
from llmkeys.config import Choice
from llmkeys.errors import CannotTell, LockTimeout
from llmkeys.service.defaults import set_default
from llmkeys.service.overview import overview
from llmkeys.service.rounds import Tested as Told
from llmkeys.service.session import Session
from llmkeys.ui.plain import TABLE
from llmkeys.ui.screens import picker as picker_module
from llmkeys.ui.screens.picker import PickerScreen
from llmkeys.ui.screens.picker_list import ModelList
from llmkeys.ui.widgets.field import PlainInput
from support.answering_server import Answer, AnsweringServer, Received
from support.keeping import KEY, kept
from support.provider_server import add_acme, answering
from ui.fixtures import NOW
from ui.offers_made_up import CLAUDE, OFFERS, many, offer, shown
from ui.stage import SENTINEL, SIZES, Stage, Unread, everything_seen, paste, until

Opened = Callable[..., Session]
GONE = ("openai/work", "openai/home", "anthropic/work")
PREVIOUS = Choice("anthropic/work", "claude-sonnet-4-5")


@pytest.fixture
def here(session: Opened, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A session whose models are invented."""
    monkeypatch.setattr(picker_module, "offers", lambda *_: OFFERS)
    monkeypatch.setattr(picker_module, "overview", lambda _: shown())
    return session()._replace(now=lambda: NOW)


def stage(here: Session, *arguments: Any, **more: Any) -> Stage:
    return Stage(PickerScreen(here, shown(), *arguments, **more))


@pytest.mark.parametrize("size", SIZES)
async def test_enter_alone_answers_the_previous_default(here: Session, size: tuple[int, int]) -> None:
    app = stage(here)
    async with app.run_test(size=size) as pilot:
        await pilot.press("enter")
    assert app.answers == [PREVIOUS]


async def test_a_model_is_found_as_it_is_typed_and_letters_are_no_commands(here: Session) -> None:
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"mini")
        assert "2 found" in app.text
        assert "▸  gpt-4.1-mini" in app.text.replace("♥", " ")
        await pilot.press("down", "enter")
    assert app.answers == [Choice("openai/home", "gpt-4.1-mini")]


async def test_enter_takes_no_key_without_its_first_letters_for_an_id(here: Session) -> None:
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"k-ant-q0TTTTTTTTTTTTTTTT1234", "enter")
        assert "Nothing matches" in app.text
        assert isinstance(app.screen, PickerScreen)
        await pilot.press("escape", *"my-tune", "enter")
    assert [each.model for each in app.answers] == ["my-tune"]


async def test_every_group_shows_account_and_state(here: Session) -> None:
    app = stage(here)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press(*"gpt")
        assert "OPENAI · work  ✓ ok   listed 2h ago" in app.text
        assert "OPENAI · home  ? untested" in app.text
        assert "CAPS" in app.text
        assert "8 models · 4 providers · prices per 1M tokens" in app.text


async def test_arrows_and_pages_move_while_the_field_keeps_the_letters(here: Session) -> None:
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        models = app.screen.query_one(ModelList)
        start = models.cursor
        await pilot.press("down", "ctrl+n", "up", "ctrl+p")
        assert models.cursor == start
        await pilot.press("pagedown")
        assert models.choice == Choice("groq/personal", "mixtral")
        await pilot.press("pageup", "x", "left", "y")
        assert app.screen.query_one(PlainInput).value == "yx"


async def test_tab_goes_through_the_scopes(here: Session) -> None:
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        models = app.screen.query_one(ModelList)
        counts = []
        for _ in range(4):
            await pilot.press("tab")
            counts.append(models.listing.found)
        assert counts == [2, 1, 2, 8]
        await pilot.press("shift+tab")
        assert models.listing.found == 2
        await pilot.click("#scopes", offset=(1, 0))
        assert models.listing.found == 8


async def test_it_opens_on_the_account_it_was_asked_for(here: Session) -> None:
    app = stage(here, "anthropic/work")
    async with app.run_test(size=(80, 24)):
        assert app.screen.query_one(ModelList).listing.found == 2
        assert "gpt-4.1" not in app.text.split("MODEL")[1].split("\n\n")[0]


async def test_escape_clears_and_then_closes(here: Session) -> None:
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"sonet")
        assert "Nothing matches “sonet” · did you mean sonnet · esc clears" in app.text
        await pilot.press("escape")
        assert app.screen.query_one(ModelList).choice == PREVIOUS
        await pilot.press("escape")
    assert app.answers == [None]


async def test_an_id_nobody_lists_is_taken_as_typed(here: Session) -> None:
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"New-Model", "enter")
    assert app.answers == [Choice("openai/work", "New-Model")]


async def test_nothing_to_choose_is_not_chosen(here: Session) -> None:
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"zzz", "space", *"yyy", "enter", "ctrl+f", "ctrl+y", "ctrl+t")
        assert app.answers == []
        assert app.clipboard == ""


async def test_a_double_click_chooses(here: Session) -> None:
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click("#models", offset=(5, 1), times=2)
        await pilot.pause()
    assert app.answers == [Choice("openai/work", "gpt-4.1")]


async def test_the_id_is_sent_to_the_clipboard(here: Session) -> None:
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+y")
        assert app.clipboard == "claude-sonnet-4-5"
        assert "id sent to the terminal's clipboard" in app.text


async def test_a_favourite_is_marked_kept_and_shown(here: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    toggled: list[Choice] = []
    monkeypatch.setattr(picker_module, "toggle_favourite", lambda _, choice: toggled.append(choice) or True)
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+f")
        await until(pilot, lambda: "Favourites 2" in app.text)
        assert toggled == [PREVIOUS]
        assert app.screen.query_one(ModelList).choice == PREVIOUS
        assert "▸♥ claude-sonnet-4-5" in app.text


async def test_a_favourite_that_cannot_be_kept_says_why(here: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> bool:
        raise LockTimeout("Another llmkeys holds the lock.")

    monkeypatch.setattr(picker_module, "toggle_favourite", refuse)
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+f")
        await until(pilot, lambda: "Another llmkeys holds the lock." in app.text)


class StandIn:
    """Stands in for `check_accounts`; ends when the gate is opened."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.error = error

    async def __call__(self, _: Session, checker: object, accounts: Sequence[str]) -> AsyncIterator[Told]:
        assert checker == "the checker"
        self.asked += accounts
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        verdict = CLAUDE.verdict
        assert verdict is not None
        yield Told(CLAUDE.account, CLAUDE.provider.id, CLAUDE.label, CLAUDE.source, verdict)


@pytest.mark.parametrize("error", [None, CannotTell("The network is away.")])
async def test_the_account_is_tested_once_at_a_time(
    here: Session, monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    tests = StandIn(error)
    monkeypatch.setattr(picker_module, "check_accounts", tests)
    app = stage(here, None, lambda: "the checker")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("ctrl+t", "ctrl+t")
        await until(pilot, lambda: "testing" in app.text)
        assert tests.asked == ["anthropic/work"]
        tests.gate.set()
        await until(pilot, lambda: "testing" not in app.text)
        if error:
            await until(pilot, lambda: "The network is away." in app.text)
        assert app.screen.query_one(ModelList).choice == PREVIOUS


@pytest.mark.parametrize("error", [None, CannotTell("The network is away."), ValueError("who knows")])
async def test_closing_while_a_test_runs_leaves_the_app_alone(
    here: Session, monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    tests = StandIn(error)
    monkeypatch.setattr(picker_module, "check_accounts", tests)
    app = stage(here, None, lambda: "the checker")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+t")
        await until(pilot, lambda: bool(tests.asked))
        await pilot.press("escape")
        tests.gate.set()
        await until(pilot, lambda: bool(app.answers))
        await pilot.pause(0.05)
        assert app.is_running
    assert app.answers == [None]


async def test_an_error_nobody_expected_is_said_without_its_text(
    here: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bool:
        raise ValueError(SENTINEL)

    tests = StandIn(ValueError(SENTINEL))
    tests.gate.set()
    monkeypatch.setattr(picker_module, "check_accounts", tests)
    monkeypatch.setattr(picker_module, "toggle_favourite", fail)
    app = stage(here, None, lambda: "the checker")
    async with app.run_test(size=(120, 36)) as pilot:
        for key in ("ctrl+t", "ctrl+f"):
            await pilot.press("x", "backspace", key)
            await until(pilot, lambda: "llmkeys met an error it did not expect: ValueError" in app.text)
            assert "SENTINEL" not in everything_seen(app)


@pytest.mark.parametrize("scope", ["the account's", "the default's"])
async def test_a_scope_that_vanishes_gives_way_to_another(
    here: Session, monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    tests = StandIn()
    monkeypatch.setattr(picker_module, "check_accounts", tests)
    app = stage(here, "anthropic/work" if scope == "the account's" else None, lambda: "the checker")
    async with app.run_test(size=(120, 36)) as pilot:
        if scope == "the default's":
            await pilot.press("shift+tab")
        await pilot.press("ctrl+t")
        await until(pilot, lambda: bool(tests.asked))
        left = shown(default=None, previous=None, recent=(), favourites=())
        left = left._replace(rows=tuple(each for each in left.rows if each.account not in GONE))
        monkeypatch.setattr(picker_module, "overview", lambda _: left)
        monkeypatch.setattr(
            picker_module, "offers", lambda *_: tuple(each for each in OFFERS if each.account not in GONE)
        )
        tests.gate.set()
        await until(pilot, lambda: "All 2" in app.text)
        await pilot.press("tab", "tab", "tab", "tab")
        assert app.is_running


async def test_the_chosen_scope_stays_chosen_when_models_are_read_again(
    here: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    tests = StandIn()
    monkeypatch.setattr(picker_module, "check_accounts", tests)
    app = stage(here, None, lambda: "the checker")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("shift+tab", "ctrl+t")
        await until(pilot, lambda: bool(tests.asked))
        assert app.screen.query_one(ModelList).listing.found == 2
        monkeypatch.setattr(picker_module, "overview", lambda _: shown(favourites=()))
        tests.gate.set()
        await until(pilot, lambda: "Favourites 0" in app.text)
        assert app.screen.query_one(ModelList).listing.found == 2


async def test_without_a_checker_nothing_is_tested(here: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picker_module, "check_accounts", lambda *_: pytest.fail("nobody may"))
    app = stage(here)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+t")


async def test_old_lists_are_asked_for_behind_the_screen(here: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    fresh = [*OFFERS]

    async def refresh(_: Session, checker: object, account: str) -> tuple[str, ...]:
        assert checker == "the checker"
        asked.append(account)
        if account != CLAUDE.account:
            raise CannotTell("That one is away.")
        fresh.append(offer(CLAUDE, OFFERS[3].model._replace(id="claude-new"), 0.0))
        return ("claude-new",)

    monkeypatch.setattr(picker_module, "refresh_list", refresh)
    monkeypatch.setattr(picker_module, "offers", lambda *_: tuple(fresh))
    app = stage(here, None, lambda: "the checker", refreshes=True)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: "claude-new" in app.text)
        assert app.screen.query_one(ModelList).choice == PREVIOUS
    assert asked == ["anthropic/work", "ollama/local"]


async def test_a_list_that_is_missing_is_asked_for_in_full_view(
    session: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def slowly(received: Received) -> Answer:
        gate.wait(10)
        return answering({KEY})(received)

    with AnsweringServer(slowly) as server:
        opened = session()
        add_acme(opened, server)
        kept(opened, "acme/good", KEY)
        checker = Checker({}, seconds=20.0)
        app = Stage(PickerScreen(opened, overview(opened), "acme/good", lambda: checker, refreshes=True))
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: "asking acme for its models…" in app.text)
            gate.set()
            await until(pilot, lambda: "m-1" in app.text and "m-2" in app.text)
            assert "asking" not in app.text
            await pilot.press("enter")
        checker.close()
    assert app.answers == [Choice("acme/good", "m-1")]


async def test_a_test_brings_the_list_that_came_with_it(session: Opened) -> None:
    with AnsweringServer(answering({KEY})) as server:
        opened = session()
        add_acme(opened, server)
        kept(opened, "acme/good", KEY, model="mine")
        set_default(opened, "acme/good", "mine")
        checker = Checker({}, seconds=20.0)
        app = Stage(PickerScreen(opened, overview(opened), None, lambda: checker))
        async with app.run_test(size=(80, 24)) as pilot:
            assert "mine" in app.text
            await pilot.press("ctrl+t")
            await until(pilot, lambda: "m-1" in app.text and "m-2" in app.text)
        checker.close()


async def test_after_a_test_the_account_is_asked_once_for_a_list_it_still_lacks(
    here: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def refresh(_: Session, checker: object, account: str) -> tuple[str, ...]:
        asked.append(account)
        raise CannotTell("No list.")

    tests = StandIn()
    tests.gate.set()
    monkeypatch.setattr(picker_module, "check_accounts", tests)
    monkeypatch.setattr(picker_module, "refresh_list", refresh)
    app = stage(here, None, lambda: "the checker")
    async with app.run_test(size=(80, 24)) as pilot:
        for count in (1, 2):
            await pilot.press("ctrl+t")
            await until(pilot, lambda count=count: len(tests.asked) == count)
            await until(pilot, lambda: bool(asked))
            await pilot.pause(0.1)
    assert asked == ["anthropic/work"]


async def test_an_account_that_gives_no_list_says_so_where_it_was_asked_for(
    here: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refresh(_: Session, checker: object, account: str) -> tuple[str, ...]:
        raise CannotTell(f"{account} gave no list of models.")

    monkeypatch.setattr(picker_module, "refresh_list", refresh)
    app = stage(here, "anthropic/work", lambda: "the checker", refreshes=True)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: "anthropic/work gave no list of models." in app.text)


async def test_a_paste_that_is_too_long_is_not_taken(here: Session) -> None:
    app = stage(here)
    async with app.run_test(size=(120, 36)) as pilot:
        app.post_message(events.Paste(Unread("k" * 10_000_000)))
        await until(pilot, lambda: "that paste is longer than 65,536 characters" in app.text)


async def test_a_key_is_not_taken_for_a_search(here: Session) -> None:
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, SENTINEL)
        assert "SENTINEL" not in everything_seen(app)
        assert "that looks like a key, not a model" in app.text
        await paste(pilot, "accounts/fireworks/models/llama-v3p1-405b-instruct")
        assert app.screen.query_one(PlainInput).value == "accounts/fireworks/models/llama-v3p1-405b-instruct"


async def test_without_colours_the_cursor_and_the_chosen_scope_are_reversed(
    here: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Stage(PickerScreen(here, shown()), look="ansi-dark", ansi_color=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.screen.focused is not None)
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        reversed_texts = [
            "".join(piece.text for piece in strip if piece.style and piece.style.reverse) for strip in strips
        ]
        assert any("claude-sonnet-4-5" in text for text in reversed_texts)
        assert any(text == "All 8" for text in reversed_texts)
        assert any(text == "S" for text in reversed_texts)


async def test_a_keystroke_lays_nothing_out_again(here: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picker_module, "offers", lambda *_: many(3000))
    app = stage(here)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("g")
        await pilot.pause()
        layouts: list[object] = []
        refresh = app.screen._refresh_layout
        monkeypatch.setattr(app.screen, "_refresh_layout", lambda *a, **k: (layouts.append(a), refresh(*a, **k))[1])
        await pilot.press("p", "t")
        await pilot.pause()
        assert "gpt-1" in app.text
        assert layouts == []


async def test_the_spinner_of_a_test_turns_and_has_ascii_in_its_place(
    here: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    tests = StandIn(None)
    monkeypatch.setattr(picker_module, "check_accounts", tests)
    app = stage(here, None, lambda: "the checker")
    seen: set[str] = set()

    def turned() -> bool:
        seen.update(re.findall(r"(\S) testing", app.text))
        return len(seen) >= 3

    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("ctrl+t")
        await until(pilot, turned)
        assert all(ord(each) in TABLE for each in seen)
        tests.gate.set()
        await until(pilot, lambda: "testing" not in app.text)
        assert app.screen._spinner is None  # type: ignore[attr-defined]
