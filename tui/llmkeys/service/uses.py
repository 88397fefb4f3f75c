"""Wish: which keys were read, for what, and when."""

from __future__ import annotations

from llmkeys.service.session import Session
from llmkeys.store.audit import Use, read_uses


def list_uses(session: Session, limit: int) -> list[Use]:
    """The latest readings of keys, the latest first, at most `limit`; no log is an empty list."""
    return read_uses(session.paths, limit)
