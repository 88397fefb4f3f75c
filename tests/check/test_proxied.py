"""Through a proxy, as HTTPS_PROXY asks for it: real CONNECTs, real TLS behind them, and every way that goes wrong."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from check.accounts import GOOD, at, by_key
from llmkeys.catalog.rows import Provider
from llmkeys.check.faults import CONNECTING, Trip, fault_of
from llmkeys.check.request import Ask, recipe
from llmkeys.check.runner import Checker, Job
from llmkeys.secret import Secret
from llmkeys.verdict import State, Verdict
from support.answering_server import Answer, AnsweringServer, Certificates


@contextlib.contextmanager
def tunnel(port: int) -> Iterator[str]:
    """A proxy whose every CONNECT leads to `port` on this machine, as one that inspects TLS does; its address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                inside, _ = listener.accept()
                head = b""
                while b"\r\n\r\n" not in head:
                    head += inside.recv(65536)
                outside = socket.create_connection(("127.0.0.1", port))
                inside.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                threading.Thread(target=pump, args=(inside, outside), daemon=True).start()
                threading.Thread(target=pump, args=(outside, inside), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


class Proxy:
    """A proxy that answers CONNECT as it is told, and notes what it saw."""

    def __init__(self, status: int) -> None:
        self.server = AnsweringServer(Answer(status, {"content-length": "0"}, ending="whole"))

    def __enter__(self) -> AnsweringServer:
        return self.server.__enter__()

    def __exit__(self, *error: Any) -> None:
        self.server.__exit__(*error)


def through(environ: dict[str, str], job: Job) -> Verdict:
    checker = Checker(environ, seconds=1.5)
    try:
        future: Future[Verdict] = checker.start(job)
        return future.result(20)
    finally:
        checker.close()


@pytest.mark.parametrize(
    ("status", "state", "words"),
    [(407, State.NOT_AN_API, "asks for a login (407)"), (403, State.UNREACHABLE, "did not let us through")],
)
def test_a_proxy_that_refuses_is_named_and_sees_no_key(openai: Provider, status: int, state: State, words: str) -> None:
    with Proxy(status) as proxy:
        verdict = through({"HTTPS_PROXY": proxy.url}, Job("openai/work", openai, Secret(GOOD)))
    assert verdict.state is state
    assert words in verdict.detail
    assert proxy.received[0].method == "CONNECT"
    assert GOOD.encode() not in b"".join(request.raw for request in proxy.received)


def test_a_proxy_that_cannot_be_used_is_named(openai: Provider) -> None:
    verdict = through({"ALL_PROXY": "socks5://127.0.0.1:1"}, Job("openai/work", openai, Secret(GOOD)))
    assert verdict.state is State.UNREACHABLE
    assert verdict.detail == "What ALL_PROXY names is a SOCKS proxy, which llmkeys does not speak."


def test_a_proxy_over_tls_is_verified_too(openai: Provider, certificates: Certificates) -> None:
    with AnsweringServer(Answer(407), tls=certificates.context(stranger=True)) as proxy:
        verdict = through({"HTTPS_PROXY": proxy.url}, Job("openai/work", openai, Secret(GOOD)))
    assert verdict.state is State.TLS_ERROR
    assert proxy.received == []


def test_loopback_is_reached_directly_though_a_proxy_is_set(openai: Provider) -> None:
    environ = {"HTTP_PROXY": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1"}
    with AnsweringServer(by_key()) as server:
        assert through(environ, Job("openai/work", at(openai, server.url), Secret(GOOD))).state is State.OK


def test_a_key_works_through_a_proxy_that_lets_it_through(openai: Provider, certificates: Certificates) -> None:
    with AnsweringServer(by_key(), tls=certificates.context("api.openai.com")) as server, tunnel(server.port) as proxy:
        environ = {"HTTPS_PROXY": proxy, "SSL_CERT_FILE": certificates.file}
        verdict = through(environ, Job("openai/work", openai, Secret(GOOD)))
    assert verdict.state is State.OK
    assert [request.headers["host"] for request in server.received] == ["api.openai.com"]


def test_who_inspects_tls_behind_a_proxy_is_named_with_the_way_to_trust_them(
    openai: Provider, certificates: Certificates
) -> None:
    inspecting = certificates.context("api.openai.com", stranger=True)
    with AnsweringServer(by_key(), tls=inspecting) as server, tunnel(server.port) as proxy:
        verdict = through({"HTTPS_PROXY": proxy}, Job("openai/work", openai, Secret(GOOD)))
    assert (verdict.state, verdict.key_accepted) == (State.TLS_ERROR, None)
    assert verdict.detail.startswith("The certificate of api.openai.com was signed by trustme v")
    assert "set SSL_CERT_FILE to trustme v" in verdict.next
    assert server.received == []


def test_a_certificate_that_cannot_be_asked_for_again_has_no_name(
    openai: Provider, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llmkeys.check.certificate.SECONDS", 0.0)
    with AnsweringServer(by_key(), tls=certificates.context(stranger=True)) as server:
        verdict = through({}, Job("openai/work", at(openai, server.url), Secret(GOOD)))
    assert verdict.detail == "The certificate of 127.0.0.1 is from nobody this machine trusts."


@pytest.mark.parametrize("name", ["missing.pem", "empty.pem"])
def test_a_file_of_certificates_that_holds_none_is_named_where_a_certificate_is_not_trusted(
    openai: Provider, certificates: Certificates, tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty.pem").write_text("", encoding="utf-8")
    path = str(tmp_path / name)
    with AnsweringServer(by_key(), tls=certificates.context(stranger=True)) as server:
        verdict = through({"SSL_CERT_FILE": path}, Job("openai/work", at(openai, server.url), Secret(GOOD)))
    assert verdict.state is State.TLS_ERROR
    assert verdict.next == f"SSL_CERT_FILE names {path}, which holds no certificate that can be read: look at it."


def test_a_proxy_that_is_not_there_is_told_from_a_server_that_is_not(openai: Provider) -> None:
    for proxy in ("http://127.0.0.1:1", "http://no-such-proxy.invalid:8080"):
        verdict = through({"https_proxy": proxy}, Job("openai/work", openai, Secret(GOOD)))
        assert verdict.state is State.UNREACHABLE
        assert verdict.detail == "The proxy that https_proxy names could not be reached."
        assert verdict.next == "Look at https_proxy."


def test_a_proxy_that_never_lets_us_through_is_told_from_a_slow_server(
    openai: Provider, certificates: Certificates
) -> None:
    with AnsweringServer(Answer(ending="hang")) as proxy:
        verdict = through({"HTTPS_PROXY": proxy.url}, Job("openai/work", openai, Secret(GOOD)))
    assert verdict.detail == "The proxy that HTTPS_PROXY names did not let us through within 1.5 s."
    slow = AnsweringServer(Answer(ending="hang"), tls=certificates.context("api.openai.com"))
    with slow as server, tunnel(server.port) as address:
        environ = {"HTTPS_PROXY": address, "SSL_CERT_FILE": certificates.file}
        verdict = through(environ, Job("openai/work", openai, Secret(GOOD)))
    assert verdict.detail == "api.openai.com was reached, but did not answer within 1.5 s."


def test_a_proxy_that_does_not_speak_http_is_named(openai: Provider) -> None:
    with AnsweringServer(Answer(ending="silent")) as proxy:
        verdict = through({"ALL_PROXY": proxy.url}, Job("openai/work", openai, Secret(GOOD)))
    assert verdict.detail == "The proxy that ALL_PROXY names could not be reached."


def test_an_error_of_our_own_on_the_way_to_a_proxy_is_not_the_proxys(openai: Provider) -> None:
    questions = recipe(Ask(openai, Secret(GOOD)))
    assert isinstance(questions, tuple)
    found = fault_of(KeyError(GOOD), Trip(questions[0], CONNECTING, 2.0, "HTTPS_PROXY"))
    assert found.verdict.detail == "The test itself failed (KeyError)."
