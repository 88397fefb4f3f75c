"""What went wrong on the way, told by the class of an exception and never by its text, which may hold the key."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator
from typing import NamedTuple

from llmkeys.check.request import Question
from llmkeys.verdict import State, Verdict

CONNECTING, SECURING, ASKING, READING = "connecting", "securing", "asking", "reading"
"""How far a request has come."""

_EXPIRED = frozenset({10, -67818, 0x800B0101})
_NOT_YET = frozenset({9, -67819})
_OTHER_HOST = frozenset({62, 64, -67602, 0x800B010F})
"""Why a certificate is refused, by the numbers of OpenSSL, of macOS and of Windows, as truststore hands them on."""
_AGAIN = "Test again in a while."
_ADDRESS = "Look at the network and the base URL."
_TRUST = "If your network inspects TLS, set SSL_CERT_FILE to {its} certificate; else do not use this network."


class Trip(NamedTuple):
    """How far a question has come."""

    question: Question
    phase: str
    seconds: float
    """How long it may take in all."""
    proxy: str = ""
    """The variable that names the proxy, until that has let us through; empty then, and without one."""


class Fault(NamedTuple):
    """A request that came to nothing."""

    verdict: Verdict
    of_origin: bool
    """Whether the server itself is out of reach, so that another key would fare no better."""
    untrusted: bool = False
    """Whether a certificate was shown that is signed by a stranger."""


def fault_of(error: BaseException, trip: Trip) -> Fault:
    """The verdict that `error` means, which came up on `trip`."""
    causes = tuple(_causes(error))
    for told in (_of_proxy, _of_time, _of_certificate, _of_tls, _of_system, _of_protocol):
        verdict = told(causes, trip)
        if verdict is not None:
            of_origin = trip.phase in {CONNECTING, SECURING} and verdict.state is not State.UNTESTABLE
            return Fault(verdict, of_origin, told is _of_certificate and _is_a_strangers(causes))
    kind = type(error).__name__
    return Fault(_verdict(State.UNTESTABLE, f"The test itself failed ({kind}).", "llmkeys doctor"), False)


def fault(state: State, detail: str, next: str = "") -> Fault:  # noqa: A002 - the word of the verdict
    """A fault that is no exception."""
    return Fault(_verdict(state, detail, next), False)


def signed_by(fault: Fault, host: str, issuer: str) -> Fault:
    """`fault` with the name of whoever signed the certificate that `host` shows."""
    detail = f"The certificate of {host} was signed by {issuer}, whom this machine does not trust."
    return fault._replace(verdict=fault.verdict._replace(detail=detail, next=_TRUST.format(its=f"{issuer}'s")))


def _verdict(state: State, detail: str, next: str = "") -> Verdict:  # noqa: A002 - the word of the verdict
    return Verdict(state, detail=detail, next=next)


def _causes(error: BaseException, depth: int = 0) -> Iterator[BaseException]:
    """`error` and everything below it: causes, contexts, members of groups."""
    yield error
    below = [error.__cause__ or error.__context__, *(error.exceptions if isinstance(error, BaseExceptionGroup) else ())]
    for each in below if depth < 16 else ():
        if each is not None:
            yield from _causes(each, depth + 1)


def _of_proxy(causes: tuple[BaseException, ...], trip: Trip) -> Verdict | None:
    error, shown = _named(causes, "ProxyError"), trip.question.origin.shown
    if error is None:
        return _on_the_way_to_a_proxy(causes, trip) if trip.proxy else None
    if str(error.args[0] if error.args else "").startswith("407"):
        return _verdict(
            State.NOT_AN_API,
            "The proxy asks for a login (407).",
            f"Put user and password of the proxy into {trip.proxy or 'HTTPS_PROXY'}.",
        )
    return _verdict(
        State.UNREACHABLE, f"The proxy did not let us through to {shown}.", f"Look at {trip.proxy or 'HTTPS_PROXY'}."
    )


def _on_the_way_to_a_proxy(causes: tuple[BaseException, ...], trip: Trip) -> Verdict | None:
    proxy, look = f"The proxy that {trip.proxy} names", f"Look at {trip.proxy}."
    if isinstance(causes[0], TimeoutError):
        return _verdict(State.TIMEOUT, f"{proxy} did not let us through within {trip.seconds:.3g} s.", look)
    if any(isinstance(each, ssl.SSLError) for each in causes):
        return _verdict(State.TLS_ERROR, f"{proxy} has no certificate that this machine trusts.", look)
    if any(isinstance(each, OSError) for each in causes) or _named(causes, "NetworkError", "RemoteProtocolError"):
        return _verdict(State.UNREACHABLE, f"{proxy} could not be reached.", look)
    return None


def _of_certificate(causes: tuple[BaseException, ...], trip: Trip) -> Verdict | None:
    code, host = _certificate_code(causes), trip.question.origin.host
    if code is None:
        return None
    if code in _EXPIRED:
        return _verdict(
            State.TLS_ERROR, f"The certificate of {host} has expired.", "Look at this machine's clock; else wait."
        )
    if code in _NOT_YET:
        return _verdict(
            State.TLS_ERROR, f"The certificate of {host} is not valid yet.", "Look at this machine's clock."
        )
    if code in _OTHER_HOST:
        return _verdict(State.TLS_ERROR, f"The certificate shown is not for {host}.", "Look at the base URL.")
    return _verdict(
        State.TLS_ERROR, f"The certificate of {host} is from nobody this machine trusts.", _TRUST.format(its="its")
    )


def _certificate_code(causes: tuple[BaseException, ...]) -> int | None:
    """Why the certificate is refused, or None if it is not about one."""
    error = next((each for each in causes if isinstance(each, ssl.SSLCertVerificationError)), None)
    return None if error is None else getattr(error, "verify_code", 0)


def _is_a_strangers(causes: tuple[BaseException, ...]) -> bool:
    return _certificate_code(causes) not in _EXPIRED | _NOT_YET | _OTHER_HOST


def _of_tls(causes: tuple[BaseException, ...], trip: Trip) -> Verdict | None:
    error = next((each for each in causes if isinstance(each, ssl.SSLError)), None)
    if error is None:
        return None
    shown = trip.question.origin.shown
    if (error.reason or "") in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "RECORD_LAYER_FAILURE"}:
        return _verdict(
            State.TLS_ERROR, f"{shown} does not speak TLS.", "If it is on this machine, write http:// in its base URL."
        )
    return _verdict(State.TLS_ERROR, f"No safe connection to {shown} could be agreed on.", _ADDRESS)


def _of_time(causes: tuple[BaseException, ...], trip: Trip) -> Verdict | None:
    if not isinstance(causes[0], TimeoutError):
        return None
    shown, waited = trip.question.origin.shown, f"{trip.seconds:.3g} s"
    detail = {
        CONNECTING: f"No connection to {shown} within {waited}.",
        SECURING: f"{shown} was reached, but made no safe connection within {waited}.",
        ASKING: f"{shown} was reached, but did not answer within {waited}.",
        READING: f"{shown} began to answer, but was not done within {waited}.",
    }[trip.phase]
    return _verdict(State.TIMEOUT, detail, _AGAIN)


def _of_system(causes: tuple[BaseException, ...], trip: Trip) -> Verdict | None:
    shown = trip.question.origin.shown
    errors = [each for each in causes if isinstance(each, OSError)]
    numbers = {each.errno for each in errors}
    if any(isinstance(each, socket.gaierror) for each in errors):
        return _verdict(State.UNREACHABLE, f"The name {trip.question.origin.host} was not found.", _ADDRESS)
    if any(isinstance(each, ConnectionRefusedError) for each in errors):
        local = "Start the server, or look at its port." if trip.question.origin.is_loopback else _ADDRESS
        return _verdict(State.UNREACHABLE, f"Nothing listens at {shown}.", local)
    if any(isinstance(each, ConnectionResetError | BrokenPipeError | ConnectionAbortedError) for each in errors):
        return _verdict(State.UNREACHABLE, f"{shown} broke the connection off.", _AGAIN)
    if errno.ETIMEDOUT in numbers:
        return _verdict(State.TIMEOUT, f"No connection to {shown}: its network does not answer.", _AGAIN)
    if numbers & {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}:
        return _verdict(State.UNREACHABLE, f"There is no way from this network to {shown}.", _ADDRESS)
    if errors:
        return _verdict(State.UNREACHABLE, f"{shown} could not be reached.", _ADDRESS)
    return None


def _of_protocol(causes: tuple[BaseException, ...], trip: Trip) -> Verdict | None:
    shown = trip.question.origin.shown
    if _named(causes, "LocalProtocolError", "UnicodeEncodeError", "InvalidURL", "UnsupportedProtocol"):
        return _verdict(State.UNTESTABLE, "The request could not be written with this key and these settings.")
    if _named(causes, "ReadError", "WriteError", "CloseError"):
        return _verdict(State.UNREACHABLE, f"{shown} broke the connection off.", _AGAIN)
    if _named(causes, "ConnectError"):
        return _verdict(State.UNREACHABLE, f"{shown} could not be reached.", _ADDRESS)
    if _named(causes, "RemoteProtocolError") is None:
        return None
    if trip.phase == READING:
        return _verdict(State.SERVER_ERROR, f"The answer of {shown} broke off in the middle.", _AGAIN)
    if any(type(each).__module__.startswith("h11") for each in causes):
        return _verdict(State.NOT_AN_API, f"{shown} did not answer in HTTP.", "Look at the base URL.")
    return _verdict(State.UNREACHABLE, f"{shown} closed the connection without an answer.", _AGAIN)


def _named(causes: tuple[BaseException, ...], *names: str) -> BaseException | None:
    """The first of `causes` whose class, or a base of it, has one of `names`; httpx is not imported for that."""
    return next((each for each in causes if any(kind.__name__ in names for kind in type(each).__mro__)), None)
