"""What the tests of checks share: certificates, a checker with a short deadline, and rows by id."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from check.accounts import GOOD, Test
from llmkeys.catalog.rows import Catalog, Provider, load_catalog
from llmkeys.check.runner import Checker, Job
from llmkeys.secret import Secret
from llmkeys.verdict import Verdict
from support.answering_server import Certificates

PATIENCE = 20


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The shipped rows."""
    return load_catalog()


@pytest.fixture(scope="session")
def openai(catalog: Catalog) -> Provider:
    """A plain row: its list of models proves a key."""
    return catalog.providers["openai"]


@pytest.fixture(scope="session")
def certificates() -> Certificates:
    """An authority that the checkers of these tests trust."""
    return Certificates()


@pytest.fixture
def checker(certificates: Certificates) -> Iterator[Checker]:
    """A checker that waits 1.5 s at most."""
    made = Checker({"SSL_CERT_FILE": certificates.file}, seconds=1.5)
    yield made
    made.close()


@pytest.fixture
def tested(checker: Checker, openai: Provider) -> Test:
    """`tested(url, key=…)`: the verdict on an account of that row with that base URL."""

    def run(url: str | None, key: str | None = GOOD, provider: Provider = openai, **more: object) -> Verdict:
        secret = None if key is None else Secret(key)
        job = Job(f"{provider.id}/work", provider, secret, url, **more)  # type: ignore[arg-type]
        return checker.start(job).result(PATIENCE)

    return run
