"""Adding, rotating, removing, enabling: what is stored, what wins, and what never changes by itself."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from llmkeys.account import AccountName
from llmkeys.config import Choice
from llmkeys.errors import AlreadyThere, KeychainAbsent, NeedsUser, NotConfigured, Unparsable, UsageError
from llmkeys.secret import Secret
from llmkeys.service.accounts import Draft, add_account, remove_account, rotate_key, set_enabled
from llmkeys.service.defaults import set_default
from llmkeys.service.edit import Changes, edit_account
from llmkeys.service.keys import resolve
from llmkeys.service.session import Session, look
from llmkeys.service.settings import change_setting
from llmkeys.service.shadow import winner_now
from llmkeys.service.stored import account_in, known_elsewhere, propose_label
from llmkeys.store.config_file import change_config
from support.keeping import KEY, OTHER_KEY, kept
from support.private_bus import PrivateBus

Opened = Callable[..., Session]


def _key_of(session: Session, account: str) -> str:
    secret = resolve(session, account).secret
    assert secret is not None
    return secret.reveal()


def test_an_added_key_comes_back_from_the_store_and_config_holds_only_its_hint(session: Opened) -> None:
    here = session()
    saved = kept(here, "openai/work")
    assert (saved.account, saved.hint, saved.store) == ("openai/work", "sk-proj-…-one", "file")
    assert _key_of(here, "openai/work") == KEY
    config = Path(here.paths.config).read_text()
    assert KEY not in config
    assert json.loads(config)["accounts"]["openai/work"]["hint"] == "sk-proj-…-one"


def test_the_first_account_becomes_the_default_with_its_providers_usual_model_and_later_ones_do_not(
    session: Opened,
) -> None:
    here = session()
    usual = look(here).catalog.find("anthropic").default_model
    assert kept(here, "anthropic/work").default == Choice("anthropic/work", usual)
    assert kept(here, "openai/work").default is None
    assert look(here).config.default == Choice("anthropic/work", usual)


def test_a_default_that_was_cleared_is_not_set_again_by_adding_an_account(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    kept(here, "groq/work")
    remove_account(here, "openai/work")
    assert kept(here, "anthropic/work").default is None
    assert look(here).config.default is None


def test_an_account_that_cannot_chat_never_becomes_the_default(session: Opened) -> None:
    assert kept(session(), "elevenlabs/default").default is None


def test_a_second_account_leaves_what_the_bare_provider_means_alone(session: Opened) -> None:
    here = session()
    kept(here, "groq/first")
    kept(here, "openai/work")
    saved = kept(here, "openai/home", OTHER_KEY)
    assert saved.winner.account == "openai/work"
    assert saved.winner.shadowed_by == "openai/work"
    assert _key_of(here, "openai") == KEY


def test_saving_a_key_that_the_environment_shadows_names_the_variable(session: Opened, environ: dict[str, str]) -> None:
    environ["OPENAI_API_KEY"] = OTHER_KEY
    saved = kept(session(), "openai/work")
    assert saved.winner.shadowed_by == "OPENAI_API_KEY"
    assert saved.winner.words == "OPENAI_API_KEY in the environment"


def test_an_account_that_exists_is_not_overwritten(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    with pytest.raises(AlreadyThere) as caught:
        kept(here, "openai/work", OTHER_KEY)
    assert caught.value.next == "llmkeys rotate-key openai/work changes its key."
    assert _key_of(here, "openai/work") == KEY


@pytest.mark.parametrize("label", ["env", "dotenv", "", "a b", "ü", ".hidden", "x" * 65])
def test_a_label_that_cannot_be_one_is_refused(session: Opened, label: str) -> None:
    with pytest.raises(UsageError):
        kept(session(), f"openai/{label}")


def test_without_a_keychain_nothing_is_stored_until_the_person_consents_to_a_file(session: Opened) -> None:
    here = session()
    with pytest.raises(KeychainAbsent) as caught:
        kept(here, "openai/work", store=None)
    assert "--store file" in caught.value.next
    assert look(here).config.accounts == {}
    kept(here, "openai/work", store=None, consent=True)
    assert kept(here, "openai/home", store=None).store == "file"


def test_a_setting_alone_is_no_consent_to_plaintext(session: Opened) -> None:
    here = session()
    change_setting(here, "store", "file")
    with pytest.raises(NeedsUser, match="consent"):
        kept(here, "openai/work", store=None)


def test_an_unknown_store_is_refused(session: Opened) -> None:
    with pytest.raises(UsageError, match="There is no store “vault”"):
        kept(session(), "openai/work", store="vault")


def test_a_provider_that_needs_a_key_is_not_added_without_one_and_a_local_server_is(session: Opened) -> None:
    here = session()
    with pytest.raises(UsageError, match="OpenAI needs a key"):
        add_account(here, Draft("openai", "work", None))
    saved = add_account(here, Draft("ollama", "local", None))
    assert (saved.account, saved.store, saved.hint) == ("ollama/local", None, "")
    assert resolve(here, "ollama/local").secret is None


def test_rotating_puts_the_new_key_in_place_and_deletes_the_old_one(session: Opened) -> None:
    here = session()
    kept(here, "openai/work", name="Work", base_url="https://proxy.example/v1", model="gpt-4.1")
    saved = rotate_key(here, Draft("openai", "work", Secret(OTHER_KEY)))
    assert saved.hint == "sk-proj-…-two"
    assert _key_of(here, "openai/work") == OTHER_KEY
    assert KEY not in Path(here.paths.credentials).read_text()
    account = next(iter(look(here).config.accounts.values()))
    assert (account.display_name, account.base_url, account.model) == ("Work", "https://proxy.example/v1", "gpt-4.1")


def test_a_rotated_key_can_be_kept_for_undo(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    rotate_key(here, Draft("openai", "work", Secret(OTHER_KEY)), keep_seconds=600)
    assert KEY in Path(here.paths.credentials).read_text()
    assert len(look(here).config.garbage) == 1


def test_rotating_what_is_not_there_names_the_nearest(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    with pytest.raises(NotConfigured, match=r"Did you mean openai/work\?"):
        rotate_key(here, Draft("openai", "wrok", Secret(OTHER_KEY)))


def test_a_variables_key_is_not_changed_here(session: Opened) -> None:
    with pytest.raises(UsageError, match="it changes where the variable is set"):
        remove_account(session(), "openai/env")


def test_removing_the_defaults_account_clears_the_default_and_says_so(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    kept(here, "groq/work")
    assert not remove_account(here, "groq/work").default_cleared
    removed = remove_account(here, "openai/work")
    assert removed == ("openai/work", True, "", 0)
    assert look(here).config.default is None
    assert KEY not in Path(here.paths.credentials).read_text()


def test_disabling_the_defaults_account_clears_the_default_and_enabling_does_not_set_it_again(
    session: Opened,
) -> None:
    here = session()
    kept(here, "openai/work")
    assert set_enabled(here, "openai/work", False)
    with pytest.raises(NotConfigured, match="disabled"):
        resolve(here, "openai/work")
    assert not set_enabled(here, "openai/work", True)
    assert look(here).config.default is None
    assert _key_of(here, "openai/work") == KEY


def test_a_change_is_made_to_what_config_says_now_and_an_account_taken_away_meanwhile_is_said(
    session: Opened,
) -> None:
    here = session()
    kept(here, "openai/work")
    name = AccountName("openai", "work")
    assert account_in(look(here).config, name).name == name
    remove_account(here, "openai/work")
    with pytest.raises(NotConfigured, match="no account openai/work any more"):
        account_in(look(here).config, name)


def test_a_config_that_does_not_parse_is_never_overwritten(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    Path(here.paths.config).write_text("{ this is not json")
    with pytest.raises(Unparsable):
        kept(here, "openai/home", OTHER_KEY)
    with pytest.raises(Unparsable):
        remove_account(here, "openai/work")
    assert Path(here.paths.config).read_text() == "{ this is not json"


def test_an_address_that_a_key_must_not_go_to_is_refused_and_a_keyless_one_may_be_plain(session: Opened) -> None:
    here = session()
    with pytest.raises(UsageError, match="plain http"):
        kept(here, "openai/work", base_url="http://proxy.example/v1")
    add_account(here, Draft("ollama", "lan", None, base_url="http://box.example:11434/"))
    assert resolve(here, "ollama/lan").base_url == "http://box.example:11434"


@pytest.mark.parametrize("more", [{"name": KEY}, {"model": KEY}, {"settings": {"organization": KEY}}])
def test_a_key_in_another_field_is_refused(session: Opened, more: dict[str, object]) -> None:
    here = session()
    with pytest.raises(UsageError, match="looks like a key"):
        kept(here, "openai/work", OTHER_KEY, **more)
    assert look(here).config.accounts == {}


@pytest.mark.parametrize("model", ["gpt\x1b[2J", "gpt\u202e4", "x" * 513])
def test_an_id_of_a_model_that_no_screen_could_show_is_refused(session: Opened, model: str) -> None:
    here = session()
    with pytest.raises(UsageError, match="cannot be a model's id"):
        kept(here, "openai/work", model=model)
    kept(here, "openai/work", model="gpt-4.1")
    with pytest.raises(UsageError, match="cannot be a model's id"):
        edit_account(here, "openai/work", Changes(model=model))
    assert next(iter(look(here).config.accounts.values())).model == "gpt-4.1"


@pytest.mark.parametrize("text", ["a\x1b[2Jb", "a\nb", "a\x9bb", "a\u202eb"])
def test_a_name_or_setting_with_control_characters_is_refused_by_add_and_edit_alike(session: Opened, text: str) -> None:
    here = session()
    kept(here, "openai/home")
    before = look(here).config
    for more in ({"name": text}, {"settings": {"organization": text}}, {"settings": {text: "x"}}):
        with pytest.raises(UsageError, match="no control characters"):
            kept(here, "openai/work", OTHER_KEY, **more)
        with pytest.raises(UsageError, match="no control characters"):
            edit_account(here, "openai/home", Changes(**more))
    assert look(here).config == before


def test_a_key_that_its_store_would_not_delete_is_named(keychain_bus: PrivateBus, session: Opened) -> None:
    here = session(environ=dict(os.environ))
    kept(here, "openai/work", store="keychain")
    keychain_bus.kill()
    removed = remove_account(here, "openai/work")
    assert removed.left_over.startswith("Its key is still in the keychain as openai/work#")
    assert len(look(here).config.garbage) == 1


def test_nothing_is_said_to_win_where_several_accounts_could_be_meant(session: Opened) -> None:
    here = session()
    for label in ("one", "two", "three"):
        kept(here, f"openai/{label}", KEY + label)
    change_config(here.paths, lambda config: config.replace(active={}, defaults={}))
    assert winner_now(here, AccountName("openai", "one")) == ("", "", "")


def test_a_free_label_is_proposed(session: Opened) -> None:
    here = session()
    openai = look(here).catalog.find("openai")
    assert propose_label(here, openai) == "default"
    kept(here, "openai/default")
    kept(here, "openai/default-2", OTHER_KEY)
    assert propose_label(here, openai) == "default-3"


def test_the_same_key_under_another_name_is_recognised(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    assert known_elsewhere(here, Secret(KEY)) == "openai/work"
    assert known_elsewhere(here, Secret(KEY), but="openai/work") == ""
    assert known_elsewhere(here, Secret(OTHER_KEY)) == ""


def test_the_account_with_the_default_model_keeps_it_as_its_last_one(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    set_default(here, "openai/work", "gpt-4o")
    assert next(iter(look(here).config.accounts.values())).model == "gpt-4o"
