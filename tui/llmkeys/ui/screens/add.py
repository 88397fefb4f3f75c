"""The way to a new account: one field for a provider's name or a pasted key, and a list that follows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from llmkeys.catalog.rows import Catalog, Provider
from llmkeys.catalog.shapes import guess, owner_of_variable
from llmkeys.service.session import Session
from llmkeys.service.standing import Tone
from llmkeys.typed_key import TypedKey
from llmkeys.ui.explained import explained
from llmkeys.ui.notice import Notice
from llmkeys.ui.screens.add_state import OTHER, Entry, Names, listed, row_spans
from llmkeys.ui.screens.server import ServerScreen
from llmkeys.ui.spans import to_content
from llmkeys.ui.widgets.key_bar import KeyBar, KeyHint
from llmkeys.ui.widgets.name_or_key import NameOrKey
from llmkeys.ui.widgets.notice_line import NoticeLine
from llmkeys.ui.widgets.secret_input import SecretInput
from llmkeys.ui.widgets.virtual_list import VirtualList


class Added(NamedTuple):
    """Whose key is to be added, and the key if it was pasted already."""

    provider: Provider
    typed: TypedKey | None


class ProviderList(VirtualList[Entry], can_focus=False):
    """Providers, under headings where a key was pasted."""

    def render_row(self, index: int, width: int, highlighted: bool) -> Content:
        """One provider."""
        return to_content(row_spans(self.rows[index], width, highlighted))

    def is_selectable(self, index: int) -> bool:
        """Headings are not."""
        return not self.rows[index].heading


class AddScreen(ModalScreen[Added | None]):
    """Answers the provider that was chosen, and the key that was pasted; None when the person changed their mind."""

    CSS_PATH: ClassVar = ["dialog.tcss", "add.tcss"]
    AUTO_FOCUS = "#field"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Continue", priority=True, id="add.choose"),
        Binding("up,ctrl+p", "move(-1)", show=False),
        Binding("down,ctrl+n", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("escape", "back", "Cancel", priority=True, id="add.back"),
    ]

    def __init__(self, session: Session, providers: Iterable[Provider], pasted: events.Paste | None = None) -> None:
        """`pasted` is what came in before there was a field to take it."""
        super().__init__()
        self._pasted = pasted
        self._session = session
        self._catalog = Catalog({each.id: each for each in providers})
        self._names = Names(self._catalog)

    def compose(self) -> ComposeResult:
        """The field, what it holds, the list, and the keys."""
        with Vertical(id="dialog", classes="dialog"):
            yield NameOrKey(
                self._names.may_show,
                self._names.is_exact,
                placeholder="Type a provider's name, or paste a key",
                id="field",
            )
            yield NoticeLine(id="about")
            yield ProviderList(id="list")
            yield KeyBar(_HINTS)

    def on_mount(self) -> None:
        """List everything."""
        self.query_one("#dialog").border_title = "Add a key"
        self._list()
        if self._pasted is not None:
            self._field.post_message(events.Paste(self._pasted.text))
            self._pasted = None

    @property
    def _field(self) -> NameOrKey:
        return self.query_one("#field", NameOrKey)

    @property
    def _providers(self) -> ProviderList:
        return self.query_one("#list", ProviderList)

    @on(SecretInput.Edited)
    def _list(self) -> None:
        """Show what fits the field now."""
        field = self._field
        key = field.reading.key
        guesses = guess(key.secret, self._catalog) if field.masked and key else ()
        owner = owner_of_variable(key, self._catalog) if field.masked and key else None
        owner = None if guesses == (owner,) else owner
        entries = listed(self._names, field.name_text, guesses, owner, is_key=field.masked)
        self._providers.set_rows(entries, 0)
        self.query_one("#about", NoticeLine).show(self._about(guesses, owner))
        self.query_one("#dialog").border_subtitle = f"{len(self._names.providers)} providers"

    def _about(self, guesses: tuple[Provider, ...], owner: Provider | None) -> Notice:
        field = self._field
        reading = field.reading
        if reading.problem and (field.masked or not reading.length):
            return Notice("✗", Tone.BAD, reading.problem, reading.next)
        if field.masked and reading.key:
            whose = _whose((owner,) if owner else guesses, by_variable=owner is not None)
            measure = f"  {len(reading.key.secret)} chars, not shown"
            removed = f"· removed {reading.key.variable}=" if self._is_variable(reading.key.variable) else ""
            return Notice("✓", Tone.GOOD, whose, removed + measure, short=removed)
        if field.name_text.strip() and len(self._providers.rows) == 1:
            return Notice("", Tone.QUIET, f"Nothing matches “{field.name_text.strip()}”", "· esc clears")
        return Notice()

    def _is_variable(self, name: str) -> bool:
        """Whether it is known; of any other name nobody can say whether it was a part of the key."""
        return name.upper() in {each.upper() for each in self._catalog.by_key_variable()}

    def action_move(self, step: int) -> None:
        """The list follows the arrow keys while the field has the letters."""
        self._providers.action_move(step)

    def action_page(self, direction: int) -> None:
        """A page of the list."""
        self._providers.action_page(direction)

    @on(VirtualList.Chosen)
    def action_choose(self) -> None:
        """Answer the highlighted provider, or ask for the server that no row describes."""
        cursor = self._providers.cursor
        if cursor is None:
            return
        entry = self._providers.rows[cursor]
        if entry is OTHER:
            self._describe_server()
        elif entry.provider is not None:
            self._answer(entry.provider)

    def _describe_server(self) -> None:
        """Ask for it now, so that what is typed ahead lands in the form."""
        try:
            form = ServerScreen(self._session, self._field.name_text.strip())
        except Exception as error:
            told = explained(error)
            self.query_one("#about", NoticeLine).show(Notice("✗", Tone.BAD, told.message, told.next))
        else:
            self.app.push_screen(form, self._described)

    def _described(self, provider: Provider | None) -> None:
        if provider is not None:
            self._answer(provider)

    def _answer(self, provider: Provider) -> None:
        is_key = self._field.masked and self._field.reading.key is not None
        typed = self._field.take() if is_key else None
        self._field.blank()
        self.dismiss(Added(provider, typed))

    def action_back(self) -> None:
        """Empty the field, or leave."""
        if self._field.reading.length or self._field.reading.problem:
            self._field.blank()
        else:
            self.dismiss(None)


_HINTS = (
    KeyHint("↵", "Continue", "screen.choose"),
    KeyHint("↑↓", "Choose"),
    KeyHint("esc", "Cancel", "screen.back", kept=True),
)


def _whose(guesses: tuple[Provider, ...], *, by_variable: bool) -> str:
    if not guesses:
        return "a key; whose is it"
    if len(guesses) > 1:
        return f"a key; its shape fits {len(guesses)} providers"
    name = guesses[0].short_name
    article = "an" if name[:1].lower() in "aeiou" else "a"
    return f"{article} {name} key by its variable" if by_variable else f"looks like {article} {name} key"
