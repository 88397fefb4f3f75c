"""The field that takes a name or a key, and the form for a server that no row describes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from textual import events

from llmkeys.catalog.own import own_provider
from llmkeys.secret import Secret
from llmkeys.service.session import Session, look
from llmkeys.ui.screens import add as add_module
from llmkeys.ui.screens import server as server_module
from llmkeys.ui.screens.add import Added, AddScreen
from llmkeys.ui.screens.server import ServerScreen
from llmkeys.ui.widgets.field import Field
from llmkeys.ui.widgets.name_or_key import NameOrKey
from ui.fixtures import CATALOG
from ui.stage import SENTINEL, SIZES, Stage, Unread, everything_seen, paste, until

Opened = Callable[..., Session]


def stage(session: Opened, **options: Any) -> Stage:
    return Stage(AddScreen(session(), CATALOG), **options)


async def test_a_name_and_enter_answer_the_provider(session: Opened) -> None:
    app = stage(session)
    async with app.run_test() as pilot:
        await pilot.press(*"claude")
        assert "claude" in app.text
        await pilot.press("enter")
    assert app.answers == [Added(CATALOG.find("anthropic"), None)]


async def test_the_arrow_keys_move_the_list_while_letters_go_to_the_field(session: Opened) -> None:
    app = stage(session)
    async with app.run_test() as pilot:
        await pilot.press(*"google", "down", "enter")
    assert [each.provider.id for each in app.answers] == ["vertex"]
    app = stage(session)
    async with app.run_test(size=(80, 24)) as pilot:
        first = next(line for line in app.text.splitlines() if "▸" in line)
        await pilot.press("pagedown", "pageup", "down", "up", "ctrl+n", "ctrl+p", "enter")
    assert [each.provider.name in first for each in app.answers] == [True]


async def test_a_pasted_key_is_masked_guessed_and_handed_on(session: Opened) -> None:
    key = "sk-ant-api03-" + "x9" * 45 + "AA"
    app = stage(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, f"export ANTHROPIC_API_KEY='{key}'\n")
        assert "looks like an Anthropic key" in app.text
        assert "LOOKS LIKE A KEY OF" in app.text
        assert "x9x9" not in everything_seen(app)
        await pilot.press("enter")
    assert [(each.provider.id, each.typed.secret) for each in app.answers] == [("anthropic", Secret(key))]


PLAIN = "sk-0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("pasted", "provider", "removed"),
    [
        (f"DEEPSEEK_API_KEY={PLAIN}", "deepseek", "DEEPSEEK_API_KEY"),
        (f"export deepseek_api_key='{PLAIN}'\n", "deepseek", "deepseek_api_key"),
        (f'{{"DEEPSEEK_API_KEY": "{PLAIN}"}}', "deepseek", "DEEPSEEK_API_KEY"),
        (f"setx MISTRAL_API_KEY {'aB3' * 11}", "mistral", "MISTRAL_API_KEY"),
        (f"export P_HANG_KEY={PLAIN}", "hang", "P_HANG_KEY"),
        (f"export OPENAI_API_KEY=sk-or-v1-{'0a' * 32}", "openrouter", "OPENAI_API_KEY"),
    ],
)
async def test_the_variable_around_a_key_says_whose_it_is(
    pasted: str, provider: str, removed: str, session: Opened
) -> None:
    own = own_provider("hang", {"base_url": "https://hang.example/v1", "env": ["P_HANG_KEY"]}, CATALOG.providers)
    app = Stage(AddScreen(session(), [*CATALOG, own]))
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, pasted)
        assert f"removed {removed}=" in app.text
        await pilot.press("enter")
    assert [(each.provider.id, each.typed.variable) for each in app.answers] == [(provider, removed)]


async def test_a_name_around_a_key_that_is_nobodys_is_not_shown_for_it_may_be_of_the_key(session: Opened) -> None:
    app = stage(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, f"ABCDEF0123456789={PLAIN}")
        assert "its shape fits" in app.text
        assert "ABCDEF" not in app.text


async def test_a_key_of_unknown_shape_is_masked_too_and_any_provider_can_be_chosen(session: Opened) -> None:
    app = stage(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, "plainlowercase")
        assert "a key; whose is it" in app.text
        assert "plainlowercase" not in everything_seen(app)
        await pilot.press("enter")
    assert app.answers[0].typed.secret == Secret("plainlowercase")


async def test_a_shape_that_several_share_says_how_many(session: Opened) -> None:
    app = stage(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, "0123456789abcdef0123456789abcdef")
        assert "its shape fits" in app.text


async def test_a_key_that_arrives_as_typing_is_masked_before_it_is_one(session: Opened) -> None:
    app = stage(session)
    async with app.run_test(size=(80, 24)) as pilot:
        for number, character in enumerate(SENTINEL):
            await pilot.press({"-": "minus"}.get(character, character))
            assert number < 2 or "•" in app.text
        assert "SENTINEL" not in everything_seen(app)
        await pilot.press(*["backspace"] * (len(SENTINEL) - 2))
        assert "••" in app.text
        await pilot.press("backspace", "backspace", "o")
        assert "OpenAI" in app.text
        await pilot.press("ctrl+r")
        assert app.screen.query_one(NameOrKey).name_text == "o"


async def test_a_pasted_name_is_shown(session: Opened) -> None:
    app = stage(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, "groq\n")
        assert app.screen.query_one(NameOrKey).name_text == "groq"
        await pilot.press("enter")
    assert app.answers == [Added(CATALOG.find("groq"), None)]


async def test_a_paste_that_is_no_key_is_explained(session: Opened) -> None:
    app = stage(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, "two words")
        assert "Character 4 is a space" in app.text
        await pilot.press("escape")
        assert "Character 4" not in app.text


async def test_escape_empties_the_field_and_then_closes(session: Opened) -> None:
    app = stage(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"zzz")
        assert "Nothing matches “zzz” · esc clears" in app.text
        await pilot.press("escape")
        assert "Nothing matches" not in app.text
        await pilot.press("escape")
    assert app.answers == [None]


async def test_a_click_chooses(session: Opened) -> None:
    app = stage(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"groq")
        await pilot.click("#list", offset=(4, 0), times=2)
        await pilot.pause()
    assert app.answers == [Added(CATALOG.find("groq"), None)]


@pytest.mark.parametrize("size", SIZES)
async def test_the_other_server_is_at_the_end_of_every_list(session: Opened, size: tuple[int, int]) -> None:
    app = stage(session)
    async with app.run_test(size=size) as pilot:
        await pilot.press("up", *(["pagedown"] * 20))
        assert "▸ other OpenAI-compatible server…" in app.text


async def test_a_server_of_ones_own_becomes_a_provider(session: Opened) -> None:
    app = stage(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"myhost", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ServerScreen)
        assert app.screen.query_one("#name", Field).value == "myhost"
        await pilot.press("enter")
        await until(pilot, lambda: "The address is missing." in app.text)
        await pilot.press(*"http", "colon", "slash", "slash", *"localhost", "colon", *"8080", "slash", *"v1")
        await pilot.press("down", *"MY_KEY", "enter")
        await until(pilot, lambda: bool(app.answers))
    provider = look(session()).catalog.find("myhost")
    assert (provider.base_url, provider.key_env) == ("http://localhost:8080/v1", ("MY_KEY",))
    assert app.answers == [Added(provider, None)]


async def test_a_server_that_cannot_be_is_explained_and_can_be_left(session: Opened) -> None:
    app = stage(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"myhost", "enter")
        await pilot.pause()
        app.screen.query_one("#url", Field).value = "http://example.com"
        await pilot.press("enter")
        await until(pilot, lambda: "A key is not sent over plain http to example.com." in app.text)
        await paste(pilot, SENTINEL)
        assert "that looks like a key; it is asked for next" in app.text
        assert "SENTINEL" not in everything_seen(app)
        await pilot.press("up", "escape")
        await pilot.pause()
        assert isinstance(app.screen, AddScreen)
    assert app.answers == []


@pytest.mark.parametrize(
    ("name", "address", "words"),
    [
        ("", "http://localhost:8080/v1", "The name is missing."),
        ("mine", "", "The address is missing."),
        ("", "", "Name and address are missing."),
        (SENTINEL, "http://localhost:8080/v1", "that looks like a key; it is asked for next"),
        ("mine", f"http://localhost:8080/v1?key={SENTINEL}", "that looks like a key; it is asked for next"),
    ],
)
async def test_the_server_form_says_what_is_wrong(session: Opened, name: str, address: str, words: str) -> None:
    app = Stage(ServerScreen(session(), name))
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one("#url", Field).value = address
        await pilot.press("enter")
        await until(pilot, lambda: words in app.text)
    assert "mine" not in look(session()).catalog.providers


async def test_a_server_is_added_once_and_not_left_halfway(session: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, added = threading.Event(), []
    add = server_module.add_provider
    monkeypatch.setattr(
        server_module, "add_provider", lambda *a, **b: (added.append(a), gate.wait(10), add(*a, **b))[2]
    )
    app = Stage(ServerScreen(session(), "mine"))
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one("#url", Field).value = "http://localhost:8080/v1"
        await pilot.press("enter", "enter", "escape")
        await until(pilot, lambda: bool(added))
        await pilot.press("enter", "escape")
        assert app.answers == []
        gate.set()
        await until(pilot, lambda: bool(app.answers))
    assert len(added) == 1
    assert [each.id for each in app.answers] == ["mine"]


async def test_a_server_that_nobody_expected_to_fail_says_so(session: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(SENTINEL)

    monkeypatch.setattr(server_module, "add_provider", fail)
    app = Stage(ServerScreen(session(), "mine"))
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one("#url", Field).value = "http://localhost:8080/v1"
        await pilot.press("enter")
        await until(pilot, lambda: "llmkeys met an error it did not expect: ValueError" in app.text)
        assert "SENTINEL" not in everything_seen(app)
        await pilot.press("escape")
    assert app.answers == [None]


async def test_ten_megabytes_are_refused_by_their_length_alone(session: Opened) -> None:
    app = stage(session)
    async with app.run_test(size=(80, 24)) as pilot:
        app.post_message(events.Paste(Unread("k" * 10_000_000)))
        await until(pilot, lambda: "more than 65,536 characters" in app.text)


async def test_a_form_that_cannot_be_opened_says_so(session: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("who knows")

    monkeypatch.setattr(add_module, "ServerScreen", fail)
    app = stage(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"zzz", "enter")
        await until(pilot, lambda: "llmkeys met an error it did not expect: ValueError" in app.text)
        assert app.is_running
