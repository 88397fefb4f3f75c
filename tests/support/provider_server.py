"""A server for tests to ask, OpenAI-compatible: it accepts some keys and refuses all others; and a provider, `acme`."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import pytest

from llmkeys.check.runner import Checker
from llmkeys.service.providers import add_provider
from llmkeys.service.session import Session
from support.answering_server import Answer, AnsweringServer, Received
from support.keeping import KEY

MODELS = ("m-1", "m-2")
_REFUSED = {"error": {"message": "Incorrect API key provided.", "code": "invalid_api_key"}}


def answering(good: Collection[str], models: Collection[str] = MODELS) -> Callable[[Received], Answer]:
    """Answers as a server that knows the keys in `good`, which may change while it runs, and lists `models`."""
    listed = {"object": "list", "data": [{"id": each, "object": "model"} for each in models]}

    def answer(request: Received) -> Answer:
        if request.key not in good:
            return Answer(401, body=json.dumps(_REFUSED).encode())
        return Answer(200, body=json.dumps(listed).encode())

    return answer


@contextmanager
def provider(good: Collection[str]) -> Iterator[AnsweringServer]:
    """A server with models of OpenAI's names; `.answer` can be replaced."""
    with AnsweringServer(answering(good, ("gpt-4.1", "gpt-4.1-mini"))) as server:
        yield server


@pytest.fixture
def server() -> Iterator[AnsweringServer]:
    """A server that knows `KEY` alone."""
    with AnsweringServer(answering({KEY})) as running:
        yield running


@pytest.fixture
def checker() -> Iterator[Checker]:
    """A checker that waits 2 s at most."""
    running = Checker({}, seconds=2.0)
    yield running
    running.close()


def add_acme(session: Session, server: AnsweringServer, *, default_model: str = "") -> None:
    """The provider `acme`, whose address is that server's."""
    add_provider(session, "acme", base_url=f"{server.url}/v1", env=["ACME_KEY"], default_model=default_model)
