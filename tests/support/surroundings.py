"""Small surroundings for questions about keys: a catalogue, stored accounts, an environment and a `.env`."""

from __future__ import annotations

from collections.abc import Mapping

from llmkeys.account import Account, AccountName, Target, read_target
from llmkeys.catalog.rows import Catalog, load_catalog
from llmkeys.config import Choice, Config, with_account, with_active, with_default, with_setting
from llmkeys.files.dotenv_file import DotEnv
from llmkeys.resolution.weigh import Weighed, weigh

CATALOG: Catalog = load_catalog({})
ENV_KEY = "sk-proj-environment-key-0001"
DOTENV_KEY = "sk-proj-dotenv-file-key-0002"


def config_with(
    *accounts: str,
    default: str = "",
    active: str = "",
    precedence: str = "",
    disabled: tuple[str, ...] = (),
    base_url: str | None = None,
) -> Config:
    """A config with stored accounts such as `openai/work`."""
    config = Config({"version": 1})
    for text in accounts:
        provider, _, label = text.partition("/")
        record = Account(
            AccountName(provider, label),
            store="keychain",
            item=f"{text}#1",
            hint="…0003",
            enabled=text not in disabled,
            base_url=base_url,
        )
        config = with_account(config, record)
    if default:
        config = with_default(config, Choice(default, "gpt-4.1"))
    if active:
        config = with_active(config, AccountName(*active.split("/")))
    return with_setting(config, "precedence", precedence) if precedence else config


def dotenv_with(**values: str) -> DotEnv:
    """A `.env` that sets these variables, one a line."""
    return DotEnv("/project/.env", {name: (value, line) for line, (name, value) in enumerate(values.items(), 1)})


def weighed(
    asked: str, config: Config | None = None, environ: Mapping[str, str] | None = None, dotenv: DotEnv | None = None
) -> Weighed:
    """What `weigh` says when `asked` is asked in these surroundings."""
    target: Target = read_target(asked)
    provider = CATALOG.find(target.provider)
    nothing = DotEnv("/project/.env", {})
    return weigh(
        target._replace(provider=provider.id), provider, config or config_with(), environ or {}, dotenv or nothing
    )
