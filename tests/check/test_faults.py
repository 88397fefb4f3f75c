"""Exceptions that no local server can bring about get their sentences too, and never their own text."""

from __future__ import annotations

import errno
import socket
import ssl

import httpx
import pytest

from check.accounts import GOOD
from llmkeys.catalog.rows import Catalog
from llmkeys.check.faults import ASKING, CONNECTING, Trip, fault_of
from llmkeys.check.request import Ask, Question, recipe
from llmkeys.secret import Secret
from llmkeys.verdict import State


@pytest.fixture
def question(catalog: Catalog) -> Question:
    found = recipe(Ask(catalog.providers["openai"], Secret(GOOD)))
    assert isinstance(found, tuple)
    return found[0]


def below(outer: Exception, *inner: Exception) -> Exception:
    """`outer` with the others as its chain of causes."""
    for upper, lower in zip((outer, *inner), inner, strict=False):
        upper.__cause__ = lower
    return outer


SECRET_TEXT = f"Illegal header value b'Bearer {GOOD}'"
OUTER = httpx.ConnectError
TABLE = [
    (below(OUTER(SECRET_TEXT), OSError(errno.ENETUNREACH, GOOD)), State.UNREACHABLE, "There is no way"),
    (below(OUTER(SECRET_TEXT), OSError(errno.ETIMEDOUT, GOOD)), State.TIMEOUT, "its network does not answer"),
    (below(OUTER(SECRET_TEXT), OSError(errno.EMFILE, GOOD)), State.UNREACHABLE, "could not be reached"),
    (below(OUTER(SECRET_TEXT), socket.gaierror(-3, GOOD)), State.UNREACHABLE, "was not found"),
    (below(OUTER(SECRET_TEXT), BrokenPipeError(GOOD)), State.UNREACHABLE, "broke the connection off"),
    (
        below(
            OUTER(SECRET_TEXT), OSError(GOOD), ExceptionGroup("several", [ConnectionRefusedError(GOOD), OSError(GOOD)])
        ),
        State.UNREACHABLE,
        "Nothing listens",
    ),
    (OUTER(SECRET_TEXT), State.UNREACHABLE, "could not be reached"),
    (httpx.LocalProtocolError(SECRET_TEXT), State.UNTESTABLE, "could not be written"),
    (UnicodeEncodeError("ascii", GOOD, 0, 1, "x"), State.UNTESTABLE, "could not be written"),
    (httpx.InvalidURL(GOOD), State.UNTESTABLE, "could not be written"),
    (httpx.ReadError(GOOD), State.UNREACHABLE, "broke the connection off"),
    (httpx.ProxyError(""), State.UNREACHABLE, "did not let us through"),
    (httpx.RemoteProtocolError(GOOD), State.UNREACHABLE, "closed the connection"),
    (KeyError(GOOD), State.UNTESTABLE, "The test itself failed (KeyError)."),
    (TimeoutError(GOOD), State.TIMEOUT, "No connection to api.openai.com within 2 s."),
]


@pytest.mark.parametrize(("error", "state", "words"), TABLE, ids=lambda each: type(each).__name__)
def test_an_exception_is_told_by_its_class(error: Exception, state: State, words: str, question: Question) -> None:
    found = fault_of(error, Trip(question, CONNECTING, 2.0))
    assert found.verdict.state is state
    assert found.verdict.key_accepted is None
    assert words in found.verdict.detail
    assert GOOD not in str(found)
    assert found.of_origin is (state is not State.UNTESTABLE)


def test_a_certificate_of_tomorrow_points_at_the_clock(question: Question) -> None:
    error = ssl.SSLCertVerificationError(1, GOOD)
    error.verify_code = 9
    found = fault_of(below(OUTER(SECRET_TEXT), error), Trip(question, CONNECTING, 2.0))
    assert found.verdict.state is State.TLS_ERROR
    assert found.verdict.next == "Look at this machine's clock."


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (10, "has expired."),
        (-67818, "has expired."),
        (0x800B0101, "has expired."),
        (-67819, "is not valid yet."),
        (62, "is not for api.openai.com."),
        (-67602, "is not for api.openai.com."),
        (0x800B010F, "is not for api.openai.com."),
    ],
)
def test_macos_and_windows_tell_why_a_certificate_does_not_hold_as_openssl_does(
    question: Question, code: int, words: str
) -> None:
    error = ssl.SSLCertVerificationError(GOOD)
    error.verify_code = code
    found = fault_of(below(OUTER(SECRET_TEXT), error), Trip(question, CONNECTING, 2.0))
    assert found.verdict.detail.endswith(words)
    assert not found.untrusted


@pytest.mark.parametrize("code", [18, 20, -67843, 0x800B0109])
def test_a_certificate_of_a_stranger_is_one_on_every_system(question: Question, code: int) -> None:
    error = ssl.SSLCertVerificationError(GOOD)
    error.verify_code = code
    assert fault_of(below(OUTER(SECRET_TEXT), error), Trip(question, CONNECTING, 2.0)).untrusted


def test_a_fault_after_the_connection_stands_is_of_the_request_alone(question: Question) -> None:
    assert not fault_of(httpx.ReadError(GOOD), Trip(question, ASKING, 2.0)).of_origin


def test_a_chain_of_causes_that_never_ends_is_followed_only_so_far(question: Question) -> None:
    one, other = OSError(1, "x"), OUTER("y")
    one.__cause__, other.__cause__ = other, one
    assert fault_of(one, Trip(question, CONNECTING, 2.0)).verdict.state is State.UNREACHABLE
