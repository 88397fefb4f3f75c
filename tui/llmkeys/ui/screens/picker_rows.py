"""How the picker's rows look at every width; pure."""

from __future__ import annotations

from typing import NamedTuple

from llmkeys import moment
from llmkeys.catalog.model import DEPRECATED, Model
from llmkeys.service.models import Offer
from llmkeys.service.standing import Standing
from llmkeys.ui.figures import context_words, price_words
from llmkeys.ui.screens.picker_listing import Heading
from llmkeys.ui.spans import Span, column, fit, fit_spans, width_of

_MARKS, _SCROLLBAR = 3, 2
_CONTEXT, _PRICE, _ABILITIES = 6, 8, 6
_ROOM_FOR_ABILITIES, _ROOM_FOR_PRICES = 86, 44
_ROOM_FOR_PROVIDER = 60


class Columns(NamedTuple):
    """Cells of each column; 0 leaves it out."""

    model: int
    provider: int
    context: int
    price: int
    abilities: int


def columns_for(width: int) -> Columns:
    """The columns of a list that is `width` cells wide, its scroll bar included."""
    abilities = _ABILITIES if width >= _ROOM_FOR_ABILITIES else 0
    price = _PRICE if width >= _ROOM_FOR_PRICES else 0
    provider = 0 if width < _ROOM_FOR_PROVIDER else 16 if width < _ROOM_FOR_ABILITIES else 18
    context = _CONTEXT
    model = width - _MARKS - _SCROLLBAR - provider - context - 2 * price - abilities
    return Columns(max(8, model), provider, context, price, abilities)


def title_spans(width: int) -> list[Span]:
    """The line above the list."""
    columns = columns_for(width)
    titles = (
        (" " * _MARKS + column("MODEL", columns.model)),
        column("PROVIDER", columns.provider),
        column("CTX", columns.context, right=True),
        column("IN", columns.price, right=True),
        column("OUT", columns.price, right=True),
        "  CAPS" if columns.abilities else "",
    )
    return [("".join(titles), "quiet")]


def offer_spans(
    offer: Offer, width: int, *, highlighted: bool, is_default: bool, is_favourite: bool, label: bool
) -> list[Span]:
    """One model; `label` says whether the provider alone would not tell the account."""
    columns, model, local = columns_for(width), offer.model, offer.row.provider.local
    mark: Span = ("★", "star") if is_default else ("♥", "bad") if is_favourite else (" ", "")
    owner = f"{offer.row.provider.short_name} · {offer.row.label}" if label else offer.row.provider.short_name
    facts = (
        column(fit(owner, columns.provider - 1), columns.provider) if columns.provider else "",
        column(context_words(model.context), columns.context, right=True),
        *(
            column("free" if local else price_words(each), columns.price, right=True)
            for each in (model.price_in, model.price_out)
        ),
    )
    return [
        ("▸" if highlighted else " ", ""),
        mark,
        (" " + column(model.id, columns.model), ""),
        ("".join(facts), "quiet"),
        ("  " + column(abilities(model), columns.abilities - 2) if columns.abilities else "", "busy"),
    ]


def exact_spans(offer: Offer, width: int, *, highlighted: bool) -> list[Span]:
    """The row that takes what was typed as an id."""
    spans: list[Span] = [
        ("▸  " if highlighted else "   ", ""),
        ("use exactly this id: ", ""),
        (offer.model.id, "strong"),
        (f"   {offer.row.provider.short_name} · {offer.row.label}", "quiet"),
    ]
    return fit_spans(spans, width)


def heading_spans(heading: Heading, width: int, standing: Standing | None) -> list[Span]:
    """The line above a group: the account in capitals with its live state, and how old its list is."""
    if heading.offer is None:
        return fit_spans([(f" {heading.words}", "quiet")], width)
    provider, _, label = heading.words.partition(" · ")
    spans: list[Span] = [(f" {provider.upper()}", "quiet"), (f" · {label}" if label else "", "quiet")]
    if standing is not None:
        spans += [(f"  {standing.glyph}", standing.tone), (f" {standing.word}", "quiet")]
    if heading.offer.list_age is not None:
        spans.append((f"   listed {_ago(heading.offer.list_age)}", "quiet"))
    return fit_spans(spans, width)


def detail_spans(offer: Offer, standing: Standing, width: int, *, is_default: bool, is_previous: bool) -> list[Span]:
    """The line below the list: what is highlighted, whose it is, what it can do; what does not fit is left out."""
    model, row = offer.model, offer.row
    verdict = row.verdict
    latency = f" {verdict.latency_ms} ms" if verdict and verdict.latency_ms is not None else ""
    spans: list[Span] = [
        (model.id, "strong"),
        (f" · {row.provider.short_name} · {row.label} ", "quiet"),
        (f"{standing.glyph} {standing.word}{latency}", standing.tone),
    ]
    able = " · ".join(ability_words(model))
    notes = ["default"] if is_default else ["previous default"] if is_previous else []
    notes += ["about to be retired"] if model.status == DEPRECATED else []
    for each in (*notes, able):
        if each and width_of(spans) + 3 + len(each) <= width:
            spans.append((f"   {each}", "quiet"))
    return fit_spans(spans, width)


def abilities(model: Model) -> str:
    """`v` vision, `t` tools, `r` reasoning."""
    return "".join(word[0] for word in ability_words(model))


def ability_words(model: Model) -> tuple[str, ...]:
    """What the model can do, of vision, tools, reasoning."""
    able = {"vision": "image" in model.modalities, "tools": model.tools, "reasoning": model.reasoning}
    return tuple(word for word, can in able.items() if can)


def _ago(seconds: float) -> str:
    words = moment.age(seconds)
    return words if words == "now" else f"{words} ago"
