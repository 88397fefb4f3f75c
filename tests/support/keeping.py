"""Accounts kept in the plaintext file of a test's own home, without a test of the key."""

from __future__ import annotations

from typing import Any

from llmkeys.secret import Secret
from llmkeys.service.accounts import Draft, Saved, add_account
from llmkeys.service.session import Session

KEY = "sk-proj-0123456789abcdefghijABCDEFGHIJ-one"
OTHER_KEY = "sk-proj-0123456789abcdefghijABCDEFGHIJ-two"


def kept(session: Session, account: str, key: str = KEY, **more: Any) -> Saved:
    """`account` (`openai/work`), stored with `key` in the file store."""
    provider, _, label = account.partition("/")
    return add_account(session, Draft(provider, label, Secret(key), **{"store": "file", **more}))
