"""Wish: show me every account and what is known about it, from config and last verdicts alone."""

from typing import NamedTuple

from llmkeys.account import Target
from llmkeys.catalog.rows import Provider
from llmkeys.config import Choice
from llmkeys.errors import LlmkeysError
from llmkeys.resolution.candidate import Candidate, Fate, Source
from llmkeys.resolution.weigh import Weighed
from llmkeys.service.keys import default_missing, weigh_target
from llmkeys.service.route import Route, route_of
from llmkeys.service.session import Session, World, look
from llmkeys.service.standing import LOCAL, NO_KEY, Standing, standing_of
from llmkeys.service.store_state import StoreState, store_state
from llmkeys.store.audit import last_used
from llmkeys.store.status_file import Kept, Status, Tick, load_status
from llmkeys.verdict import Verdict, for_model


class Row(NamedTuple):
    """One account: what it is, what is known about its key, and what it shadows. Times are RFC 3339 UTC."""

    account: str
    """`openai/work`; `openai/env` and `openai/dotenv` for keys of variables."""
    provider: Provider
    label: str
    name: str
    """The display name; empty without one."""
    source: Source
    fate: Fate
    note: str
    """Why the key of a variable is not used as it is, or what adopts it."""
    hint: str
    active: bool
    """Whether the bare provider means this account here and now."""
    enabled: bool
    is_default: bool
    verdict: Verdict | None
    last_known: Verdict | None
    """The last verdict that said something about the key."""
    history: tuple[Tick, ...]
    model: str | None
    base_url: str | None
    endpoint: str
    """Host, with the port where it is not the usual one; empty where none is known."""
    variable: str
    """The variable that holds this key, or the provider's first one."""
    shadowed: tuple[str, ...]
    """What would be used if this account's key were not here: `OPENAI_API_KEY in the environment`, `openai/work`."""
    shadowed_by: str
    """The source that a bare provider means in place of this account; empty if it means this one."""
    ignored: tuple[str, ...]
    """Base URLs that a trust rule left out, a sentence each."""
    created_at: str | None
    updated_at: str | None
    expires_at: str | None
    last_used_at: str | None
    testable_in_background: bool
    read_only: bool
    """Whether it is a variable's key, which only the environment can change."""

    @property
    def origin(self) -> str:
        """Scheme, host and port that its key goes to; empty where there is none it may go to."""
        return f"{(self.base_url or '').partition('://')[0].lower()}://{self.endpoint}" if self.endpoint else ""

    def standing(self, now: float) -> Standing:
        """What its state is called at `now`, seconds since the epoch."""
        return standing_of(self.verdict, now, fate=self.fate, enabled=self.enabled, expires_at=self.expires_at)


class Overview(NamedTuple):
    """Everything the main screen and `status` show."""

    rows: tuple[Row, ...]
    not_configured: tuple[Provider, ...]
    """The main providers, and those seen on this machine, that have no account."""
    providers: tuple[Provider, ...]
    """All of them."""
    default: Choice | None
    previous: Choice | None
    recent: tuple[Choice, ...]
    favourites: tuple[Choice, ...]
    store: StoreState
    notes: tuple[str, ...]
    problem: LlmkeysError | None
    """Why config could not be read, or may not be written."""
    default_missing: str = ""
    """Why the default gives no key now, a sentence; empty if it gives one."""


def overview(session: Session) -> Overview:
    """Every account with what is known about it; touches neither keychain nor network."""
    world = look(session)
    status, used = load_status(session.paths), last_used(session.paths)
    rows: list[Row] = []
    for provider in _with_accounts(session, world):
        weighed = weigh_target(session, world, Target(provider.id))
        for candidate in _one_an_account(weighed):
            rows.append(_row(session, world, weighed, candidate, status, used))
    present = {row.provider.id for row in rows}
    config = world.config
    return Overview(
        rows=tuple(rows),
        not_configured=tuple(each for each in _offered(session, world) if each.id not in present),
        providers=tuple(world.catalog.providers.values()),
        default=config.default,
        previous=config.previous_default,
        recent=config.recent,
        favourites=config.favourites,
        store=store_state(session, config),
        notes=world.notes,
        problem=world.problem,
        default_missing=default_missing(session, world),
    )


