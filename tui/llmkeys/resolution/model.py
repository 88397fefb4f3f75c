"""Which model is meant: the one asked for, `LLMKEYS_MODEL`, the folder's pin, the default, the account's own."""

from collections.abc import Mapping
from typing import NamedTuple

from llmkeys.account import Account
from llmkeys.catalog.rows import Provider
from llmkeys.config import Config

MODEL_VARIABLE = "LLMKEYS_MODEL"
ASKED_FOR = "asked for"


class ModelFound(NamedTuple):
    """A model's id and the words for where it was said; no id when nobody said one."""

    model: str | None
    place: str


def find_model(
    asked: str | None,
    environ: Mapping[str, str],
    config: Config,
    account: str,
    provider: Provider,
    *,
    pinned: str | None = None,
) -> ModelFound:
    """The model for `account` (`provider/label`, or the bare provider of a default); see guide/precedence.md."""
    default = config.default
    is_default = default is not None and default.account in (account, provider.id)
    own = _own(config, account)
    ways = (
        (asked, ASKED_FOR),
        (environ.get(MODEL_VARIABLE, "").strip(), f"{MODEL_VARIABLE} in the environment"),
        (pinned, "this folder's pin"),
        (default.model if default and is_default else None, "the default"),
        (own.model if own else None, f"{account}'s own"),
        (provider.default_model if provider.chat else None, f"{provider.name}'s usual one"),
    )
    for model, place in ways:
        if model:
            return ModelFound(model, place)
    return ModelFound(None, "")


def _own(config: Config, account: str) -> Account | None:
    for name, record in config.accounts.items():
        if str(name) == account:
            return record
    return None
