"""Wishes that change accounts: add one, rotate its key, edit the rest of it, remove it, enable or disable it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from llmkeys.account import Account, AccountName, read_account_name
from llmkeys.catalog.rows import Provider
from llmkeys.config import Choice, Config, with_account, with_active, with_default, without_default_of
from llmkeys.errors import UsageError
from llmkeys.moment import to_text
from llmkeys.origin import origin_of
from llmkeys.resolution.weigh import preferred_account
from llmkeys.secret import Secret
from llmkeys.service.keeping import keeping_for
from llmkeys.service.session import Session, World, look
from llmkeys.service.shadow import Winner, winner_now
from llmkeys.service.stored import (
    account_in,
    refuse_taken,
    refuse_unfit_label,
    refuse_unfit_model,
    refuse_unfit_texts,
    stored_account,
)
from llmkeys.store.config_file import change_config
from llmkeys.store.keys import forget_key, save_key
from llmkeys.store.model_lists import forget_list
from llmkeys.store.status_file import record_many
from llmkeys.store.stores import stores_of
from llmkeys.text import clean


class Draft(NamedTuple):
    """What a person wants to keep: a key for `provider/label` and what goes with it."""

    provider: str
    label: str
    secret: Secret | None
    """None for a local server that needs no key."""
    name: str = ""
    base_url: str | None = None
    model: str | None = None
    settings: Mapping[str, object] = {}
    store: str | None = None
    """`keychain`, `file`, or None for what config says."""
    consent: bool = False
    """Whether the person agreed to a plaintext file."""
    replaces: bool = False
    """Whether the account exists and its key is rotated."""


class Saved(NamedTuple):
    """An account as it was saved, and what a bare provider means now."""

    account: str
    hint: str
    store: str | None
    default: Choice | None
    """The default, if saving the account made it one."""
    winner: Winner
    notes: tuple[str, ...]
    kept_seconds: float = 0
    """How long the key that was in its place is kept; 0 where there was none."""


class Removed(NamedTuple):
    """An account that is gone, and what went with it."""

    account: str
    default_cleared: bool
    left_over: str
    """What could not be deleted yet, a sentence; empty when nothing is left."""
    kept_seconds: float = 0
    """How long its key is kept; 0 where it had none."""


def add_account(session: Session, draft: Draft) -> Saved:
    """Store a new account and its key. The very first one becomes the default with its provider's usual model.

    Raises AlreadyThere, UsageError, BadKey for a mask, and what the store raises; then nothing has changed.
    """
    world = look(session)
    provider = world.catalog.find(draft.provider)
    name = AccountName(provider.id, draft.label)
    refuse_unfit_label(draft.label)
    refuse_taken(world, name)
    account = _account_of(draft, name, provider, world, session)
    return _save(session, world, account, draft, _first_steps(account, provider))


def rotate_key(session: Session, draft: Draft, *, keep_seconds: float = 0) -> Saved:
    """Put a new key in the place of an account's old one, which works until the new one is stored.

    The old item is deleted after `keep_seconds`. Raises NotConfigured, and what `add_account` raises.
    """
    world = look(session)
    name = AccountName(world.catalog.find(draft.provider).id, draft.label)
    before = stored_account(world, str(name))
    draft = draft._replace(store=draft.store or before.store)
    account = _with_key(before, draft, world, session)
    kept_seconds = _kept(before, keep_seconds)
    saved = _save(session, world, account, draft._replace(replaces=True), keep_seconds=kept_seconds)
    return saved._replace(kept_seconds=kept_seconds)


def remove_account(session: Session, account: str, *, keep_seconds: float = 0) -> Removed:
    """Forget an account; its key is deleted after `keep_seconds`. Raises NotConfigured and what the config raises."""
    world = look(session)
    record = stored_account(world, account)
    stores = stores_of(session.paths, session.environ, interactive=session.interactive)
    after = forget_key(session.paths, stores, record.name, now=session.now(), keep_seconds=keep_seconds)
    record_many(session.paths, (), gone=[account])
    forget_list(session.paths, account)
    kept_seconds = _kept(record, keep_seconds)
    left = [each.item for each in after.garbage if each.item == record.item and not kept_seconds]
    return Removed(account, _was_default(world, account), _left_over(record, left), kept_seconds)


def set_enabled(session: Session, account: str, enabled: bool) -> bool:
    """Enable or disable an account; answers whether that cleared the default. Raises NotConfigured."""
    world = look(session)
    name = stored_account(world, account).name

    def change(config: Config) -> Config:
        record = account_in(config, name)._replace(enabled=enabled, updated_at=to_text(session.now()))
        after = with_account(config, record)
        return after if enabled else without_default_of(after, account)

    change_config(session.paths, change)
    return not enabled and _was_default(world, account)


def _was_default(world: World, account: str) -> bool:
    return world.config.default is not None and world.config.default.account == account


def _kept(account: Account, keep_seconds: float) -> float:
    """How long the key of `account` is kept; one without a key leaves none behind."""
    return keep_seconds if account.item else 0


def _left_over(account: Account, items: list[str]) -> str:
    if not items:
        return ""
    return f"Its key is still in the {account.store} as {items[0]}; llmkeys doctor deletes it when the store answers."


def _account_of(draft: Draft, name: AccountName, provider: Provider, world: World, session: Session) -> Account:
    if draft.secret is None and not provider.key_optional:
        raise UsageError(f"{provider.name} needs a key.", next=provider.console_url)
    refuse_unfit_texts(world, draft.label, draft.name, *draft.settings, *map(str, draft.settings.values()))
    refuse_unfit_model(world, draft.model or "")
    if draft.base_url:
        origin_of(draft.base_url, keyless=draft.secret is None)
    created = to_text(session.now())
    bare = Account(
        name,
        display_name=clean(draft.name),
        base_url=draft.base_url.rstrip("/") if draft.base_url else None,
        model=draft.model,
        settings=dict(draft.settings),
        created_at=created,
    )
    return _with_key(bare, draft, world, session)


def _with_key(account: Account, draft: Draft, world: World, session: Session) -> Account:
    """`account` with the hint of the draft's key; the fingerprint comes with the write, under the salt of then."""
    if draft.secret is None:
        return account._replace(updated_at=to_text(session.now()))
    hint = draft.secret.hint(world.catalog.find(account.name.provider).key_prefixes)
    return account._replace(hint=hint, updated_at=to_text(session.now()))


