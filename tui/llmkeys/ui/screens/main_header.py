"""The two lines on top: the default and the counts, and what `-` and `1` to `5` would set; pure."""

from collections.abc import Sequence
from typing import NamedTuple

from llmkeys.config import Choice
from llmkeys.resolution.candidate import Kind
from llmkeys.service.overview import Overview
from llmkeys.service.standing import Tone
from llmkeys.ui.screens.main_state import counts, provider_of, row_of
from llmkeys.ui.spans import Span, fit, fit_spans, spread, width_of

_ROOMY = 72
_LEAST_NAME = 4
_LEAST_DEFAULT = 20
_NARROW_GAP = "  "


class Switch(NamedTuple):
    """What one key, or several that mean the same, would make the default."""

    keys: str
    model: str
    account: str
    is_now: bool


def header_spans(overview: Overview, now: float, width: int) -> list[Span]:
    """Name and default at the left, counts at the right; the default is cut where both do not fit.

    Where not even its model can be told, our own name goes first, then where keys are kept.
    """
    default, right = default_spans(overview), [*_badge(overview), *_counts(overview, now, width)]
    left: list[Span] = [(" llmkeys", "key"), ("  ", "")]
    model = width_of(default[:2]) + 1
    if width < _ROOMY and width_of(left) + model + width_of(right) > width:
        left = [(" ", "")]
    if width_of(left) + min(model, _LEAST_DEFAULT) + width_of(right) > width:
        right = _counts(overview, now, width)
    return spread([*left, *default], right, width)


def default_spans(overview: Overview) -> list[Span]:
    """The default: its model, its provider, its account's label."""
    choice = overview.default
    if choice is None:
        return [("no default yet", "quiet")]
    rest = _provider_words(overview, choice)
    if overview.default_missing:
        return [("no key", "warn"), (f" for {choice.model}", "quiet"), (f" · {rest}", "quiet")]
    return [("★ ", "star"), (choice.model, "strong"), (f" · {rest}", "quiet")]


def switches(overview: Overview) -> tuple[Switch, ...]:
    """What `-` and the digits would set, a choice once with all its keys."""
    keys: dict[Choice, list[str]] = {}
    if overview.previous is not None:
        keys[overview.previous] = ["-"]
    for number, choice in enumerate(overview.recent, start=1):
        keys.setdefault(choice, []).append(str(number))
    return tuple(
        Switch(" ".join(pressed), choice.model, _provider_words(overview, choice), choice == overview.default)
        for choice, pressed in sorted(keys.items(), key=lambda each: each[1][-1])
    )


def switch_spans(overview: Overview, width: int) -> list[Span]:
    """The line that names what one key would make the default, on `width` cells.

    Where space is short accounts go first, then the makers before a slash, then names are cut alike; the default
    itself is a star.
    """
    found = switches(overview)
    if not found:
        return []
    several = len({each.account for each in found}) > 1
    for names in (
        [f"{each.model} · {each.account}" if several else each.model for each in found],
        [each.model for each in found],
        [each.model.rpartition("/")[2] for each in found],
    ):
        spans = _switch_line(found, names)
        if width_of(spans) < width:
            return spans
    return _cut_line(found, [each.model.rpartition("/")[2] for each in found], width)


def _switch_line(found: Sequence[Switch], names: Sequence[str], gap: str = "   ") -> list[Span]:
    spans: list[Span] = [(" ", "")]
    for number, (each, name) in enumerate(zip(found, names, strict=True)):
        spans += [(gap if number else "", ""), (each.keys, "key"), (" ", "")]
        spans.append(("★", "star") if each.is_now else (name, "quiet"))
    return spans


def _cut_line(found: Sequence[Switch], names: Sequence[str], width: int) -> list[Span]:
    """The line with its names cut to one length, the longest that fits."""
    for length in range(max(map(len, names)), _LEAST_NAME, -1):
        spans = _switch_line(found, [fit(name, length) for name in names], _NARROW_GAP)
        if width_of(spans) <= width:
            return spans
    return fit_spans(_switch_line(found, [fit(name, _LEAST_NAME) for name in names], _NARROW_GAP), width)


def _provider_words(overview: Overview, choice: Choice) -> str:
    provider, _, label = choice.account.partition("/")
    known = provider_of(overview, choice)
    row = row_of(overview, choice)
    shown = label or (row.label if row else "")
    return " · ".join(filter(None, (known.short_name if known else provider, shown)))


def _badge(overview: Overview) -> list[Span]:
    """Says for good that keys lie in a plaintext file; the store line of the detail pane says why."""
    in_file = any(row.source.kind is Kind.FILE for row in overview.rows)
    return [("plaintext file", "warn"), ("  ", "")] if in_file or overview.store.kind == "file" else []


def _counts(overview: Overview, now: float, width: int) -> list[Span]:
    found = counts(overview, now)
    shown = [("✓", found[Tone.GOOD], "good"), ("!", found[Tone.WARN], "warn"), ("✗", found[Tone.BAD], "bad")]
    if found[Tone.QUIET]:
        shown.append(("?", found[Tone.QUIET], "quiet"))
    if width >= _ROOMY:
        shown.append(("○", len(overview.not_configured), "quiet"))
    spans: list[Span] = []
    for glyph, number, tone in shown:
        spans += [(f"{glyph} {number}", tone), ("  ", "")]
    return [*spans[:-1], (" ", "")]
