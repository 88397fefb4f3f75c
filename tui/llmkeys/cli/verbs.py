"""The table of verbs: which module answers one, and what it does in one line."""

from typing import NamedTuple


class Verb(NamedTuple):
    """One word of the command line."""

    module: str
    """The module of `llmkeys.cli` with its `configure` and `run`."""
    words: str
    everyday: bool = False
    answers_json: bool = True


VERBS = {
    "status": Verb("status", "every account, and whether it works", everyday=True),
    "add-key": Verb("add_key", "test a key and store it", everyday=True),
    "set-default": Verb("set_default", "choose the account and model your tools get", everyday=True),
    "test": Verb("checking", "ask the providers whether keys work; costs nothing", everyday=True),
    "models": Verb("models", "models your accounts serve, with context and prices", everyday=True),
    "why": Verb("why", "which key will be used, and what it shadows", everyday=True),
    "helper": Verb("helper", "print one key for another program", answers_json=False),
    "get": Verb("get", "show a stored key, masked"),
    "edit": Verb("edit", "change label, name, address or model of an account"),
    "rotate-key": Verb("rotate_key", "put a new key in the place of an old one"),
    "remove-key": Verb("remove_key", "forget an account and its key"),
    "enable": Verb("enable", "use an account again"),
    "disable": Verb("enable", "keep an account but do not use it"),
    "providers": Verb("providers", "providers with their variables; `providers add` for your own"),
    "settings": Verb("settings", "show or change settings"),
    "doctor": Verb("doctor", "examine store, files and unfinished work"),
    "log": Verb("log", "which keys were read, for what, and when"),
    "paths": Verb("paths", "where llmkeys keeps its files"),
    "reset": Verb("reset", "delete every key and file of llmkeys"),
    "guide": Verb("guide", "the user guide, by topic"),
    "config": Verb("status", "the same as status"),
    "completion": Verb("completion", "completion script for a shell", answers_json=False),
}
