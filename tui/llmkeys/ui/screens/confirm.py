"""Asks before something is lost: a question, facts, and two answers, the harmless one in focus."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Button, Static


class ConfirmScreen(ModalScreen[bool]):
    """Answers whether the person said yes. `question` names the thing, `facts` say what will be lost."""

    CSS_PATH: ClassVar = ["dialog.tcss", "confirm.tcss"]
    AUTO_FOCUS = "#no"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes", id="confirm.yes"),
        Binding("n,escape,q", "answer(False)", "no", id="confirm.no"),
        Binding("left,up,h,k", "app.focus_previous", show=False),
        Binding("right,down,l,j", "app.focus_next", show=False),
    ]

    def __init__(self, question: str, facts: Sequence[str], verb: str) -> None:
        super().__init__()
        self.heard_from = math.inf
        """The time of the first event that may answer; nobody agrees to what was not there yet."""
        self._question = question
        self._facts = facts
        self._verb = verb

    def on_mount(self) -> None:
        """It can be read now."""
        self.heard_from = Message().time

    def compose(self) -> ComposeResult:
        """Question, facts, answers."""
        with Vertical(id="dialog", classes="dialog"):
            yield Static(Content.styled(self._question, "bold"))
            for fact in self._facts:
                yield Static(Content.styled(fact, "$quiet"))
            with Horizontal(id="answers"):
                yield Button(self._answer("n", "Cancel"), id="no", compact=True)
                yield Button(self._answer("y", self._verb), id="yes", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Enter, space or a click on an answer."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """`y` or `n`."""
        self.dismiss(yes)

    def _answer(self, key: str, verb: str) -> Content:
        return Content.assemble((key, "bold $primary"), f" {verb}")
