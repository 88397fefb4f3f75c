"""Upkeep while the main screen is open: keys that are kept for undo are deleted when their time has come."""

from __future__ import annotations

from textual.timer import Timer

from llmkeys.service.background import in_background
from llmkeys.service.session import Session, look
from llmkeys.ui.screens.main_trying import MainTrying

AGAIN_AFTER = 600.0
"""Seconds until what was due and could not be deleted is tried again."""
_MARGIN = 0.1
"""Seconds, so that nothing is asked for just before it is due."""


class MainUpkeep(MainTrying):
    """The main screen with its upkeep."""

    _upkeep: Timer | None = None

    async def _finish_work(self) -> None:
        """Delete what was kept for undo and is due, and what a crash left behind; doctor tells what cannot be."""
        from llmkeys.service.upkeep import finish_work

        await in_background(finish_work, self._session._replace(interactive=False))
        await self._plan_upkeep()

    async def _plan_upkeep(self) -> None:
        """Come back when the next kept key is due."""
        if self._upkeep is not None:
            self._upkeep.stop()
        seconds = await in_background(seconds_until_due, self._session)
        if seconds is not None:
            self._upkeep = self.set_timer(seconds, lambda: self.wish(self._finish_work()))


def seconds_until_due(session: Session) -> float | None:
    """How long until the next key that is kept for undo may go; None if there is none."""
    waiting = [each.until - session.now() for each in look(session).config.garbage]
    if not waiting:
        return None
    return min(seconds + _MARGIN if seconds > 0 else AGAIN_AFTER for seconds in waiting)
