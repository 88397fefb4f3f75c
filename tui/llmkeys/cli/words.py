"""Words of the command line turned into values: spans of time, numbers, settings, accounts; and a line verbs share."""

from __future__ import annotations

from collections.abc import Iterable

from llmkeys.account import AccountName, Target, read_target
from llmkeys.catalog.rows import Provider
from llmkeys.cli.output import notes
from llmkeys.errors import AmbiguousAccount, UsageError
from llmkeys.moment import DAY, HOUR, MINUTE
from llmkeys.service.session import Session, look, provider_named
from llmkeys.text import clean, counted

_UNITS = {"s": 1, "m": MINUTE, "h": HOUR, "d": DAY}
LONGEST_KEEP = 30 * DAY
DEFAULT_CLEARED = "! It was the default; there is none now. llmkeys set-default ACCOUNT sets another."


def default_lost(provider: str) -> str:
    """The line that follows where a bare `provider` is the default and its last key is gone."""
    return (
        f"! {provider} has no key left here, and it is still the default. "
        f"llmkeys add-key {provider} gives it one, llmkeys set-default ACCOUNT sets another."
    )


def span(text: str) -> int:
    """Seconds of `90s`, `10m`, `2h` or `1d`, at most 30 days; a bare number is seconds. Raises UsageError."""
    number, unit = (text[:-1], text[-1:]) if text[-1:] in _UNITS else (text, "s")
    if not (number.isascii() and number.isdigit()) or len(number) > 9 or int(number) * _UNITS[unit] > LONGEST_KEEP:
        raise UsageError(f"“{clean(text)}” is not a span of time.", next="Write it as 90s, 10m, 2h or 1d; 30d at most.")
    return int(number) * _UNITS[unit]


def span_words(seconds: int) -> str:
    """A span for people, in the largest unit that holds it whole: `1 day`, `10 minutes`, `90 seconds`."""
    for size, noun in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= size and seconds % size == 0:
            return counted(seconds // size, noun)
    return counted(seconds, "second")


def positive_number(text: str) -> int:
    """A whole number from 1 to a million. Raises UsageError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and 1 <= int(text) <= 1_000_000):
        raise UsageError(f"“{clean(text)}” is not a number from 1 to 1000000.")
    return int(text)


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """Settings given as `K=V`; an empty V takes a setting away. Raises UsageError."""
    found = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not (separator and name.strip()):
            raise UsageError(f"“{clean(text)}” is not a setting.", next="Write it as NAME=VALUE.")
        found[name.strip()] = value.strip()
    return found


def note_unknown_settings(provider: Provider, names: Iterable[str]) -> None:
    """Says on stderr which of `names` no account of `provider` has a use for, and which it has; they are kept."""
    known = dict.fromkeys([*(field.name for field in provider.fields), *provider.setting_env.values()])
    has = f"it has {', '.join(known)}" if known else "it has none"
    notes([f"{provider.name} has no setting “{clean(name)}”; {has}" for name in names if name not in known])


def account_to_add(session: Session, text: str) -> tuple[Provider, AccountName]:
    """The provider and the account's name in `text`; without a label it is `default`. Raises UsageError."""
    target = _target(text)
    provider = provider_named(session, target.provider)
    return provider, AccountName(provider.id, target.label or "default")


def stored_name(session: Session, text: str) -> str:
    """The full name of the account that `text` means; a bare provider means its only one. Raises UsageError."""
    target = _target(text)
    provider = provider_named(session, target.provider)
    if target.label is not None:
        return f"{provider.id}/{target.label}"
    names = [str(name) for name in look(session).config.accounts if name.provider == provider.id]
    if len(names) > 1:
        raise AmbiguousAccount(
            f"{provider.name} has {len(names)} accounts: {', '.join(names)}.", next="Name one of them."
        )
    return names[0] if names else f"{provider.id}/default"


def _target(text: str) -> Target:
    target = read_target(text)
    if target.model is not None:
        raise UsageError(f"“{clean(text)}” names a model; an account is meant here.", next="Write provider/label.")
    return target
