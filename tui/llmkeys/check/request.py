"""What to ask: a provider's row, an address and settings made into questions, or into the reason why there is none."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from llmkeys.catalog.address import filled, placeholders
from llmkeys.catalog.rows import Auth, CheckRequest, Provider
from llmkeys.catalog.wires import load_wires
from llmkeys.errors import UsageError
from llmkeys.origin import Origin, origin_of
from llmkeys.secret import Secret
from llmkeys.verdict import State, Verdict

AGENT = "llmkeys"
_OF_VARIABLES = "env"
"""The label of keys from the environment."""
_OURS = frozenset({"host", "content-length", "connection", "accept-encoding", "transfer-encoding", "cookie"})


class Question(NamedTuple):
    """One request, complete but for the key, which is added as one header when it is sent."""

    method: str
    url: str
    origin: Origin
    headers: Mapping[str, str]
    body: bytes | None
    auth: Auth
    """How the key travels; an empty header means that none does."""
    method_words: str
    """Such as `GET /v1/key, free`."""
    confirm: bool = False
    """Whether a success counts only if the same question without the key is refused."""
    at_home: bool = True
    """Whether it goes to the row's own server."""


class Ask(NamedTuple):
    """Who asks: a row, and what an account of it brings along."""

    provider: Provider
    secret: Secret | None = None
    base_url: str | None = None
    """None is the provider's own address."""
    settings: Mapping[str, object] = {}
    auth: Auth | None = None
    """None is the row's own header."""
    account: str = ""


def recipe(ask: Ask) -> tuple[Question, ...] | Verdict:
    """The questions that tell whether the key works, the first one first, or the verdict that none can be asked.

    The others are for when the first is not there (404, 405). Every address is on the row's own origin or its
    `hosts`, or, where the account has a base URL of its own, on that origin only: absolute paths are asked there.
    """
    idle = nothing_to_test(ask)
    if idle is not None:
        return idle
    if ask.provider.check is None:
        return _untestable(f"{ask.provider.name} has no free request that proves a key.")
    return questions_for(ask, _checks(ask))


def nothing_to_test(ask: Ask) -> Verdict | None:
    """The verdict on a provider that was shut down and on a key that is not there: neither is asked anything."""
    provider = ask.provider
    if provider.status == "retired":
        return _untestable(f"{provider.name} was shut down; there is nothing to test.")
    if ask.secret is None and not (provider.local or provider.key_optional):
        return _untestable("There is no key to test.", f"llmkeys add-key {ask.account or provider.id}")
    return None


def models_question(ask: Ask) -> tuple[Question, ...] | Verdict:
    """The question for the list of models, or the verdict that there is none."""
    models = ask.provider.models
    if models is None:
        return _untestable(f"{ask.provider.name} has no list of models.")
    size = load_wires()[ask.provider.wire].page_size
    path = models.path if not size or "?" in models.path else f"{models.path}?{size}"
    return questions_for(ask, [CheckRequest(models.method, path)])


def _checks(ask: Ask) -> list[CheckRequest]:
    """The row's checks for this kind of key; one that is for it alone comes first.

    At an address of the account's own, and on this machine, other servers answer too: their list of models comes last.
    """
    provider, secret = ask.provider, ask.secret
    listed = [each for each in (provider.check, *provider.fallback_checks) if each is not None]
    kinds = [each for each in listed if each.key_prefixes and secret and secret.starts_with(each.key_prefixes)]
    checks = kinds + [each for each in listed if not each.key_prefixes]
    models = provider.models
    if models and (provider.local or ask.base_url) and all(models.path != each.path.split("?")[0] for each in checks):
        checks.append(CheckRequest(models.method, models.path, public=None))
    return checks


def questions_for(ask: Ask, checks: Iterable[CheckRequest], *, price: str = "free") -> tuple[Question, ...] | Verdict:
    """`checks` as questions of `ask`, or the verdict that none can be asked; `price` is what each costs, in words."""
    try:
        place = _place(ask)
        if isinstance(place, Verdict):
            return place
        asked = [_question(ask, each, place, price) for each in checks]
    except UsageError as error:
        return Verdict(State.NOT_SENT, detail=error.message, next=error.next)
    ready = tuple(each for each in asked if isinstance(each, Question))
    return ready or next((each for each in asked if isinstance(each, Verdict)), _untestable("There is nothing to ask."))


class _Place(NamedTuple):
    """Where questions may go."""

    base: str
    origin: Origin
    allowed: frozenset[Origin]
    at_home: bool
    absolute: bool
    """Whether absolute paths are asked at their own host."""


