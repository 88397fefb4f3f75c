"""A candidate with everything that decides where its key may go: provider, record, address, settings."""

from collections.abc import Mapping
from typing import NamedTuple

from llmkeys.account import Account, AccountName
from llmkeys.catalog.address import filled
from llmkeys.catalog.rows import Provider
from llmkeys.errors import UsageError
from llmkeys.resolution.address import Address, address_of
from llmkeys.resolution.candidate import Candidate, Kind
from llmkeys.resolution.weigh import stored_candidate
from llmkeys.secret import Secret
from llmkeys.service.session import Session, World
from llmkeys.store.stores import read_key


class Route(NamedTuple):
    """One candidate, and the only address its key is sent to."""

    candidate: Candidate
    provider: Provider
    account: Account | None
    """The stored record; None for a variable's key."""
    address: Address
    settings: Mapping[str, object]
    base_url: str | None
    """Complete; None where a field of the provider's own address is missing."""

    @property
    def is_keyless(self) -> bool:
        """Whether no key travels, so that plain http to another machine harms nobody."""
        return self.candidate.source.kind is Kind.NONE

    @property
    def origin(self) -> str:
        """Scheme, host and port as text; empty where there is no address a key may go to."""
        # Only here, because `helper` sends nothing and would pay for reading addresses.
        from llmkeys.origin import origin_of

        try:
            return str(origin_of(self.base_url, keyless=self.is_keyless)) if self.base_url else ""
        except UsageError:
            return ""

    @property
    def not_sent(self) -> str:
        """Why nothing may be sent: the only address there is comes from a place trusted less than the key."""
        return self.address.ignored[0] if self.base_url is None and self.address.ignored else ""


def route_of(session: Session, world: World, candidate: Candidate) -> Route:
    """The route of `candidate` in these surroundings; reads nothing."""
    provider_id, _, label = candidate.account.partition("/")
    account = world.config.accounts.get(AccountName(provider_id, label))
    return _route(session, world, candidate, account)


def route_of_account(session: Session, world: World, account: Account) -> Route:
    """The route of a stored account, also of one that is only meant to be stored like this."""
    return _route(session, world, stored_candidate(account), account)


def _route(session: Session, world: World, candidate: Candidate, account: Account | None) -> Route:
    provider = world.catalog.find(candidate.account.partition("/")[0])
    address = address_of(candidate, account, provider, session.environ, world.dotenv)
    settings = _settings(provider, account, candidate, session.environ)
    return Route(candidate, provider, account, address, settings, address.base_url or _own_url(provider, settings))


def secret_on(session: Session, route: Route) -> Secret | None:
    """The key itself, from its variable or its store; None for a keyless server. Raises what the store raises."""
    if route.is_keyless or route.account is None:
        return route.candidate.secret
    return read_key(session.paths, route.account, session.environ, interactive=session.interactive)


def _own_url(provider: Provider, settings: Mapping[str, object]) -> str | None:
    try:
        return filled(provider.base_url, settings) or None
    except UsageError:
        return None


def _settings(
    provider: Provider, account: Account | None, candidate: Candidate, environ: Mapping[str, str]
) -> Mapping[str, object]:
    """Extra fields such as Azure's resource: a stored account's own, else, for its key, those of the environment.

    A field can decide where a key goes, so a stored key never takes one from a variable.
    """
    if account is not None or candidate.source.kind is not Kind.ENVIRONMENT:
        return account.settings if account is not None else {}
    return {field: environ[variable] for variable, field in provider.setting_env.items() if environ.get(variable)}
