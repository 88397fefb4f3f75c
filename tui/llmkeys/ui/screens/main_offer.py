"""What the detail pane says of a provider without an account: how to get a key, and where it goes; pure."""

from collections.abc import Iterator

from llmkeys.catalog.provider import Provider
from llmkeys.ui.screens.main_labels import fact, labelled
from llmkeys.ui.spans import Spans


def provider_lines(provider: Provider, width: int) -> Iterator[Spans]:
    """All of it, the way to a key last."""
    yield [(f" {provider.name}", "strong"), ("   no key", "quiet")]
    yield []
    if provider.key_optional:
        yield from labelled("key", "not needed", width)
    elif provider.key_prefixes or provider.key_shape:
        yield from labelled("key", _shape(provider), width)
    for number, variable in enumerate(provider.key_env):
        yield fact("variable" if not number else "", variable)
    for number, variable in enumerate(provider.url_env):
        yield fact("base URL" if not number else "", variable)
    if provider.console_url:
        yield from labelled("get a key", provider.console_url.partition("://")[2] or provider.console_url, width)
    if provider.base_url:
        yield fact("endpoint", provider.base_url.partition("://")[2])
    yield []
    yield [(" ↵", "key"), (" adds a key", "quiet") if not provider.key_optional else (" adds it", "quiet")]


def _shape(provider: Provider) -> str:
    return " or ".join(f"{prefix}…" for prefix in provider.key_prefixes) or provider.key_shape
