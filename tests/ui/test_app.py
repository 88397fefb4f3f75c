"""The app in a real terminal: streams, sizes, signals, crashes, exit codes."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from llmkeys.service.session import Session

pytestmark = pytest.mark.only_on("linux", "darwin")
if sys.platform != "win32":
    from support.terminal import Terminal

SENTINEL = "sk-proj-THISMUSTNEVERBESEEN0123456789"
START = "import sys; from llmkeys.service.session import open_session; from llmkeys.ui.launch import run_app; "
RUN = "code = run_app(open_session('app', interactive=True, offline=True)); print('answer'); sys.exit(code)"
Start = Callable[..., "Terminal"]


@pytest.fixture
def start(environ: dict[str, str]) -> Iterator[Start]:
    """Starts Python code that runs the app, on a terminal of its own."""
    running: list[Terminal] = []

    def started(code: str = START + RUN, size: tuple[int, int] = (80, 24), **streams: int) -> Terminal:
        terminal = Terminal([sys.executable, "-c", code], environ, size, **streams)
        running.append(terminal)
        return terminal

    yield started
    for each in running:
        each.close()


def crash(where: str) -> str:
    """Code that runs the app and raises in it, with a key in a local and in the error's text."""
    return (
        START + "from llmkeys.ui.screens.main import MainScreen\n"
        f"async def boom(self):\n    api_key = '{SENTINEL}'\n    raise ValueError('bad key ' + api_key)\n"
        "def sync(self):\n"
        f"    api_key = '{SENTINEL}'\n    raise ValueError('bad key ' + api_key)\n" + where + "\n" + RUN
    )


def test_it_draws_on_the_terminal_and_ends_with_zero(start: Start) -> None:
    terminal = start()
    terminal.wait_for("NOT CONFIGURED")
    terminal.send("q")
    assert terminal.wait_for_exit() == 0
    assert not terminal.is_raw
    assert not terminal.is_alternate


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
def test_drawing_only_what_changed_draws_the_same(size: tuple[int, int], environ: dict[str, str], start: Start) -> None:
    environ |= {"OPENAI_API_KEY": SENTINEL, "GROQ_API_KEY": "gsk_0123456789abcdefghijklmnop"}
    terminal = start(size=size)
    terminal.wait_for("$")  # the prices of the first model are there
    for key in ("down", "down", "down", "up"):
        terminal.send(key)
        time.sleep(0.3)
    moved = terminal.text
    terminal.resize(size[0] - 1, size[1])
    time.sleep(0.5)
    terminal.resize(*size)
    time.sleep(0.5)
    assert terminal.text == moved
    assert SENTINEL not in moved


def test_ctrl_q_quits_from_anywhere(start: Start) -> None:
    terminal = start()
    terminal.wait_for("q Quit")
    terminal.send("?")
    terminal.wait_for("DEFAULT")
    terminal.send("ctrl+q")
    assert terminal.wait_for_exit() == 0


