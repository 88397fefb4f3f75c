"""What `config.json` says, as a value: read through properties, changed by functions that return another one."""

from __future__ import annotations

from collections.abc import Mapping

from llmkeys.account import Account, AccountName, account_from_json, account_to_json, read_account_name
from llmkeys.errors import UsageError
from llmkeys.record import Choice, Garbage, Pending, choice_from, choices_from, items, moment, renamed, section, text

__all__ = [
    "PRECEDENCES",
    "RECENT_LIMIT",
    "VERSION",
    "Choice",
    "Config",
    "Garbage",
    "Pending",
    "items",
    "section",
    "with_account",
    "with_active",
    "with_default",
    "with_garbage",
    "with_pending",
    "with_renamed",
    "with_setting",
    "without_account",
    "without_default_of",
    "without_garbage",
    "without_pending",
]

VERSION = 1
RECENT_LIMIT = 5
PRECEDENCES = ("env-first", "stored-first", "stored-only")


class Config:
    """The mapping that config.json holds; unknown fields are kept as they are."""

    __slots__ = ("_accounts", "raw")
    raw: Mapping[str, object]
    _accounts: dict[AccountName, Account] | None

    def __init__(self, raw: Mapping[str, object]) -> None:
        self.raw = raw
        self._accounts = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Config) and self.raw == other.raw

    __hash__ = None  # type: ignore[assignment]

    @property
    def salt(self) -> str:
        """The installation's salt for fingerprints; empty until the first write."""
        salt = self.raw.get("salt")
        return salt if isinstance(salt, str) else ""

    @property
    def accounts(self) -> Mapping[AccountName, Account]:
        """Every stored account, in the order they were added; records under impossible names are left out."""
        if self._accounts is None:
            self._accounts = self._read_accounts()  # read once: an overview asks once an account
        return self._accounts

    def _read_accounts(self) -> dict[AccountName, Account]:
        found: dict[AccountName, Account] = {}
        for written, record in section(self.raw, "accounts").items():
            try:
                name = read_account_name(written)
            except UsageError:
                continue
            if isinstance(record, dict):
                found[name] = account_from_json(name, record)
        return found

    @property
    def default(self) -> Choice | None:
        """The account and model that tools get when they name none."""
        return choice_from(section(self.raw, "defaults").get("main"))

    @property
    def previous_default(self) -> Choice | None:
        """What `-` goes back to."""
        return choice_from(self.raw.get("previous_default"))

    @property
    def recent(self) -> tuple[Choice, ...]:
        """What `1` to `5` set: the latest defaults, the latest first."""
        return choices_from(items(self.raw, "recent"))[:RECENT_LIMIT]

    @property
    def favourites(self) -> tuple[Choice, ...]:
        """Models a person marked."""
        return choices_from(items(self.raw, "favourites"))

    @property
    def active(self) -> dict[str, str]:
        """The label that a bare provider means, by provider."""
        chosen = {}
        for provider, account in section(self.raw, "active").items():
            if isinstance(account, str):
                owner, slash, label = account.rpartition("/")
                if not slash or owner == provider:
                    chosen[provider] = label
        return chosen

    @property
    def settings(self) -> Mapping[str, object]:
        """Settings as written; defaults and checks are the service's."""
        return section(self.raw, "settings")

    @property
    def providers(self) -> Mapping[str, object]:
        """The user's own providers and overrides, by id."""
        return section(self.raw, "providers")

    @property
    def pending(self) -> tuple[Pending, ...]:
        """Items whose writing began and was not finished."""
        return tuple(
            Pending(text(each, "store"), text(each, "item"), moment(each, "since"))
            for each in items(self.raw, "pending")
            if isinstance(each, dict)
        )

    @property
    def garbage(self) -> tuple[Garbage, ...]:
        """Items to delete once their time has come."""
        return tuple(
            Garbage(text(each, "store"), text(each, "item"), moment(each, "until"))
            for each in items(self.raw, "garbage")
            if isinstance(each, dict)
        )

    def precedence(self, provider: str) -> str:
        """One of PRECEDENCES for `provider`: its own setting, else the global one, else `env-first`."""
        own = section(section(self.raw, "providers"), provider).get("precedence")
        for value in (own, self.settings.get("precedence")):
            if isinstance(value, str) and value in PRECEDENCES:
                return value
        return PRECEDENCES[0]

    def replace(self, **fields: object) -> Config:
        """Another config with these top-level fields."""
        return Config({**self.raw, **fields})


