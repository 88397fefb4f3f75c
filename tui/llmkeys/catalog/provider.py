"""A provider as one row of the table: where it is, how a key looks and travels, and what proves it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

WIRES = ("openai-chat", "openai-responses", "anthropic", "gemini", "azure", "cohere", "other")
"""The ways of asking a provider; the first is what an unknown server speaks."""


class Auth(NamedTuple):
    """The one header that carries the key; an empty `header` means that no key is sent."""

    header: str = "Authorization"
    format: str = "Bearer {key}"
    extra_headers: Mapping[str, str] = {}


class Field(NamedTuple):
    """A setting that an account of this provider may need besides its key."""

    name: str
    """The setting's name in config; `{name}` in an address stands for it."""
    words: str
    variable: str = ""
    """The environment variable that gives it; empty if none does."""
    required: bool = False
    """Needed where the account has no base URL of its own."""
    header: str = ""
    """The header that carries the setting; empty if none does."""


class ModelsRequest(NamedTuple):
    """How the provider lists its models; `path` is below the base URL or absolute."""

    method: str
    path: str
    public: bool | None = None
    """Whether it answers without a key; None where nobody has established it."""


class CheckRequest(NamedTuple):
    """A free request whose answer tells whether a key works; `path` is below the base URL or absolute."""

    method: str
    path: str
    body: Mapping[str, object] | None = None
    headers: Mapping[str, str] = {}
    why: str = ""
    public: bool | None = False
    """False: a wrong key is refused. None: not established, so the same request without a key must be refused
    before the answer proves anything. True: it never proves a key."""
    auth: Auth | None = None
    """The header for this request, where it differs from the row's."""
    key_prefixes: tuple[str, ...] = ()
    """Kinds of keys that this request is for, and that the row's first check cannot judge."""


class BalanceRequest(NamedTuple):
    """A free request for the credit that is left; `path` is below the base URL or absolute."""

    path: str
    takes: Mapping[str, str] = {}
    """Name in `path` → where the answer to the check holds it, as a data path."""


class Provider(NamedTuple):
    """One row: everything llmkeys knows of a provider."""

    id: str
    name: str
    short_name: str
    """At most 14 characters, for columns."""
    aliases: tuple[str, ...] = ()
    status: str = "active"
    """`active` or `retired`."""
    local: bool = False
    """A server on this machine that wants no key unless told to."""
    chat: bool = True
    """False for speech, images and embeddings: never a default, not in the picker."""
    main: bool = False
    """Listed under "not configured" without being asked for."""
    base_url: str = ""
    """May hold `{field}`; empty where every account brings its own."""
    other_base_urls: tuple[str, ...] = ()
    """Of the same service for other regions, plans or old names; an account has to name one to use it."""
    key_env: tuple[str, ...] = ()
    url_env: tuple[str, ...] = ()
    setting_env: Mapping[str, str] = {}
    """Variable → name of the setting it gives."""
    shared_token_env: tuple[str, ...] = ()
    """Tokens that belong to other tools as well: never used until a person adopts them."""
    wire: str = WIRES[0]
    auth: Auth = Auth()
    key_env_auth: Mapping[str, Auth] = {}
    """Variable → header, for variables whose keys travel differently."""
    key_prefixes: tuple[str, ...] = ()
    key_shape: str = ""
    """Words for people: what follows the prefix."""
    key_pattern: str = ""
    """A regular expression that a usual key matches in full."""
    key_kind_names: Mapping[str, str] = {}
    """Prefix → words such as `project key`."""
    console_url: str = ""
    models: ModelsRequest | None = None
    check: CheckRequest | None = None
    fallback_checks: tuple[CheckRequest, ...] = ()
    balance: BalanceRequest | None = None
    """None where the check itself tells it, or nothing does."""
    spend_path: str | None = ""
    """Where one token is generated; empty for the usual place of its wire kind, None for nowhere."""
    hosts: tuple[str, ...] = ()
    """Further origins that this row's own checks go to; may hold `{field}`."""
    fields: tuple[Field, ...] = ()
    catalogue_id: str = ""
    """The provider's id in models.dev; empty where the snapshot cannot know its models."""
    default_model: str = ""
    key_optional: bool = False
    own: bool = False
    """Defined or changed by the user's config."""

    @property
    def variables(self) -> tuple[str, ...]:
        """Every environment variable that belongs to this row."""
        return (*self.key_env, *self.url_env, *self.setting_env, *self.shared_token_env)


_LISTS = ("aliases", "other_base_urls", "key_env", "url_env", "shared_token_env", "key_prefixes", "hosts")


def provider_from_row(row: Mapping[str, Any]) -> Provider:
    """The provider that `row`, one object of providers.json, describes; what it leaves out has its default."""
    columns = dict(row)
    columns.setdefault("short_name", row["name"])
    for name in _LISTS:
        if name in columns:
            columns[name] = tuple(columns[name])
    if "auth" in columns:
        columns["auth"] = Auth(**columns["auth"])
    if "key_env_auth" in columns:
        columns["key_env_auth"] = {name: Auth(**auth) for name, auth in columns["key_env_auth"].items()}
    if "models" in columns:
        columns["models"] = ModelsRequest(**{"method": "GET", **columns["models"]})
    if "check" in columns:
        columns["check"] = check_from_row(columns["check"])
    if "fallback_checks" in columns:
        columns["fallback_checks"] = tuple(check_from_row(each) for each in columns["fallback_checks"])
    if "balance" in columns:
        columns["balance"] = BalanceRequest(**columns["balance"])
    if "fields" in columns:
        columns["fields"] = tuple(Field(**each) for each in columns["fields"])
    return Provider(**columns)


def check_from_row(row: Mapping[str, Any]) -> CheckRequest:
    """The request that `row`, an object of a data file, describes."""
    columns = {"method": "GET", **row}
    if "key_prefixes" in columns:
        columns["key_prefixes"] = tuple(columns["key_prefixes"])
    if "auth" in columns:
        columns["auth"] = Auth(**columns["auth"])
    return CheckRequest(**columns)
