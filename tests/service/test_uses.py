"""The log of readings, the latest first."""

from __future__ import annotations

from collections.abc import Callable

from llmkeys.service.keys import resolve
from llmkeys.service.session import Session
from llmkeys.service.uses import list_uses
from support.keeping import kept


def test_the_latest_readings_come_first_and_no_more_than_asked_for(session: Callable[..., Session]) -> None:
    here = session()
    assert list_uses(here, 10) == []
    kept(here, "openai/work")
    for verb in ("one", "two", "three"):
        resolve(here, "openai/work", verb=verb)
    assert [use.verb for use in list_uses(here, 2)] == ["three", "two"]
