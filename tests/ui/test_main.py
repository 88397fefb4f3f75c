"""The main screen, driven as a person does, over real wishes and a home of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.screen import ModalScreen

from llmkeys.config import Choice
from llmkeys.errors import LockTimeout
from llmkeys.secret import Secret
from llmkeys.service import checks, defaults
from llmkeys.service.accounts import Draft, add_account, remove_account
from llmkeys.service.defaults import set_default
from llmkeys.service.overview import overview
from llmkeys.service.rounds import FREE, Extent, Tested
from llmkeys.service.session import Session, look
from llmkeys.service.settings import change_setting
from llmkeys.ui.app import LlmkeysApp
from llmkeys.ui.screens import add, edit, key, main_testing, picker
from llmkeys.ui.screens.confirm import ConfirmScreen
from llmkeys.ui.screens.help import HelpScreen
from llmkeys.ui.screens.main import MainScreen
from llmkeys.ui.screens.main_banner import Banner
from llmkeys.ui.screens.main_list import AccountList
from llmkeys.ui.screens.main_pane import DetailPane
from llmkeys.ui.screens.main_state import key_of
from llmkeys.ui.widgets.key_bar import KeyBar
from llmkeys.ui.widgets.line import Line
from llmkeys.ui.widgets.status_line import StatusLine
from llmkeys.verdict import State
from ui.fixtures import NOW, verdict

SIZE = (120, 36)


def screen_of(app: LlmkeysApp) -> MainScreen:
    return next(each for each in app.screen_stack if isinstance(each, MainScreen))


def under_cursor(app: LlmkeysApp) -> str:
    entry = screen_of(app).query_one(AccountList).entry
    return "" if entry is None else key_of(entry)


def status(app: LlmkeysApp) -> str:
    return screen_of(app).query_one(StatusLine).render().plain.strip()


def line(app: LlmkeysApp, selector: str) -> str:
    return screen_of(app).query_one(selector, Line).render().plain


def rows(app: LlmkeysApp) -> list[str]:
    return [found for each in screen_of(app).query_one(AccountList).rows if (found := key_of(each))]


def drawn(app: LlmkeysApp) -> list[str]:
    shown = screen_of(app).query_one(AccountList)
    return [shown.render_line(y).text.rstrip() for y in range(shown.size.height)]


async def until(pilot: Pilot[int], condition: Callable[[], object]) -> None:
    """Wait until something holds; wishes run on threads of their own."""
    for _ in range(400):
        await pilot.pause(0.01)
        if condition():
            return
    raise AssertionError("it never came true")


async def go_to(app: LlmkeysApp, pilot: Pilot[int], account: str) -> None:
    for _ in range(40):
        if under_cursor(app) == account:
            return
        await pilot.press("down" if rows(app).index(account) > rows(app).index(under_cursor(app)) else "up")
    raise AssertionError(f"{account} is not reached; {rows(app)}")


class Gate:
    """Stands for the network: a verdict for an account comes when the test says so."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.cancelled: list[str] = []
        self._answers: dict[str, asyncio.Future[State]] = {}

    def answer(self, account: str, state: State = State.OK) -> None:
        self._answers[account].set_result(state)

    async def check_accounts(
        self, session: Session, checker: Any, accounts: Sequence[str], extent: Extent = FREE
    ) -> AsyncIterator[Tested]:
        loop = asyncio.get_running_loop()
        self.asked += accounts
        for account in accounts:
            self._answers[account] = loop.create_future()
        tasks = [loop.create_task(self._one(account)) for account in accounts]
        try:
            for task in asyncio.as_completed(tasks):
                yield await task
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled += [account for account in accounts if not self._answers[account].done()]
            raise
        finally:
            for each in tasks:
                each.cancel()

    async def _one(self, account: str) -> Tested:
        state = await self._answers[account]
        provider, _, label = account.partition("/")
        return Tested(account, provider, label, None, verdict(state, 288, 0))  # type: ignore[arg-type]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    made = Gate()
    monkeypatch.setattr(checks, "check_accounts", made.check_accounts)
    return made


async def test_the_first_account_is_the_default_and_under_the_cursor(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE):
        assert under_cursor(app) == "anthropic/work"
        assert "★" in line(app, "#header")
        assert "plaintext file" in line(app, "#header")


