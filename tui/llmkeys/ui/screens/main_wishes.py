"""How the main screen hears wishes: dialogs at once, work beside everything else, what fails in the status line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from textual import events
from textual.screen import Screen

from llmkeys.errors import LlmkeysError
from llmkeys.service.background import in_background
from llmkeys.service.overview import overview
from llmkeys.service.session import Session
from llmkeys.ui.funnel import in_a_line
from llmkeys.ui.screens.main_banner import refusal_spans
from llmkeys.ui.screens.main_state import settled
from llmkeys.ui.screens.main_view import MainView
from llmkeys.verdict import Verdict

WISHES = "wishes"
_Answer = TypeVar("_Answer")
_Screen = TypeVar("_Screen", bound="MainWishes")
_Given = ParamSpec("_Given")


class MainWishes(MainView):
    """The main screen with the way of a wish."""

    def __init__(self, session: Session, classes: str = "") -> None:
        super().__init__(session, classes)
        self._looking = asyncio.Lock()
        self._settled_meanwhile: dict[str, Verdict] = {}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Textual asks before every key: where nothing can be seen, nothing but leaving is done."""
        return not self.is_too_small

    def on_key(self, event: events.Key) -> None:
        """What was said of the wish before goes when a key is about to do something else."""
        if self._status.is_saying and event.key in self.active_bindings:
            self.tell([])

    def refuses_changes(self) -> bool:
        """Whether config may not be written; then that is said, and looked at again: it may be mended meanwhile."""
        problem = self._overview.problem
        if problem is None:
            return False
        self.tell(refusal_spans(problem, self._session.paths.config), stays=True)
        self.run_worker(self._look_quietly(), group=WISHES)
        return True

    def ask(self, dialog: Screen[_Answer]) -> asyncio.Future[_Answer | None]:
        """Show `dialog` now, so that no key typed ahead acts on what is below it; its answer comes later."""
        answer: asyncio.Future[_Answer | None] = asyncio.get_running_loop().create_future()

        def settle(given: _Answer | None) -> None:
            if not answer.done():
                answer.set_result(given)

        self.app.push_screen(dialog, settle)
        return answer

    def wish(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run one wish beside everything else; what goes wrong goes to the status line."""
        self.run_worker(self._heard(coroutine), group=WISHES)

    async def _heard(self, coroutine: Coroutine[Any, Any, None]) -> None:
        with self._hearing():
            await coroutine

    @contextmanager
    def _hearing(self) -> Iterator[None]:
        """Whatever fails is said, and what is shown is read again: it may be what failed."""
        try:
            yield
        except LlmkeysError as error:
            self.tell_trouble(error.message, error.next)
        except Exception as error:
            self.tell_trouble(in_a_line(error), "llmkeys doctor checks what is saved")
        else:
            return
        self.run_worker(self._look_quietly(), group=WISHES)

    async def _look_quietly(self) -> None:
        with suppress(Exception):  # what was wrong before has just been said
            await self._look_again()

    async def _look_again(self, key: str = "") -> None:
        """Read everything from disk again and draw it; one look at a time, so that the newest is shown last."""
        async with self._looking:
            self._settled_meanwhile.clear()
            found = await in_background(overview, self._session)
            checked = {row.account: row.verdict and row.verdict.checked_at for row in found.rows}
            for account, verdict in self._settled_meanwhile.items():
                if checked.get(account) != verdict.checked_at:
                    found = settled(found, account, verdict)
            self._state = self._state.with_overview(found)
            self.paint(key)


def changes(
    action: Callable[Concatenate[_Screen, _Given], None],
) -> Callable[Concatenate[_Screen, _Given], None]:
    """Marks what a key does that would write config: it is refused at once while that may not be written."""

    @wraps(action)
    def unless_refused(screen: _Screen, /, *given: _Given.args, **named: _Given.kwargs) -> None:
        if not screen.refuses_changes():
            action(screen, *given, **named)

    return unless_refused
