"""Switching the default: set, swap, recent ones, favourites, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from llmkeys.catalog.snapshot import load_snapshot
from llmkeys.config import Choice
from llmkeys.errors import NotConfigured, UsageError
from llmkeys.service import known_models
from llmkeys.service.accounts import remove_account, set_enabled
from llmkeys.service.defaults import choose_recent, set_default, swap_default, toggle_favourite
from llmkeys.service.known_models import refuse_random_model
from llmkeys.service.models import add_model
from llmkeys.service.session import Session, look
from llmkeys.service.stored import refuse_unfit_model
from support.keeping import KEY, OTHER_KEY, kept

Opened = Callable[..., Session]


@pytest.fixture
def here(session: Opened) -> Session:
    opened = session()
    kept(opened, "openai/work")
    kept(opened, "anthropic/home", OTHER_KEY)
    return opened


def test_the_default_is_set_with_an_account_and_a_model_in_one_word(here: Session) -> None:
    change = set_default(here, "openai/work:gpt-4.1")
    assert change.choice == Choice("openai/work", "gpt-4.1")
    assert look(here).config.default == Choice("openai/work", "gpt-4.1")


def test_a_model_id_may_have_colons_of_its_own(here: Session) -> None:
    assert set_default(here, "ollama:llama3.1:8b").choice == Choice("ollama", "llama3.1:8b")


def test_without_a_model_it_is_the_accounts_last_one_else_the_usual_one(here: Session) -> None:
    usual = look(here).catalog.find("anthropic").default_model
    assert set_default(here, "anthropic/home").choice.model == usual
    set_default(here, "openai/work", "gpt-4.1")
    set_default(here, "anthropic/home")
    assert set_default(here, "openai/work").choice.model == "gpt-4.1"


def test_a_provider_without_a_usual_model_asks_which_one(here: Session) -> None:
    with pytest.raises(UsageError, match="Which model of ollama") as caught:
        set_default(here, "ollama")
    assert caught.value.next == "llmkeys models ollama lists them."


def test_any_model_is_taken_and_one_that_nobody_lists_is_warned_about_with_the_nearest(here: Session) -> None:
    change = set_default(here, "openai/work", "gpt-4.1-minni")
    assert change.choice.model == "gpt-4.1-minni"
    assert "OpenAI does not list gpt-4.1-minni; the nearest are gpt-4.1-mini" in change.warning
    assert set_default(here, "openai/work", "gpt-4.1").warning == ""


@pytest.mark.parametrize("model", ["a\nb", "evil\x1b[31m", "x" * 600, "tag\u202e"])
def test_an_id_that_cannot_be_shown_as_it_is_is_refused(here: Session, model: str) -> None:
    with pytest.raises(UsageError, match="cannot be a model's id"):
        set_default(here, "openai/work", model)
    with pytest.raises(UsageError, match="cannot be a model's id"):
        add_model(here, "openai/work", model)


def test_an_account_without_any_key_is_refused_and_add_key_is_named(here: Session) -> None:
    with pytest.raises(NotConfigured) as caught:
        set_default(here, "groq", "x")
    assert "llmkeys add-key groq" in caught.value.next


def test_speech_and_retired_providers_are_never_a_default(here: Session) -> None:
    with pytest.raises(UsageError, match="serves no chat models"):
        set_default(here, "elevenlabs", "x")
    with pytest.raises(UsageError, match="retired"):
        set_default(here, "github-models", "x")


def test_swapping_goes_back_and_forth(here: Session) -> None:
    first = look(here).config.default
    second = set_default(here, "anthropic/home", "claude-x").choice
    swapped = swap_default(here)
    assert (swapped.choice, swapped.previous) == (first, second)
    assert swap_default(here).choice == second


def test_there_is_nothing_to_swap_with_at_first(here: Session) -> None:
    with pytest.raises(NotConfigured, match="no previous default"):
        swap_default(here)


def test_recent_defaults_are_set_by_number(here: Session) -> None:
    for model in ("a", "b", "c"):
        set_default(here, "openai/work", model)
    assert [each.model for each in look(here).config.recent[:3]] == ["c", "b", "a"]
    assert choose_recent(here, 3).choice.model == "a"
    with pytest.raises(NotConfigured, match="no recent default 6"):
        choose_recent(here, 6)


def test_a_default_whose_account_is_gone_meanwhile_is_not_set_again(here: Session) -> None:
    set_default(here, "anthropic/home", "claude-x")
    set_default(here, "openai/work", "gpt-4.1")
    remove_account(here, "anthropic/home")
    assert all(each.account != "anthropic/home" for each in look(here).config.recent)
    with pytest.raises(NotConfigured, match="no previous default"):
        swap_default(here)


def test_a_recent_default_that_cannot_be_used_now_is_not_set(here: Session) -> None:
    set_default(here, "anthropic/home", "claude-x")
    set_default(here, "openai/work", "gpt-4.1")
    set_enabled(here, "anthropic/home", False)
    before = look(here).config
    assert before.recent[1] == Choice("anthropic/home", "claude-x")
    with pytest.raises(NotConfigured, match="disabled"):
        choose_recent(here, 2)
    assert look(here).config.raw == before.raw


def test_a_model_variable_that_wins_over_the_default_is_named(session: Opened, environ: dict[str, str]) -> None:
    environ["LLMKEYS_MODEL"] = "other"
    opened = session()
    kept(opened, "openai/work", KEY)
    assert set_default(opened, "openai/work", "gpt-4.1").shadowed_by == "LLMKEYS_MODEL"


def test_a_variable_that_wins_over_the_stored_key_of_a_bare_default_is_named(
    session: Opened, environ: dict[str, str]
) -> None:
    environ["OPENAI_API_KEY"] = OTHER_KEY
    opened = session()
    kept(opened, "openai/work", KEY)
    assert set_default(opened, "openai", "gpt-4.1").shadowed_by == "OPENAI_API_KEY"
    assert set_default(opened, "openai/work", "gpt-4.1").shadowed_by == ""
    environ["GROQ_API_KEY"] = "gsk_0123456789abcdefghij0123456789"
    assert set_default(opened, "groq", "x").shadowed_by == ""


@pytest.mark.parametrize(
    "key", [KEY, "k-ant-q0TTTTTTTTTTTTTTTT1234", "q0TTTTTTTTTTTT34", "8b1f6b3e-0d6c-4b7e-9a57-1c2d3e4f5a6b"]
)
def test_a_key_in_the_place_of_a_model_is_refused_even_without_its_first_letters(here: Session, key: str) -> None:
    before = Path(here.paths.config).read_text()
    with pytest.raises(UsageError, match="looks like a key") as caught:
        set_default(here, "openai/work", key)
    with pytest.raises(UsageError, match="looks like a key"):
        set_default(here, f"openai/work:{key}")
    assert key not in caught.value.message + caught.value.next
    assert Path(here.paths.config).read_text() == before


def test_an_id_that_only_looks_like_a_key_is_taken_from_the_accounts_list(here: Session) -> None:
    add_model(here, "openai/work", "tuned-5c7d5dc6dd8bf75c1acaa8565735e798")
    assert set_default(here, "openai/work", "tuned-5c7d5dc6dd8bf75c1acaa8565735e798").choice.account == "openai/work"


def test_no_id_of_the_snapshot_is_taken_for_a_key(here: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_models, "model_ids", lambda *_: ())
    world = look(here)
    ids = sorted({(row.id, model.id) for row in world.catalog for model in load_snapshot().models(row.id)})
    assert len(ids) > 1000
    for provider, model in ids:
        refuse_unfit_model(world, model)
        refuse_random_model(here, f"{provider}/work", world.catalog.find(provider), model)


def test_a_bare_provider_whose_key_the_environment_has_can_be_the_default(
    session: Opened, environ: dict[str, str]
) -> None:
    environ["GROQ_API_KEY"] = "gsk_0123456789abcdefghij0123456789"
    assert set_default(session(), "groq").choice.account == "groq"


def test_a_bare_providers_last_model_is_remembered_among_the_recent_ones(here: Session) -> None:
    set_default(here, "openai", "gpt-4o")
    set_default(here, "anthropic/home")
    assert set_default(here, "openai").choice.model == "gpt-4o"


def test_a_favourite_is_marked_and_unmarked(here: Session) -> None:
    choice = Choice("openai/work", "gpt-4.1")
    assert toggle_favourite(here, choice)
    assert look(here).config.favourites == (choice,)
    assert not toggle_favourite(here, choice)
    assert look(here).config.favourites == ()


def test_an_alias_means_its_provider(here: Session) -> None:
    assert set_default(here, "claude/home", "claude-x").choice.account == "anthropic/home"