def test_a_captured_stdout_holds_the_answer_and_nothing_else(start: Start, tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as out:
        terminal = start(stdout=out.fileno())
        terminal.wait_for("NOT CONFIGURED")
        terminal.resize(120, 36)
        terminal.wait_for(re.compile(r"^ {74}│|│  \S", re.M))
        terminal.wait_until_gone("─" * 80)  # a frame may come in pieces
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
    assert (tmp_path / "out").read_bytes() == b"answer\n"


@pytest.mark.parametrize("stream", ["stdin", "stderr"])
def test_a_redirected_stdin_or_stderr_is_replaced_by_the_terminal(stream: str, start: Start, tmp_path: Path) -> None:
    with (tmp_path / "file").open("w+b") as file:
        file.write(b"qqq\n")
        file.flush()
        file.seek(0)
        code = START + RUN.replace("print('answer')", "print('talk', file=sys.stderr)")
        terminal = start(code, **{stream: file.fileno()})
        terminal.wait_for("NOT CONFIGURED")
        terminal.send("?")
        terminal.wait_for("DEFAULT")
        terminal.send("escape", "q")
        assert terminal.wait_for_exit() == 0
        file.seek(0)
        written = file.read()
    assert written == (b"qqq\n" if stream == "stdin" else b"talk\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_leaves_the_terminal_clean(number: int, start: Start) -> None:
    terminal = start()
    terminal.wait_for("q Quit")
    terminal.signal(number)
    assert terminal.wait_for_exit() == 128 + number
    assert not terminal.is_raw
    assert not terminal.is_alternate


def test_a_terminal_that_goes_away_ends_the_app(start: Start) -> None:
    terminal = start()
    terminal.wait_for("q Quit")
    began = time.monotonic()
    terminal.hang_up()
    terminal.process.wait(10)
    assert time.monotonic() - began < 5


def test_a_hanging_wish_does_not_keep_the_app(start: Start) -> None:
    hang = "import time; from llmkeys.service import defaults\ndefaults.swap_default = lambda session: time.sleep(60)\n"
    terminal = start(START + hang + RUN)
    terminal.wait_for("q Quit")
    terminal.send("-")
    time.sleep(0.2)
    began = time.monotonic()
    terminal.send("q")
    assert terminal.wait_for_exit() == 0
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "where",
    [
        "MainScreen.action_look_again = sync",
        "MainScreen.action_look_again = lambda self: self.run_worker(boom(self))",
        "MainScreen.action_look_again = lambda self: self.set_timer(0.01, lambda: sync(self))",
    ],
    ids=["action", "worker", "timer"],
)
def test_a_crash_shows_neither_locals_nor_the_text_of_the_error(where: str, start: Start) -> None:
    terminal = start(crash(where), (120, 36))
    terminal.wait_for("q Quit")
    terminal.send("R")
    assert terminal.wait_for_exit() == 1
    shown = terminal.text
    assert SENTINEL.encode() not in terminal.raw
    assert b"bad key" not in terminal.raw
    assert "llmkeys stopped on an error it did not expect: ValueError." in shown
    assert "Nothing half-written is used; llmkeys doctor checks." in shown
    assert not terminal.is_raw
    assert not terminal.is_alternate


@pytest.mark.parametrize(
    "where",
    [
        "MainScreen._refresh = boom",
        "from llmkeys.ui.screens import main_wishes\nmain_wishes.overview = sync",
        "MainScreen._read_models = boom",
        "from llmkeys.service import upkeep\nupkeep.finish_work = sync",
    ],
    ids=["wish", "thread", "after the first paint", "upkeep"],
)
def test_a_wish_that_fails_costs_one_line_and_tells_no_key(where: str, start: Start) -> None:
    terminal = start(crash(where), (120, 36))
    terminal.wait_for("q Quit")
    terminal.send("R")
    terminal.wait_for("llmkeys met an error it did not expect: ValueError at ")
    terminal.send("?")
    terminal.wait_for("DEFAULT")
    terminal.send("escape", "q")
    assert terminal.wait_for_exit() == 0
    assert SENTINEL.encode() not in terminal.raw
    assert b"bad key" not in terminal.raw


@pytest.mark.parametrize("how", ["ctrl+z", "SIGTSTP", "SIGSTOP"])
def test_a_stopped_app_gives_the_terminal_back_and_goes_on_where_it_was(how: str, start: Start) -> None:
    terminal = start()
    terminal.wait_for("q Quit")
    for times in (1, 2):
        if how == "ctrl+z":
            terminal.send("\x1a")
        else:
            terminal.signal(getattr(signal, how))
        wait_until_stopped(terminal)
        assert terminal.is_raw is (how == "SIGSTOP")  # which no program hears of
        terminal.screen.reset()
        terminal.signal(signal.SIGCONT)
        wait_until_back(terminal, times)
        terminal.wait_for("q Quit")
    terminal.send("?")
    terminal.wait_for("DEFAULT")
    terminal.send("escape", "q")
    assert terminal.wait_for_exit() == 0
    assert not terminal.is_raw


async def test_the_app_stops_and_goes_on_between_two_steps_of_its_loop(stored: Session) -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTSTP, signal.SIGCONT)}
    from llmkeys.ui.app import LlmkeysApp
    from llmkeys.ui.driver import PromptDriver

    driver = PromptDriver(LlmkeysApp(stored))
    try:
        for number in before:
            assert getattr(signal.getsignal(number), "__self__", None) is not driver
            assert asyncio.get_running_loop().remove_signal_handler(number)
    finally:
        driver.exit_event.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def wait_until_back(terminal: Terminal, times: int) -> None:
    """Wait until the program took the terminal for that many times more.

    The rest of a frame may come first, from where it was stopped, and after a SIGSTOP the mode is still its own.
    """
    for _ in range(1000):
        _ = terminal.text
        if terminal.raw.count(b"\x1b[?1049h") > times and terminal.is_raw:
            return
        time.sleep(0.02)
    raise AssertionError("it does not go on")


