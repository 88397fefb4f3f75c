"""The full-screen app: a look, a driver and the main screen; everything else is the screens'."""

from __future__ import annotations

import gc
import os
import sys
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen

from llmkeys.service.session import Session
from llmkeys.service.settings import list_settings
from llmkeys.ui import breakpoints, theme
from llmkeys.ui.bursts import Bursts, Teller
from llmkeys.ui.funnel import Funnel
from llmkeys.ui.screens.main import MainScreen
from llmkeys.ui.type_ahead import TypeAhead


class LlmkeysApp(Funnel, TypeAhead, App[int]):
    """Shows the main screen of one session."""

    TITLE = "llmkeys"
    CSS_PATH = ["style.tcss", "screens/main.tcss"]  # Textual loads no stylesheet of a default screen
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "suspend_process", "stop for now", show=False, priority=True, id="app.suspend")
    ]
    HORIZONTAL_BREAKPOINTS = breakpoints.HORIZONTAL
    VERTICAL_BREAKPOINTS = breakpoints.VERTICAL

    def __init__(self, session: Session) -> None:
        settings = {each.setting.name: each.value for each in list_settings(session)}
        plain, look = settings["ascii"] == "on", settings["theme"]
        mono = theme.is_mono(look, os.environ)
        if mono:
            os.environ["NO_COLOR"] = "1"  # Textual's constructor looks for it there and nowhere else
        super().__init__(driver_class=_driver_class(plain=plain), ansi_color=True if mono else None)
        self._session = session
        self.register_theme(theme.DARK)
        self.register_theme(theme.LIGHT)
        self._start_with(theme.theme_for(look, mono=mono, color_system=self.console.color_system))

    def _start_with(self, name: str) -> None:
        """Take a theme before anything is drawn; assigning it as usual would parse every stylesheet twice."""
        if self.available_themes[name].ansi:
            self.theme = name  # colours are filtered another way then, which only an assignment tells Textual
            return
        self.set_reactive(App.theme, name)
        self.stylesheet.set_variables(self.get_css_variables())

    def make_bursts(self) -> Bursts:
        """What tells keys in the driver's input; one for each time that the terminal is taken."""
        return Bursts(self._make_teller)

    def _make_teller(self) -> Teller:
        from llmkeys.ui.key_judge import KeyTeller  # only here: the first paint does without

        return KeyTeller(self._session)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Textual asks for the variables that a built-in theme lacks."""
        return theme.EXTRA_VARIABLES

    def get_default_screen(self) -> Screen[None]:
        """The main screen is the first of the stack, so that nothing is drawn below it."""
        return MainScreen(self._session, breakpoints.classes_for(self.size))

    def action_help_quit(self) -> None:
        """What ctrl+c does where nothing is selected: many press it to leave, so it says which key does."""
        if isinstance(self.screen, MainScreen):
            self.screen.tell([("q", "key"), (" quits", "")])

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """A picture never shows a key that a person asked to see for a moment."""
        from llmkeys.ui.widgets.secret_input import SecretInput

        for field in self.screen.query(SecretInput):
            field.hide()
        return super().export_screenshot(title=title, simplify=simplify)

    def on_ready(self) -> None:
        """The first screen stands: what it made stays, from here on garbage is collected."""
        gc.freeze()
        gc.enable()


def _driver_class(*, plain: bool) -> type[Driver]:
    """The driver of this platform, ours where its parts exist, with ASCII in place of glyphs if `plain`."""
    if sys.platform == "win32":
        from textual.drivers.windows_driver import WindowsDriver as PlatformDriver
    else:
        from llmkeys.ui.driver import PromptDriver as PlatformDriver
    if not plain:
        return PlatformDriver
    from llmkeys.ui.plain import Plain

    return type("PlainDriver", (Plain, PlatformDriver), {})
