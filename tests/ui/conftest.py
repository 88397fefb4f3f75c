"""A session with a few stored accounts and invented keys, and an app over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from llmkeys.secret import Secret
from llmkeys.service.accounts import Draft, add_account
from llmkeys.service.session import Session
from llmkeys.service.settings import change_setting
from support.provider_server import checker, server
from ui.fixtures import NOW

__all__ = ["checker", "server", "stored"]

ACCOUNTS = (
    ("anthropic", "work", "sk-ant-api03-AbCdEfGhIjKlMnOpQrStUvWx7Qx2"),
    ("openai", "personal", "sk-proj-AbCdEfGhIjKlMnOpQrStUvWxYz01a91F"),
    ("groq", "personal", "gsk_AbCdEfGhIjKlMnOpQrStUvWxYz0123m2Lw"),
)


@pytest.fixture
def stored(session: Callable[..., Any]) -> Session:
    """A session whose home holds three accounts in a plaintext file; nothing is tested unasked."""
    opened: Session = session("app")._replace(now=lambda: NOW)
    change_setting(opened, "offline", "on")
    for provider, label, key in ACCOUNTS:
        add_account(opened, Draft(provider, label, Secret(key), store="file", consent=True))
    return opened