def _first_steps(account: Account, provider: Provider) -> Callable[[Config], Config]:
    """The first account becomes the default; a further one of a provider leaves the bare provider's meaning alone."""

    def finish(config: Config) -> Config:
        others = {name for name in config.accounts if name != account.name}
        if not config.active.get(account.name.provider):
            meant = _meant_before(config, account)
            config = with_active(config, meant or account.name)
        model = account.model or provider.default_model
        if others or config.default is not None or not provider.chat or not model:
            return config
        return with_default(config, Choice(str(account.name), model))

    return finish


def _meant_before(config: Config, account: Account) -> AccountName | None:
    accounts = dict(config.raw.get("accounts", {}))  # type: ignore[call-overload]
    accounts.pop(str(account.name), None)
    meant = preferred_account(config.replace(accounts=accounts), account.name.provider)
    return read_account_name(meant) if meant else None


def _save(
    session: Session,
    world: World,
    account: Account,
    draft: Draft,
    finish: Callable[[Config], Config] = lambda config: config,
    keep_seconds: float = 0,
) -> Saved:
    notes: tuple[str, ...] = ()
    if draft.secret is None:
        after = change_config(session.paths, lambda config: finish(with_account(config, account)))
    else:
        keeping = keeping_for(session, world, draft.store, consent=draft.consent)
        notes = keeping.notes
        account = account._replace(store=keeping.store)
        after = save_key(
            session.paths,
            stores_of(session.paths, session.environ, interactive=session.interactive),
            account,
            draft.secret,
            now=session.now(),
            replaces=draft.replaces,
            keep_seconds=keep_seconds,
            finish=lambda config: finish(keeping.recorded(config)),
        )
    made_default = after.default if world.config.default is None else None
    winner = winner_now(session, account.name)
    return Saved(str(account.name), account.hint, account.store, made_default, winner, notes)
