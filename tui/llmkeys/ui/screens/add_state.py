"""What the "add a key" field finds: providers by name, or by the shape of a pasted key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from llmkeys.catalog.rows import Provider
from llmkeys.ui.spans import Span, column, fit_spans

_LONGEST_PLAIN = 12
"""From this many characters on, text that names no provider is treated as a key."""
_SHORTEST_PREFIX = 3
_NAME_WIDTH = 24
_VARIABLE_WIDTH = 28
_ROOM_FOR_PAGE = 90


class Entry(NamedTuple):
    """A row of the list: a heading, a provider, or (with neither) the server that no row describes."""

    provider: Provider | None = None
    heading: str = ""


OTHER = Entry()
OTHER_WORDS = "other OpenAI-compatible server…"


class Names:
    """The words each provider can be found by, prepared once; the main ones first, then by name."""

    def __init__(self, providers: Iterable[Provider]) -> None:
        active = [each for each in providers if each.status == "active" and _is_somebody(each)]
        self.providers = tuple(sorted(active, key=lambda each: (not each.main, each.name.lower())))
        self._texts = [(each, _words_of(each)) for each in self.providers]
        prefixes = (prefix for each in active for prefix in each.key_prefixes)
        self._prefixes = tuple(each for each in prefixes if len(each) >= _SHORTEST_PREFIX)

    def matching(self, text: str) -> list[Provider]:
        """Providers that have every word of `text` in a name, an alias or a variable, the likeliest first."""
        words, head = text.lower().split(), text.strip().lower()
        found = [pair for pair in self._texts if all(any(word in name for name in pair[1]) for word in words)]
        return [each for each, _ in sorted(found, key=lambda pair: _rank(head, pair[1]))]

    def is_exact(self, text: str) -> bool:
        """Whether `text` is a provider's name, alias or variable, and nothing else."""
        return any(text.strip().lower() in names for _, names in self._texts)

    def may_show(self, text: str) -> bool:
        """Whether `text` may be shown as it is typed: it leads to a provider, or cannot be part of a key yet."""
        plain = text.strip()
        if self.matching(plain):
            return True
        looks_so = plain.startswith(self._prefixes) or "_" in plain or any(each.isdigit() for each in plain)
        return len(plain) < _LONGEST_PLAIN and not looks_so


def listed(
    names: Names, text: str, guesses: tuple[Provider, ...], owner: Provider | None = None, *, is_key: bool
) -> tuple[Entry, ...]:
    """The rows for what stands in the field.

    `guesses` are the providers whose keys look like it, and `owner` is the one whose variable it was given to.
    """
    if not is_key:
        return (*(Entry(each) for each in names.matching(text)), OTHER)
    named = (Entry(heading="BY ITS VARIABLE A KEY OF"), Entry(owner)) if owner else ()
    guesses = tuple(each for each in guesses if each != owner)
    alike = (Entry(heading="LOOKS LIKE A KEY OF"), *(Entry(each) for each in guesses)) if guesses else ()
    rest = (Entry(each) for each in names.providers if each not in guesses and each != owner)
    return (*named, *alike, Entry(heading="OR OF" if named or alike else "A KEY OF"), *rest, OTHER)


def row_spans(entry: Entry, width: int, highlighted: bool) -> list[Span]:
    """One row: name, first variable, and where the page that issues keys is if there is room."""
    if entry.heading:
        return [(f" {entry.heading}", "quiet")]
    mark = "▸ " if highlighted else "  "
    if entry.provider is None:
        return [(mark, ""), (OTHER_WORDS, "")]
    provider = entry.provider
    variable = next(iter(provider.key_env), "no key needed" if provider.key_optional else "")
    spans: list[Span] = [(mark, ""), (column(provider.name, _NAME_WIDTH), ""), ("  ", "")]
    if width < _ROOM_FOR_PAGE:
        return fit_spans([*spans, (variable, "quiet")], width)
    page = provider.console_url.partition("://")[2]
    return fit_spans([*spans, (column(variable, _VARIABLE_WIDTH), "quiet"), (f"  {page}", "quiet")], width)


def _is_somebody(provider: Provider) -> bool:
    """Not so a row that any server can be: neither address nor variables. What asks for those is listed last."""
    return bool(provider.base_url or provider.key_env or provider.url_env or provider.shared_token_env)


def _words_of(provider: Provider) -> tuple[str, ...]:
    variables = (each.lower() for each in (*provider.key_env, *provider.shared_token_env))
    return (provider.name.lower(), provider.id, *provider.aliases, *variables)


def _rank(head: str, names: tuple[str, ...]) -> int:
    """0 for a word that is `head`, 1 for one that begins with it, 2 for one that has it inside."""
    if head in names:
        return 0
    return 1 if any(name.startswith(head) for name in names) else 2
