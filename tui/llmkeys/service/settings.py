"""Wishes about settings: rows with their values, one value read, one value changed."""

import sys
from typing import NamedTuple

from llmkeys.catalog.rows import Catalog
from llmkeys.config import PRECEDENCES, Config, section, with_setting
from llmkeys.errors import UsageError
from llmkeys.service.session import Session, look
from llmkeys.store.backends import backends_of
from llmkeys.store.config_file import change_config
from llmkeys.store.keychain_state import SETTING as KEYCHAIN
from llmkeys.text import clean, nearest


class Setting(NamedTuple):
    """One thing a person can set: its values, the first being the default, and what it does."""

    name: str
    values: tuple[str, ...]
    words: str

    @property
    def default(self) -> str:
        """The value when nothing is set."""
        return self.values[0]


class Valued(NamedTuple):
    """A setting with its present value."""

    setting: Setting
    value: str
    is_default: bool


SETTINGS = (
    Setting("precedence", PRECEDENCES, "which key a bare provider means; precedence.PROVIDER sets it for one"),
    Setting("store", ("keychain", "file"), "where new keys are kept; file is plaintext, mode 0600"),
    Setting(KEYCHAIN, tuple(each.name for each in backends_of(sys.platform)), "which keychain of this system"),
    Setting("offline", ("off", "on"), "on: nothing is tested in the background"),
    Setting("theme", ("auto", "dark", "light", "ansi", "mono"), "colours of the full-screen app"),
    Setting("ascii", ("off", "on"), "on: plain ASCII in place of glyphs"),
)


def list_settings(session: Session) -> tuple[Valued, ...]:
    """Every setting with its value, and precedence of every provider that has its own."""
    world = look(session)
    own = [f"precedence.{each}" for each in world.config.providers if _own_precedence(world.config, each)]
    names = [*(setting.name for setting in SETTINGS), *sorted(own)]
    return tuple(_valued(world.config, world.catalog, name) for name in names)


def get_setting(session: Session, name: str) -> Valued:
    """One setting. Raises UsageError with the nearest names for one that does not exist."""
    world = look(session)
    return _valued(world.config, world.catalog, name)


def change_setting(session: Session, name: str, value: str) -> Valued:
    """Set `name` to `value`; the word `default` takes it back. Raises UsageError for a value it does not take."""
    world = look(session)
    setting, provider = _setting(world.catalog, name)
    if value != "default" and value not in setting.values:
        raise UsageError(f"{name} does not take “{clean(value)}”.", next=f"It is one of {', '.join(setting.values)}.")
    wanted = None if value == "default" else value

    def change(config: Config) -> Config:
        if not provider:
            return with_setting(config, setting.name, wanted)
        return _with_precedence(config, provider, wanted)

    return _valued(change_config(session.paths, change), world.catalog, name)


def _valued(config: Config, catalog: Catalog, name: str) -> Valued:
    setting, provider = _setting(catalog, name)
    raw = _own_precedence(config, provider) if provider else config.settings.get(setting.name)
    written = ("on" if raw else "off") if isinstance(raw, bool) else raw
    if provider and written not in setting.values:
        return Valued(setting._replace(name=name), config.precedence(provider), is_default=True)
    known = isinstance(written, str) and written in setting.values
    return Valued(setting._replace(name=name), str(written) if known else setting.default, is_default=not known)


def _setting(catalog: Catalog, name: str) -> tuple[Setting, str]:
    base, dot, provider = name.partition(".")
    for setting in SETTINGS:
        if setting.name == base and (not dot or base == "precedence"):
            return setting, catalog.find(provider).id if dot else ""
    close = nearest(name, [setting.name for setting in SETTINGS])
    raise UsageError(
        f"There is no setting “{clean(name)}”.",
        next=f"Did you mean {close[0]}?" if close else "llmkeys settings lists them.",
    )


def _own_precedence(config: Config, provider: str) -> object:
    return section(config.providers, provider).get("precedence")


def _with_precedence(config: Config, provider: str, value: str | None) -> Config:
    own = {key: kept for key, kept in section(config.providers, provider).items() if key != "precedence"}
    if value is not None:
        own["precedence"] = value
    others = {key: kept for key, kept in config.providers.items() if key != provider}
    return config.replace(providers={**others, provider: own} if own else others)