async def test_a_key_that_was_kept_for_undo_is_deleted_by_the_next_start_once_it_is_due(stored: Session) -> None:
    remove_account(stored, "groq/personal", keep_seconds=600)
    later = stored._replace(now=lambda: NOW + 601)
    async with LlmkeysApp(stored).run_test(size=SIZE) as pilot:
        await pilot.pause(0.3)
        assert "m2Lw" in Path(stored.paths.credentials).read_text()
    async with LlmkeysApp(later).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: not look(later).config.garbage)
    assert "m2Lw" not in Path(stored.paths.credentials).read_text()


async def test_s_makes_the_account_under_the_cursor_the_default_and_minus_goes_back(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        before = overview(stored).default
        await go_to(app, pilot, "openai/personal")
        await pilot.press("s")
        await until(pilot, lambda: "is the default now" in status(app))
        now = overview(stored).default
        assert now is not None
        assert now.account == "openai/personal"
        assert now.model in line(app, "#header")
        assert under_cursor(app) == "openai/personal"
        await pilot.press("minus")
        await until(pilot, lambda: overview(stored).default == before)
        await until(pilot, lambda: before is not None and before.model in status(app))


async def test_s_on_the_default_says_so(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: "is the default already" in status(app))


async def test_a_digit_sets_a_recent_default_and_the_screen_names_it_before(stored: Session) -> None:
    set_default(stored, "openai/personal", "gpt-4.1")
    set_default(stored, "groq/personal", "llama-3.3-70b-versatile")
    app = LlmkeysApp(stored)
    async with app.run_test(size=(60, 16)) as pilot:
        assert "- 2 gpt-4.1" in line(app, "#switches")
        await pilot.press("2")
        await until(pilot, lambda: overview(stored).default == Choice("openai/personal", "gpt-4.1"))


async def test_a_digit_without_a_recent_default_says_so(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("5")
        await until(pilot, lambda: "no recent default 5" in status(app))


async def test_a_filter_follows_every_key_and_esc_clears_it(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        everything = rows(app)
        await pilot.press("slash")
        await pilot.press(*"groq")
        assert rows(app) == ["groq/personal"]
        assert line(app, "#filter-count").strip() == "1 left   esc clears"
        await pilot.press("escape")
        assert rows(app) == everything
        assert not app.screen.query("#filter")
        await pilot.press("down")
        assert under_cursor(app)


async def test_a_filter_stays_while_the_list_has_the_focus(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("slash")
        await pilot.press(*"personal")
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.focused, AccountList))
        assert [each for each in rows(app) if not each.startswith("+")] == ["openai/personal", "groq/personal"]
        await pilot.press("slash", "x")
        assert drawn(app)[0] == " Nothing matches “personalx”   esc clears"
        await pilot.press("escape")
        assert len(rows(app)) > 3


async def test_the_footer_shows_what_keys_do_while_a_filter_is_typed(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        bar = app.screen.query_one(KeyBar)
        usual = bar.render().plain
        await pilot.press("slash")
        await until(pilot, lambda: bar.render().plain == "↵ To the list ↑↓ Move esc Clear ")
        await pilot.press("enter")
        await until(pilot, lambda: bar.render().plain == usual)


@pytest.mark.parametrize(
    ("look", "name"),
    [("light", "llmkeys-light"), ("ansi", "ansi-dark"), ("mono", "ansi-dark"), ("dark", "llmkeys-dark")],
)
async def test_the_look_is_a_setting(look: str, name: str, stored: Session) -> None:
    change_setting(stored, "theme", look)
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE):
        assert app.theme == name
        assert app.no_color is (look == "mono")
        assert any("Anthropic" in each for each in drawn(app))


async def test_the_cursor_comes_back_to_its_account_after_a_filter(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await go_to(app, pilot, "openai/personal")
        await pilot.press("slash", "z", "z", "escape")
        await until(pilot, lambda: under_cursor(app) == "openai/personal")


async def test_a_test_shows_a_spinner_then_its_verdict(stored: Session, gate: Gate) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: "testing" in status(app))
        assert any("testing" in each for each in drawn(app))
        assert gate.asked == ["anthropic/work"]
        gate.answer("anthropic/work")
        await until(pilot, lambda: "Anthropic · work is ok" in status(app))
        assert not any("testing" in each for each in drawn(app))


async def test_a_second_test_all_does_not_double_and_rows_settle_one_by_one(stored: Session, gate: Gate) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("T")
        await until(pilot, lambda: "testing 1 of 3" in status(app))
        await pilot.press("T")
        await pilot.pause()
        assert sorted(gate.asked) == ["anthropic/work", "groq/personal", "openai/personal"]
        gate.answer("groq/personal", State.INVALID_KEY)
        await until(pilot, lambda: any("invalid" in each for each in drawn(app)))
        assert sum("testing" in each for each in drawn(app)) == 2
        assert " NEEDS ATTENTION  1" in drawn(app)
        await pilot.press("T")
        await until(pilot, lambda: "testing 2 of 3" in status(app))
        assert len(gate.asked) == 3
        gate.answer("anthropic/work")
        gate.answer("openai/personal", State.RATE_LIMITED)
        await until(pilot, lambda: "3 tested in" in status(app))
        assert "✓ 1 ok" in status(app)


async def test_esc_stops_tests_and_keeps_what_had_settled(stored: Session, gate: Gate) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("T")
        await until(pilot, lambda: "testing" in status(app))
        await pilot.press("escape")
        await until(pilot, lambda: "stopped" in status(app))
        await until(pilot, lambda: not any("testing" in each for each in drawn(app)))
        await until(pilot, lambda: len(gate.cancelled) == 3)
        await pilot.press("T")
        await until(pilot, lambda: len(gate.asked) == 6)


async def test_quitting_does_not_wait_for_tests(stored: Session, gate: Gate) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("T")
        await until(pilot, lambda: "testing" in status(app))
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)
    assert app.return_code == 0


async def test_stale_verdicts_are_tested_after_the_first_paint(
    stored: Session, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main_testing, "ASKS_BEFORE_READING", False)
    change_setting(stored, "offline", "off")
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: len(gate.asked) == 3)