def standing_without_key(provider: Provider) -> Standing:
    """The standing of a provider that has no account."""
    return LOCAL if provider.key_optional else NO_KEY


def _with_accounts(session: Session, world: World) -> list[Provider]:
    """Providers with a stored account or a key variable that is set, in the catalogue's order."""
    stored = {name.provider for name in world.config.accounts}
    by_variable = world.catalog.by_key_variable()
    found = {
        by_variable[variable].id for variable in (*session.environ, *world.dotenv.values) if variable in by_variable
    }
    return [provider for provider in world.catalog.providers.values() if provider.id in stored | found]


def _one_an_account(weighed: Weighed) -> list[Candidate]:
    """The first candidate of every account: a second variable of the same row is shadowed, not a row."""
    first: dict[str, Candidate] = {}
    for candidate in weighed.candidates:
        if candidate.fate is not Fate.SHARED:
            first.setdefault(candidate.account, candidate)
    return list(first.values())


def _row(
    session: Session, world: World, weighed: Weighed, candidate: Candidate, status: Status, used: dict[str, str]
) -> Row:
    route = route_of(session, world, candidate)
    account, origin = route.account, route.origin
    kept = kept_of(world, route, origin, status)
    wins = weighed.winner is not None and weighed.won.account == candidate.account
    default = world.config.default
    model = _model(default, route, wins)
    return Row(
        account=candidate.account,
        provider=route.provider,
        label=candidate.account.partition("/")[2],
        name=account.display_name if account else "",
        source=candidate.source,
        fate=candidate.fate,
        note=candidate.note,
        hint=candidate.hint,
        active=wins,
        enabled=account.enabled if account else True,
        is_default=_is_default(default, candidate.account, wins),
        verdict=for_model(kept.verdict, model) if kept else None,
        last_known=kept.last_known if kept else None,
        history=kept.history if kept else (),
        model=model,
        base_url=route.base_url,
        endpoint=origin.partition("://")[2],
        variable=candidate.variable or next(iter(route.provider.key_env), ""),
        shadowed=_shadowed(weighed) if wins else (),
        shadowed_by="" if wins or weighed.winner is None else _name_of(weighed.won),
        ignored=route.address.ignored,
        created_at=account.created_at if account else None,
        updated_at=account.updated_at if account else None,
        expires_at=account.expires_at if account else None,
        last_used_at=used.get(candidate.account),
        testable_in_background=bool(origin) and _testable(route),
        read_only=account is None,
    )


def _shadowed(weighed: Weighed) -> tuple[str, ...]:
    """What the winner shadows: variables by their place, stored accounts by name, but not those beside a stored one."""
    stored_wins = not weighed.won.variable
    return tuple(
        each.source.words if each.variable else each.account
        for each in weighed.shadowed
        if each.variable or not stored_wins
    )


def _name_of(candidate: Candidate) -> str:
    return candidate.variable or candidate.account


def kept_of(world: World, route: Route, origin: str, status: Status) -> Kept | None:
    """What is kept for this account, if it belongs to this very key and address."""
    secret, account = route.candidate.secret, route.account
    fingerprint = secret.fingerprint(world.config.salt) if secret else account.fingerprint if account else ""
    return status.of(route.candidate.account, fingerprint, origin)


def _is_default(default: Choice | None, account: str, wins: bool) -> bool:
    if default is None:
        return False
    return default.account == account or (wins and default.account == account.partition("/")[0])


def _model(default: Choice | None, route: Route, wins: bool) -> str | None:
    if default is not None and _is_default(default, route.candidate.account, wins):
        return default.model
    own = route.account.model if route.account else None
    return own or (route.provider.default_model if route.provider.chat else "") or None


def _testable(route: Route) -> bool:
    return route.candidate.usable and not route.address.asked_only and not route.not_sent


def _offered(session: Session, world: World) -> list[Provider]:
    """Main providers, the user's own, and those that left a trace in the environment."""
    return [
        provider
        for provider in world.catalog.providers.values()
        if provider.status == "active" and (provider.main or provider.own or _seen(session, provider))
    ]


def _seen(session: Session, provider: Provider) -> bool:
    traces = (*provider.url_env, *provider.shared_token_env)
    return any(session.environ.get(variable) for variable in traces)
