"""Editing an account: everything but its key, and a new address only when a person confirms it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from llmkeys.account import AccountName
from llmkeys.config import Choice
from llmkeys.errors import AlreadyThere, NeedsUser, UsageError
from llmkeys.service.defaults import set_default
from llmkeys.service.edit import Changes, OriginChange, edit_account, origin_change
from llmkeys.service.keys import resolve
from llmkeys.service.overview import overview
from llmkeys.service.session import Session, look
from llmkeys.store.model_lists import ModelList, load_list, save_list
from llmkeys.store.status_file import record
from llmkeys.verdict import State, Verdict
from support.keeping import KEY, OTHER_KEY, kept

Opened = Callable[..., Session]


@pytest.fixture
def here(session: Opened) -> Session:
    opened = session()
    kept(opened, "openai/work")
    return opened


def _key(here: Session, account: str) -> str:
    secret = resolve(here, account).secret
    assert secret is not None
    return secret.reveal()


def test_what_is_not_mentioned_is_kept_and_the_key_is_never_touched(here: Session) -> None:
    edit_account(here, "openai/work", Changes(name="My key", model="gpt-4.1", settings={"organization": "acme"}))
    edit_account(here, "openai/work", Changes(name="Our key"))
    account = next(iter(look(here).config.accounts.values()))
    assert (account.display_name, account.model, account.settings) == ("Our key", "gpt-4.1", {"organization": "acme"})
    assert _key(here, "openai/work") == KEY


def test_an_empty_text_and_none_take_things_away(here: Session) -> None:
    edit_account(here, "openai/work", Changes(name="My key", model="gpt-4.1", settings={"organization": "acme"}))
    edit_account(here, "openai/work", Changes(name="", model="", settings={"organization": None}))
    account = next(iter(look(here).config.accounts.values()))
    assert (account.display_name, account.model, account.settings) == ("", None, {})


def test_a_new_origin_needs_a_person_who_sees_both_names(here: Session) -> None:
    changes = Changes(base_url="https://proxy.example/v1/")
    assert origin_change(here, "openai/work", changes) == OriginChange(
        "https://api.openai.com", "https://proxy.example"
    )
    with pytest.raises(NeedsUser, match=r"send its key to https://proxy\.example in place of https://api\.openai\.com"):
        edit_account(here, "openai/work", changes)
    assert resolve(here, "openai/work").base_url == "https://api.openai.com/v1"
    edit_account(here, "openai/work", changes, origin_confirmed=True)
    assert resolve(here, "openai/work").base_url == "https://proxy.example/v1"


def test_another_path_on_the_same_origin_needs_nobody(here: Session) -> None:
    assert edit_account(here, "openai/work", Changes(base_url="https://api.openai.com/v2")) == "openai/work"
    assert resolve(here, "openai/work").base_url == "https://api.openai.com/v2"
    edit_account(here, "openai/work", Changes(base_url=""))
    assert resolve(here, "openai/work").base_url == "https://api.openai.com/v1"


def test_a_setting_that_moves_the_address_needs_a_person_too(here: Session) -> None:
    kept(here, "azure-openai/corp", OTHER_KEY, settings={"resource": "ours"})
    with pytest.raises(NeedsUser, match=r"theirs\.openai\.azure\.com"):
        edit_account(here, "azure-openai/corp", Changes(settings={"resource": "theirs"}))


@pytest.mark.parametrize(
    "url", ["http://plain.example", "ftp://x", "https://u:p@x.example", "https://x.example/?key=k", "not a url"]
)
def test_an_address_a_key_must_not_go_to_is_refused(here: Session, url: str) -> None:
    with pytest.raises(UsageError):
        edit_account(here, "openai/work", Changes(base_url=url), origin_confirmed=True)


def test_a_new_label_renames_the_account_wherever_it_is_named(here: Session) -> None:
    set_default(here, "openai/work", "gpt-4.1")
    assert edit_account(here, "openai/work", Changes(label="job")) == "openai/job"
    config = look(here).config
    assert [str(name) for name in config.accounts] == ["openai/job"]
    assert config.default == Choice("openai/job", "gpt-4.1")
    assert {each.account for each in config.recent} == {"openai/job"}
    assert config.active == {"openai": "job"}
    assert _key(here, "openai/job") == KEY


@pytest.mark.parametrize("listed", [("gpt-4.1", "o3"), None])
def test_a_new_label_takes_along_what_is_known_of_the_account(here: Session, listed: tuple[str, ...] | None) -> None:
    fingerprint = look(here).config.accounts[AccountName("openai", "work")].fingerprint or ""
    for state in (State.OK, State.TIMEOUT):
        record(here.paths, "openai/work", fingerprint, "https://api.openai.com", Verdict(state))
    record(here.paths, "openai/job", "of another key", "https://api.openai.com", Verdict(State.INVALID_KEY))
    save_list(here.paths, "openai/job", ["of another account"], 1.0, origin="https://api.openai.com")
    if listed:
        save_list(here.paths, "openai/work", listed, 2.0, origin="https://api.openai.com")
    before = overview(here).rows[0]
    edit_account(here, "openai/work", Changes(label="job"))
    after = overview(here).rows[0]
    assert after.account == "openai/job"
    assert before.verdict is not None
    assert (after.verdict, after.last_known, after.history) == (before.verdict, before.last_known, before.history)
    assert load_list(here.paths, "openai/job") == (ModelList(listed, 2.0, "https://api.openai.com") if listed else None)
    assert load_list(here.paths, "openai/work") is None
    kept(here, "openai/work", KEY)
    assert {row.account: row.verdict for row in overview(here).rows}["openai/work"] is None


@pytest.mark.parametrize(
    "changes",
    [
        Changes(name=KEY),
        Changes(model=KEY),
        Changes(model="k-ant-q0TTTTTTTTTTTTTTTT1234"),
        Changes(label=KEY),
        Changes(settings={"organization": KEY}),
    ],
)
def test_a_key_in_another_field_is_refused_and_not_kept(here: Session, changes: Changes) -> None:
    before = Path(here.paths.config).read_text()
    with pytest.raises(UsageError, match="looks like a key"):
        edit_account(here, "openai/work", changes)
    assert Path(here.paths.config).read_text() == before


def test_a_label_that_is_taken_reserved_or_none_is_refused(here: Session) -> None:
    kept(here, "openai/home", OTHER_KEY)
    with pytest.raises(AlreadyThere):
        edit_account(here, "openai/work", Changes(label="home"))
    with pytest.raises(UsageError, match="stands for the keys of variables"):
        edit_account(here, "openai/work", Changes(label="env"))
    for label in ("", "a b"):
        with pytest.raises(UsageError):
            edit_account(here, "openai/work", Changes(label=label, name="not taken"))
    assert next(iter(look(here).config.accounts.values())).display_name == ""
