"""A list that draws only the lines that can be seen, with one row highlighted."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual
from textual.widget import Widget

RowT = TypeVar("RowT")


class _AboutRow(Message):
    """What a person did to the row at `index` of a list."""

    def __init__(self, source: VirtualList[Any], index: int) -> None:
        super().__init__()
        self.source = source
        self.index = index

    @property
    def control(self) -> VirtualList[Any]:
        """The list that posted it, for `@on(…, selector)`."""
        return self.source


class VirtualList(ScrollView, Generic[RowT], can_focus=True):
    """Rows of one line each, in O(visible): told by `set_rows`, drawn by `render_row` of a subclass.

    The cursor is an index into `rows` or None; it stays visible through movement, refilling and resizing.
    Setting it from code is silent; what a person does posts `Highlighted` and `Chosen`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="list.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="list.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="list.page_up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="list.page_down"),
        Binding("home,g", "first", "First", show=False, id="list.first"),
        Binding("end,G", "last", "Last", show=False, id="list.last"),
        Binding("enter", "choose", "Use", show=False, id="list.choose"),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {"virtual-list--highlight"}
    """The style of the row under the cursor, on top of the list's own."""

    DEFAULT_CSS = """
    VirtualList {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        & > .virtual-list--highlight { background: $block-cursor-background; text-style: bold; }
        &:nocolor > .virtual-list--highlight { text-style: bold reverse; }
        &:ansi > .virtual-list--highlight { background: ansi_default; text-style: bold reverse; }
    }
    """

    cursor: reactive[int | None] = reactive(None, repaint=False)
    """Which row is highlighted; a change repaints two lines, not the list."""

    class Highlighted(_AboutRow):
        """A person moved the cursor to another row."""

    class Chosen(_AboutRow):
        """A person pressed enter on a row or double-clicked it."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self.set_reactive(Widget.auto_links, False)  # rows hold none, and looking for them costs at every line
        self.rows: Sequence[RowT] = ()

    @abstractmethod
    def render_row(self, index: int, width: int, highlighted: bool) -> Content | Strip:
        """What row `index` looks like on `width` cells; the list adds the highlight's background."""

    def is_selectable(self, index: int) -> bool:
        """Whether the cursor may stand on row `index`; headings say no."""
        return True

    def set_rows(self, rows: Sequence[RowT], cursor: int | None, *, reveal: bool = True) -> None:
        """Show `rows`; the cursor goes to the selectable row nearest to `cursor`, or away if there is none.

        Without `reveal` a person who scrolled away from the cursor is not brought back to it.
        """
        stays = not reveal and self.cursor is not None and not self.is_visible(self.cursor)
        self.rows = rows
        self.set_reactive(VirtualList.cursor, self._nearest_selectable(cursor))
        self._set_length(len(rows))
        if not stays:
            self._reveal()
        self.refresh()

    def refresh_row(self, index: int) -> None:
        """Draw row `index` again, if it can be seen."""
        if self.is_visible(index):
            self.refresh_line(index)

    def is_visible(self, index: int) -> bool:
        """Whether row `index` is on the screen now."""
        return 0 <= index - self.scroll_offset.y < self.size.height

    def render_line(self, y: int) -> Strip:
        """Textual's line API: the strip of line `y` of the window."""
        index = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if not 0 <= index < len(self.rows):
            return Strip.blank(width, self.visual_style.rich_style)
        highlighted = index == self.cursor
        style = self._highlight_style() if highlighted else self.visual_style
        drawn = self.render_row(index, width, highlighted)
        if isinstance(drawn, Content):
            padded = drawn.truncate(width, ellipsis=True, pad=True)
            if style.reverse:
                padded = padded.without_spans  # reversed, every colour would become a block of its own
            drawn = next(iter(Visual.to_strips(self, padded, width, 1, style)), Strip.blank(width))
        return drawn.adjust_cell_length(width, style.rich_style)

    def watch_cursor(self, old: int | None, new: int | None) -> None:
        """Repaint the two lines that changed."""
        for index in (old, new):
            if index is not None:
                self.refresh_row(index)
        self._reveal()

    def on_resize(self) -> None:
        """Keep the cursor on the screen; at mount the height is not known yet."""
        self._reveal()

    def on_click(self, event: events.Click) -> None:
        """One click highlights, two choose."""
        offset = event.get_content_offset(self)
        index = None if offset is None else offset.y + self.scroll_offset.y
        if index is None or not 0 <= index < len(self.rows) or not self.is_selectable(index):
            return
        event.stop()
        self._move_to(index)
        if event.chain == 2:
            self.post_message(self.Chosen(self, index))

    def action_move(self, step: int) -> None:
        """One selectable row up (-1) or down (1)."""
        start = self.cursor
        if start is None:
            self._move_to(self._nearest_selectable(0))
            return
        rows = range(start + step, len(self.rows) if step > 0 else -1, step)
        self._move_to(self._first_selectable(rows), otherwise_show=start)

    def action_page(self, direction: int) -> None:
        """One window up (-1) or down (1)."""
        step = max(1, self.size.height - 1)
        self._move_to(self._nearest_selectable((self.cursor or 0) + direction * step, direction))

    def action_first(self) -> None:
        """To the first selectable row."""
        self._move_to(self._nearest_selectable(0))

    def action_last(self) -> None:
        """To the last selectable row."""
        self._move_to(self._nearest_selectable(len(self.rows) - 1))

    def action_choose(self) -> None:
        """What enter does: say that the row under the cursor is wanted."""
        if self.cursor is not None:
            self.post_message(self.Chosen(self, self.cursor))

    def _set_length(self, length: int) -> None:
        """Tell the scroll bar; the screen is laid out again only where the bar comes or goes.

        Setting `virtual_size` as usual would lay it out at every step of a filter, which costs a frame each.
        """
        self.set_reactive(Widget.virtual_size, Size(0, length))
        height = self.container_size.height
        if not height:
            return
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = length
        self.show_vertical_scrollbar = length > height
        self.scroll_y = self.validate_scroll_y(self.scroll_y)

    def _highlight_style(self) -> Style:
        """The component's style with its `reverse`, which `get_visual_style` of Textual 8.2 leaves out."""
        style = self.get_visual_style("virtual-list--highlight")
        reverse = self.get_component_styles("virtual-list--highlight").text_style.reverse
        return style + Style(reverse=True) if reverse else style

    def _move_to(self, index: int | None, otherwise_show: int | None = None) -> None:
        if index is None or index == self.cursor:
            self._reveal(otherwise_show if index is None else index)
            return
        self.cursor = index
        self.post_message(self.Highlighted(self, index))

    def _nearest_selectable(self, wanted: int | None, direction: int = 1) -> int | None:
        """The selectable row at `wanted`, else the next one in `direction`, else the next the other way."""
        if wanted is None or not self.rows:
            return None
        start = max(0, min(wanted, len(self.rows) - 1))
        ways = (range(start, len(self.rows)), range(start, -1, -1))
        first, second = ways if direction > 0 else reversed(ways)
        found = self._first_selectable(first)
        return self._first_selectable(second) if found is None else found

    def _first_selectable(self, rows: Iterable[int]) -> int | None:
        return next((index for index in rows if self.is_selectable(index)), None)

    def _reveal(self, index: int | None = None) -> None:
        """Scroll as little as needed to show the cursor, with the headings above the first row."""
        index = self.cursor if index is None else index
        height = self.size.height
        if index is None or not height:
            return
        top = self.scroll_offset.y
        first = index
        while first and not self.is_selectable(first - 1):
            first -= 1
        if first < top:
            wanted = first if index - first < height else index
        elif index >= top + height:
            wanted = index - height + 1
        else:
            return
        self.scroll_to(y=wanted, animate=False, force=True)