def wait_until_stopped(terminal: Terminal) -> None:
    for _ in range(200):
        _ = terminal.text
        number, state = os.waitpid(terminal.process.pid, os.WUNTRACED | os.WNOHANG)
        if number and os.WIFSTOPPED(state):
            return
        time.sleep(0.02)
    raise AssertionError("it was not stopped")


@pytest.mark.parametrize(
    "variable", ["TEXTUAL_LOG", "TEXTUAL_DEBUG", "TEXTUAL", "TEXTUAL_DRIVER", "TEXTUAL_PRESS", "COLUMNS"]
)
def test_variables_of_textual_change_nothing(
    variable: str, environ: dict[str, str], start: Start, project: Path
) -> None:
    values = {"TEXTUAL_DEBUG": "1", "TEXTUAL": "debug,devtools", "TEXTUAL_DRIVER": "no.such:Driver", "COLUMNS": "40"}
    environ[variable] = values.get(variable, str(project / "log.txt") if variable == "TEXTUAL_LOG" else "q")
    terminal = start()
    terminal.wait_for("STATUS        TIME   SEEN")
    terminal.send("?")
    terminal.wait_for("DEFAULT")
    terminal.send("escape", "q")
    assert terminal.wait_for_exit() == 0
    assert list(project.iterdir()) == []


def test_without_colour_nothing_is_coloured_and_the_cursor_is_reversed(environ: dict[str, str], start: Start) -> None:
    environ["NO_COLOR"] = "1"
    terminal = start()
    terminal.wait_for("q Quit")
    codes = {code for found in re.findall(rb"\x1b\[([0-9;]+)m", terminal.raw) for code in found.split(b";")}
    assert b"7" in codes
    assert not codes - {b"0", b"1", b"2", b"7", b"39", b"49"}


@pytest.mark.parametrize("value", ["xterm", "screen"])
def test_sixteen_colours_are_the_terminals_own(value: str, environ: dict[str, str], start: Start) -> None:
    environ["TERM"] = value
    terminal = start()
    terminal.wait_for("q Quit")
    assert b"38;2;" not in terminal.raw
    assert b"38;5;" not in terminal.raw


def test_plain_ascii_takes_the_place_of_every_glyph(start: Start) -> None:
    from llmkeys.service.session import open_session
    from llmkeys.service.settings import change_setting

    change_setting(open_session("tests"), "ascii", "on")
    terminal = start(size=(120, 36))
    terminal.wait_for("q Quit")
    terminal.send("?")
    shown = terminal.wait_for("DEFAULT")
    assert shown.isascii()
    assert "+- Keys -" in shown


def test_an_idle_app_writes_nothing(start: Start) -> None:
    terminal = start()
    terminal.wait_for("q Quit")
    time.sleep(0.7)
    _ = terminal.text
    before = len(terminal.raw)
    time.sleep(1)
    _ = terminal.text
    assert len(terminal.raw) == before


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_dumb_terminal_is_no_terminal(term: str, environ: dict[str, str], start: Start) -> None:
    environ["TERM"] = term
    terminal = start(START + "import os; from llmkeys.ui.terminal import has_terminal; print(has_terminal(os.environ))")
    terminal.wait_for("False")


def test_without_any_terminal_there_is_none(environ: dict[str, str]) -> None:
    code = START + RUN
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    assert done.returncode == 1
    assert "NeedsUser: There is no terminal to draw on." in done.stderr


def test_programs_that_captured_every_stream_get_no_screen(start: Start) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    try:
        terminal = start(stdin=null, stdout=null, stderr=null)
        assert terminal.wait_for_exit() == 1
        assert terminal.raw == b""
    finally:
        os.close(null)
