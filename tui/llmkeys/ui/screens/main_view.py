"""How the main screen is laid out and painted; what its keys do is in `main`."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.screen import Screen
from textual.timer import Timer

from llmkeys.catalog.model import Model
from llmkeys.moment import MINUTE
from llmkeys.service.overview import Overview, overview
from llmkeys.service.session import Session
from llmkeys.ui.screens.main_answer import seconds_left
from llmkeys.ui.screens.main_banner import Banner
from llmkeys.ui.screens.main_candidates import Candidates
from llmkeys.ui.screens.main_columns import Drawing
from llmkeys.ui.screens.main_detail import Known, brief_lines, detail_lines
from llmkeys.ui.screens.main_facts import title_words
from llmkeys.ui.screens.main_header import header_spans
from llmkeys.ui.screens.main_keys import FILTER_HINTS, hints_for
from llmkeys.ui.screens.main_list import AccountList
from llmkeys.ui.screens.main_pane import DetailPane
from llmkeys.ui.screens.main_state import Entry, Listed, MainState, cursor_in, entries, first_key, key_of
from llmkeys.ui.screens.main_switches import SwitchLine
from llmkeys.ui.screens.main_underway import UnderWay
from llmkeys.ui.spans import Span, Spans
from llmkeys.ui.spinner import frame
from llmkeys.ui.widgets.key_bar import KeyBar
from llmkeys.ui.widgets.line import Line
from llmkeys.ui.widgets.status_line import StatusLine

AGES_EVERY = 60.0
"""Seconds after which ages on the screen are looked at anew; those that changed are drawn."""
COUNTED_SECONDS = 2 * MINUTE
"""So short a wait is told in seconds."""
BRIEF_ROWS = 4
"""Below the list there are so many lines for details."""
TOO_SMALL = "llmkeys needs 40x10"


class MainView(Screen[None]):
    """The main screen without its wishes: state in, lines out."""

    AUTO_FOCUS = "#list"

    def __init__(self, session: Session, classes: str = "") -> None:
        super().__init__(classes=classes)
        self._session = session
        self._state = MainState(overview(session))
        self._as_of = session.now()
        """The moment that everything on the screen is drawn for: one fact has one age, wherever it stands."""
        self._tests = UnderWay()
        self._row_shown = ""
        self._types_filter = False
        self._countdown: Timer | None = None
        self._tried: Candidates = {}
        self._models_of: Callable[[str], Sequence[Model]] = lambda provider: ()
        # Kept by name: a test that ends while the screen goes away still finds them.
        self._header = Line(self._draw_header, id="header")
        self._switches = SwitchLine(lambda: self._overview, id="switches")
        self._banner = Banner(id="banner")
        self._titles = Line(lambda width: self._list.titles(width), id="titles")
        self._list = AccountList(id="list")
        self._pane = DetailPane(self._draw_detail, id="detail")
        self._status = StatusLine(id="status")
        self._keys = KeyBar(id="keys")

    def compose(self) -> ComposeResult:
        """From top to bottom: header, what one key would set, list, details, status, keys."""
        yield from (self._header, self._switches, self._banner, self._titles)
        yield from (self._list, self._pane, self._status, self._keys)

    def on_mount(self) -> None:
        """Fill the list; the cursor starts on the default."""
        self.paint(first_key(self._state.overview))
        self.set_interval(AGES_EVERY, self._paint_ages)

    def paint(self, key: str = "") -> None:
        """Draw everything from the state; the cursor stays on its row, or goes to `key`."""
        self._as_of = self._session.now()
        rows = entries(self._state, self._as_of)
        wanted = key or self._key()
        self._list.show(rows, cursor_in(rows, wanted, self._list.cursor), self._drawing(), reveal=bool(key))
        self._banner.show(self._overview.problem)
        for line in (self._header, self._switches, self._titles):
            line.refresh()
        self._paint_row()

    def tell(self, spans: Spans, *, stays: bool = False) -> None:
        """Say in the status line what became of a wish."""
        self._status.say(spans, stays=stays)

    def tell_trouble(self, message: str, next_step: str = "") -> None:
        """Say what went wrong and what to do next; it stays until something else is said."""
        spans: list[Span] = [("! ", "warn"), (message, "")]
        self.tell([*spans, (f"   {next_step}", "quiet")] if next_step else spans, stays=True)

    def _progress(self, spans: Spans) -> None:
        self._status.progress(spans)

    @property
    def is_too_small(self) -> bool:
        """Whether there is no room for anything but the sentence that says so."""
        return self.has_class("-tiny") or self.has_class("-flat")

    @property
    def _overview(self) -> Overview:
        return self._state.overview

    @property
    def _entry(self) -> Entry | None:
        return self._list.entry

    def _key(self) -> str:
        entry = self._entry
        return "" if entry is None else key_of(entry)

    def _drawing(self) -> Drawing:
        return Drawing((), self._as_of, frame(time.monotonic()), frozenset(self._tests.shown))

    def _paint_row(self) -> None:
        """What depends on which row is under the cursor."""
        before, self._row_shown = self._row_shown, self._key()
        self._paint_keys()
        self._pane.show(from_top=self._row_shown != before)
        self._plan_countdown()

    def on_descendant_focus(self) -> None:
        """What the keys do depends on what has the focus; a terminal that lost it itself changes nothing."""
        self._types_filter = self.focused is not self._list
        self._paint_keys()

    def _paint_keys(self) -> None:
        self._keys.set_hints(FILTER_HINTS if self._types_filter else hints_for(self._entry))

    def _draw_header(self, width: int) -> Spans:
        if self.is_too_small:
            return [(TOO_SMALL, "")]
        return header_spans(self._state.overview, self._as_of, width)

    def _draw_detail(self, width: int, height: int) -> Sequence[Spans]:
        words = brief_lines if height <= BRIEF_ROWS else detail_lines
        return words(self._entry, self._known(), width)

    def _known(self) -> Known:
        entry, facts = self._entry, {}
        if isinstance(entry, Listed):
            provider = entry.row.provider.id
            facts = {(provider, each.id): each for each in self._models_of(provider)}
        return Known(self._overview, self._as_of, facts, frozenset(self._tests.shown), self._tried)

    def _paint_ages(self) -> None:
        now = self._session.now()
        if entries(self._state, now) != tuple(self._list.rows):
            self.paint()
            return
        self._as_of = now
        self._list.show_ages(self._drawing())
        self._pane.show()
        self._plan_countdown()

    def _plan_countdown(self) -> None:
        """Seconds are counted only while the details tell how many a server still asked for."""
        entry = self._entry
        verdict = entry.row.verdict if isinstance(entry, Listed) else None
        if self._countdown is not None:
            self._countdown.stop()
        left = seconds_left(verdict, self._as_of)
        self._countdown = self.set_timer(1.0, self._paint_ages) if 0 < left <= COUNTED_SECONDS else None

    def _names(self) -> dict[str, str]:
        return {row.account: title_words(row) for row in self._overview.rows}
