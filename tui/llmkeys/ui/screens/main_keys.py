"""The keys of the main screen: what each does, which of them the footer shows."""

from __future__ import annotations

import signal

from textual.binding import Binding

from llmkeys.config import RECENT_LIMIT
from llmkeys.ui.screens.main_state import Entry, Listed, Offered
from llmkeys.ui.widgets.key_bar import KeyHint

BINDINGS = [
    Binding("s", "make_default", "make this account the default, with its last model", id="default.make"),
    Binding("minus", "swap", "swap with the previous default", key_display="-", id="default.swap"),
    *(
        Binding(
            str(each), f"recent({each})", "one of the recent defaults", key_display="1-5", id=f"default.recent{each}"
        )
        for each in range(1, RECENT_LIMIT + 1)
    ),
    Binding("m", "models", "every model of every account", id="default.models"),
    Binding("t", "test", "test this account", id="test.one"),
    Binding("T", "test_all", "test all accounts", id="test.all"),
    Binding("c", "candidates", "test every key this provider could get", id="test.candidates"),
    Binding("a", "add", "add a key: a provider's name, or the key itself", id="account.add"),
    Binding("e", "edit", "edit name, address, model", id="account.edit"),
    Binding("r", "rotate", "rotate: a new key, tested, then swapped", id="account.rotate"),
    Binding("x", "switch_off", "disable, enable", id="account.switch_off"),
    Binding("d", "delete", "delete, after asking", id="account.delete"),
    Binding("slash", "filter", "filter: word ! p:openai status:invalid", key_display="/", id="view.filter"),
    Binding("right,l", "open_detail", "details, where they are not in view", key_display="→", id="view.detail"),
    Binding("left,h", "close_detail", "back to the list", key_display="←", id="view.list"),
    Binding("R", "look_again", "read everything from disk again", id="view.refresh"),
    Binding("escape", "back", "one step back: details, filter, tests", key_display="esc", id="view.back"),
    Binding("question_mark", "help", "these keys", key_display="?", id="app.help"),
    Binding("q", "app.quit", "quit", id="app.quit"),
]
MOVES = (
    ("↑ ↓ j k", "move"),
    ("g G PgUp PgDn", "first, last, a page"),
    ("↵", "pick a model of this account, or add a key"),
)
ANYWHERE = (
    *((("^z", "stop for now; fg in the shell goes on"),) if hasattr(signal, "SIGTSTP") else ()),
    ("^q", "quit, from every screen"),
)
"""Keys of the app itself; a program is stopped only where the platform has that."""
TITLES = {"default": "DEFAULT", "test": "TESTS", "account": "ACCOUNTS", "view": "VIEW", "app": "APP"}
"""Titles of the help, by the first part of a binding's id."""


def help_sections() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every key of the main screen with what it does, in sections."""
    sections: dict[str, dict[str, str]] = {"MOVE": dict(MOVES), **{title: {} for title in TITLES.values()}}
    for binding in BINDINGS:
        keys = binding.key_display or binding.key.replace(",", " ")
        sections[TITLES[(binding.id or "").partition(".")[0]]].setdefault(keys, binding.description)
    sections[TITLES["app"]].update(ANYWHERE)
    return [(title, list(keys.items())) for title, keys in sections.items()]


FILTER_HINTS = (
    KeyHint("↵", "To the list", "screen.to_list"),
    KeyHint("↑↓", "Move"),
    KeyHint("esc", "Clear", "screen.back", kept=True),
)
"""The footer while a filter is typed: letters are text then."""


def hints_for(entry: Entry | None) -> tuple[KeyHint, ...]:
    """The footer for the row under the cursor, most used first, at most ten."""
    on_account = isinstance(entry, Listed)
    use = KeyHint("↵", "Add key" if isinstance(entry, Offered) else "Use", "screen.use")
    hints = (
        (use, True),
        (KeyHint("t", "Test", "screen.test"), on_account),
        (KeyHint("a", "Add", "screen.add"), True),
        (KeyHint("s", "Default", "screen.make_default"), on_account),
        (KeyHint("m", "Models", "screen.models"), True),
        (KeyHint("/", "Filter", "screen.filter"), True),
        (KeyHint("r", "Rotate", "screen.rotate"), on_account),
        (KeyHint("d", "Delete", "screen.delete"), on_account),
        (KeyHint("?", "Help", "screen.help", kept=True), True),
        (KeyHint("q", "Quit", "app.quit", kept=True), True),
    )
    return tuple(hint for hint, fits in hints if fits)
