"""The line of recent defaults: it names what one key would set, and a click on a name does the same."""

from __future__ import annotations

from collections.abc import Callable

from textual import events

from llmkeys.service.overview import Overview
from llmkeys.ui.screens.main_header import switch_spans
from llmkeys.ui.spans import Spans, cells
from llmkeys.ui.widgets.line import Line


class SwitchLine(Line):
    """Shows the recent defaults of what `overview` answers."""

    def __init__(self, overview: Callable[[], Overview], *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(lambda width: switch_spans(overview(), width), id=id)
        self._overview = overview

    async def on_click(self, event: events.Click) -> None:
        """Make the default under the pointer the default."""
        event.stop()
        key = key_at(switch_spans(self._overview(), self.size.width), event.x)
        if key:
            await self.run_action("screen.swap" if key == "-" else f"screen.recent({key})")


def key_at(spans: Spans, x: int) -> str:
    """The key whose name, or the key itself, stands at cell `x`; empty between two of them and beside them."""
    end, pressed = 0, ""
    for text, tone in spans:
        if tone == "key":
            pressed = text.rpartition(" ")[2]
        end += cells(text)
        if x < end:
            return pressed if text.strip() or text == " " else ""
    return ""
