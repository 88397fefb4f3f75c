"""`paths`: where llmkeys keeps its files, and which of them are there."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace

from llmkeys.cli import output
from llmkeys.service.session import Session
from llmkeys.text import clean


def configure(parser: ArgumentParser) -> None:
    """`paths` has no options of its own."""


def run(arguments: Namespace, session: Session) -> int:
    """Prints every path."""
    paths = session.paths
    named = {
        "config": paths.config,
        "credentials": paths.credentials,
        "status": paths.status,
        "audit": paths.audit,
        "models": paths.models,
    }
    rows = [(name, clean(path, 400), "" if os.path.lexists(path) else "not there yet") for name, path in named.items()]
    output.answer(arguments.json, {"paths": named}, output.columns(rows))
    return 0
