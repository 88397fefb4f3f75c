"""Which proxy is taken: the environment's for https, none for this machine."""

from __future__ import annotations

import pytest

from llmkeys.check.proxy import Proxy, proxy_for
from llmkeys.origin import origin_of

API = origin_of("https://api.openai.com/v1")


@pytest.mark.parametrize(
    ("environ", "proxy"),
    [
        ({}, None),
        ({"HTTP_PROXY": "http://p:3128"}, None),
        ({"HTTPS_PROXY": "http://p:3128"}, Proxy("http://p:3128", "HTTPS_PROXY")),
        ({"https_proxy": "p:3128"}, Proxy("http://p:3128", "https_proxy")),
        ({"ALL_PROXY": "https://p"}, Proxy("https://p", "ALL_PROXY")),
        ({"HTTPS_PROXY": " ", "ALL_PROXY": "http://p"}, Proxy("http://p", "ALL_PROXY")),
        ({"ALL_PROXY": "socks5://p:1080"}, Proxy("", "ALL_PROXY", "is a SOCKS proxy, which llmkeys does not speak")),
        ({"HTTPS_PROXY": "ftp://p"}, Proxy("", "HTTPS_PROXY", "is not an address")),
        ({"HTTPS_PROXY": "http://"}, Proxy("", "HTTPS_PROXY", "is not an address")),
        ({"HTTPS_PROXY": "http://p:99999"}, Proxy("", "HTTPS_PROXY", "is not an address")),
        ({"HTTPS_PROXY": "http://p:0"}, Proxy("", "HTTPS_PROXY", "is not an address")),
        ({"HTTPS_PROXY": "http://p", "NO_PROXY": "*"}, None),
        ({"HTTPS_PROXY": "http://p", "no_proxy": "x.example, .openai.com"}, None),
        ({"HTTPS_PROXY": "http://p", "NO_PROXY": "openai.com"}, None),
        ({"HTTPS_PROXY": "http://p", "NO_PROXY": "*.openai.com"}, None),
        ({"HTTPS_PROXY": "http://p", "NO_PROXY": "api.openai.com:443"}, None),
        ({"HTTPS_PROXY": "http://p", "NO_PROXY": "api.openai.com:8443,"}, Proxy("http://p", "HTTPS_PROXY")),
        ({"HTTPS_PROXY": "http://p", "NO_PROXY": "notopenai.com,."}, Proxy("http://p", "HTTPS_PROXY")),
        ({"HTTPS_PROXY": "http://p", "NO_PROXY": "10.0.0.0/8,x/y"}, Proxy("http://p", "HTTPS_PROXY")),
    ],
)
def test_the_environments_proxy_is_taken(environ: dict[str, str], proxy: Proxy | None) -> None:
    assert proxy_for(API, environ) == proxy


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/v1", "https://localhost/v1", "https://[::1]:4/", "https://a.localhost"]
)
def test_this_machine_is_never_reached_through_a_proxy(url: str) -> None:
    assert proxy_for(origin_of(url), {"HTTPS_PROXY": "http://p", "ALL_PROXY": "http://p"}) is None


def test_a_network_of_addresses_is_excepted() -> None:
    assert proxy_for(origin_of("https://10.1.2.3/"), {"HTTPS_PROXY": "http://p", "NO_PROXY": "10.0.0.0/8"}) is None


def test_plain_http_to_a_keyless_server_goes_there_directly() -> None:
    assert proxy_for(origin_of("http://192.168.1.5:11434", keyless=True), {"ALL_PROXY": "http://p"}) is None
