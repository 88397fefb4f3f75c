"""The filter of the main screen: words, `!`, `p:openai`, `status:invalid`, all of which must hold; pure."""

from typing import NamedTuple

from llmkeys.catalog.rows import Provider
from llmkeys.service.overview import Row
from llmkeys.service.standing import Group, Standing

_PROVIDER, _STATUS = "p:", "status:"


class Query(NamedTuple):
    """What a filter text asks for, lower case."""

    words: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    """Parts of a provider's id, name or alias."""
    states: tuple[str, ...] = ()
    """Beginnings of a status word; a blank in a word is left out, so `status:nokey`."""
    attention: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether everything matches."""
        return self == Query()


def read_query(text: str) -> Query:
    """The query that a person typed; a token without its value asks for nothing yet."""
    words, providers, states = [], [], []
    attention = False
    for token in text.lower().split():
        if token == "!":
            attention = True
        elif token.startswith(_PROVIDER):
            providers.append(token.removeprefix(_PROVIDER))
        elif token.startswith(_STATUS):
            states.append(token.removeprefix(_STATUS))
        else:
            words.append(token)
    return Query(tuple(words), tuple(filter(None, providers)), tuple(filter(None, states)), attention)


def matches_row(query: Query, row: Row, standing: Standing) -> bool:
    """Whether an account passes."""
    texts = (*_names(row.provider), row.label.lower(), row.name.lower(), (row.model or "").lower(), row.account)
    return (
        (not query.attention or standing.group is Group.ATTENTION)
        and _is_provider(query, row.provider)
        and _has_state(query, standing)
        and all(any(word in text for text in texts) for word in query.words)
    )


def matches_provider(query: Query, provider: Provider, standing: Standing) -> bool:
    """Whether a provider without an account passes."""
    return (
        not query.attention
        and _is_provider(query, provider)
        and _has_state(query, standing)
        and all(any(word in name for name in _names(provider)) for word in query.words)
    )


def _is_provider(query: Query, provider: Provider) -> bool:
    return all(any(part in name for name in _names(provider)) for part in query.providers)


def _has_state(query: Query, standing: Standing) -> bool:
    word = standing.word.replace(" ", "")
    return all(word.startswith(state) for state in query.states)


def _names(provider: Provider) -> tuple[str, ...]:
    return (provider.id, provider.name.lower(), provider.short_name.lower(), *provider.aliases)
