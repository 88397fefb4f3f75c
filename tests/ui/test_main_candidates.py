"""Every key that could be used for one provider, tested in one go and told in one look."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from llmkeys.resolution.candidate import Fate, Kind, Source
from llmkeys.secret import Secret
from llmkeys.service.accounts import Draft, add_account
from llmkeys.service.overview import overview
from llmkeys.service.session import Session
from llmkeys.service.settings import change_setting
from llmkeys.ui.app import LlmkeysApp
from llmkeys.ui.screens.main_candidates import Tried, candidate_lines, in_order, look_spans
from llmkeys.ui.screens.main_pane import DetailPane
from llmkeys.ui.spans import Span, Spans
from llmkeys.verdict import State, Verdict
from support.answering_server import AnsweringServer
from support.keeping import KEY, OTHER_KEY, kept
from support.provider_server import add_acme, answering
from ui.fixtures import make_overview, row, verdict
from ui.test_main import SIZE, Gate, drawn, gate, go_to, screen_of, status, until

__all__ = ["gate"]

VARIABLE = Source(Kind.ENVIRONMENT, "OPENAI_API_KEY")
REFUSED = Tried("openai/env", "env", VARIABLE, Fate.WINS, verdict(State.INVALID_KEY))
WORKS = Tried("openai/work", "work", Source(Kind.KEYCHAIN), Fate.SHADOWED, verdict())


def words(spans: Spans) -> str:
    return "".join(text for text, _ in spans)


def lines(found: tuple[Tried, ...], width: int = 60, **newer: Verdict) -> list[str]:
    over = make_overview(
        (
            row("openai/env", newer.get("env"), source=VARIABLE),
            row("openai/work", newer.get("work")),
        )
    )
    return [words(each) for each in candidate_lines(found, over, width)]


def test_one_look_says_which_key_wins_and_which_one_works() -> None:
    spans: list[Span] = look_spans(in_order([WORKS, REFUSED]))
    assert words(spans) == "✗ OPENAI_API_KEY wins and is refused · ✓ work works"
    assert dict(spans)[" wins and is refused"] == "bad"
    assert dict(spans)[" works"] == "good"


def test_a_key_alone_needs_no_word_about_winning() -> None:
    assert words(look_spans([WORKS._replace(fate=Fate.WINS)])) == "✓ work works"


def test_each_candidate_has_a_line_with_its_place_and_how_it_fares() -> None:
    assert lines((REFUSED, WORKS)) == [
        " CANDIDATES",
        "   ✗ invalid  OPENAI_API_KEY in the environment  wins",
        "   ✓ ok  work, OS keychain  shadowed",
        "",
    ]


def test_on_a_narrow_pane_the_place_has_a_line_of_its_own() -> None:
    found = lines((REFUSED,), 30)
    assert found[1] == "   ✗ invalid  wins"
    assert max(map(len, found)) <= 30


def test_what_was_tested_since_counts_and_a_key_that_is_gone_is_left_out() -> None:
    gone = WORKS._replace(account="openai/gone")
    assert lines((REFUSED, gone), env=verdict())[1:-1] == ["   ✓ ok  OPENAI_API_KEY in the environment  wins"]
    assert lines((gone,)) == []


@pytest.fixture
def acme(session: Callable[..., Session], environ: dict[str, str]) -> Iterator[Session]:
    """A refused key in the environment over a stored one that works."""
    with AnsweringServer(answering({KEY})) as server:
        opened = session("app")
        change_setting(opened, "offline", "on")
        add_acme(opened, server)
        kept(opened, "acme/work", KEY)
        environ["ACME_KEY"] = OTHER_KEY
        yield opened


async def test_c_tests_every_key_of_the_provider_under_the_cursor(acme: Session) -> None:
    app = LlmkeysApp(acme)
    async with app.run_test(size=(160, 36)) as pilot:
        await go_to(app, pilot, "acme/work")
        await pilot.press("c")
        await until(pilot, lambda: status(app) == "✗ ACME_KEY wins and is refused · ✓ work works")
        shown = screen_of(app).query_one(DetailPane).text
        assert "✗ invalid  ACME_KEY in the environment  wins" in shown
        assert "✓ ok  work, plaintext file  shadowed" in shown
        assert any("invalid" in each and "env" in each for each in drawn(app))
        assert {each.account: each.verdict.state for each in overview(acme).rows if each.verdict} == {
            "acme/env": State.INVALID_KEY,
            "acme/work": State.OK,
        }


async def test_c_on_a_provider_without_a_key_says_so(stored: Session) -> None:
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("G", "c")
        assert "has no key yet.   ↵ adds one" in status(app)


async def test_a_c_that_is_refused_keeps_no_account_from_the_next_test_of_all(stored: Session, gate: Gate) -> None:
    add_account(stored, Draft("openai", "second", Secret(OTHER_KEY), store="file"))
    app = LlmkeysApp(stored)
    async with app.run_test(size=SIZE) as pilot:
        await go_to(app, pilot, "openai/personal")
        await pilot.press("t")
        await until(pilot, lambda: gate.asked == ["openai/personal"])
        await pilot.press("c")
        await until(pilot, lambda: "testing" in status(app))
        assert "of 2" not in status(app)
        await pilot.press("T")
        await until(pilot, lambda: "openai/second" in gate.asked)
