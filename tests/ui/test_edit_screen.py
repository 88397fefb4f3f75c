"""The edit form: what it changes, what it asks first, and that it never touches the key."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from textual import events

from llmkeys.account import Account, AccountName
from llmkeys.secret import Secret
from llmkeys.service.edit import Changes
from llmkeys.service.keys import resolve
from llmkeys.service.overview import overview
from llmkeys.service.session import Session, look
from llmkeys.ui.screens import edit as edit_module
from llmkeys.ui.screens.edit import EditScreen
from llmkeys.ui.screens.edit_state import Typed, changes_of
from llmkeys.ui.widgets.extra_fields import ExtraFields
from llmkeys.ui.widgets.field import Field
from support.keeping import KEY, kept
from ui.stage import SENTINEL, Stage, Unread, everything_seen, paste, until

Opened = Callable[..., Session]
RECORD = Account(
    AccountName("openai", "work"),
    display_name="Mine",
    base_url="https://proxy.example/v1",
    model="gpt-4.1",
    settings={"organization": "org-1", "headers": {"x": "y"}},
)
SAME = Typed("work", "Mine", "gpt-4.1", "https://proxy.example/v1", {"organization": "org-1"})
FIELDS = ("organization", "project")


@pytest.mark.parametrize(
    ("typed", "changes"),
    [
        (SAME, None),
        (SAME._replace(base_url="https://proxy.example/v1/"), None),
        (SAME._replace(label="home"), Changes(label="home")),
        (SAME._replace(name=""), Changes(name="")),
        (SAME._replace(model="o3"), Changes(model="o3")),
        (SAME._replace(base_url=""), Changes(base_url="")),
        (SAME._replace(settings={}), Changes(settings={"organization": None})),
        (
            SAME._replace(settings={"organization": "org-2", "project": "p"}),
            Changes(settings={"organization": "org-2", "project": "p"}),
        ),
    ],
)
def test_only_what_was_changed_is_a_change(typed: Typed, changes: Changes | None) -> None:
    assert changes_of(RECORD, typed, FIELDS) == changes


@pytest.fixture
def here(session: Opened) -> Session:
    opened = session()
    kept(opened, "openai/work", KEY, model="gpt-4.1", settings={"organization": "org-1"})
    return opened


def stage(here: Session) -> Stage:
    return Stage(EditScreen(here, overview(here).rows[0]))


def account(here: Session, name: str = "openai/work") -> Account:
    provider, _, label = name.partition("/")
    return look(here).config.accounts[AccountName(provider, label)]


async def test_the_form_shows_what_is_kept_and_changes_what_was_changed(here: Session) -> None:
    app = stage(here)
    async with app.run_test(size=(120, 36)) as pilot:
        assert "Edit · OpenAI · work" in app.text
        assert app.screen.query_one("#model", Field).value == "gpt-4.1"
        assert app.screen.query_one(ExtraFields).settings == {"organization": "org-1"}
        await pilot.press("ctrl+u", *"home", "down", *"My", "space", *"key")
        app.screen.query_one("#model", Field).value = "gpt-4.1-mini"
        app.screen.query_one(ExtraFields).fields["organization"].value = ""
        await pilot.press("enter")
        await until(pilot, lambda: bool(app.answers))
    assert app.answers == ["openai/home"]
    changed = account(here, "openai/home")
    assert (changed.display_name, changed.model, changed.settings) == ("My key", "gpt-4.1-mini", {})
    assert resolve(here, "openai/home").secret == Secret(KEY)


async def test_nothing_changed_is_nothing_to_tell(here: Session) -> None:
    app = stage(here)
    before = account(here)
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: bool(app.answers))
    assert app.answers == [None]
    assert account(here) == before


async def test_a_new_origin_is_confirmed_with_both_names_in_view(here: Session) -> None:
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one(ExtraFields).address.value = "https://proxy.example/v1"
        await pilot.press("enter")
        await until(pilot, lambda: "The key would go to https://proxy.example" in app.text)
        assert "https://api.openai.com" in app.text
        assert account(here).base_url is None
        await pilot.press("escape")
        assert "would go to" not in app.text
        assert app.answers == []
        await pilot.press("enter")
        await until(pilot, lambda: "would go to" in app.text)
        await pilot.press("enter")
        await until(pilot, lambda: bool(app.answers))
    assert account(here).base_url == "https://proxy.example/v1"


async def test_another_address_is_asked_about_again(here: Session) -> None:
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one(ExtraFields).address.value = "https://one.example/v1"
        await pilot.press("enter")
        await until(pilot, lambda: "https://one.example" in app.text and "would go to" in app.text)
        app.screen.query_one(ExtraFields).address.value = "https://two.example/v1"
        await pilot.pause()
        assert "would go to" not in app.text
        await pilot.press("enter")
        await until(pilot, lambda: "would go to https://two.example" in app.text)
        assert account(here).base_url is None
        await pilot.press("escape", "escape")
        await until(pilot, lambda: bool(app.answers))
    assert app.answers == [None]


async def test_what_cannot_be_is_explained(here: Session) -> None:
    kept(here, "openai/taken", KEY)
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+u", *"taken", "enter")
        await until(pilot, lambda: "openai/taken" in app.text)
        await pilot.press("ctrl+u", *"env", "enter")
        await until(pilot, lambda: "stands for the keys of variables" in app.text)
    assert app.answers == []


async def test_a_key_is_not_taken_for_a_label(here: Session) -> None:
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, SENTINEL)
        assert "that looks like a key" in app.text
        assert "SENTINEL" not in everything_seen(app)


@pytest.mark.parametrize("field", ["label", "name", "model", "organization", "address"])
async def test_a_key_is_kept_in_clear_by_no_field(here: Session, field: str) -> None:
    app = stage(here)
    async with app.run_test(size=(120, 36)) as pilot:
        extra = app.screen.query_one(ExtraFields)
        fields = {**extra.fields, "address": extra.address}
        target = fields.get(field) or app.screen.query_one(f"#{field}", Field)
        target.input.focus()
        await pilot.pause()
        await paste(pilot, SENTINEL)
        assert "that looks like a key; r on the main screen puts a new one in" in app.text
        assert "SENTINEL" not in everything_seen(app)
        target.value = SENTINEL
        await pilot.press("up", "enter")
        await pilot.pause()
        assert app.screen.focused is target.input
        assert app.answers == []


async def test_what_is_saved_is_saved_once_and_not_left_halfway(here: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, saved = threading.Event(), []
    edit = edit_module.edit_account
    monkeypatch.setattr(edit_module, "edit_account", lambda *a, **b: (saved.append(a), gate.wait(10), edit(*a, **b))[2])
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+u", *"home", "enter", "enter", "escape")
        await until(pilot, lambda: bool(saved))
        await pilot.press("enter", "escape")
        assert app.answers == []
        gate.set()
        await until(pilot, lambda: bool(app.answers))
    assert len(saved) == 1
    assert app.answers == ["openai/home"]


async def test_an_error_nobody_expected_is_said_without_its_text(
    here: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> str:
        raise ValueError(SENTINEL)

    monkeypatch.setattr(edit_module, "edit_account", fail)
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+u", *"home", "enter")
        await until(pilot, lambda: "llmkeys met an error it did not expect: ValueError" in app.text)
        assert "SENTINEL" not in everything_seen(app)
        await pilot.press("escape")
    assert app.answers == [None]


async def test_a_paste_that_is_too_long_is_not_taken(here: Session) -> None:
    app = stage(here)
    async with app.run_test(size=(80, 24)) as pilot:
        app.post_message(events.Paste(Unread("k" * 10_000_000)))
        await until(pilot, lambda: "that paste is longer than 65,536 characters" in app.text)
