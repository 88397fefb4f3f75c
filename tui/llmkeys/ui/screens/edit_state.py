"""What the edit form changes, told from what it was; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from llmkeys.account import Account
from llmkeys.service.edit import Changes


class Typed(NamedTuple):
    """What stands in the form; an empty address is the provider's own, an empty model its usual one."""

    label: str
    name: str
    model: str
    base_url: str
    settings: Mapping[str, object]
    """The fields that are not empty."""


def changes_of(record: Account, typed: Typed, fields: Iterable[str]) -> Changes | None:
    """The changes from `record` to what was typed; None when nothing changes.

    A setting of the form's `fields` that was emptied is taken away; settings it does not show stay.
    """
    before = record.settings
    removed = {field: None for field in fields if field in before and field not in typed.settings}
    altered = {field: value for field, value in typed.settings.items() if before.get(field) != value}
    changes = Changes(
        label=_changed(typed.label, record.name.label),
        name=_changed(typed.name, record.display_name),
        base_url=_changed(typed.base_url.rstrip("/"), record.base_url or ""),
        model=_changed(typed.model, record.model or ""),
        settings={**removed, **altered},
    )
    return None if changes == Changes() else changes


def _changed(typed: str, before: str) -> str | None:
    return None if typed == before else typed
