"""Keys, rows and answers for the tests of checks."""

from __future__ import annotations

from collections.abc import Callable

from llmkeys.catalog.rows import Provider
from llmkeys.verdict import Verdict
from support.answering_server import Answer, Received

GOOD = "sk-proj-good-0123456789abcdefghij"
BAD = "sk-proj-wrong-0123456789abcdefghi"
Test = Callable[..., Verdict]
LIST = Answer(200, {}, b'{"object":"list","data":[{"id":"gpt-4o"},{"id":"gpt-4.1"}]}')
REFUSED = Answer(401, {}, b'{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}')


def at(provider: Provider, url: str) -> Provider:
    """The row as if `url` were its own address, so that its answers count as its own."""
    return provider._replace(base_url=url, hosts=())


def by_key(answer: Answer = LIST, otherwise: Answer = REFUSED, key: str = GOOD) -> Callable[[Received], Answer]:
    """`answer` for the key, `otherwise` for any other and for none."""
    return lambda request: answer if request.key == key else otherwise
