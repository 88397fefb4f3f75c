"""Answers and faults over real sockets: recorded answers, hostile servers, TLS, and where bytes of a key arrive."""

from __future__ import annotations

import contextlib
import gc
import gzip
import json
import socket
import ssl
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from check.accounts import BAD, GOOD, LIST, REFUSED, Test, at, by_key
from llmkeys.catalog.rows import Catalog, Provider
from llmkeys.check.network import give_up_at_once, tls_context
from llmkeys.verdict import State
from support.answering_server import Answer, AnsweringServer, Certificates

RECORDED: list[dict[str, Any]] = json.loads((Path(__file__).parent / "provider_cases.json").read_text("utf-8"))
OF_TRANSPORT = {
    "deepseek-06": Answer(ending="hang"),
    "vllm-02": Answer(),
    "openai-compatible-09": Answer(200, {"content-encoding": "deflate"}, b"not compressed"),
}


def recorded(response: dict[str, Any]) -> Answer:
    headers = {name: value for name, value in response["headers"].items() if name != "content-length"}
    return Answer(response["status"], headers, response["body"].encode())


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case["id"])
def test_a_recorded_answer_gets_its_verdict_over_the_network(
    case: dict[str, Any], scheme: str, catalog: Catalog, tested: Test, certificates: Certificates
) -> None:
    provider = catalog.providers[case["provider"]]
    response = case["response"]
    answer = OF_TRANSPORT.get(case["id"]) or recorded(response)
    keyed = bool(provider.auth.header)
    without_tls = scheme == "http" or case["id"] == "vllm-02"
    tls = None if without_tls else certificates.context()
    with AnsweringServer(by_key(answer) if keyed else answer, tls=tls) as server:
        verdict = tested(
            f"{'https' if case['id'] == 'vllm-02' else scheme}://127.0.0.1:{server.port}/v1",
            key=GOOD if keyed else None,
            provider=provider,
            settings={field.name: "abc-1" for field in provider.fields},
        )
    assert verdict.state in {case["expected_verdict"], *case["also_acceptable"]}
    assert verdict.key_accepted is case["key_accepted"]


def test_a_good_key_works_and_a_bad_one_is_refused_over_tls(
    tested: Test, certificates: Certificates, openai: Provider
) -> None:
    with AnsweringServer(by_key(), tls=certificates.context()) as server:
        good = tested(None, provider=at(openai, server.url))
        bad = tested(None, key=BAD, provider=at(openai, server.url))
    assert (good.state, good.key_accepted, good.models) == (State.OK, True, 2)
    assert good.method == "GET /models, free"
    assert good.latency_ms is not None
    assert good.checked_at is not None
    assert (bad.state, bad.key_accepted) == (State.INVALID_KEY, False)
    assert [request.method for request in server.received] == ["GET", "GET"]
    assert server.received[0].headers["user-agent"] == "llmkeys"
    assert server.received[0].headers["accept-encoding"] == "identity"


FAULTS = [
    (Answer(ending="hang"), State.TIMEOUT, "was reached, but did not answer within 1.5 s."),
    (Answer(body=b"0123456789", drip=0.3), State.TIMEOUT, "began to answer, but was not done within 1.5 s."),
    (Answer(ending="silent"), State.UNREACHABLE, "closed the connection without an answer."),
    (Answer(body=b"{", ending="cut"), State.SERVER_ERROR, "broke off in the middle."),
    (Answer(body=b"{", ending="reset"), State.UNREACHABLE, "broke the connection off."),
    (Answer(body=b"SSH-2.0-x\r\n\r\n", ending="raw"), State.NOT_AN_API, "did not answer in HTTP."),
    (Answer(200, {"content-encoding": "gzip"}, gzip.compress(b"0" * 9_000_000)), State.NOT_AN_API, "compressed answer"),
    (Answer(200, {}, b"<html>Sign in to Wi-Fi</html>"), State.NOT_AN_API, "A web page answered"),
    (Answer(302, {"location": "http://portal.example/login"}), State.NOT_AN_API, "login page"),
    (Answer(301, {"location": "https://new.example/"}), State.WRONG_ENDPOINT, "moved to new.example"),
    (Answer(404, {"content-type": "text/html"}, b"<html>"), State.WRONG_ENDPOINT, "no such address"),
    (Answer(503, {}, b"{}"), State.SERVER_ERROR, "trouble of its own"),
]


