"""Wish: change an account's name, address, model or settings, and never its key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from llmkeys.account import Account, AccountName
from llmkeys.config import Config, with_account, with_renamed
from llmkeys.errors import NeedsUser
from llmkeys.moment import to_text
from llmkeys.origin import origin_of
from llmkeys.service.known_models import refuse_random_model
from llmkeys.service.route import route_of_account
from llmkeys.service.session import Session, look
from llmkeys.service.stored import (
    account_in,
    refuse_taken,
    refuse_unfit_label,
    refuse_unfit_model,
    refuse_unfit_texts,
    stored_account,
)
from llmkeys.store.config_file import change_config
from llmkeys.store.model_lists import forget_list, load_list, save_list
from llmkeys.store.status_file import record_many
from llmkeys.text import clean


class Changes(NamedTuple):
    """What to change; None means keep, an empty text, except as label, back to nothing or to the provider's own."""

    label: str | None = None
    name: str | None = None
    base_url: str | None = None
    model: str | None = None
    settings: Mapping[str, object] = {}
    """Added to the account's settings; a value of None takes one away."""


class OriginChange(NamedTuple):
    """Where an account's key went until now, and where it would go."""

    before: str
    after: str


def origin_change(session: Session, account: str, changes: Changes) -> OriginChange | None:
    """The two origins if `changes` send the key elsewhere, for a person to confirm; None if they do not.

    Raises UsageError for an address a key must not go to, NotConfigured.
    """
    world = look(session)
    record = stored_account(world, account)
    if changes.base_url:
        origin_of(changes.base_url, keyless=not record.store)
    before = route_of_account(session, world, record)
    after = route_of_account(session, world, _changed(record, changes, session))
    if before.origin == after.origin or not record.store:
        return None
    return OriginChange(before.origin or "nowhere", after.origin or "nowhere")


def edit_account(session: Session, account: str, changes: Changes, *, origin_confirmed: bool = False) -> str:
    """Apply `changes`; answers the account's name, which a new label changes. The key is not touched.

    Raises NeedsUser for a new origin that nobody confirmed, AlreadyThere for a taken label, UsageError, NotConfigured.
    """
    moved = origin_change(session, account, changes)
    if moved is not None and not origin_confirmed:
        raise NeedsUser(
            f"{account} would send its key to {moved.after} in place of {moved.before}.",
            next="Confirm it on a terminal.",
        )
    world = look(session)
    record = stored_account(world, account)
    refuse_unfit_texts(world, changes.label, changes.name, *changes.settings, *map(str, changes.settings.values()))
    refuse_unfit_model(world, changes.model or "")
    if changes.model and changes.model != record.model:
        refuse_random_model(session, account, world.catalog.find(record.name.provider), changes.model)
    if changes.label is not None:
        refuse_unfit_label(changes.label)
    after = _changed(record, changes, session).name
    if after != record.name:
        refuse_taken(world, after)

    def change(config: Config) -> Config:
        updated = _changed(account_in(config, record.name), changes, session)
        renamed = with_renamed(config, record.name, after) if after != record.name else config
        return with_account(renamed, updated)

    change_config(session.paths, change)
    if after != record.name:
        _take_along(session, account, str(after))
    return str(after)


def _take_along(session: Session, before: str, after: str) -> None:
    """What is known of the account goes by its new name; what is left of a former account of that name goes away."""
    record_many(session.paths, (), gone=[after], called={before: after})
    known = load_list(session.paths, before)
    for name in (before, after):
        forget_list(session.paths, name)
    if known is not None:
        save_list(session.paths, after, known.ids, known.fetched_at, origin=known.origin)


def _changed(record: Account, changes: Changes, session: Session) -> Account:
    settings = {**record.settings, **changes.settings}
    return record._replace(
        name=AccountName(record.name.provider, changes.label or record.name.label),
        display_name=record.display_name if changes.name is None else clean(changes.name),
        base_url=record.base_url if changes.base_url is None else changes.base_url.rstrip("/") or None,
        model=record.model if changes.model is None else changes.model or None,
        settings={key: value for key, value in settings.items() if value is not None},
        updated_at=to_text(session.now()),
    )
