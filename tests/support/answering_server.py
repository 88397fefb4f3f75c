"""A small real HTTP(S) server on loopback that answers as it is told, and misbehaves in every way that servers do."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import trustme


class Answer(NamedTuple):
    """What the server sends for one request."""

    status: int = 200
    headers: Mapping[str, str] = {}
    body: bytes = b""
    wait: float = 0
    """Seconds before the first byte."""
    drip: float = 0
    """Seconds before each byte of the body."""
    ending: str = "whole"
    """`whole`, `cut` (closes before the promised end), `reset`, `silent` (closes without a byte), `hang`, `raw` (the
    body is all that is sent)."""


class Received(NamedTuple):
    """One request as it came; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    raw: bytes

    @property
    def key(self) -> str:
        """What stands in whichever header carries keys."""
        for name in ("authorization", "x-api-key", "x-goog-api-key", "api-key", "xi-api-key"):
            if name in self.headers:
                return self.headers[name].removeprefix("Bearer ").removeprefix("Token ")
        return ""


class Certificates:
    """An authority of the test's own, and certificates by it."""

    def __init__(self) -> None:
        self.authority = trustme.CA()
        self.folder = tempfile.TemporaryDirectory(prefix="llmkeys-tests-")
        self.file = str(Path(self.folder.name) / "authority.pem")
        self.authority.cert_pem.write_to_path(self.file)

    def context(self, *hosts: str, expired: bool = False, stranger: bool = False) -> ssl.SSLContext:
        """A server's context with a certificate for `hosts`; by an authority nobody knows if `stranger`."""
        authority = trustme.CA() if stranger else self.authority
        days = -2 if expired else 30
        certificate = authority.issue_cert(*(hosts or ("127.0.0.1", "localhost")), not_after=_days_ahead(days))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return context


def _days_ahead(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


class AnsweringServer:
    """Answers every request by `answer`, an Answer or a function of what was received; `with` starts and ends it."""

    def __init__(
        self,
        answer: Answer | Callable[[Received], Answer],
        *,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self.answer = answer
        self.received: list[Received] = []
        self.bytes_received = 0
        self.bytes_sent = 0
        self.most_at_once = 0
        self._at_once = 0
        self._tls = tls
        self._lock = threading.Lock()
        self._ended = threading.Event()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family, backlog=256)
        self.host = f"[{host}]" if ":" in host else host
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"{'https' if self._tls else 'http'}://{self.host}:{self.port}"

    def __enter__(self) -> AnsweringServer:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            while self._exchange(connection):
                pass
        with contextlib.suppress(OSError):
            connection.close()

    def _exchange(self, connection: socket.socket) -> bool:
        """Reads and answers one request; whether another may follow."""
        request = self._read(connection)
        if request is None:
            return False
        with self._lock:
            self.received.append(request)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            answer = self.answer(request) if callable(self.answer) else self.answer
            self._ended.wait(answer.wait)
            return self._send(connection, answer)
        finally:
            with self._lock:
                self._at_once -= 1

    def _read(self, connection: socket.socket) -> Received | None:
        raw = b""
        while b"\r\n\r\n" not in raw:
            piece = connection.recv(65536)
            if not piece:
                return None
            raw += piece
            self.bytes_received += len(piece)
            if raw[:1] == b"\x16":
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
                return None
        head, _, body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
        }
        while len(body) < int(headers.get("content-length", "0")):
            piece = connection.recv(65536)
            self.bytes_received += len(piece)
            body += piece
        return Received(method, path, headers, body, head + body)

    def _send(self, connection: socket.socket, answer: Answer) -> bool:
        if answer.ending == "silent":
            return False
        if answer.ending == "hang":
            self._ended.wait(60)
            return False
        if answer.ending == "raw":
            connection.sendall(answer.body)
            return False
        length = len(answer.body) + (100 if answer.ending in {"cut", "reset"} else 0)
        headers = {"content-type": "application/json", "content-length": str(length), **answer.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection.sendall(f"HTTP/1.1 {answer.status} Reason\r\n{head}\r\n".encode("latin-1"))
        for start in range(0, 0 if answer.drip else len(answer.body), 65536):
            connection.sendall(answer.body[start : start + 65536])
            self.bytes_sent = start
        for byte in answer.body if answer.drip else b"":
            time.sleep(answer.drip)
            connection.sendall(bytes([byte]))
        if answer.ending == "reset":
            connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
            )
        return answer.ending == "whole"
