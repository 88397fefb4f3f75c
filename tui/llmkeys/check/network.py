"""One question over the network: verified TLS, no redirect, one deadline, at most 2 MiB; every fault is a verdict."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import ssl
import sys
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from llmkeys.check.answer import LARGEST_BODY
from llmkeys.check.certificate import issuer_of
from llmkeys.check.faults import ASKING, CONNECTING, READING, SECURING, Fault, Trip, fault, fault_of, signed_by
from llmkeys.check.proxy import proxy_for
from llmkeys.check.request import Question
from llmkeys.origin import Origin
from llmkeys.secret import Secret
from llmkeys.text import clean
from llmkeys.verdict import State

_PHASES = {
    "connection.connect_tcp.complete": SECURING,
    "connection.start_tls.complete": ASKING,
    "proxy.start_tls.started": SECURING,
    "proxy.start_tls.complete": ASKING,
    "http11.send_request_headers.started": ASKING,
    "http11.receive_response_headers.complete": READING,
}
_LET_THROUGH = "proxy.start_tls.started"


class Reply(NamedTuple):
    """What came back, not yet judged."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    """One byte more than is read of it where the server sent more."""


class Exchange(NamedTuple):
    """A reply or a fault, and how long it took."""

    outcome: Reply | Fault
    latency_ms: int


class _Progress:
    """How far one request has come, as httpcore tells it; a proxy is left behind once it has let us through."""

    def __init__(self) -> None:
        self.phase = CONNECTING
        self.proxy = ""

    async def __call__(self, event: str, information: object) -> None:
        if event == _LET_THROUGH:
            self.proxy = ""
        if not self.proxy:
            self.phase = _PHASES.get(event, self.phase)


class Network:
    """The way out for one event loop: one TLS context, and one pool of connections an origin while it is in use."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._tls: ssl.SSLContext | None = None
        self._pools: dict[Origin, tuple[Any, int]] = {}
        give_up_at_once("sniffio")

    async def ask(self, question: Question, secret: Secret | None, seconds: float) -> Exchange:
        """Sends `question` with `secret` (None: without a key) and reads the answer, within `seconds` in all.

        Never raises but for being cancelled.
        """
        started = time.perf_counter()
        progress = _Progress()
        try:
            async with asyncio.timeout(seconds):
                outcome = await self._exchange(question, secret, progress)
        except Exception as error:
            outcome = fault_of(error, Trip(question, progress.phase, seconds, progress.proxy))
        latency = round((time.perf_counter() - started) * 1000)
        if isinstance(outcome, Fault) and outcome.untrusted:
            outcome = await self._with_issuer(outcome, question.origin)
        return Exchange(outcome, latency)

    async def _with_issuer(self, found: Fault, origin: Origin) -> Fault:
        proxy = proxy_for(origin, self._environ)
        issuer = await issuer_of(origin, proxy.url if proxy else None)
        told = signed_by(found, origin.host, issuer) if issuer else found
        useless = _useless_store(self._environ)
        return told._replace(verdict=told.verdict._replace(next=useless)) if useless else told

    async def _exchange(self, question: Question, secret: Secret | None, progress: _Progress) -> Reply | Fault:
        import httpx

        proxy = proxy_for(question.origin, self._environ)
        if proxy is not None and proxy.problem:
            return fault(
                State.UNREACHABLE, f"What {proxy.variable} names {proxy.problem}.", f"Look at {proxy.variable}."
            )
        progress.proxy = proxy.variable if proxy else ""
        request = httpx.Request(
            question.method,
            question.url,
            headers=_headers(question, secret),
            content=question.body,
            extensions={"trace": progress},
        )
        pool = self._enter(question.origin, proxy.url if proxy else None)
        try:
            response = await pool.handle_async_request(request)
            try:
                return await _read(response, question)
            finally:
                await response.aclose()
        finally:
            await self._leave(question.origin)

    def _enter(self, origin: Origin, proxy: str | None) -> Any:
        import httpx

        pool, users = self._pools.get(origin, (None, 0))
        if pool is None:
            tls = self._context()
            way = None if proxy is None else httpx.Proxy(proxy, ssl_context=tls if proxy[:6] == "https:" else None)
            pool = httpx.AsyncHTTPTransport(verify=tls, trust_env=False, proxy=way)
        self._pools[origin] = pool, users + 1
        return pool

    async def _leave(self, origin: Origin) -> None:
        pool, users = self._pools[origin]
        if users > 1:
            self._pools[origin] = pool, users - 1
            return
        del self._pools[origin]
        await pool.aclose()

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = tls_context(self._environ)
        return self._tls


def give_up_at_once(module: str) -> None:
    """Lets the import of a `module` that is not installed fail without a search of every folder.

    httpcore tries to import sniffio for each of its locks; the searches are a sixth of what a request costs.
    """
    if module not in sys.modules and importlib.util.find_spec(module) is None:
        sys.modules[module] = None  # type: ignore[assignment]


def tls_context(environ: Mapping[str, str], platform: str = sys.platform) -> ssl.SSLContext:
    """An SSL context that verifies by the system's store, or by SSL_CERT_FILE and SSL_CERT_DIR where they are set.

    On Linux the `ssl` module reads that store itself; truststore would cost 20 ms a connection there. No key log.
    """
    file, folder = environ.get("SSL_CERT_FILE") or None, environ.get("SSL_CERT_DIR") or None
    if platform in {"darwin", "win32"} and not (file or folder):
        system: ssl.SSLContext = importlib.import_module("truststore").SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        system.minimum_version = ssl.TLSVersion.TLSv1_2
        return system
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if file or folder:
        # A file that is not there must not take the system's own store away.
        with contextlib.suppress(OSError):
            context.load_verify_locations(file, folder)
            return context
    context.load_default_certs()
    if not context.cert_store_stats()["x509_ca"] and not any(ssl.get_default_verify_paths()[:2]):
        # Some builds of Python know no store of the system; httpx brings one along.
        context.load_verify_locations(importlib.import_module("certifi").where())
    return context


def _useless_store(environ: Mapping[str, str]) -> str:
    """What to do about SSL_CERT_FILE or SSL_CERT_DIR where what it names holds no certificate; empty if all is well."""
    for variable, name in (("SSL_CERT_FILE", "cafile"), ("SSL_CERT_DIR", "capath")):
        path = environ.get(variable)
        if not path:
            continue
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(**{name: path})
        except OSError:
            return f"{variable} names {clean(path)}, which holds no certificate that can be read: look at it."
    return ""


def _headers(question: Question, secret: Secret | None) -> dict[str, str]:
    headers = dict(question.headers)
    if secret is not None and question.auth.header:
        headers[question.auth.header] = question.auth.format.replace("{key}", secret.reveal())
    return headers


async def _read(response: Any, question: Question) -> Reply | Fault:
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"", "identity"}:
        return fault(
            State.NOT_AN_API,
            f"{question.origin.shown} sent a compressed answer, which was not asked for and is not read.",
            "Look at the base URL and at proxies on the way.",
        )
    body = bytearray()
    async for piece in response.stream:
        body += piece
        if len(body) > LARGEST_BODY:
            break
    return Reply(response.status_code, dict(response.headers), bytes(body[: LARGEST_BODY + 1]))