def with_account(config: Config, account: Account) -> Config:
    """`config` with `account` added or changed; what we do not know of its record is kept."""
    accounts = section(config.raw, "accounts")
    before = section(accounts, str(account.name))
    return config.replace(accounts={**accounts, str(account.name): account_to_json(account, before)})


def without_account(config: Config, name: AccountName) -> Config:
    """`config` without the account, without its being active, recent, a favourite or the default."""
    account = str(name)
    accounts = {key: value for key, value in section(config.raw, "accounts").items() if key != account}
    active = dict(section(config.raw, "active"))
    if config.active.get(name.provider) == name.label:
        del active[name.provider]
    return without_default_of(config.replace(accounts=accounts, active=active), account).replace(
        recent=_others(items(config.raw, "recent"), account),
        favourites=_others(items(config.raw, "favourites"), account),
    )


def with_renamed(config: Config, before: AccountName, after: AccountName) -> Config:
    """`config` with the account `before` called `after` wherever it is named: records, default, active, recent."""
    old, new = str(before), str(after)
    accounts = section(config.raw, "accounts").items()
    fields = ("defaults", "previous_default", "recent", "favourites", "active", "aliases", "fallback")
    changed = config.replace(
        accounts={new if key == old else key: record for key, record in accounts},
        **{field: renamed(config.raw[field], old, new) for field in fields if field in config.raw},
    )
    return with_active(changed, after) if config.active.get(before.provider) == before.label else changed


def without_default_of(config: Config, account: str) -> Config:
    """`config` with no default (and none to go back to) where `account` was it."""
    defaults = dict(section(config.raw, "defaults"))
    if config.default is not None and config.default.account == account:
        defaults["main"] = None
    previous = config.previous_default
    kept = None if previous is None or previous.account == account else _written(previous)
    return config.replace(defaults=defaults, previous_default=kept)


def with_default(config: Config, choice: Choice) -> Config:
    """`config` with `choice` as the default, the old one remembered and both among the recent ones."""
    if choice == config.default:
        return config
    before = config.default
    recent = [choice, *(each for each in config.recent if each != choice)]
    if before is not None and before not in recent:
        recent.insert(1, before)
    return config.replace(
        defaults={**section(config.raw, "defaults"), "main": _written(choice)},
        previous_default=_written(before) if before else config.raw.get("previous_default"),
        recent=[_written(each) for each in recent[:RECENT_LIMIT]],
    )


def with_active(config: Config, name: AccountName) -> Config:
    """`config` with `name` as the account that its bare provider means."""
    return config.replace(active={**section(config.raw, "active"), name.provider: str(name)})


def with_pending(config: Config, pending: Pending) -> Config:
    """`config` with the intent to write `pending.item` on record."""
    return config.replace(pending=[*items(config.raw, "pending"), pending._asdict()])


def without_pending(config: Config, item: str) -> Config:
    """`config` with the intent to write `item` struck off."""
    return config.replace(pending=[each for each in items(config.raw, "pending") if not _names(each, item)])


def with_garbage(config: Config, garbage: Garbage) -> Config:
    """`config` with `garbage.item` to be deleted later."""
    return config.replace(garbage=[*items(config.raw, "garbage"), garbage._asdict()])


def without_garbage(config: Config, item: str) -> Config:
    """`config` with `item` struck off the deletions."""
    return config.replace(garbage=[each for each in items(config.raw, "garbage") if not _names(each, item)])


def with_setting(config: Config, name: str, value: object) -> Config:
    """`config` with a setting; None takes it back to its default."""
    settings = {key: kept for key, kept in config.settings.items() if key != name}
    return config.replace(settings=settings if value is None else {**settings, name: value})


def _written(choice: Choice) -> dict[str, str]:
    return {"account": choice.account, "model": choice.model}


def _others(records: list[object], account: str) -> list[object]:
    """`records` without the choices of `account`; what is no choice is kept, since a newer version may know it."""
    return [each for each in records if (choice := choice_from(each)) is None or choice.account != account]


def _names(record: object, item: str) -> bool:
    return isinstance(record, dict) and record.get("item") == item
