"""An OpenAI-compatible server for commands to ask: it accepts some keys and refuses all others."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from support.answering_server import Answer, AnsweringServer, Received

MODELS = ("gpt-4.1", "gpt-4.1-mini")
REFUSED = {"error": {"message": "Incorrect API key provided.", "code": "invalid_api_key"}}


@contextmanager
def provider(good: Collection[str]) -> Iterator[AnsweringServer]:
    """A server that knows the keys in `good`, which may change while it runs; `.answer` can be replaced."""

    def answer(request: Received) -> Answer:
        if request.key not in good:
            return Answer(401, body=json.dumps(REFUSED).encode())
        return Answer(200, body=json.dumps({"object": "list", "data": [{"id": each} for each in MODELS]}).encode())

    with AnsweringServer(answer) as server:
        yield server
