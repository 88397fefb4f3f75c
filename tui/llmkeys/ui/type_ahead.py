"""Keys one by one: each is looked at when what the one before it did is done, so that it lands where it was meant."""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial
from typing import Any

from textual import events
from textual.dom import DOMNode

PATIENCE = 0.25
"""Seconds after which the next key does not wait for the one before any longer: quitting must not."""


class TypeAhead:
    """Mixed into an App, before it: what is typed ahead of a dialog or a field lands in it.

    Textual hands keys that come at once to whatever has the focus while the first of them is still on its way. Here
    a mark follows every key through the same queues; when it comes back, and what the key opened is mounted, the
    next one is looked at. A screen that asks before something is lost hears nothing that was typed before it stood:
    its `heard_from` says when that was.
    """

    focused: Any
    screen: Any
    call_later: Any

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._typed: deque[events.Event] = deque()
        self._mark: object | None = None
        """What follows the key under way; None while there is none."""
        self._patience: asyncio.TimerHandle | None = None

    async def on_event(self, event: events.Event) -> None:
        """Textual's way in for everything that happens."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)  # type: ignore[misc]
            return
        self._typed.append(event)
        if self._mark is None:
            await self._look_at_next()

    async def _look_at_next(self) -> None:
        if self._patience is not None:
            self._patience.cancel()  # so that nothing wakes the loop once the last key is done
            self._patience = None
        heard_from = getattr(self.screen, "heard_from", 0.0)
        while self._typed and self._typed[0].time < heard_from:
            self._typed.popleft()
        if not self._typed:
            self._mark = None
            return
        target, self._mark = self.focused or self.screen, object()
        give_up = partial(self.call_later, self._came_back, self._mark, False)
        self._patience = asyncio.get_running_loop().call_later(PATIENCE, give_up)
        await super().on_event(self._typed.popleft())  # type: ignore[misc]
        self._follow(target, self._mark)

    def _follow(self, node: DOMNode, mark: object) -> None:
        """Send `mark` the way the key goes: it is behind it in the queue of `node`, then in that of its parent."""
        parent = node.parent
        if parent is None or not node.call_later(self._follow, parent, mark):
            # Twice, since what the key made the app do later, such as moving the focus, comes first.
            self.call_later(self.call_later, self._came_back, mark, True)

    async def _came_back(self, mark: object, waits: bool) -> None:
        if mark is not self._mark:
            return
        if waits and not self.screen.is_mounted:
            self._follow(self.screen, mark)
        else:
            await self._look_at_next()
