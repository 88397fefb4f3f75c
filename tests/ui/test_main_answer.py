"""What came with an answer is told in the details, what is unknown is not, and a model that is gone stays chosen."""

from __future__ import annotations

from collections.abc import Callable

from llmkeys.config import Choice
from llmkeys.moment import DAY, to_text
from llmkeys.service.defaults import set_default
from llmkeys.service.overview import Row, overview
from llmkeys.service.session import Session
from llmkeys.service.settings import change_setting
from llmkeys.ui.app import LlmkeysApp
from llmkeys.ui.screens.main_answer import again_words, seconds_left
from llmkeys.ui.screens.main_detail import Known, detail_lines
from llmkeys.ui.screens.main_pane import DetailPane
from llmkeys.ui.screens.main_state import Listed
from llmkeys.verdict import State, Verdict
from support.answering_server import Answer, AnsweringServer
from support.keeping import KEY, OTHER_KEY, kept
from support.provider_server import add_acme
from ui.fixtures import NOW, make_overview, row, verdict
from ui.test_main import SIZE, drawn, go_to, screen_of, status, until


def details(one: Row, width: int = 60) -> list[str]:
    entry = Listed(one, one.standing(NOW), True)
    lines = detail_lines(entry, Known(make_overview((one,)), NOW, {}), width)
    return ["".join(text for text, _ in line).rstrip() for line in lines]


def test_what_the_answer_carried_is_told() -> None:
    found = verdict(
        models=24, label="acme-eu", balance="$74.50 left", expires_at=to_text(NOW + 30 * DAY), model_served=True
    )
    shown = details(row("openai/a", found, model="gpt-4.1"))
    assert shown[1] == " ✓ ok  ·  24 models  ·  checked 2m ago"
    assert " known as   acme-eu" in shown
    assert " credit     $74.50 left" in shown
    assert any(each.startswith(" expires ") for each in shown)
    assert " model      gpt-4.1  served" in shown


def test_what_is_unknown_is_not_told_as_nothing() -> None:
    shown = "\n".join(details(row("openai/a", verdict())))
    for word in ("models", "known as", "credit", "expires", "served", "listed", "again in"):
        assert word not in shown


def test_the_end_of_a_limit_is_told_until_it_comes() -> None:
    limited = verdict(State.RATE_LIMITED, age=20, retry_after_s=62)
    assert details(row("groq/a", limited))[1] == " ! limited  ·  again in 42 s  ·  checked just now"
    assert again_words(limited, NOW + 42) == ""
    assert again_words(None, NOW) == ""
    assert seconds_left(verdict(), NOW) == 0
    assert seconds_left(Verdict(State.RATE_LIMITED, retry_after_s=5), NOW) == 0


def test_a_model_that_is_not_listed_says_so_even_where_nothing_is_near() -> None:
    gone = verdict(model_served=False, model="m-9", detail="Acme accepts this key. It does not list m-9.")
    shown = details(row("openai/a", gone, model="m-9"))
    assert " Acme accepts this key. It does not list m-9." in shown
    assert " model      m-9  not listed" in shown


def test_where_the_pane_is_narrow_the_age_of_a_verdict_is_not_cut() -> None:
    gone = verdict(models=24, model_served=False, model="m-9")
    assert details(row("openai/a", gone, model="m-9"), 43)[1] == " ! model gone · 24 models · checked 2m ago"


async def test_a_default_whose_model_is_gone_needs_attention_and_stays_the_default(
    session: Callable[..., Session], server: AnsweringServer
) -> None:
    opened = session("app")
    change_setting(opened, "offline", "on")
    add_acme(opened, server)
    kept(opened, "acme/good", KEY)
    set_default(opened, "acme/good", "m-9")
    app = LlmkeysApp(opened)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: any("model gone" in each for each in drawn(app)))
        assert drawn(app)[0] == " NEEDS ATTENTION  1"
        assert "Nearest: m-2, m-1." in screen_of(app).query_one(DetailPane).text.replace("\n ", " ")
        await pilot.press("R")
        await until(pilot, lambda: "read again" in status(app))
        assert overview(opened).default == Choice("acme/good", "m-9")


async def test_who_was_asked_to_wait_is_left_alone_by_a_test_of_all_and_asked_by_a_test_of_one(
    session: Callable[..., Session], server: AnsweringServer
) -> None:
    server.answer = lambda request: (
        Answer(429, {"retry-after": "300"}, b"{}") if request.key == OTHER_KEY else Answer(200, {}, b'{"data":[]}')
    )
    opened = session("app")
    change_setting(opened, "offline", "on")
    add_acme(opened, server)
    kept(opened, "acme/good", KEY)
    kept(opened, "acme/limited", OTHER_KEY)
    app = LlmkeysApp(opened)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("T")
        await until(pilot, lambda: "2 tested in" in status(app))
        asked = sum(each.key == OTHER_KEY for each in server.received)
        await pilot.press("T")
        await until(pilot, lambda: "1 tested in" in status(app))
        assert "1 asked to wait" in status(app)
        assert sum(each.key == OTHER_KEY for each in server.received) == asked
        await go_to(app, pilot, "acme/limited")
        await pilot.press("t")
        await until(pilot, lambda: "is limited for now, again in" in status(app))
        assert sum(each.key == OTHER_KEY for each in server.received) > asked