@pytest.mark.parametrize("because", ["setting", "macos"])
async def test_nothing_is_tested_unasked_where_that_is_off(
    because: str, stored: Session, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main_testing, "ASKS_BEFORE_READING", because == "macos")
    if because == "macos":
        change_setting(stored, "offline", "off")
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.3)
        assert gate.asked == []
        await pilot.press("t")
        await until(pilot, lambda: gate.asked == ["anthropic/work"])


@pytest.mark.parametrize("press", ["t", "T"])
async def test_an_offline_run_tests_nothing_asked_or_not(press: str, stored: Session) -> None:
    change_setting(stored, "offline", "off")
    app = LlmkeysApp(stored._replace(offline=True))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.2)
        await pilot.press(press)
        await until(pilot, lambda: "! This run is offline, so nothing is tested." in status(app))
        assert not any("testing" in each for each in drawn(app))
        assert all(row.verdict is None for row in overview(stored).rows)


async def test_x_disables_and_enables(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await go_to(app, pilot, "groq/personal")
        await pilot.press("x")
        await until(pilot, lambda: "Groq · personal is disabled" in status(app))
        assert any("–" in each and "disabled" in each for each in drawn(app))
        await pilot.press("x")
        await until(pilot, lambda: "Groq · personal is enabled" in status(app))


@pytest.mark.parametrize("keys", [["enter"], ["n"], ["escape"], ["tab", "tab", "enter"]])
async def test_deleting_asks_and_the_harmless_answer_has_the_focus(keys: list[str], stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press(*keys)
        await until(pilot, lambda: isinstance(app.screen, MainScreen))
        assert len(overview(stored).rows) == 3


@pytest.mark.parametrize("keys", [["y"], ["tab", "enter"], ["right", "enter"]])
async def test_deleting_the_default_clears_it_and_says_so(keys: list[str], stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press(*keys)
        said = "is deleted, key kept 10 min   no default now; m picks one"
        await until(pilot, lambda: said in status(app))
        assert {each.account for each in overview(stored).rows} == {"openai/personal", "groq/personal"}
        assert overview(stored).default is None
        assert under_cursor(app) == "+anthropic"


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ((80, 24), "✓ Anthropic · work is deleted, key kept 10 min   no default now; m picks one"),
        ((60, 16), "✓ Anthropic · work is deleted   no default now; m picks one"),
    ],
)
async def test_what_to_do_next_is_said_on_narrow_terminals_too(
    size: tuple[int, int], said: str, stored: Session
) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=size) as pilot:
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("y")
        await until(pilot, lambda: status(app) == said)


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ((79, 24), "★ meta-llama/llama-4-maverick is the default now   - goes back"),
        ((64, 16), "★ meta-llama/llama-4-maverick is the default now   - goes back"),
    ],
)
async def test_the_way_back_to_the_default_before_is_said_on_narrow_terminals_too(
    size: tuple[int, int], said: str, stored: Session
) -> None:
    set_default(stored, "openai/personal", "meta-llama/llama-4-maverick")
    set_default(stored, "groq/personal", "m")
    app = LlmkeysApp(stored)
    async with app.run_test(size=size) as pilot:
        await pilot.press("minus")
        await until(pilot, lambda: status(app) == said)


