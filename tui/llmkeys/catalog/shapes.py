"""Whose key a key looks like, told from its prefix and form without its text leaving the Secret."""

from __future__ import annotations

from typing import NamedTuple

from llmkeys.catalog.provider import Provider
from llmkeys.catalog.rows import Catalog
from llmkeys.secret import Secret
from llmkeys.typed_key import TypedKey

_TELLING = 3
"""Characters from which on a prefix is one of keys only."""
_SHORTEST = 16
"""Characters below which a key is odd whatever its provider says; nothing is asked of a key that is optional."""


class Shape(NamedTuple):
    """What may be said of a typed key before it is tested."""

    kind: str
    """`OpenAI project key`; with `other_vendor` still the words of the provider that was asked about."""
    prefix: str
    """The known prefix it starts with, such as `sk-proj-`; empty if none."""
    odd: bool
    """Not the provider's usual form; worth a hint, never a refusal."""
    usual: str
    """The usual form in short: `sk-…`, or words where there is no prefix; empty if unknown."""
    other_vendor: Provider | None
    """The one provider whose keys look like this, where that is not the one asked about."""
    length: int
    tail: str
    """The last 4 characters of a key of at least 20, else empty."""
    words: str
    """`OpenAI project key`; of an odd one what is known of it: its prefix alone, or nothing."""


def guess(secret: Secret, catalog: Catalog) -> tuple[Provider, ...]:
    """The providers whose keys look like `secret`, the likeliest first; empty if nothing is known of the form.

    The longest prefix decides; those with that prefix whose whole pattern fits come first. A key without a known
    prefix is compared with the patterns of providers whose keys have none. A plain `sk-` key fits several.
    """
    known = [each for each in catalog if each.status == "active"]
    prefixes = {each.id: secret.starts_with(each.key_prefixes) for each in known}
    longest = max(map(len, prefixes.values()), default=0)
    if not longest:
        return tuple(each for each in known if not each.key_prefixes and _fits(secret, each))
    alike = [each for each in known if len(prefixes[each.id]) == longest]
    return tuple(sorted(alike, key=lambda each: (not _fits(secret, each), not each.main)))


def owner_of_variable(typed: TypedKey, catalog: Catalog) -> Provider | None:
    """Whose variable the key was given to; None where it is nobody's, or where the prefix is one other provider's.

    Many programs want the keys of other vendors in `OPENAI_API_KEY`, so such a prefix tells more.
    """
    variables = catalog.by_key_variable() if typed.variable else {}
    owner = variables.get(typed.variable) or variables.get(typed.variable.upper())
    if owner is None or owner.status != "active":
        return None
    alike = guess(typed.secret, catalog)
    is_certain = len(alike) == 1 and alike[0] is not owner and typed.secret.starts_with(alike[0].key_prefixes)
    return None if is_certain else owner


def looks_like_key(text: str, catalog: Catalog) -> bool:
    """Whether `text`, given for something else, starts as the keys of some provider do and goes on like a key.

    No id of a known model does: behind such a prefix they go on in short words.
    """
    if len(text) < _SHORTEST or not text.startswith(telling_prefixes(catalog)):
        return False
    words = "".join(character if character.isalnum() else " " for character in text).split()
    return text.startswith("sk") or max(map(len, words)) >= _SHORTEST


def telling_prefixes(catalog: Catalog) -> tuple[str, ...]:
    """The prefixes that nothing but keys begin with."""
    return tuple({prefix for row in catalog for prefix in row.key_prefixes if len(prefix) >= _TELLING})


def describe_shape(secret: Secret, provider: Provider, catalog: Catalog) -> Shape:
    """What the key dialog says of `secret`, typed in as a key of `provider`."""
    prefix = secret.starts_with(provider.key_prefixes)
    kind = f"{provider.short_name} {provider.key_kind_names.get(prefix, 'key')}"
    odd, usual = _is_odd(secret, provider), _usual(provider)
    return Shape(
        kind=kind,
        prefix=prefix,
        odd=odd,
        usual=usual,
        other_vendor=_other_vendor(secret, provider, catalog),
        length=len(secret),
        tail=secret.tail,
        words=_odd_words(provider, kind, prefix, usual) if odd else kind,
    )


def _odd_words(provider: Provider, kind: str, prefix: str, usual: str) -> str:
    if prefix:
        form = f": {provider.key_shape}" if provider.key_shape else ""
        return f"{kind} by its prefix, but not of the usual form{form}"
    return f"not the usual form of {provider.name}'s keys{f', {usual}' if usual else ''}"


def _usual(provider: Provider) -> str:
    if not provider.key_prefixes:
        return provider.key_shape
    shortest = min(provider.key_prefixes, key=len)
    common = all(each.startswith(shortest) for each in provider.key_prefixes)
    return f"{shortest if common else provider.key_prefixes[0]}…"


def _fits(secret: Secret, provider: Provider) -> bool:
    return bool(provider.key_pattern) and secret.matches(provider.key_pattern)


def _is_odd(secret: Secret, provider: Provider) -> bool:
    if provider.key_pattern:
        return not _fits(secret, provider)
    if provider.key_prefixes and not secret.starts_with(provider.key_prefixes):
        return True
    return len(secret) < _SHORTEST and not provider.key_optional


def _other_vendor(secret: Secret, provider: Provider, catalog: Catalog) -> Provider | None:
    """The only other provider with the longest prefix the key starts with; a form without a prefix proves nothing."""
    alike = guess(secret, catalog)
    if provider.id in {each.id for each in alike}:
        return None
    return alike[0] if len(alike) == 1 and secret.starts_with(alike[0].key_prefixes) else None
