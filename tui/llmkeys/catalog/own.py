"""A user's own provider, or a change of a shipped one, read from config's `providers`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from llmkeys.account import is_provider_id
from llmkeys.catalog.provider import WIRES, Auth, CheckRequest, ModelsRequest, Provider
from llmkeys.errors import UsageError
from llmkeys.origin import origin_of
from llmkeys.text import clean

_BEARER = Auth()
_AUTH = {
    "anthropic": Auth("x-api-key", "{key}", {"anthropic-version": "2023-06-01"}),
    "gemini": Auth("x-goog-api-key", "{key}"),
    "azure": Auth("api-key", "{key}"),
}
_WITHOUT_MODELS = ("other",)
_SHORT = 14
_PLAIN_COLUMNS = {"console_url", "default_model", "key_shape"}
_SYSTEM_VARIABLES = frozenset(
    (
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "PWD", "OLDPWD", "HOSTNAME", "LANG", "LANGUAGE", "TERM"),
        *("TMPDIR", "TMP", "TEMP", "EDITOR", "VISUAL", "PAGER", "DISPLAY", "USERNAME", "USERPROFILE", "APPDATA"),
        *("LOCALAPPDATA", "PATHEXT", "COMSPEC", "SYSTEMROOT", "WINDIR"),
    )
)
_SYSTEM_PREFIXES = ("LC_", "SSH_", "XDG_", "LLMKEYS_", "PYTHON", "LD_", "DYLD_")
"""Variables with a meaning of their own: none is a key, and `run` would break a child by setting one."""
_FLAGS = {"chat", "local", "key_optional", "main"}


def own_provider(provider_id: str, record: object, others: Mapping[str, Provider]) -> Provider:
    """The row that config's `providers[provider_id]` makes, over the one of `others` with that id if there is one.

    Known fields: `name short_name aliases base_url env url_env wire auth {header format extra_headers} default_model
    console_url key_prefixes key_shape models_path check_path key_optional local chat main`; others are not looked at.
    A row whose address or wire changes trusts no other host any more. Raises UsageError with the reason.
    """
    if not isinstance(record, dict):
        raise UsageError("it is not an object.")
    before = others.get(provider_id)
    if before is None and (not is_provider_id(provider_id) or provider_id.lower() != provider_id):
        raise UsageError("its name has other than lower-case letters, digits, dot, hyphen and underscore.")
    name = _text(record, "name") or provider_id
    row = before or Provider(provider_id, name, name[:_SHORT])
    row = _placed(row, record)
    row = _named(row, record)
    row = _with_variables(row, record, others)
    flags = {flag: value for flag in _FLAGS if isinstance(value := record.get(flag), bool)}
    plain = {column: value for column in _PLAIN_COLUMNS if (value := _text(record, column)) is not None}
    if plain.get("console_url") and not plain["console_url"].startswith("https://"):
        raise UsageError("console_url does not start with https://.")
    return row._replace(own=True, **flags, **plain)  # type: ignore[arg-type]


def _placed(row: Provider, record: Mapping[str, object]) -> Provider:
    """`row` at its address: base URL, wire, header, and the requests that follow from them."""
    base_url = (_text(record, "base_url") or "").rstrip("/")
    wire = _text(record, "wire") or row.wire
    if wire not in WIRES:
        raise UsageError(f"wire is none of {', '.join(WIRES)}.")
    if base_url:
        origin_of(base_url)
    elif not row.base_url and not row.check:
        raise UsageError("it has no base_url.")
    fresh = (row.check is None and row.models is None) or wire != row.wire
    if base_url and base_url != row.base_url:
        row = row._replace(
            base_url=base_url,
            other_base_urls=(),
            hosts=(),
            fields=tuple(field._replace(required=False) for field in row.fields),
        )
    if fresh:
        row = _with_usual_requests(row, wire)
    return _with_paths(row._replace(auth=_auth(record, row.auth)), record)


def _with_usual_requests(row: Provider, wire: str) -> Provider:
    listed = wire not in _WITHOUT_MODELS
    return row._replace(
        wire=wire,
        auth=_AUTH.get(wire, _BEARER),
        key_env_auth={},
        hosts=(),
        models=ModelsRequest("GET", "/models") if listed else None,
        check=CheckRequest("GET", "/models", why="the server's own list of models", public=None) if listed else None,
        fallback_checks=(),
    )


def _with_paths(row: Provider, record: Mapping[str, object]) -> Provider:
    models, check = _path(record, "models_path"), _path(record, "check_path")
    if models:
        row = row._replace(models=ModelsRequest("GET", models))
    if check:
        row = row._replace(check=CheckRequest("GET", check, why="set in config", public=None), fallback_checks=())
    return row


def _auth(record: Mapping[str, object], usual: Auth) -> Auth:
    auth = record.get("auth")
    if auth is None:
        return usual
    if not isinstance(auth, dict):
        raise UsageError("auth is not an object.")
    header, form = _text(auth, "header"), _text(auth, "format")
    headers = auth.get("extra_headers", dict(usual.extra_headers))
    header = usual.header if header is None else header
    form = usual.format if form is None else form
    if header and not (_is_word(header) and form.count("{key}") == 1 and form.isprintable() and form.isascii()):
        raise UsageError("auth needs a header's name and a format with {key} in it.")
    if not isinstance(headers, dict) or not all(
        isinstance(value, str) and _is_word(name) and value.isprintable() and value.isascii()
        for name, value in headers.items()
    ):
        raise UsageError("auth.extra_headers is not an object of texts.")
    return Auth(header, form, headers)


def _named(row: Provider, record: Mapping[str, object]) -> Provider:
    name = clean(_text(record, "name") or row.name)
    short = clean(_text(record, "short_name") or (name if "name" in record else row.short_name), _SHORT)
    return row._replace(
        name=name,
        short_name=short,
        aliases=tuple(each.lower() for each in _texts(record, "aliases", row.aliases)),
        key_prefixes=_texts(record, "key_prefixes", row.key_prefixes),
    )


def _with_variables(row: Provider, record: Mapping[str, object], others: Mapping[str, Provider]) -> Provider:
    row = row._replace(key_env=_texts(record, "env", row.key_env), url_env=_texts(record, "url_env", row.url_env))
    owners = {name: each.id for each in others.values() if each.id != row.id for name in each.variables}
    words = {word: each.id for each in others.values() if each.id != row.id for word in (each.id, *each.aliases)}
    for variable in row.variables:
        if not _is_word(variable) or "-" in variable or variable[0].isdigit():
            raise UsageError(f"“{clean(variable)}” cannot be a variable's name.")
        if variable.upper() in _SYSTEM_VARIABLES or variable.upper().startswith(_SYSTEM_PREFIXES):
            raise UsageError(f"{variable} means something else to the system, so it cannot hold a key.")
        if variable in owners:
            raise UsageError(f"{variable} belongs to {owners[variable]}.")
    if len(set(row.variables)) != len(row.variables):
        raise UsageError("it names a variable twice.")
    for alias in row.aliases:
        if alias in words:
            raise UsageError(f"“{clean(alias)}” already means {words[alias]}.")
    return row


def _text(record: Mapping[str, object], field: str) -> str | None:
    value = record.get(field)
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{field} is not a text.")
    return value


def _texts(record: Mapping[str, object], field: str, usual: tuple[str, ...]) -> tuple[str, ...]:
    value = record.get(field)
    if value is None:
        return usual
    found: Iterable[object] = [value] if isinstance(value, str) else value if isinstance(value, list) else [None]
    texts = tuple(each for each in found if isinstance(each, str) and each)
    if len(texts) != len(list(found)):
        raise UsageError(f"{field} is not a list of texts.")
    return texts


def _path(record: Mapping[str, object], field: str) -> str:
    path = _text(record, field) or ""
    if path and not (path.startswith("/") and path.isascii() and path.isprintable() and " " not in path):
        raise UsageError(f"{field} does not start with a slash, or has spaces in it.")
    return path


def _is_word(text: object) -> bool:
    plain = text.replace("_", "a").replace("-", "a") if isinstance(text, str) else ""
    return plain.isascii() and plain.isalnum()
