"""Accounts by name and by record: `provider/label`, `ACCOUNT:MODEL`, and what config keeps about one."""

from collections.abc import Mapping
from typing import NamedTuple

from llmkeys.errors import UsageError
from llmkeys.record import items, section, text
from llmkeys.text import clean

RESERVED_LABELS = ("env", "dotenv")
_LONGEST_LABEL = 64


class AccountName(NamedTuple):
    """The name of one credential; its text is `provider/label`."""

    provider: str
    label: str

    def __str__(self) -> str:
        return f"{self.provider}/{self.label}"


class Target(NamedTuple):
    """What was asked for: a provider, perhaps one of its labels, perhaps a model."""

    provider: str
    label: str | None = None
    model: str | None = None

    def __str__(self) -> str:
        account = self.provider if self.label is None else f"{self.provider}/{self.label}"
        return account if self.model is None else f"{account}:{self.model}"


def read_target(text: str) -> Target:
    """`openai`, `openai/work`, `openai:gpt-4.1` or `openai/work:gpt-4.1`, split at the first colon.

    Raises UsageError. Aliases are not resolved here; that is the catalogue's.
    """
    account, colon, model = text.partition(":")
    provider, slash, label = account.partition("/")
    if not is_provider_id(provider):
        raise UsageError(
            f"“{clean(text)}” does not start with a provider's name.", next="llmkeys providers lists them."
        )
    if colon and not model:
        raise UsageError(f"“{clean(text)}” names no model after the colon.")
    if slash:
        refuse_bad_label(label)
    return Target(provider.lower(), label if slash else None, model if colon else None)


def read_account_name(text: str) -> AccountName:
    """A full account name `provider/label`, as config keys have it. Raises UsageError."""
    target = read_target(text)
    if target.label is None or target.model is not None:
        raise UsageError(f"“{clean(text)}” is not an account.", next="Write it as provider/label.")
    return AccountName(target.provider, target.label)


def is_provider_id(text: str) -> bool:
    """Whether `text` has the form of a provider's id: letters, digits, `.`, `_`, `-`, at most 64."""
    return _is_word(text)


def refuse_bad_label(label: str) -> None:
    """Raises UsageError unless `label` is `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`."""
    if not _is_word(label):
        raise UsageError(
            f"“{clean(label)}” cannot be a label.",
            next="A label has letters, digits, dot, hyphen and underscore, starts with a letter or digit, "
            "and is at most 64 long; --name takes any text.",
        )


def _is_word(text: str) -> bool:
    rest = text.replace(".", "a").replace("_", "a").replace("-", "a")
    return bool(text) and len(text) <= _LONGEST_LABEL and text.isascii() and text[0].isalnum() and rest.isalnum()


class Account(NamedTuple):
    """What config keeps of one account; never its key. Times are RFC 3339 UTC."""

    name: AccountName
    display_name: str = ""
    """Free text such as `My GPT-4 key`; config calls it `name`."""
    store: str | None = None
    """`keychain`, `file`, or None for an account without a key of its own (keyless, reference)."""
    reference: str | None = None
    item: str | None = None
    """Which item of the store holds the key."""
    hint: str = ""
    fingerprint: str = ""
    base_url: str | None = None
    """None is the provider's own address."""
    enabled: bool = True
    model: str | None = None
    models_added: tuple[str, ...] = ()
    models_hidden: tuple[str, ...] = ()
    settings: Mapping[str, object] = {}
    metadata: Mapping[str, object] = {}
    created_at: str | None = None
    updated_at: str | None = None
    expires_at: str | None = None


def account_from_json(name: AccountName, record: Mapping[str, object]) -> Account:
    """The account that config keeps under `name`; fields of a wrong type count as absent."""
    models = section(record, "models")
    return Account(
        name,
        display_name=text(record, "name"),
        store=text(record, "store") or None,
        reference=text(record, "reference") or None,
        item=text(record, "item") or None,
        hint=text(record, "hint"),
        fingerprint=text(record, "fingerprint"),
        base_url=text(record, "base_url") or None,
        enabled=record.get("enabled") is not False,
        model=text(record, "model") or None,
        models_added=_texts(models, "added"),
        models_hidden=_texts(models, "hidden"),
        settings=section(record, "settings"),
        metadata=section(record, "metadata"),
        created_at=text(record, "created_at") or None,
        updated_at=text(record, "updated_at") or None,
        expires_at=text(record, "expires_at") or None,
    )


def account_to_json(account: Account, before: Mapping[str, object]) -> dict[str, object]:
    """The record config writes for `account`, with every field of `before` that we do not know kept."""
    return {
        **before,
        "name": account.display_name or None,
        "store": account.store,
        "reference": account.reference,
        "item": account.item,
        "hint": account.hint,
        "fingerprint": account.fingerprint,
        "base_url": account.base_url,
        "enabled": account.enabled,
        "model": account.model,
        "models": {
            **section(before, "models"),
            "added": list(account.models_added),
            "hidden": list(account.models_hidden),
        },
        "settings": dict(account.settings),
        "metadata": dict(account.metadata),
        "created_at": account.created_at,
        "updated_at": account.updated_at,
        "expires_at": account.expires_at,
    }


def _texts(record: Mapping[str, object], field: str) -> tuple[str, ...]:
    return tuple(each for each in items(record, field) if isinstance(each, str))
