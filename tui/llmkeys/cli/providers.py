"""`providers`: their variables, addresses and key shapes; an empty `.env`; one of your own, added or removed."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from llmkeys.catalog.provider import WIRES, Provider
from llmkeys.cli import output
from llmkeys.cli.words import DEFAULT_CLEARED
from llmkeys.errors import UsageError
from llmkeys.service.providers import add_provider, dotenv_template, list_providers, remove_provider
from llmkeys.service.session import Session, provider_named
from llmkeys.text import clean

_ADD, _REMOVE = "add", "remove"
_WORDS = "[PROVIDER | add NAME | remove NAME]"


def configure(parser: ArgumentParser) -> None:
    """A provider, or `add` with the name and address of a new one, or `remove` with the name of one's own."""
    parser.add_argument("words", metavar=_WORDS, nargs="*", help="one provider; none: all of them")
    parser.add_argument("--dotenv", action="store_true", help="print an empty .env with every key variable")
    parser.add_argument("--base-url", metavar="URL", help="with add: where its API is")
    parser.add_argument("--env", metavar="NAME", action="append", default=[], help="with add: its key variable")
    parser.add_argument("--wire", choices=WIRES, help="with add: how it is asked")
    parser.add_argument("--model", metavar="M", default="", help="with add: its usual model")
    parser.add_argument("--name", metavar="TEXT", default="", help="with add: a name to show")
    parser.add_argument("--no-key", action="store_true", help="with add: it needs no key")


def run(arguments: Namespace, session: Session) -> int:
    """Lists providers, shows one, prints the template, adds or removes one."""
    adds = arguments.words[:1] == [_ADD]
    if not adds and _has_options_of_add(arguments):
        raise UsageError("Those options go with add.", next="llmkeys providers add NAME --base-url URL --env NAME")
    if adds:
        return _add(arguments, session)
    if arguments.words[:1] == [_REMOVE]:
        return _remove(arguments, session)
    if len(arguments.words) > 1:
        raise UsageError("One provider at a time.")
    if arguments.dotenv:
        template = dotenv_template(session)
        output.answer(arguments.json, {"dotenv": template}, template.splitlines())
        return 0
    if arguments.words:
        return _show(arguments, provider_named(session, arguments.words[0]))
    providers = list_providers(session)
    document = {"providers": [_document(each) for each in providers]}
    output.answer(arguments.json, document, output.columns([_row(each) for each in providers]))
    return 0


def _has_options_of_add(arguments: Namespace) -> bool:
    given = (arguments.base_url, arguments.env, arguments.wire, arguments.model, arguments.name, arguments.no_key)
    return any(given)


def _remove(arguments: Namespace, session: Session) -> int:
    if len(arguments.words) != 2:
        raise UsageError("Which provider of your own goes?", next="llmkeys providers remove NAME")
    removed = remove_provider(session, arguments.words[1])
    lines = [f"– {clean(removed.provider)} removed"]
    if removed.default_cleared:
        lines.append(DEFAULT_CLEARED)
    output.answer(arguments.json, removed._asdict(), lines)
    return 0


def _add(arguments: Namespace, session: Session) -> int:
    if len(arguments.words) != 2 or not arguments.base_url:
        raise UsageError("A provider needs a name and --base-url.", next="llmkeys providers add NAME --base-url URL")
    added = add_provider(
        session,
        arguments.words[1],
        base_url=arguments.base_url,
        env=arguments.env,
        wire=arguments.wire or WIRES[0],
        display_name=arguments.name,
        default_model=arguments.model,
        key_optional=arguments.no_key,
    )
    return _show(arguments, added)


def _show(arguments: Namespace, provider: Provider) -> int:
    document = {"providers": [_document(provider)]}
    output.answer(arguments.json, document, _lines(provider))
    return 0


def _document(provider: Provider) -> dict[str, object]:
    return {
        "provider": provider.id,
        "name": provider.name,
        "aliases": list(provider.aliases),
        "status": provider.status,
        "chat": provider.chat,
        "needs_key": not provider.key_optional,
        "own": provider.own,
        "base_url": output.or_null(provider.base_url),
        "other_base_urls": list(provider.other_base_urls),
        "wire": provider.wire,
        "key_variables": list(provider.key_env),
        "url_variables": list(provider.url_env),
        "setting_variables": dict(provider.setting_env),
        "shared_token_variables": list(provider.shared_token_env),
        "key_shape": output.or_null(_shape(provider)),
        "console_url": output.or_null(provider.console_url),
        "default_model": output.or_null(provider.default_model),
        "tested_by": output.or_null(_tested_by(provider)),
        "fields": [{"name": field.name, "words": field.words, "required": field.required} for field in provider.fields],
    }


def _shape(provider: Provider) -> str:
    prefixes = " or ".join(f"{prefix}…" for prefix in provider.key_prefixes)
    return ", ".join(each for each in (prefixes, clean(provider.key_shape)) if each)


def _tested_by(provider: Provider) -> str:
    check = provider.check
    return clean(f"{check.method} {check.path}: {check.why}", 300) if check else ""


def _row(provider: Provider) -> tuple[str, ...]:
    retired = "retired" if provider.status != "active" else ""
    own = "your own" if provider.own else ""
    return (
        provider.id,
        clean(provider.name),
        next(iter(provider.key_env), "no key needed" if provider.key_optional else ""),
        retired or own or clean(provider.console_url),
    )


def _lines(provider: Provider) -> Iterator[str]:
    yield f"{clean(provider.name)}  {provider.id}"
    rows = [
        ("aliases", " ".join(provider.aliases)),
        ("status", provider.status if provider.status != "active" else ""),
        ("address", clean(provider.base_url, 300)),
        *(("or --base-url", other) for other in provider.other_base_urls),
        ("key in", " or ".join(provider.key_env)),
        ("address in", " or ".join(provider.url_env)),
        ("settings in", " ".join(f"{variable} ({field})" for variable, field in provider.setting_env.items())),
        ("key shape", _shape(provider)),
        ("get a key", clean(provider.console_url, 300)),
        ("tested by", _tested_by(provider)),
        ("usual model", clean(provider.default_model)),
        *((f"--set {field.name}=", clean(field.words)) for field in provider.fields),
    ]
    yield from output.columns([row for row in rows if row[1]], indent="  ")
