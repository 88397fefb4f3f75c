"""Where a key may be sent: scheme, host and port, parsed once and compared for equality."""

from functools import lru_cache
from typing import NamedTuple

from llmkeys.errors import UsageError
from llmkeys.text import clean

_DEFAULT_PORTS = {"https": 443, "http": 80}
_METADATA_HOSTS = frozenset({"metadata.google.internal", "metadata.goog", "instance-data"})
_METADATA_NUMBERS = frozenset({"100.100.100.200", "192.0.0.192", "fd00:ec2::254"})
_LONGEST = 2048
"""Characters of an address; also keeps its numbers within what int() takes."""


class Origin(NamedTuple):
    """Scheme (`https` or `http`), host (lower case, IDNA, no trailing dot) and port of a server."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = _DEFAULT_PORTS[self.scheme] == self.port
        return f"{self.scheme}://{host}" if usual else f"{self.scheme}://{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether the name or number can only mean this machine."""
        return self.host in {"localhost", "::1"} or self.host.endswith(".localhost") or _is_loopback_ipv4(self.host)

    @property
    def shown(self) -> str:
        """Host, with the port where it is not the usual one."""
        return str(self).split("://", 1)[1]


@lru_cache(maxsize=256)  # an overview asks once an account, and most accounts have their provider's address
def origin_of(url: str, *, keyless: bool = False, request: bool = False) -> Origin:
    """The origin of `url`. Raises UsageError for anything a key must not be sent to.

    `keyless` is for a request without a key: plain http is then allowed to any host. Only the whole address of a
    `request` may have a query: the one that is kept and shown would keep and show a key in it.

    Refused: other schemes, user info, a query or fragment, backslashes, white space and control characters, no host,
    numbers that are not a dotted quad, link-local and metadata addresses, and plain http except on loopback.
    """
    from urllib.parse import urlsplit

    shown = _shown(url)
    if len(url) > _LONGEST:
        raise UsageError(f"{shown} is longer than {_LONGEST:,} characters.", next=_EXAMPLE)
    if "\\" in url or any(character <= " " or character == "\x7f" for character in url):
        raise UsageError(f"{shown} is not an address: it has white space or a backslash in it.")
    try:
        parts = urlsplit(url)
        port = parts.port
        number = _ipv6_number(parts.hostname or "")
    except ValueError:
        raise UsageError(f"{shown} is not an address.", next=_EXAMPLE) from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise UsageError(f"{shown} does not start with https:// or http://.", next=_EXAMPLE)
    if parts.username is not None or parts.password is not None:
        raise UsageError("An address must not hold a user name or password.", next=_EXAMPLE)
    if not request and ("?" in url or "#" in url):
        raise UsageError(f"{shown} has a query or fragment behind it, which no base address has.", next=_EXAMPLE)
    if port == 0:
        raise UsageError(f"{shown} has port 0.", next=_EXAMPLE)
    if "[" in parts.netloc and not (parts.netloc.startswith("[") and number):
        raise UsageError(f"{shown} has brackets around something that is not an IPv6 address.", next=_EXAMPLE)
    host = number or _host(parts.hostname or "", shown)
    origin = Origin(parts.scheme, host, port or _DEFAULT_PORTS[parts.scheme])
    if origin.scheme == "http" and not keyless:
        _refuse_plain_http(origin, parts.hostname or "")
    return origin


def _refuse_plain_http(origin: Origin, written: str) -> None:
    """Raises UsageError unless only this machine can be asked; `check` knows it by its names without a dot behind."""
    if not origin.is_loopback:
        raise UsageError(f"A key is not sent over plain http to {origin.host}.", next="Use https:// there.")
    if written.endswith("."):
        raise UsageError(
            f"A key is not sent over plain http to {origin.host} with a dot behind it: that could be anywhere.",
            next="Leave the dot out.",
        )


_EXAMPLE = "Give it as https://host/path."


def _shown(url: str) -> str:
    """The scheme and host of `url` for a message: its other parts, or all of it, may be a key pasted in its place."""
    scheme, separator, rest = url.partition("://")
    host = rest.replace("?", "/").replace("#", "/").partition("/")[0].rpartition("@")[2]
    return f"“{clean(scheme + separator + host)}”" if separator and host else "That address"


def _host(raw: str, shown: str) -> str:
    host = raw.rstrip(".").lower()
    if not host:
        raise UsageError(f"{shown} names no host.", next=_EXAMPLE)
    if not host.isascii():
        host = _idna(host, shown)
    last = host.rpartition(".")[2]
    if last.isdigit() or last.startswith("0x"):
        return _ipv4(host, shown)
    if not all(part and part.replace("-", "a").replace("_", "a").isalnum() for part in host.split(".")):
        raise UsageError(f"{shown} has a host that is not a name.", next=_EXAMPLE)
    if host in _METADATA_HOSTS:
        raise UsageError(f"{host} is a cloud's metadata service; keys are not sent there.")
    return host


def _idna(host: str, shown: str) -> str:
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise UsageError(f"{shown} has a host that is not a name.", next=_EXAMPLE) from None


def _ipv4(host: str, shown: str) -> str:
    numbers = host.split(".")
    plain = len(numbers) == 4 and all(
        number.isdigit() and number.isascii() and str(int(number)) == number and int(number) < 256 for number in numbers
    )
    if not plain:
        raise UsageError(f"{shown} has an odd number for a host.", next="Write it as four numbers, 127.0.0.1.")
    if host.startswith(("169.254.", "0.")) or host in _METADATA_NUMBERS:
        raise UsageError(f"Keys are not sent to {host}: it is a link-local, metadata or unspecified address.")
    return host


def _ipv6_number(host: str) -> str:
    """The usual spelling of `host` if it is an IPv6 address, empty if it has no colon; raises ValueError for others."""
    if ":" not in host:
        return ""
    import ipaddress

    address = ipaddress.IPv6Address(host)
    number = address.compressed
    if address.is_link_local or address.is_unspecified or address.ipv4_mapped or address.scope_id:
        raise UsageError(f"Keys are not sent to {clean(host)}: it is a link-local, mapped or unspecified address.")
    if number in _METADATA_NUMBERS:
        raise UsageError(f"Keys are not sent to {number}: it is a cloud's metadata service.")
    return number


def _is_loopback_ipv4(host: str) -> bool:
    return host.startswith("127.") and host.count(".") == 3 and host.replace(".", "").isdigit()
