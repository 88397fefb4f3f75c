"""What all providers of one wire kind have in common: how long a page of models is asked for, what costs one token."""

from __future__ import annotations

import functools
import json
import os
from typing import NamedTuple

from llmkeys.catalog.provider import CheckRequest, check_from_row


class Wire(NamedTuple):
    """One way of asking providers."""

    page_size: str = ""
    """The query that asks for a long page of models; empty where the list has no pages."""
    spend: CheckRequest | None = None
    """The request that generates one token; `{model}` in its path and body stands for the model. None without one."""


@functools.cache
def load_wires() -> dict[str, Wire]:
    """The wire kinds by name, read once in the life of the process."""
    with open(os.path.join(os.path.dirname(__file__), "wires.json"), encoding="utf-8") as file:
        rows = json.load(file)
    return {name: _wire(row) for name, row in rows.items()}


def _wire(row: dict[str, object]) -> Wire:
    spend = row.get("spend")
    request = check_from_row({"method": "POST", **spend}) if isinstance(spend, dict) else None
    return Wire(str(row.get("page_size", "")), request)