@pytest.mark.parametrize(("answer", "state", "words"), FAULTS, ids=lambda each: each if isinstance(each, str) else "")
def test_a_fault_has_its_own_sentence_and_never_turns_a_key_red(
    tested: Test, answer: Answer, state: State, words: str
) -> None:
    with AnsweringServer(answer) as server:
        verdict = tested(server.url)
    assert verdict.state is state
    assert verdict.key_accepted is None
    assert words in verdict.detail
    assert verdict.next
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("context", "words"),
    [
        ({"expired": True}, "has expired."),
        ({"stranger": True}, "was signed by trustme v"),
        ({"hosts": ("other.example",)}, "is not for 127.0.0.1."),
    ],
)
def test_a_certificate_that_does_not_hold_is_named(
    tested: Test, certificates: Certificates, context: dict[str, Any], words: str
) -> None:
    hosts = context.pop("hosts", ())
    with AnsweringServer(LIST, tls=certificates.context(*hosts, **context)) as server:
        verdict = tested(server.url)
    assert verdict.state is State.TLS_ERROR
    assert words in verdict.detail
    assert server.received == []


def test_a_connection_made_for_the_name_of_a_signer_is_closed_before_the_verdict(
    tested: Test, certificates: Certificates
) -> None:
    """Left to the garbage collector, it stays open for as long as that has nothing to do."""
    gc.disable()
    try:
        with AnsweringServer(LIST, tls=certificates.context(stranger=True)) as server:
            tested(server.url)
            sockets = [each for each in gc.get_objects() if isinstance(each, socket.socket)]
            left = [each for each in sockets if _leads_to(each, server.port)]
    finally:
        gc.enable()
    assert left == []


def _leads_to(connection: socket.socket, port: int) -> bool:
    with contextlib.suppress(OSError):
        return connection.family is socket.AF_INET and connection.getpeername()[1] == port
    return False


def test_a_server_without_tls_behind_https_is_named(tested: Test) -> None:
    with AnsweringServer(LIST) as server:
        verdict = tested(server.url.replace("http:", "https:"))
    assert verdict.state is State.TLS_ERROR
    assert "does not speak TLS" in verdict.detail


def test_a_server_that_breaks_the_handshake_off_is_a_fault_of_tls(tested: Test, certificates: Certificates) -> None:
    context = certificates.context()
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.sni_callback = lambda *arguments: ssl.ALERT_DESCRIPTION_HANDSHAKE_FAILURE  # type: ignore[assignment]
    with AnsweringServer(LIST, tls=context) as server:
        verdict = tested(f"https://localhost:{server.port}")
    assert verdict.state is State.TLS_ERROR
    assert "could be agreed on" in verdict.detail


def test_a_port_where_nobody_takes_the_connection_is_told_from_one_that_does_not_answer(tested: Test) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        verdict = tested(f"https://127.0.0.1:{listener.getsockname()[1]}")
    assert verdict.state is State.TIMEOUT
    assert "made no safe connection within 1.5 s." in verdict.detail


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a full queue of connections drop the next one")
def test_a_connection_that_is_never_taken_is_told_from_a_slow_answer(tested: Test) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        verdict = tested(f"http://127.0.0.1:{listener.getsockname()[1]}")
        for each in waiting:
            each.close()
    assert verdict.state is State.TIMEOUT
    assert "No connection to 127.0.0.1:" in verdict.detail


def test_nothing_listening_and_no_such_name_are_told_apart(tested: Test) -> None:
    refused = tested("http://127.0.0.1:1")
    assert refused.state is State.UNREACHABLE
    assert refused.detail == "Nothing listens at 127.0.0.1:1."
    unknown = tested("https://no-such-host.invalid/v1")
    assert unknown.state is State.UNREACHABLE
    assert unknown.detail == "The name no-such-host.invalid was not found."


