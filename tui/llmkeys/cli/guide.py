"""`guide`: the user guide, shown by topic as plain text."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace

from llmkeys.cli import output
from llmkeys.errors import UsageError
from llmkeys.service.session import Session
from llmkeys.text import clean, nearest

_FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "guide")


def configure(parser: ArgumentParser) -> None:
    """One topic, or the list of them."""
    parser.add_argument("topic", metavar="TOPIC", nargs="?", help="a page of the guide; none: the list of pages")


def run(arguments: Namespace, session: Session) -> int:
    """Prints a page, or what pages there are."""
    titles = {topic: _title(_page(topic)) for topic in _topics()}
    if arguments.topic is None:
        lines = [*output.columns(list(titles.items()), indent="  "), "", "llmkeys guide TOPIC shows one."]
        output.answer(arguments.json, {"topics": titles}, lines)
        return 0
    if arguments.topic not in titles:
        close = nearest(arguments.topic, titles)
        raise UsageError(
            f"The guide has no page “{clean(arguments.topic)}”.",
            next=f"Did you mean {close[0]}?" if close else f"It has {', '.join(titles)}.",
        )
    text = _page(arguments.topic)
    output.answer(arguments.json, {"topic": arguments.topic, "text": text}, text.splitlines())
    return 0


def _topics() -> list[str]:
    pages = sorted(name.removesuffix(".md") for name in os.listdir(_FOLDER) if name.endswith(".md"))
    return sorted(pages, key=lambda topic: topic != "start")


def _page(topic: str) -> str:
    with open(os.path.join(_FOLDER, f"{topic}.md"), encoding="utf-8") as file:
        return file.read()


def _title(page: str) -> str:
    return page.partition("\n")[0].lstrip("# ")
