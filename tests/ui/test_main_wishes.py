"""Wishes of the main screen under stress: keys typed ahead, errors, late answers, small terminals, time passing."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual import events

from llmkeys.service import accounts, checks, defaults
from llmkeys.service.accounts import Removed, remove_account
from llmkeys.service.overview import Overview, overview
from llmkeys.service.session import Session
from llmkeys.ui.app import LlmkeysApp
from llmkeys.ui.screens import main_accounts, main_wishes
from llmkeys.ui.screens.add import Added, AddScreen
from llmkeys.ui.screens.confirm import ConfirmScreen
from llmkeys.ui.screens.edit import EditScreen
from llmkeys.ui.screens.help import HelpScreen
from llmkeys.ui.screens.key import KeyScreen
from llmkeys.ui.screens.main import MainScreen
from llmkeys.ui.screens.main_filter_bar import FilterInput
from llmkeys.ui.screens.main_list import AccountList
from llmkeys.ui.screens.main_pane import DetailPane
from llmkeys.ui.screens.picker import PickerScreen
from llmkeys.ui.screens.server import ServerScreen
from llmkeys.ui.widgets.field import Field
from llmkeys.ui.widgets.key_bar import KeyBar
from llmkeys.ui.widgets.notice_line import NoticeLine
from llmkeys.ui.widgets.secret_input import SecretInput
from llmkeys.verdict import State
from ui.fixtures import verdict
from ui.stage import SENTINEL, everything_seen, paste
from ui.test_main import SIZE, Gate, drawn, gate, go_to, rows, screen_of, status, under_cursor, until
from ui.test_type_ahead import burst

__all__ = ["gate"]


def hints(app: LlmkeysApp) -> str:
    return screen_of(app).query_one(KeyBar).render().plain


@pytest.mark.parametrize(
    ("keys", "screens"),
    [
        ("mq", [PickerScreen]),
        ("dd", [ConfirmScreen]),
        ("dx", [ConfirmScreen]),
        ("agro", [AddScreen]),
        ("rr", [KeyScreen]),
        ("ea", [EditScreen]),
        ("?x", [HelpScreen]),
    ],
)
async def test_keys_typed_ahead_never_act_behind_the_dialog_that_is_coming(
    keys: str, screens: list[type], stored: Session
) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        burst(app, keys)
        await pilot.pause(0.3)
        assert app.is_running
        assert [type(each) for each in app.screen_stack[1:]] == screens
        assert all(row.enabled for row in overview(stored).rows)


async def test_yes_typed_ahead_of_the_question_is_no_answer(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        burst(app, "dy")
        await pilot.pause(0.3)
        assert [type(each) for each in app.screen_stack[1:]] == [ConfirmScreen]
        assert len(overview(stored).rows) == 3
        await pilot.press("y")
        await until(pilot, lambda: "Anthropic · work is deleted" in status(app))


class SlowReads:
    """Stands for the disk: the first read is slow, the second quick."""

    def __init__(self) -> None:
        self.seconds = [0.8]
        self.begun = 0

    def __call__(self, session: Session) -> Overview:
        found = overview(session)
        self.begun += 1
        time.sleep(self.seconds.pop(0) if self.seconds else 0)
        return found


async def test_an_older_look_never_covers_a_newer_one(stored: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        reads = SlowReads()
        monkeypatch.setattr(main_wishes, "overview", reads)
        await pilot.press("R")
        await until(pilot, lambda: reads.begun == 1)
        remove_account(stored, "groq/personal")
        await pilot.press("R")
        await until(pilot, lambda: reads.begun == 2)
        await pilot.pause(1)
        assert "groq/personal" not in rows(app)


async def test_a_verdict_that_comes_during_a_look_stays(
    stored: Session, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("T")
        await until(pilot, lambda: len(gate.asked) == 3)
        reads = SlowReads()
        monkeypatch.setattr(main_wishes, "overview", reads)
        await pilot.press("R")
        await until(pilot, lambda: reads.begun == 1)
        gate.answer("groq/personal", State.INVALID_KEY)
        await until(pilot, lambda: any("invalid" in each for each in drawn(app)))
        await until(pilot, lambda: "read again" in str(screen_of(app)._status._said))
        await pilot.pause(0.1)
        assert any("invalid" in each for each in drawn(app))


@pytest.mark.parametrize("press", ["a", "m", "e", "r"])
async def test_a_dialog_without_an_answer_is_followed_by_a_look(press: str, stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(press)
        await until(pilot, lambda: len(app.screen_stack) == 2)
        remove_account(stored, "groq/personal")
        app.screen.dismiss(None)
        await until(pilot, lambda: "groq/personal" not in rows(app))


async def test_a_round_of_tests_that_fails_is_followed_by_a_look(
    stored: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> Any:
        remove_account(stored, "groq/personal")
        raise ValueError(SENTINEL)
        yield

    monkeypatch.setattr(checks, "check_accounts", broken)
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("T")
        await until(pilot, lambda: "groq/personal" not in rows(app))
        assert "did not expect: ValueError" in status(app)
        assert SENTINEL not in status(app)
        assert not any("testing" in each for each in drawn(app))


async def test_an_account_that_is_gone_is_said_and_its_row_goes(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        for press in ("x", "e"):
            account = {"x": "groq/personal", "e": "openai/personal"}[press]
            await go_to(app, pilot, account)
            remove_account(stored, account)
            await pilot.press(press)
            await until(pilot, lambda: status(app).startswith("! "))
            await until(pilot, lambda gone=account: gone not in rows(app))  # type: ignore[misc]
            await pilot.press("escape")


async def test_a_look_that_fails_is_said_once_and_the_app_lives(
    stored: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def broken(session: Session) -> None:
        asked.append(session)
        raise OSError(SENTINEL)

    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        monkeypatch.setattr(main_wishes, "overview", broken)
        await pilot.press("R")
        await until(pilot, lambda: "did not expect: OSError at tests/ui/test_main_wishes.py:" in status(app))
        await pilot.pause(0.2)
        assert len(asked) == 2
        assert SENTINEL not in status(app)


async def test_the_details_stay_where_they_were_scrolled_while_tests_settle(stored: Session, gate: Gate) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=(60, 12)) as pilot:
        pane = app.screen.query_one(DetailPane)
        await pilot.press("right")
        await pilot.pause()
        top = pane.text
        await pilot.press("right")
        below = pane.text
        assert below != top
        await pilot.press("T")
        await until(pilot, lambda: len(gate.asked) == 3)
        gate.answer("groq/personal")
        await until(pilot, lambda: any("Groq" in each and " ok" in each for each in drawn(app)))
        assert pane.text.splitlines()[0] == below.splitlines()[0]
        await pilot.press("down")
        assert "OpenAI · personal" in pane.text.splitlines()[0]


async def test_tests_that_end_under_other_names_leave_no_spinner(
    stored: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = asyncio.Event()

    async def other_names(*_: object) -> Any:
        await seen.wait()
        yield checks.Tested("anthropic/other", "anthropic", "other", None, verdict())  # type: ignore[arg-type]

    monkeypatch.setattr(checks, "check_accounts", other_names)
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: "testing" in status(app))
        seen.set()
        await until(pilot, lambda: "is ok" in status(app))
        assert not any("testing" in each for each in drawn(app))


def test_the_network_is_asked_as_the_session_says(session: Callable[..., Session]) -> None:
    opened = session("app", environ={"HTTPS_PROXY": "http://proxy.example:1"})
    assert MainScreen(opened)._checker()._environ is opened.environ


async def test_a_pasted_key_is_kept_by_nobody_but_the_dialog_it_is_for(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, AddScreen))
        await paste(pilot, SENTINEL)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, KeyScreen))
        await pilot.pause(0.1)
        gc.collect()
        assert [each for each in gc.get_objects() if isinstance(each, Added)] == []


async def test_deleting_says_that_the_key_is_kept_and_what_is_left_over(
    stored: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = "Its key could not be deleted yet."
    monkeypatch.setattr(accounts, "remove_account", lambda *_, **__: Removed("groq/personal", False, left))
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await go_to(app, pilot, "groq/personal")
        await pilot.press("d", "y")
        said = f"✓ Groq · personal is deleted, key kept 10 min   {left}"
        await until(pilot, lambda: status(app) == said)


async def test_a_kept_key_is_deleted_while_the_app_runs_once_it_is_due(
    stored: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main_accounts, "UNDO_SECONDS", 0.4)
    running = stored._replace(now=time.time)
    kept = Path(stored.paths.credentials)
    app = LlmkeysApp(running)
    async with app.run_test(size=SIZE) as pilot:
        await go_to(app, pilot, "groq/personal")
        await pilot.press("d", "y")
        await until(pilot, lambda: "is deleted, key kept" in status(app))
        assert "m2Lw" in kept.read_text(encoding="utf-8")
        await until(pilot, lambda: "m2Lw" not in kept.read_text(encoding="utf-8"))
        assert "a91F" in kept.read_text(encoding="utf-8")


async def test_what_a_former_run_kept_is_waited_for_too(stored: Session) -> None:
    running = stored._replace(now=time.time)
    remove_account(running, "groq/personal", keep_seconds=0.8)
    kept = Path(stored.paths.credentials)
    app = LlmkeysApp(running)
    async with app.run_test(size=SIZE) as pilot:
        assert "m2Lw" in kept.read_text(encoding="utf-8")
        await until(pilot, lambda: "m2Lw" not in kept.read_text(encoding="utf-8"))


@pytest.mark.parametrize("size", [(39, 30), (100, 9)])
async def test_where_nothing_can_be_seen_nothing_is_done(size: tuple[int, int], stored: Session) -> None:
    defaults.set_default(stored, "groq/personal", "llama-3.3-70b-versatile")
    before = overview(stored)
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.resize_terminal(*size)
        await pilot.pause()
        for key in ("minus", "x", "1", "2", "a", "d", "e", "r", "m", "s", "t", "enter", "question_mark", "slash", "R"):
            await pilot.press(key)
        await pilot.pause(0.3)
        assert len(app.screen_stack) == 1
        assert overview(stored) == before
        await pilot.resize_terminal(*SIZE)
        await pilot.press("minus")
        await until(pilot, lambda: overview(stored).default != before.default)
        await pilot.resize_terminal(*size)
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)


async def test_a_row_that_cannot_be_seen_is_not_chosen(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=(39, 30)) as pilot:
        screen_of(app)._list.action_choose()
        await pilot.pause(0.1)
        assert len(app.screen_stack) == 1


async def test_the_footer_stays_when_the_terminal_loses_the_focus(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        shown = hints(app)
        assert "q Quit" in shown
        app.post_message(events.AppBlur())
        await pilot.pause()
        await pilot.press("down")
        app.post_message(events.AppBlur())
        await pilot.pause()
        screen_of(app).paint()
        assert hints(app) == shown
        await pilot.press("slash")
        await pilot.pause()
        typing = hints(app)
        assert "Clear" in typing
        app.post_message(events.AppBlur())
        await pilot.pause()
        screen_of(app).paint()
        assert hints(app) == typing


async def test_the_filter_takes_no_key_and_does_not_blink(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("slash")
        await pilot.pause()
        field = app.screen.query_one(FilterInput)
        assert not field.cursor_blink
        await paste(pilot, f"export OPENAI_API_KEY={SENTINEL}")
        await until(pilot, lambda: "looks like a key, so it was not taken" in status(app))
        assert field.value == ""
        await paste(pilot, "x" * 2_000_000)
        await until(pilot, lambda: "nothing was taken." in status(app))
        await paste(pilot, "accounts/fireworks/models/llama-v3p1-405b-instruct")
        assert field.value == "accounts/fireworks/models/llama-v3p1-405b-instruct"
        await pilot.press("ctrl+u")
        await paste(pilot, "groq")
        await until(pilot, lambda: under_cursor(app) == "groq/personal")
        await pilot.press("ctrl+w")
        assert field.value == ""


async def test_a_key_pasted_on_the_main_screen_lands_in_the_dialog_that_adds_it(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await paste(pilot, SENTINEL)
        await until(pilot, lambda: isinstance(app.screen, AddScreen) and app.screen._field.masked)
        assert SENTINEL not in everything_seen(app)
        await until(pilot, lambda: "OpenAI" in app.screen.query_one("#about", NoticeLine).notice.words)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, KeyScreen))
        await until(pilot, lambda: app.screen.query_one(SecretInput).reading.key is not None)
        assert SENTINEL not in everything_seen(app)
        gc.collect()
        assert [each for each in gc.get_objects() if isinstance(each, events.Paste) and each.text == SENTINEL] == []


async def test_a_paste_of_nothing_opens_nothing(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await paste(pilot, " \n")
        assert len(app.screen_stack) == 1


async def test_ctrl_c_says_in_the_status_line_which_key_quits(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await pilot.press("ctrl+c")
        assert status(app) == "q quits"
        assert not app._notifications
        assert app.is_running


@pytest.mark.parametrize("press", ["down", "question_mark", "m"])
async def test_what_was_said_goes_at_the_next_key_that_does_something(press: str, stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("5")
        await until(pilot, lambda: "no recent default 5" in status(app))
        await pilot.press("b")
        assert "no recent default 5" in status(app)
        await pilot.press(press)
        assert status(app) == ""


async def test_what_is_typed_right_after_enter_lands_in_the_form_for_another_server(
    stored: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = LlmkeysApp(stored)
    there_at_once = []
    choose = AddScreen.action_choose

    def spied(screen: AddScreen) -> None:
        choose(screen)
        there_at_once.append(isinstance(app.screen, ServerScreen))

    monkeypatch.setattr(AddScreen, "action_choose", spied)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, AddScreen))
        burst(app, "zz\rmine")
        await until(pilot, lambda: isinstance(app.screen, ServerScreen))
        await until(pilot, lambda: app.screen.query_one("#name", Field).value == "zzmine")
        assert there_at_once == [True]


async def test_a_double_click_uses_the_account(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        y = next(number for number, each in enumerate(drawn(app)) if "Groq" in each)
        await pilot.click(AccountList, offset=(10, y))
        assert under_cursor(app) == "groq/personal"
        assert len(app.screen_stack) == 1
        await pilot.double_click(AccountList, offset=(10, y))
        await until(pilot, lambda: isinstance(app.screen, PickerScreen))


async def test_a_click_on_a_recent_default_makes_it_the_default(stored: Session) -> None:
    defaults.set_default(stored, "openai/personal", "gpt-4.1")
    defaults.set_default(stored, "groq/personal", "llama-3.3-70b-versatile")
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        x = screen_of(app)._switches.render().plain.index("gpt-4.1")
        await pilot.click("#switches", offset=(0, 0))
        await pilot.pause(0.1)
        await pilot.click("#switches", offset=(x + 2, 0))
        await until(pilot, lambda: "gpt-4.1" in status(app))
        chosen = overview(stored).default
        assert chosen is not None
        assert chosen.account == "openai/personal"
