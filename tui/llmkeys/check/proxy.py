"""Which proxy a request goes through: the environment's, never for this machine itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from llmkeys.origin import Origin

_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_EXCEPTIONS = ("no_proxy", "NO_PROXY")


class Proxy(NamedTuple):
    """A proxy, or why the one that is set cannot be used."""

    url: str
    variable: str
    problem: str = ""


def proxy_for(origin: Origin, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy for `origin`, or None to go there directly.

    Only https goes through one, by CONNECT, so that a proxy never reads a key; loopback never does.
    """
    if origin.is_loopback or origin.scheme != "https" or _excepted(origin, environ):
        return None
    for variable in _VARIABLES:
        text = environ.get(variable, "").strip()
        if text:
            return _read(text, variable)
    return None


def _read(text: str, variable: str) -> Proxy:
    url = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return Proxy("", variable, "is not an address")
    if parts.scheme.startswith("socks"):
        return Proxy("", variable, "is a SOCKS proxy, which llmkeys does not speak")
    if parts.scheme not in {"http", "https"} or not usable:
        return Proxy("", variable, "is not an address")
    return Proxy(url, variable)


def _excepted(origin: Origin, environ: Mapping[str, str]) -> bool:
    listed = next((environ[name] for name in _EXCEPTIONS if environ.get(name)), "")
    return any(_covers(each.strip().lower(), origin) for each in listed.split(",") if each.strip())


def _covers(entry: str, origin: Origin) -> bool:
    """`*`, a host and those below it, `host:port`, an address or a network such as `10.0.0.0/8`."""
    if entry == "*":
        return True
    if "/" in entry:
        return _in_network(entry, origin.host)
    host, _, port = entry.rpartition(":") if entry.count(":") == 1 else (entry, "", "")
    if port and port != str(origin.port):
        return False
    host = host.strip("[]").removeprefix("*").lstrip(".")
    return bool(host) and (origin.host == host or origin.host.endswith("." + host))


def _in_network(entry: str, host: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False