def _place(ask: Ask) -> _Place | Verdict:
    provider, keyless = ask.provider, ask.secret is None
    own = filled(provider.base_url, ask.settings)
    base = (ask.base_url or own or "").rstrip("/")
    if not base:
        return _missing(ask, provider.base_url)
    origin = origin_of(base, keyless=keyless)
    usual = origin_of(own, keyless=keyless) if own else None
    hosts = [filled(each, ask.settings) for each in provider.hosts] if origin == usual else []
    allowed = frozenset({origin, *(origin_of(each) for each in hosts if each)})
    return _Place(base, origin, allowed, origin == usual and not provider.own, origin == usual)


def _question(ask: Ask, check: CheckRequest, place: _Place, price: str) -> Question | Verdict:
    path = filled(check.path if place.absolute else _below_host(check.path), ask.settings)
    if path is None:
        return _missing(ask, check.path)
    url = path if "://" in path else _joined(place.base, path, "://" in check.path)
    origin = origin_of(url, keyless=ask.secret is None, request=True)
    if origin not in place.allowed:
        return Verdict(
            State.NOT_SENT, detail=f"The key was not sent: {origin.shown} is not an address of {ask.provider.name}."
        )
    body = None if check.body is None else json.dumps(check.body).encode()
    auth = check.auth or ask.auth or ask.provider.auth
    if "{key}" in url or (body is not None and b"{key}" in body):
        return _untestable(f"{ask.provider.name} wants the key outside a header, and llmkeys does not send it there.")
    words = f"{check.method} {urlsplit(url).path or '/'}, {price}"
    headers = _headers(ask, check, auth, body is not None)
    return Question(
        check.method, url, origin, headers, body, auth, words, check.public is not False or not place.at_home,
        place.at_home,
    )  # fmt: skip


def _below_host(path: str) -> str:
    """`/api/x?y` of an absolute address, so that another server can be asked the same."""
    if "://" not in path:
        return path
    return "/" + path.split("://", 1)[1].partition("/")[2]


def _joined(base: str, path: str, from_root: bool) -> str:
    """`base` with `path` below it; what the end of one and the start of the other have in common stands once."""
    scheme, _, rest = base.partition("://")
    host, _, folder = rest.partition("/")
    if from_root:
        return f"{scheme}://{host}{path}"
    folders = [part for part in folder.split("/") if part]
    wanted = path.partition("?")[0].strip("/").split("/")
    for size in range(min(len(folders), len(wanted) - 1), 0, -1):
        if folders[-size:] == wanted[:size]:
            folders = folders[:-size]
            break
    return "/".join([f"{scheme}://{host}", *folders]) + path


def _headers(ask: Ask, check: CheckRequest, auth: Auth, with_body: bool) -> dict[str, str]:
    headers = {"accept": "application/json", "accept-encoding": "identity", "user-agent": AGENT}
    if with_body:
        headers["content-type"] = "application/json"
    own = ask.settings.get("headers")
    for name, value in (
        *(own.items() if isinstance(own, dict) else ()),
        *((each.header, ask.settings.get(each.name)) for each in ask.provider.fields if each.header),
        *auth.extra_headers.items(),
        *check.headers.items(),
    ):
        lower = str(name).lower()
        if isinstance(value, str) and _can_be_sent(lower, value) and lower != auth.header.lower():
            headers[lower] = value
    return headers


def _can_be_sent(name: str, value: str) -> bool:
    word = name.replace("-", "a").replace("_", "a")
    return name not in _OURS and word.isascii() and word.isalnum() and value.isascii() and value.isprintable() and (
        value.strip() == value != ""
    )  # fmt: skip


def _missing(ask: Ask, template: str) -> Verdict:
    """The verdict that a setting is missing, named as the row words it.

    A variable is named for a variable's key only: a stored key takes no setting from one.
    """
    names = [each for each in placeholders(template) if not ask.settings.get(each)]
    account = ask.account or ask.provider.id
    by_variable = account == f"{ask.provider.id}/{_OF_VARIABLES}"
    for field in ask.provider.fields:
        if field.name in names:
            edit = f"llmkeys edit {account} --set {field.name}=VALUE"
            way = f"Set {field.variable}." if by_variable and field.variable else edit
            return _untestable(f"{ask.provider.name} needs one thing more: {field.words}.", way)
    return _untestable(f"{ask.provider.name} needs a base URL.", f"llmkeys edit {account} --base-url URL")


def _untestable(detail: str, next: str = "") -> Verdict:  # noqa: A002 - the word of the verdict
    return Verdict(State.UNTESTABLE, detail=detail, next=next)
