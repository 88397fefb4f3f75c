"""A model as a line and as JSON."""

from __future__ import annotations

from typing import NamedTuple

from llmkeys import moment
from llmkeys.catalog.model import Model
from llmkeys.catalog.provider import Provider
from llmkeys.cli import output
from llmkeys.text import clean


class Listed(NamedTuple):
    """A model, and the account that serves it; no account for a provider without a key."""

    account: str
    provider: Provider
    model: Model
    list_age: float | None = None
    """How old the live list behind it is, in seconds; None for the bundled snapshot."""


def model_document(listed: Listed) -> dict[str, object]:
    """A model as JSON answers have it."""
    model = listed.model
    return {
        "account": output.or_null(listed.account),
        "provider": listed.provider.id,
        "model": model.id,
        "list_age_s": None if listed.list_age is None else int(listed.list_age),
        "name": output.or_null(model.name),
        "context": model.context,
        "price_in": model.price_in,
        "price_out": model.price_out,
        "modalities": list(model.modalities),
        "tools": model.tools,
        "reasoning": model.reasoning,
        "status": output.or_null(model.status),
        "released": output.or_null(model.released),
    }


def model_row(listed: Listed) -> tuple[str, ...]:
    """A model as a row of columns."""
    model = listed.model
    return (
        clean(model.id),
        listed.account or listed.provider.id,
        "" if listed.list_age is None else moment.age(listed.list_age),
        tokens(model.context),
        price(model.price_in),
        price(model.price_out),
        _abilities(model),
    )


def tokens(count: int | None) -> str:
    """A number of tokens in short: `200k`, `1M`; empty if unknown."""
    if count is None:
        return ""
    if count >= 1_000_000:
        return f"{count / 1_000_000:.1f}".removesuffix(".0") + "M"
    return f"{count // 1_000}k" if count >= 1_000 else str(count)


def price(dollars: float | None) -> str:
    """A price as `$3.00`, `free` or, if unknown, nothing; small prices keep their digits."""
    if dollars is None:
        return ""
    if dollars == 0:
        return "free"
    return f"${dollars:.2f}" if dollars >= 0.1 else f"${dollars:.3g}"


def _abilities(model: Model) -> str:
    reads = [each for each in model.modalities if each != "text"]
    can = [word for word, able in (("tools", model.tools), ("reasoning", model.reasoning)) if able]
    return " ".join([*reads, *can, *([model.status] if model.status else [])])
