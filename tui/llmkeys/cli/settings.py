"""`settings`: what can be set, its value, and a new one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from llmkeys.cli import output
from llmkeys.service.session import Session
from llmkeys.service.settings import Valued, change_setting, get_setting, list_settings
from llmkeys.text import clean


def configure(parser: ArgumentParser) -> None:
    """A setting's name, and perhaps its new value."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="one setting; none: all of them")
    parser.add_argument("value", metavar="VALUE", nargs="?", help="its new value; `default` takes it back")


def run(arguments: Namespace, session: Session) -> int:
    """Prints all settings, one, or one after its change."""
    if arguments.name is None:
        chosen = list_settings(session)
    elif arguments.value is None:
        chosen = (get_setting(session, arguments.name),)
    else:
        chosen = (change_setting(session, arguments.name, arguments.value),)
    document = {"settings": [_setting(each) for each in chosen]}
    output.answer(arguments.json, document, output.columns([_row(each) for each in chosen]))
    return 0


def _setting(valued: Valued) -> dict[str, object]:
    setting = valued.setting
    return {
        "name": setting.name,
        "value": valued.value,
        "is_default": valued.is_default,
        "values": list(setting.values),
        "words": setting.words,
    }


def _row(valued: Valued) -> tuple[str, ...]:
    return valued.setting.name, clean(valued.value), " | ".join(valued.setting.values), valued.setting.words
