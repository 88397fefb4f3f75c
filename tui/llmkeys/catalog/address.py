"""Addresses of rows made whole: `{field}` filled in, and a base URL read as people write it."""

from __future__ import annotations

from collections.abc import Mapping

from llmkeys.catalog.provider import Provider
from llmkeys.errors import UsageError
from llmkeys.text import clean

_EVERYWHERE = ("0.0.0.0:", "[::]:", ":")
"""How servers write every address, up to the colon before a port."""


def placeholders(template: str) -> tuple[str, ...]:
    """The names of the settings that `template` waits for, in order: `https://{resource}.x` gives `("resource",)`."""
    names = (part.partition("}")[0] for part in template.split("{")[1:])
    return tuple(dict.fromkeys(names))


def filled(template: str, settings: Mapping[str, object]) -> str | None:
    """`template` with its settings filled in, or None where one is missing.

    Raises UsageError for a value that could change the address around it: only letters, digits, dot, hyphen and
    underscore are let in.
    """
    for name in placeholders(template):
        value = settings.get(name)
        if not isinstance(value, str) or not value:
            return None
        plain = value.replace(".", "a").replace("-", "a").replace("_", "a")
        if not (plain.isascii() and plain.isalnum()):
            raise UsageError(
                f"“{clean(value)}” cannot be the {name.replace('_', ' ')} of an address.",
                next="It has letters, digits, dot, hyphen and underscore only.",
            )
        template = template.replace("{" + name + "}", value)
    return template


def read_base_url(provider: Provider, text: str) -> str:
    """`text` as a base URL of `provider`: without the slash at its end, and for a local server also `host:port`.

    `OLLAMA_HOST=127.0.0.1:11434` and `0.0.0.0` are what such servers' own variables hold: without a scheme they get the
    row's, and its port where they have none; "every address" is this machine. `origin_of` checks what comes of it.
    """
    url = text.strip().rstrip("/")
    if not provider.local or not url:
        return url
    scheme, _, address = provider.base_url.partition("://")
    given, named, rest = url.partition("://")
    host, slash, path = (rest if named else url).partition("/")
    if not named and not host.rpartition(":")[2].isdigit():
        host += ":" + address.partition("/")[0].partition(":")[2]
    for everywhere in _EVERYWHERE:
        if f"{host}:".startswith(everywhere):
            host = "127.0.0.1" + host[len(everywhere) - 1 :]
    return f"{given if named else scheme}://{host}{slash}{path}"
