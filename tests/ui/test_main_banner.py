"""A config that cannot be read or written: what is wrong stands above the list, and no key pretends to change it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from llmkeys.errors import LlmkeysError
from llmkeys.service.overview import overview
from llmkeys.service.session import Session
from llmkeys.ui.app import LlmkeysApp
from llmkeys.ui.screens.main import MainScreen
from llmkeys.ui.screens.main_banner import Banner, banner_lines, refusal_spans
from llmkeys.ui.spans import width_of
from ui.stage import SENTINEL, paste
from ui.test_main import drawn, rows, screen_of, status, until

KEY = "xai-0123456789012345678901234567890123456789"
PROBLEM = LlmkeysError("/home/me/config/llmkeys/config.json cannot be read: no JSON. It stays.", next="llmkeys doctor")


def broken(session: Callable[..., Session], text: str = "{broken") -> Session:
    """A session whose config.json holds `text`."""
    opened = session("app", offline=True)
    Path(opened.paths.config_folder).mkdir(parents=True, mode=0o700, exist_ok=True)
    Path(opened.paths.config).write_text(text, encoding="utf-8")
    Path(opened.paths.config).chmod(0o600)
    return opened


def banner(app: LlmkeysApp) -> str:
    return " ".join(screen_of(app).query_one(Banner).render().plain.split())


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 24), (60, 16)])
async def test_the_file_what_is_wrong_and_the_way_out_can_be_read_at_every_size(
    size: tuple[int, int], session: Callable[..., Session]
) -> None:
    app = LlmkeysApp(broken(session))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "config.json" in banner(app).replace(" ", "")
        assert "llmkeys doctor" in banner(app)
        assert screen_of(app).query_one(Banner).region.height == len(
            screen_of(app).query_one(Banner).render().plain.splitlines()
        )
        assert all(len(each) <= size[0] for each in screen_of(app).query_one(Banner).render().plain.splitlines())
        assert not any("No keys yet" in each for each in drawn(app))
        await pilot.press("T")
        assert "no account to test" not in status(app)
        assert "cannot be read" in banner(app)


@pytest.mark.parametrize("press", ["a", "r", "d", "e", "x", "s", "m", "enter", "minus", "1"])
async def test_every_key_that_would_write_answers_with_the_same_sentence(
    press: str, session: Callable[..., Session], environ: dict[str, str]
) -> None:
    environ["XAI_API_KEY"] = KEY
    app = LlmkeysApp(broken(session))
    async with app.run_test(size=(160, 36)) as pilot:
        assert rows(app)[0] == "xai/env"
        await pilot.press(press)
        assert isinstance(app.screen, MainScreen)
        assert "cannot be read" in status(app)
        assert "llmkeys doctor" in status(app)


async def test_a_key_pasted_over_a_broken_config_opens_nothing(session: Callable[..., Session]) -> None:
    app = LlmkeysApp(broken(session))
    async with app.run_test(size=(120, 36)) as pilot:
        await paste(pilot, SENTINEL)
        assert isinstance(app.screen, MainScreen)
        assert "cannot be read" in status(app)


async def test_the_sentence_goes_once_the_file_is_mended(session: Callable[..., Session]) -> None:
    opened = broken(session)
    app = LlmkeysApp(opened)
    async with app.run_test(size=(80, 24)) as pilot:
        Path(opened.paths.config).write_text("{}", encoding="utf-8")
        await pilot.press("a")
        await until(pilot, lambda: not screen_of(app).query_one(Banner).display)
        await pilot.press("a")
        await until(pilot, lambda: not isinstance(app.screen, MainScreen))


async def test_while_the_same_is_wrong_the_screen_is_not_laid_out_again(
    session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = broken(session)
    app = LlmkeysApp(opened)
    async with app.run_test(size=(80, 24)) as pilot:
        shown, drawn_again = screen_of(app).query_one(Banner), []
        monkeypatch.setattr(shown, "refresh", lambda *_, **how: drawn_again.append(how))
        screen_of(app).paint()
        await pilot.press("R")
        await until(pilot, lambda: status(app) == "read again")
        assert drawn_again == []
        Path(opened.paths.config).write_text("[]", encoding="utf-8")
        await pilot.press("R")
        await until(pilot, lambda: drawn_again)


async def test_a_config_of_a_later_version_is_shown_and_not_written(session: Callable[..., Session]) -> None:
    opened = broken(session, '{"version": 99}')
    assert overview(opened).problem is not None
    app = LlmkeysApp(opened)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a")
        assert isinstance(app.screen, MainScreen)
        assert banner(app)


@pytest.mark.parametrize("width", [36, 60, 120])
@pytest.mark.parametrize("most", [2, 3, 6])
def test_the_way_out_is_never_what_is_left_out(width: int, most: int) -> None:
    lines = banner_lines(PROBLEM, width, most)
    assert len(lines) <= most
    assert max(map(width_of, lines)) <= width
    assert "".join(text for text, _ in lines[-1]).strip() == "llmkeys doctor"


def test_where_the_status_line_is_short_the_folder_goes_first() -> None:
    spans = refusal_spans(PROBLEM, "/home/me/config/llmkeys/config.json")
    assert "".join(text for text, tone in spans if tone != "spare") == "! config.json cannot be read   llmkeys doctor"
    assert "".join(text for text, _ in spans) == f"! {PROBLEM.message}   llmkeys doctor"
