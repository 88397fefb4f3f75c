"""The small records that config.json is made of, read without trusting a field's kind."""

from collections.abc import Mapping
from typing import NamedTuple


class Choice(NamedTuple):
    """A default: an account, or a bare provider, and one of its models."""

    account: str
    model: str


class Garbage(NamedTuple):
    """An item of a store that is to be deleted once `until` (seconds since the epoch) has passed."""

    store: str
    item: str
    until: float


class Pending(NamedTuple):
    """An item that is being written: kept if an account names it in the end, else deleted."""

    store: str
    item: str
    since: float


def section(raw: Mapping[str, object], field: str) -> Mapping[str, object]:
    """The mapping under `field`, or an empty one."""
    value = raw.get(field)
    return value if isinstance(value, dict) else {}


def items(raw: Mapping[str, object], field: str) -> list[object]:
    """The list under `field`, or an empty one."""
    value = raw.get(field)
    return value if isinstance(value, list) else []


def text(raw: Mapping[str, object], field: str) -> str:
    """The text under `field`, or an empty one."""
    value = raw.get(field)
    return value if isinstance(value, str) else ""


def moment(raw: Mapping[str, object], field: str) -> float:
    """The seconds under `field`, or 0 for anything that is no finite number."""
    value = raw.get(field)
    usable = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
    return float(value) if usable else 0.0  # type: ignore[arg-type]


def choice_from(value: object) -> Choice | None:
    """The choice that `value` records, or None."""
    if not isinstance(value, dict):
        return None
    choice = Choice(text(value, "account"), text(value, "model"))
    return choice if all(choice) else None


def choices_from(values: list[object]) -> tuple[Choice, ...]:
    """The choices among `values`, in their order."""
    return tuple(choice for value in values if (choice := choice_from(value)) is not None)


def renamed(value: object, before: str, after: str) -> object:
    """`value` with the account `before` called `after` wherever it is named, alone or as `ACCOUNT:MODEL`.

    What stands under `model` is left alone: a model's id may look like an account.
    """
    if isinstance(value, str):
        return after + value[len(before) :] if value == before or value.startswith(f"{before}:") else value
    if isinstance(value, list):
        return [renamed(each, before, after) for each in value]
    if isinstance(value, dict):
        return {key: each if key == "model" else renamed(each, before, after) for key, each in value.items()}
    return value