def loopbacks() -> list[str]:
    """The loopback addresses that this machine has; containers often lack the one of IPv6."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return ["127.0.0.1"]
    return ["127.0.0.1", "::1"]


@pytest.mark.parametrize("host", loopbacks())
def test_a_server_on_one_kind_of_address_alone_is_reached(tested: Test, openai: Provider, host: str) -> None:
    with AnsweringServer(by_key(), host=host) as server:
        assert tested(None, provider=at(openai, server.url)).state is State.OK
        assert tested(None, provider=at(openai, f"http://localhost:{server.port}")).state is State.OK


def test_a_list_of_a_hundred_thousand_models_is_read_without_being_counted(tested: Test, openai: Provider) -> None:
    models = b",".join(b'{"id":"model-%07d","owned_by":"somebody"}' % number for number in range(100_000))
    with AnsweringServer(by_key(Answer(200, {}, b'{"object":"list","data":[' + models + b"]}"))) as server:
        verdict = tested(None, provider=at(openai, server.url))
    assert verdict.state is State.OK
    assert verdict.models is None


def test_no_more_than_two_mebibytes_are_taken_of_an_answer(tested: Test, openai: Provider) -> None:
    with AnsweringServer(by_key(Answer(401, {}, b"x" * 60_000_000))) as server:
        assert tested(None, provider=at(openai, server.url)).state is State.INVALID_KEY
    assert server.bytes_sent < 30_000_000


class Twin:
    """Two servers: the one a key is meant for, and another that must not get a byte of it."""

    def __init__(self, answer: Callable[[str], Answer]) -> None:
        self.other = AnsweringServer(LIST)
        self.own = AnsweringServer(lambda request: answer(self.other.url))

    def __enter__(self) -> Twin:
        self.other.__enter__()
        self.own.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self.own.__exit__(*error)
        self.other.__exit__(*error)


REDIRECTS = [
    *((status, {"location": "{other}/v1/models"}) for status in (301, 302, 303, 307, 308)),
    (200, {"refresh": "0; url={other}", "link": "<{other}>; rel=canonical", "alt-svc": 'h2="{other}"'}),
    (401, {"www-authenticate": 'Bearer realm="{other}"', "location": "{other}"}),
    (407, {"proxy-authenticate": "Basic", "location": "{other}"}),
    (421, {"location": "{other}"}),
]


@pytest.mark.parametrize(("status", "headers"), REDIRECTS, ids=lambda each: str(each)[:3])
def test_no_byte_reaches_a_second_server_whatever_the_first_one_says(
    tested: Test, status: int, headers: dict[str, str]
) -> None:
    with Twin(lambda other: Answer(status, {name: each.format(other=other) for name, each in headers.items()})) as twin:
        tested(twin.own.url)
    assert twin.own.received[0].key == GOOD
    assert twin.other.bytes_received == 0


HOSTILE = [
    "http://127.0.0.1@{host}/v1",
    "http://user:password@{host}/v1",
    "http:\\\\{host}/v1",
    "http://{host}\\@127.0.0.1/v1",
    "http://0x7f000001:{port}/v1",
    "http://2130706433:{port}/v1",
    "http://0.0.0.0:{port}/v1",
    "http://[::ffff:127.0.0.1]:{port}/v1",
    "http://169.254.169.254:{port}/v1",
    "http://evil.example:{port}/v1",
    "http://{host}/v1\r\nX: y",
    "//{host}/v1",
    "file:///etc/passwd",
    "http://127.0.0.1:0/v1",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_an_odd_address_gets_no_byte(tested: Test, address: str) -> None:
    with AnsweringServer(LIST) as server:
        verdict = tested(address.format(host=f"127.0.0.1:{server.port}", port=server.port))
    assert verdict.state is State.NOT_SENT
    assert server.bytes_received == 0


def test_a_base_url_of_its_own_gets_the_key_alone_though_the_row_asks_at_another_host(
    tested: Test, openai: Provider
) -> None:
    with AnsweringServer(by_key()) as own, AnsweringServer(by_key()) as rows:
        assert openai.check is not None
        row = openai._replace(
            hosts=(rows.url,), check=openai.check._replace(path=f"{rows.url}/api/whoami"), base_url=rows.url
        )
        assert tested(own.url, provider=row).state is State.OK
    assert rows.bytes_received == 0
    assert {request.path for request in own.received} == {"/api/whoami"}


def test_a_key_that_the_server_echoes_is_not_in_the_verdict(tested: Test) -> None:
    echo = f"odd key {GOOD}, {GOOD[4:16]} or {' '.join(GOOD)}"
    with AnsweringServer(Answer(418, {}, json.dumps({"message": echo}).encode())) as server:
        verdict = tested(server.url)
    assert GOOD not in str(verdict)
    assert GOOD[4:16] not in str(verdict)


def test_a_label_with_a_piece_of_the_key_is_not_kept(tested: Test, catalog: Catalog) -> None:
    row = catalog.providers["openrouter"]
    for label, kept in ((GOOD[:12], None), ("my key", "my key")):
        body = json.dumps({"data": {"label": label, "limit_remaining": 5}}).encode()
        with AnsweringServer(by_key(Answer(200, {}, body))) as server:
            assert tested(None, provider=at(row, server.url)).label == kept


def test_a_balance_with_the_key_in_the_place_of_a_currency_is_not_kept(tested: Test, catalog: Catalog) -> None:
    row = catalog.providers["deepseek"]
    for currency, kept in ((GOOD, None), ("CNY", "5.00 CNY left")):
        purse = {"currency": currency, "total_balance": "5.00"}
        body = json.dumps({"is_available": True, "balance_infos": [purse]}).encode()
        with AnsweringServer(by_key(Answer(200, {}, body))) as server:
            assert tested(None, provider=at(row, server.url)).balance == kept


def test_a_key_that_cannot_be_in_a_header_is_not_sent_and_not_told(tested: Test) -> None:
    for key in ("sk-smart”quote-0123456789", "sk-line\nbreak-0123456789"):
        with AnsweringServer(REFUSED) as server:
            verdict = tested(server.url, key=key)
        assert verdict.state is State.UNTESTABLE
        assert "could not be written" in verdict.detail
        assert server.received == []


def test_an_error_of_our_own_is_a_verdict_that_names_its_class(
    tested: Test, monkeypatch: pytest.MonkeyPatch, openai: Provider
) -> None:
    def broken(*arguments: object) -> None:
        raise RuntimeError(f"the key is {GOOD}")

    monkeypatch.setattr("llmkeys.check.network.proxy_for", broken)
    verdict = tested("http://127.0.0.1:9")
    assert verdict.state is State.UNTESTABLE
    assert verdict.detail == "The test itself failed (RuntimeError)."


def test_the_search_for_what_is_not_installed_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_such_module_here", "this"):
        monkeypatch.delitem(sys.modules, name, raising=False)
        give_up_at_once(name)
    assert sys.modules["no_such_module_here"] is None
    assert "this" not in sys.modules
    give_up_at_once("sys")
    del sys.modules["no_such_module_here"]


def test_the_system_store_is_truststores_on_macos_and_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = types.ModuleType("truststore")
    fake.SSLContext = lambda protocol: types.SimpleNamespace(store="truststore", protocol=protocol)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "truststore", fake)
    for platform in ("darwin", "win32"):
        made = vars(tls_context({}, platform))
        oldest = ssl.TLSVersion.TLSv1_2
        assert made == {"store": "truststore", "protocol": ssl.PROTOCOL_TLS_CLIENT, "minimum_version": oldest}


def test_a_certificate_file_takes_the_place_of_the_systems_store_if_it_is_there(certificates: Certificates) -> None:
    own = tls_context({"SSL_CERT_FILE": certificates.file}, "darwin")
    assert own.cert_store_stats()["x509_ca"] == 1
    missing = tls_context({"SSL_CERT_FILE": "/no/such/file"}, "linux")
    assert missing.verify_mode is ssl.CERT_REQUIRED
    assert missing.check_hostname


def test_a_python_without_a_store_uses_the_one_that_httpx_brings(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = ssl.DefaultVerifyPaths(None, None, "", "", "", "")  # type: ignore[arg-type]
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: nothing)
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", lambda self: None)
    assert tls_context({}, "linux").cert_store_stats()["x509_ca"] > 50
