"""Errors nobody expected, as sentences that a dialog may show."""

from __future__ import annotations

from llmkeys.errors import LlmkeysError
from llmkeys.ui.funnel import in_a_line


def explained(error: Exception) -> LlmkeysError:
    """`error` itself if it explains itself, else what the app's funnel says of it, which quotes nothing."""
    if isinstance(error, LlmkeysError):
        return error
    return LlmkeysError(in_a_line(error), next="Please report it; esc closes.")
