"""Names: the account that is meant, the one that has this very key, a label that is free, and what no name can be."""

from __future__ import annotations

from llmkeys.account import RESERVED_LABELS, Account, AccountName, read_account_name, refuse_bad_label
from llmkeys.catalog.rows import Provider
from llmkeys.catalog.shapes import looks_like_key
from llmkeys.config import Config
from llmkeys.errors import AlreadyThere, NotConfigured, UsageError
from llmkeys.secret import Secret
from llmkeys.service.session import Session, World, look
from llmkeys.text import clean, has_controls, nearest

_LONGEST_MODEL = 512


def stored_account(world: World, account: str) -> Account:
    """The stored account of that full name. Raises NotConfigured naming the nearest, UsageError for a variable's."""
    name = read_account_name(account)
    if name.label in RESERVED_LABELS:
        raise UsageError(f"{name} is a variable's key; it changes where the variable is set.")
    found = world.config.accounts.get(name)
    if found is None:
        close = nearest(account, [str(each) for each in world.config.accounts])
        known = f" Did you mean {' or '.join(close)}?" if close else ""
        raise world.problem or NotConfigured(f"There is no account {name}.{known}", next="llmkeys status lists them.")
    return found


def refuse_unfit_label(label: str) -> None:
    """Raises UsageError for a label that is none, or that stands for a variable's key."""
    refuse_bad_label(label)
    if label in RESERVED_LABELS:
        raise UsageError(f"The label {label} stands for the keys of variables.", next="Choose another label.")


def refuse_taken(world: World, name: AccountName) -> None:
    """Raises AlreadyThere for an account that exists, and whatever keeps config from being written."""
    if world.problem is not None:
        raise world.problem
    if name in world.config.accounts:
        raise AlreadyThere(f"There is an account {name} already.", next=f"llmkeys rotate-key {name} changes its key.")


def refuse_unfit_texts(world: World, *texts: str | None) -> None:
    """Raises UsageError if one of `texts`, names and settings that config keeps in clear, is a key or has controls."""
    _refuse_keys(world, *texts)
    if any(text and has_controls(text) for text in texts):
        raise UsageError(
            "Names, models and settings have no control characters, and one of these has.", next="Type it again."
        )


def _refuse_keys(world: World, *texts: str | None) -> None:
    if any(text and looks_like_key(text.strip(), world.catalog) for text in texts):
        raise UsageError("That looks like a key, and only the key's own field may hold one.", next="Nothing was kept.")


def refuse_unfit_model(world: World, model: str) -> None:
    """Raises UsageError for an id that no screen could show as it is, and for a key in its place."""
    _refuse_keys(world, model)
    if clean(model, _LONGEST_MODEL) != model:
        raise UsageError(
            f"“{clean(model)}” cannot be a model's id: it has characters that cannot be shown, or too many.",
            next="Copy the id from the provider's page.",
        )


def propose_label(session: Session, provider: Provider) -> str:
    """A label that is free: `default` for the first account, then `default-2` and on."""
    taken = {name.label for name in look(session).config.accounts if name.provider == provider.id}
    number = 1
    while (label := "default" if number == 1 else f"default-{number}") in taken:
        number += 1
    return label


def known_elsewhere(session: Session, secret: Secret, *, but: str = "") -> str:
    """The stored account, other than `but`, that has the very same key; empty if none has. Compares fingerprints."""
    config = look(session).config
    fingerprint = secret.fingerprint(config.salt)
    for name, account in config.accounts.items():
        if account.fingerprint == fingerprint and str(name) != but:
            return str(name)
    return ""


def account_in(config: Config, name: AccountName) -> Account:
    """The account as `config` has it now. Raises NotConfigured if another process took it away meanwhile."""
    found = config.accounts.get(name)
    if found is None:
        raise NotConfigured(f"There is no account {name} any more.", next="llmkeys status lists them.")
    return found
