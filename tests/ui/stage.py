"""An app with our look and nothing else on it: the stage on which a dialog is tried."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.screen import ModalScreen

from llmkeys.ui import breakpoints, theme

SENTINEL = "sk-proj-SENTINEL0sentinel0SENTINEL0sentinel0SENTINEL0"
"""A key of the usual shape that must be seen nowhere."""
SIZES = ((60, 16), (80, 24), (120, 36))


class Stage(App[None]):
    """Shows one dialog and keeps its answer."""

    CSS_PATH = "../../tui/llmkeys/ui/style.tcss"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = breakpoints.HORIZONTAL
    VERTICAL_BREAKPOINTS = breakpoints.VERTICAL

    def __init__(self, dialog: ModalScreen[Any], look: str = theme.DARK.name, **options: Any) -> None:
        super().__init__(**options)
        self.dialog = dialog
        self.answers: list[Any] = []
        self.register_theme(theme.DARK)
        self.register_theme(theme.LIGHT)
        self.theme = look

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return theme.EXTRA_VARIABLES

    def on_mount(self) -> None:
        self.push_screen(self.dialog, self.answers.append)

    @property
    def text(self) -> str:
        """The whole screen as text, a line a row."""
        width, height = self.size
        lines = self.screen._compositor.render_strips()
        assert len(lines) == height
        return "\n".join(line.text[:width].rstrip() for line in lines)


class Unread(str):
    """A text that only tells its length: whoever looks at a character of it fails."""

    def _refuse(self, *_: object) -> None:
        raise AssertionError("nobody may look at that")

    strip = splitlines = translate = partition = split = count = find = startswith = lower = __iter__ = _refuse  # type: ignore[assignment]
    __getitem__ = __contains__ = encode = _refuse  # type: ignore[assignment]


async def until(pilot: Pilot[Any], reached: Callable[[], bool]) -> None:
    """Wait until something holds; else show the screen."""
    for _ in range(200):
        if reached():
            return
        await pilot.pause(0.02)
    assert isinstance(pilot.app, Stage)
    raise AssertionError(pilot.app.text)


async def paste(pilot: Pilot[Any], text: str) -> None:
    """Text comes in as a terminal's bracketed paste brings it."""
    focused = pilot.app.screen.focused
    assert focused is not None
    focused.post_message(events.Paste(text))
    await pilot.pause()


def everything_seen(app: App[Any]) -> str:
    """What screenshots, representations and the clipboard tell, without the spaces an export puts in."""
    widgets = [repr(each) + str(each) + repr(vars(each)) for each in app.screen.walk_children(with_self=True)]
    workers = [repr(each) for each in app.workers]
    return re.sub(r"&#160;|\s", "", "".join([app.export_screenshot(), app.clipboard, *widgets, *workers]))
