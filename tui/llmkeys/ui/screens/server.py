"""The form for an OpenAI-compatible server that no row describes; it answers the provider that it became."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from llmkeys.catalog.rows import Provider
from llmkeys.service.background import in_background
from llmkeys.service.providers import add_provider
from llmkeys.service.session import Session, look
from llmkeys.service.standing import Tone
from llmkeys.ui.key_judge import judge_of
from llmkeys.ui.notice import Notice
from llmkeys.ui.screens.edit_form import EditForm
from llmkeys.ui.widgets.field import Field
from llmkeys.ui.widgets.key_bar import KeyBar, KeyHint
from llmkeys.ui.widgets.notice_line import NoticeLine


class ServerScreen(EditForm[Provider | None]):
    """Asks for name, address and variable, and adds the provider to config."""

    CSS_PATH = "dialog.tcss"
    KEY_WORDS = "that looks like a key; it is asked for next"
    AUTO_FOCUS = "#name PlainInput"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "add", "Add", priority=True, id="server.add"),
        Binding("escape", "cancel", "Cancel", priority=True, id="server.cancel"),
    ]

    def __init__(self, session: Session, name: str = "") -> None:
        super().__init__()
        self._session = session
        self._proposed = name
        self._judge = judge_of(look(session).catalog)

    def compose(self) -> ComposeResult:
        """Three fields, what is wrong with them, and the keys."""
        judge = self._judge
        with Vertical(id="dialog", classes="dialog"):
            with VerticalScroll(id="form", can_focus=False):
                yield Field("Name", self._proposed, placeholder="my-server", judge=judge, strict=True, id="name")
                yield Field("Base URL", placeholder="https://llm.example.com/v1", judge=judge, id="url")
                yield Field(
                    "Variable (optional)", placeholder="MY_SERVER_API_KEY", judge=judge, strict=True, id="variable"
                )
            yield NoticeLine(id="result")
            yield KeyBar(
                (KeyHint("↵", "Add", "screen.add"), KeyHint("esc", "Cancel", "screen.cancel", kept=True)),
            )

    def on_mount(self) -> None:
        """Say what this is."""
        self.query_one("#dialog").border_title = "Other OpenAI-compatible server"

    def action_add(self) -> None:
        """Add the provider, or say why not."""
        self.save(self._add)

    async def _add(self) -> None:
        values = {name: self.query_one(f"#{name}", Field).value for name in ("name", "url", "variable")}
        empty = [name for name in _NEEDED if not values[name]]
        if empty:
            self.query_one(f"#{empty[0]}", Field).input.focus()
            self.say(Notice("✗", Tone.BAD, _NEEDED[empty[0]] if len(empty) == 1 else "Name and address are missing."))
            return
        variables = (values["variable"],) if values["variable"] else ()
        provider = await in_background(
            add_provider, self._session, values["name"], base_url=values["url"], env=variables
        )
        self.dismiss(provider)

    def action_cancel(self) -> None:
        """Close without an answer, unless it is being added."""
        if not self.is_saving:
            self.dismiss(None)


_NEEDED = {"name": "The name is missing.", "url": "The address is missing."}
