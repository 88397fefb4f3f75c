"""The form for an OpenAI-compatible server that no row describes; it answers the provider that it became."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from llmkeys.catalog.rows import Provider
from llmkeys.errors import LlmkeysError
from llmkeys.service.background import in_background
from llmkeys.service.providers import add_provider
from llmkeys.service.session import Session
from llmkeys.service.standing import Tone
from llmkeys.ui.notice import Notice
from llmkeys.ui.widgets.field import Field, PlainInput
from llmkeys.ui.widgets.key_bar import KeyBar, KeyHint
from llmkeys.ui.widgets.notice_line import NoticeLine


class ServerScreen(ModalScreen[Provider | None]):
    """Asks for name, address and variable, and adds the provider to config."""

    CSS_PATH = "server.tcss"
    AUTO_FOCUS = "#name PlainInput"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "add", "Add", priority=True, id="server.add"),
        Binding("up", "app.focus_previous", show=False, priority=True),
        Binding("down", "app.focus_next", show=False, priority=True),
        Binding("escape", "cancel", "Cancel", priority=True, id="server.cancel"),
    ]

    def __init__(self, session: Session, name: str = "") -> None:
        super().__init__()
        self._session = session
        self._proposed = name

    def compose(self) -> ComposeResult:
        """Three fields, what is wrong with them, and the keys."""
        with Vertical(id="dialog"):
            yield Field("Name", self._proposed, placeholder="my-server", refuse_keys=True, id="name")
            yield Field("Base URL", placeholder="https://llm.example.com/v1", id="url")
            yield Field("Variable (optional)", placeholder="MY_SERVER_API_KEY", refuse_keys=True, id="variable")
            yield NoticeLine(id="result")
            yield KeyBar(
                (KeyHint("↵", "Add", "screen.add"), KeyHint("esc", "Cancel", "screen.cancel", kept=True)),
            )

    def on_mount(self) -> None:
        """Say what this is."""
        self.query_one("#dialog").border_title = "Other OpenAI-compatible server"

    def on_plain_input_key_pasted(self, message: PlainInput.KeyPasted) -> None:
        """A key is asked for in the next dialog."""
        message.stop()
        self._say(Notice("!", Tone.WARN, "that looks like a key; it is asked for next"))

    @work(exclusive=True, group="add")
    async def action_add(self) -> None:
        """Add the provider, or say why not."""
        values = {name: self.query_one(f"#{name}", Field).value for name in ("name", "url", "variable")}
        empty = next((name for name in ("name", "url") if not values[name]), None)
        if empty is not None:
            self.query_one(f"#{empty}", Field).input.focus()
            self._say(Notice("✗", Tone.BAD, "A name and an address are needed."))
            return
        variables = (values["variable"],) if values["variable"] else ()
        try:
            provider = await in_background(
                add_provider, self._session, values["name"], base_url=values["url"], env=variables
            )
        except LlmkeysError as error:
            self._say(Notice("✗", Tone.BAD, error.message, error.next))
        else:
            self.dismiss(provider)

    def action_cancel(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    def _say(self, notice: Notice) -> None:
        self.query_one("#result", NoticeLine).show(notice)
