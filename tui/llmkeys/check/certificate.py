"""Who signed the certificate that a server shows: a handshake and nothing more, no request and no key."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from typing import Any

from llmkeys.origin import Origin
from llmkeys.text import clean

SECONDS = 3.0
"""How long a second handshake may take, once the first one has failed."""


class _Shown(Exception):
    """Ends a request after its handshake; holds the certificate that was shown, as DER."""


async def issuer_of(origin: Origin, proxy: str | None) -> str:
    """The name of whoever signed the certificate of `origin`, or empty where it cannot be learnt.

    The handshake trusts everybody and is broken off before anything is asked over it.
    """
    with contextlib.suppress(Exception):  # the first handshake has told what is wrong; a name would only be more
        return _issuer(await _certificate_of(origin, proxy))
    return ""


async def _certificate_of(origin: Origin, proxy: str | None) -> bytes:
    """What the server at `origin` shows, as DER; empty if it shows nothing."""
    import httpx

    secured = f"{'connection' if proxy is None else 'proxy'}.start_tls.complete"

    async def trace(event: str, information: dict[str, Any]) -> None:
        if event == secured:
            stream = information["return_value"]
            certificate = stream.get_extra_info("ssl_object").getpeercert(binary_form=True)
            await stream.aclose()  # nobody else will: the pool has not got it yet
            raise _Shown(certificate)

    request = httpx.Request("HEAD", f"https://{origin.shown}/", extensions={"trace": trace})
    pool = httpx.AsyncHTTPTransport(verify=_trusting(), trust_env=False, proxy=proxy)
    shown = b""
    try:
        async with asyncio.timeout(SECONDS), pool:
            await pool.handle_async_request(request)
    except _Shown as error:
        shown = error.args[0]
    return shown


def _trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _issuer(certificate: bytes) -> str:
    from cryptography import x509

    issuer = x509.load_der_x509_certificate(certificate).issuer
    kinds = (x509.NameOID.ORGANIZATION_NAME, x509.NameOID.COMMON_NAME)
    names = [str(each.value) for kind in kinds for each in issuer.get_attributes_for_oid(kind)]
    return clean(names[0], 60) if names else ""
