"""Where a key may be sent, and the many spellings that are refused."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from llmkeys.errors import UsageError
from llmkeys.origin import Origin, origin_of

GOOD = {
    "https://api.openai.com/v1": ("https://api.openai.com", "api.openai.com", False),
    "https://API.OpenAI.com.:443/v1": ("https://api.openai.com", "api.openai.com", False),
    "HTTPS://a.example:8443": ("https://a.example:8443", "a.example:8443", False),
    "http://localhost:11434": ("http://localhost:11434", "localhost:11434", True),
    "http://localhost": ("http://localhost", "localhost", True),
    "http://my.localhost:80/": ("http://my.localhost", "my.localhost", True),
    "http://127.0.0.1:8000/v1": ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
    "http://127.9.9.9": ("http://127.9.9.9", "127.9.9.9", True),
    "http://[::1]:8080": ("http://[::1]:8080", "[::1]:8080", True),
    "https://[2001:DB8:0:0::1]": ("https://[2001:db8::1]", "[2001:db8::1]", False),
    "https://10.0.0.5": ("https://10.0.0.5", "10.0.0.5", False),
    "https://bücher.example": ("https://xn--bcher-kva.example", "xn--bcher-kva.example", False),
    "https://my_host-1.example": ("https://my_host-1.example", "my_host-1.example", False),
    "https://gpu1:8443/v1": ("https://gpu1:8443", "gpu1:8443", False),
    "https://llm.rack-2": ("https://llm.rack-2", "llm.rack-2", False),
    "https://a.example:": ("https://a.example", "a.example", False),
}


@pytest.mark.parametrize(("url", "expected"), GOOD.items())
def test_an_address_has_one_origin(url: str, expected: tuple[str, str, bool]) -> None:
    origin = origin_of(url)
    assert (str(origin), origin.shown, origin.is_loopback) == expected


@pytest.mark.parametrize("url", GOOD)
def test_an_origin_is_the_origin_of_itself(url: str) -> None:
    assert origin_of(str(origin_of(url))) == origin_of(url)


BAD = {
    "nothing": "",
    "a key": "sk-ant-api03-canary",
    "no scheme": "api.openai.com/v1",
    "another scheme": "ftp://a.example",
    "a scheme without slashes": "https:a.example",
    "a file": "file:///etc/passwd",
    "no host": "https:///v1",
    "a dot for a host": "https://./",
    "a user": "https://me@a.example",
    "an empty user": "https://@a.example",
    "a password": "https://me:canary@a.example",
    "a query": "https://a.example/v1?key=canary",
    "an empty query": "https://a.example/v1?",
    "a fragment": "https://a.example/v1#canary",
    "a query on this machine": "http://localhost:8080/v1?key=canary#x",
    "a backslash": "https://a.example\\@evil.example",
    "a space": "https://a.example /",
    "a newline": "https://a.example\n.evil.example",
    "a tab": "https://a\t.example",
    "a delete": "https://a.example/\x7f",
    "port 0": "https://a.example:0",
    "a port too high": "https://a.example:65536",
    "a port that is a word": "https://a.example:https",
    "an empty part": "https://a..example",
    "a per cent sign": "https://exa%6dple.com",
    "a star": "https://*.example",
    "a host no name can be": "https://\u200b.example",
    "plain http": "http://a.example",
    "http to this machine with a dot": "http://localhost.:8080",
    "http below this machine with a dot": "http://api.localhost.",
    "http to this machine's number with a dot": "http://127.0.0.1.",
    "http to a number": "http://10.0.0.5",
    "http to a name like this machine": "http://localhost.evil.example",
    "http to a number like this machine": "http://127.0.0.1.evil.example",
    "a short number": "http://127.1",
    "one number": "http://2130706433",
    "a hexadecimal number": "http://0x7f000001",
    "an octal number": "http://0177.0.0.1",
    "a name before a number": "https://a.1",
    "a number too large": "https://256.0.0.1",
    "an enormous number": "https://" + "1" * 5000 + ".0.0.1",
    "an enormous address": "https://a.example/" + "x" * 5000,
    "a wide number": "http://１２７.1",
    "link-local": "https://169.254.169.254",
    "unspecified": "http://0.0.0.0:8000",
    "this network": "http://0.0.0.1",
    "a metadata name": "https://metadata.google.internal",
    "a metadata name with a dot": "https://Metadata.Google.Internal.",
    "a metadata number": "https://100.100.100.200",
    "an IPv6 metadata number": "https://[fd00:ec2::254]",
    "IPv6 link-local": "https://[fe80::1]",
    "IPv6 with a zone": "https://[fe80::1%25eth0]",
    "IPv6 unspecified": "https://[::]",
    "IPv6 that is IPv4": "https://[::ffff:10.0.0.1]",
    "IPv6 that is none": "https://[::g]",
    "an open bracket": "https://[::1",
    "a name in brackets": "https://[v1.fe80]",
    "a name before brackets": "https://a[::1]",
}


@pytest.mark.parametrize("url", BAD.values(), ids=BAD)
def test_anything_else_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        origin_of(url)
    assert refused.value.message.isprintable()
    assert len(refused.value.message) < 300
    assert "canary" not in refused.value.message


def test_a_key_pasted_as_an_address_is_not_repeated() -> None:
    for url in ("sk-canary", "https://a.example:x/?key=canary", "ftp://u:canary@a.example/canary#canary"):
        with pytest.raises(UsageError) as refused:
            origin_of(url)
        assert "canary" not in refused.value.message


def test_only_a_request_may_have_a_query() -> None:
    assert origin_of("https://a.example/v1?x=1#y", request=True) == origin_of("https://a.example/v1")


def test_plain_http_is_for_requests_without_a_key() -> None:
    assert str(origin_of("http://box.example:11434", keyless=True)) == "http://box.example:11434"


@given(st.text(max_size=40) | st.text("https://[]:@%.0127x１。localhost\\?#", max_size=30).map("https://".__add__))
@example("https://１２７.0.0.1")
@example("https://a.example．")
def test_no_text_makes_it_fail_otherwise(url: str) -> None:
    try:
        origin = origin_of(url)
    except UsageError:
        return
    assert origin.host.isascii()
    assert origin_of(str(origin)) == origin
    assert origin.scheme == "https" or origin.is_loopback


def test_origins_are_compared_whole() -> None:
    assert Origin("https", "a.example", 443) != Origin("http", "a.example", 443)
    assert origin_of("https://a.example") != origin_of("https://a.example:8443")
    assert origin_of("https://a.example") != origin_of("https://a.example.evil.example")