async def test_what_only_the_environment_can_change_is_not_changed_here(
    session: Callable[..., Session], environ: dict[str, str]
) -> None:
    environ["OPENAI_API_KEY"] = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWxYz01a91F"
    app = LlmkeysApp(session("app", offline=True))
    async with app.run_test(size=SIZE) as pilot:
        assert under_cursor(app) == "openai/env"
        for each, width in (("e", 120), ("r", 80), ("d", 60), ("x", 120)):
            await pilot.resize_terminal(width, 24)
            await pilot.press(each)
            assert "OPENAI_API_KEY in the environment" in status(app)
            assert status(app).endswith("   a adds another key")
            await pilot.press("escape")
            assert status(app) == ""


async def test_a_provider_without_a_key_has_nothing_to_change(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("G")
        for each in ("t", "e", "r", "d", "x", "s"):
            await pilot.press("escape")
            await pilot.press(each)
            assert "has no key yet.   ↵ adds one" in status(app)


async def test_without_any_account_a_test_of_all_says_what_to_do(session: Callable[..., Session]) -> None:
    app = LlmkeysApp(session("app", offline=True))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("T")
        assert "no account to test yet" in status(app)
        assert drawn(app)[0] == " No keys yet   a adds one"


@pytest.mark.parametrize("press", ["right", "l"])
async def test_details_open_over_a_narrow_list_and_the_cursor_still_moves(press: str, stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=(60, 16)) as pilot:
        pane = app.screen.query_one(DetailPane)
        assert not pane.display
        await pilot.press(press)
        await pilot.pause()
        assert "Anthropic · work" in pane.text
        await pilot.press("down")
        assert "OpenAI · personal" in pane.text
        await pilot.press(press)
        await pilot.pause()
        assert "OpenAI · personal" not in pane.text
        await pilot.press("left", "left")
        await pilot.pause()
        assert not pane.display
        await pilot.press(press, "escape")
        await pilot.pause()
        assert not pane.display


async def test_the_wheel_scrolls_the_details(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("right")
        await pilot.pause()
        pane = app.screen.query_one(DetailPane)
        first = pane.text
        for wheel in (events.MouseScrollDown, events.MouseScrollUp):
            pane.post_message(wheel(pane, 1, 1, 0, 0, 0, False, False, False))
            await pilot.pause()
            assert (pane.text == first) is (wheel is events.MouseScrollUp)


@pytest.mark.parametrize("size", [(39, 30), (100, 9), (10, 3), (1, 1)])
async def test_too_small_a_terminal_is_told_politely_and_q_still_quits(size: tuple[int, int], stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=size) as pilot:
        assert line(app, "#header") == "llmkeys needs 40x10"
        assert not app.screen.query_one(KeyBar).display
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)


@pytest.mark.parametrize("size", [(40, 10), (71, 19), (72, 20), (109, 24), (110, 20), (300, 90)])
async def test_every_other_size_shows_accounts_and_keys(size: tuple[int, int], stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert any("Anthropic" in each for each in drawn(app))
        assert "q Quit" in app.screen.query_one(KeyBar).render().plain


async def test_a_resized_terminal_gets_its_layout(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=(120, 36)) as pilot:
        pane = app.screen.query_one(DetailPane)
        assert pane.region.x > 70
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert (pane.region.x, pane.region.height) == (0, 5)
        await pilot.resize_terminal(60, 16)
        await pilot.pause()
        assert not pane.display


async def test_a_person_who_scrolled_away_from_the_cursor_is_not_brought_back_by_a_row_that_settles(
    stored: Session, gate: Gate
) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("T")
        await until(pilot, lambda: len(gate.asked) == 3)
        shown = screen_of(app).query_one(AccountList)
        shown.scroll_end(animate=False)
        await until(pilot, lambda: shown.scroll_offset.y > 2)
        gate.answer("groq/personal")
        await until(pilot, lambda: "✓ 1" in line(app, "#header"))
        await pilot.pause(0.1)
        assert shown.scroll_offset.y > 2
        await pilot.press("down")
        assert shown.scroll_offset.y <= 2


async def test_help_shows_every_key_and_any_of_its_keys_closes_it(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=(80, 24)) as pilot:
        for close in ("escape", "q", "question_mark"):
            await pilot.press("question_mark")
            await until(pilot, lambda: isinstance(app.screen, HelpScreen))
            await pilot.press("down", "G", "pageup", "g", "pagedown")
            await pilot.press(close)
            await until(pilot, lambda: isinstance(app.screen, MainScreen))
        assert app.is_running


async def test_what_the_service_refuses_lands_in_the_status_line(
    stored: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise LockTimeout("Another llmkeys holds the lock.", next="Try again.")

    monkeypatch.setattr(defaults, "swap_default", refuse)
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("minus")
        await until(pilot, lambda: status(app) == "! Another llmkeys holds the lock.   Try again.")


async def test_a_config_that_cannot_be_read_is_said_at_the_start(session: Callable[..., Session]) -> None:
    opened = session("app", offline=True)
    Path(opened.paths.config_folder).mkdir(parents=True, mode=0o700)
    Path(opened.paths.config).write_text("{", encoding="utf-8")
    Path(opened.paths.config).chmod(0o600)
    app = LlmkeysApp(opened)
    async with app.run_test(size=SIZE):
        said = screen_of(app).query_one(Banner).render().plain
        assert "config.json cannot be read" in " ".join(said.split())  # broken wherever the folder's name ends


async def test_refresh_reads_what_another_process_wrote(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        set_default(stored, "groq/personal", "llama-3.3-70b-versatile")
        await pilot.press("R")
        await until(pilot, lambda: "llama-3.3-70b-versatile" in line(app, "#header"))


class Answering(ModalScreen[Any]):
    """Stands for a dialog: remembers what it was given and answers at once."""

    given: list[tuple[Any, ...]] = []
    answers: list[Any] = []

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__()
        Answering.given.append((*arguments, named))

    def follow(self, shown: Any) -> None:
        """Nothing of it is drawn."""

    def on_mount(self) -> None:
        self.dismiss(Answering.answers.pop(0) if Answering.answers else None)


@pytest.fixture
def dialogs(monkeypatch: pytest.MonkeyPatch) -> type[Answering]:
    Answering.given, Answering.answers = [], []
    for module, name in ((add, "AddScreen"), (edit, "EditScreen"), (key, "KeyScreen"), (picker, "PickerScreen")):
        monkeypatch.setattr(module, name, Answering)
    return Answering


@pytest.mark.parametrize(("press", "account"), [("enter", "anthropic/work"), ("m", None)])
async def test_a_model_that_is_picked_becomes_the_default(
    press: str, account: str | None, stored: Session, dialogs: type[Answering]
) -> None:
    picked = Choice("groq/personal", "llama-3.3-70b-versatile")
    dialogs.answers = [picked]
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(press)
        await until(pilot, lambda: "llama-3.3-70b-versatile · Groq · personal is the default now" in status(app))
        assert dialogs.given[0][2] == account
        assert overview(stored).default == picked


async def test_a_dialog_without_an_answer_changes_nothing(stored: Session, dialogs: type[Answering]) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        for each in ("m", "a", "e", "r", "enter"):
            await pilot.press(each)
        await until(pilot, lambda: len(dialogs.given) == 5)
        assert status(app) == ""


async def test_adding_asks_for_the_provider_then_for_the_key(stored: Session, dialogs: type[Answering]) -> None:
    provider = next(each for each in overview(stored).providers if each.id == "cohere")
    dialogs.answers = [add.Added(provider, None)]
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("a")
        await until(pilot, lambda: len(dialogs.given) == 2)
        assert dialogs.given[1][2] is provider


async def test_enter_on_a_provider_without_a_key_adds_one(stored: Session, dialogs: type[Answering]) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("G", "enter")
        await until(pilot, lambda: dialogs.given)
        assert f"+{dialogs.given[0][2].id}" == under_cursor(app)


async def test_a_saved_account_is_shown_with_the_cursor_on_it(stored: Session, dialogs: type[Answering]) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        draft = Draft("cohere", "work", Secret("x" * 40), store="file", consent=True)
        dialogs.answers = [add_account(stored, draft)]
        await pilot.press("r")
        await until(pilot, lambda: "Cohere · work is saved, old key kept 10 min" in status(app))
        assert under_cursor(app) == "cohere/work"


async def test_an_edited_account_keeps_the_cursor_under_its_new_name(stored: Session, dialogs: type[Answering]) -> None:
    dialogs.answers = ["openai/personal"]
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("e")
        await until(pilot, lambda: "OpenAI · personal is changed" in status(app))
        assert under_cursor(app) == "openai/personal"
