"""Where a key may go: a base URL of trust n never gets a key of trust greater than n."""

from collections.abc import Mapping
from typing import NamedTuple

from llmkeys.account import Account
from llmkeys.catalog.address import read_base_url
from llmkeys.catalog.rows import Provider
from llmkeys.files.dotenv_file import DotEnv
from llmkeys.resolution.candidate import Candidate, Kind


class Address(NamedTuple):
    """The base URL that goes with a key, where it comes from, and what was set but not used."""

    base_url: str | None
    """None is the provider's own."""
    place: str = ""
    """The variable, `path:line VARIABLE`, or `config`; empty for the provider's own."""
    ignored: tuple[str, ...] = ()
    """One sentence for every base URL that a trust rule left out."""
    asked_only: bool = False
    """The pair comes from a `.env`: tested when a person asks, never in the background."""


class _Found(NamedTuple):
    url: str
    place: str
    kind: Kind


def address_of(
    candidate: Candidate, account: Account | None, provider: Provider, environ: Mapping[str, str], dotenv: DotEnv
) -> Address:
    """The address for `candidate` by precedence and trust; pure. See guide/security.md."""
    kind = candidate.source.kind
    own = account.base_url if account is not None else None
    variables = _variables(provider, environ, dotenv)
    usable = [each for each in variables if kind in _RECEIVES[each.kind]]
    ignored = tuple(_ignored(each, candidate) for each in variables if each not in usable and not own)
    if own:
        return Address(own, "config")
    if kind is Kind.DOTENV:
        usable.sort(key=lambda each: each.kind is not Kind.DOTENV)
    if usable:
        first = usable[0]
        return Address(first.url, first.place, ignored, asked_only=first.kind is Kind.DOTENV)
    return Address(None, ignored=ignored)


_RECEIVES = {
    Kind.ENVIRONMENT: frozenset({Kind.ENVIRONMENT, Kind.DOTENV, Kind.NONE}),
    Kind.DOTENV: frozenset({Kind.DOTENV}),
}
"""Which keys a base URL variable may be given, by where the variable was found."""


def _variables(provider: Provider, environ: Mapping[str, str], dotenv: DotEnv) -> list[_Found]:
    found = []
    for variable in provider.url_env:
        value = environ.get(variable, "").strip()
        if value:
            found.append(_Found(read_base_url(provider, value), variable, Kind.ENVIRONMENT))
            break
    for variable in provider.url_env:
        value, line = dotenv.values.get(variable, ("", 0))
        if value.strip():
            place = f"{dotenv.path}:{line} {variable}"
            found.append(_Found(read_base_url(provider, value), place, Kind.DOTENV))
            break
    return found


def _ignored(found: _Found, candidate: Candidate) -> str:
    if candidate.source.kind is Kind.NONE:
        return f"{found.place} is ignored: an address from there goes only with a key from there."
    key = "a stored key" if candidate.source.trust == 3 else f"the key of {candidate.source.words}"
    return f"{found.place} is ignored: an address from there never gets {key}."
