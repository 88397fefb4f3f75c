"""Settings: every one is listed, changed by name, and goes back to its default."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from llmkeys.errors import UsageError
from llmkeys.service.session import Session, look
from llmkeys.service.settings import SETTINGS, change_setting, get_setting, list_settings
from llmkeys.store.config_file import change_config

Opened = Callable[..., Session]


def test_every_setting_is_listed_with_its_default(session: Opened) -> None:
    listed = list_settings(session())
    assert [each.setting.name for each in listed] == [setting.name for setting in SETTINGS]
    assert all(each.is_default and each.value == each.setting.default for each in listed)


@pytest.mark.parametrize(("name", "value"), [(each.name, each.values[-1]) for each in SETTINGS])
def test_a_setting_is_changed_and_taken_back(session: Opened, name: str, value: str) -> None:
    here = session()
    changed = change_setting(here, name, value)
    assert (changed.value, changed.is_default) == (value, False)
    assert get_setting(here, name).value == value
    assert change_setting(here, name, "default").is_default


def test_precedence_can_be_set_for_one_provider(session: Opened) -> None:
    here = session()
    assert get_setting(here, "precedence.openai") == (get_setting(here, "precedence.openai").setting, "env-first", True)
    change_setting(here, "precedence.openai", "stored-only")
    assert look(here).config.precedence("openai") == "stored-only"
    assert [each.setting.name for each in list_settings(here)][-1] == "precedence.openai"
    change_setting(here, "precedence.openai", "default")
    assert look(here).config.providers == {}


def test_taking_precedence_back_leaves_the_rest_of_a_provider_alone(session: Opened) -> None:
    here = session()
    change_setting(here, "precedence.openai", "stored-only")
    change_config(
        here.paths,
        lambda config: config.replace(providers={"openai": {"precedence": "stored-only", "default_model": "x"}}),
    )
    change_setting(here, "precedence.openai", "default")
    assert look(here).config.providers == {"openai": {"default_model": "x"}}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("precedance", "env-first", "no setting “precedance”"),
        ("zzz", "on", "no setting “zzz”"),
        ("offline.openai", "on", "no setting “offline.openai”"),
        ("offline", "maybe", "offline does not take “maybe”"),
        ("precedence.nobody", "env-first", "no provider “nobody”"),
    ],
)
def test_what_makes_no_sense_is_refused(session: Opened, name: str, value: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        change_setting(session(), name, value)


def test_a_hand_written_boolean_counts_and_nonsense_counts_as_the_default(session: Opened) -> None:
    here = session()
    change_config(here.paths, lambda config: config.replace(settings={"offline": True, "ascii": False, "theme": 7}))
    assert get_setting(here, "offline").value == "on"
    assert get_setting(here, "ascii").value == "off"
    assert get_setting(here, "theme") == (get_setting(here, "theme").setting, "auto", True)
