"""Writes the guide's page of verdicts from the tables that the checks use: `python tests/house/verdict_page.py`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import llmkeys
from llmkeys.catalog.rows import Provider, load_catalog
from llmkeys.check.request import Ask, Question, recipe
from llmkeys.secret import Secret
from llmkeys.verdict import State, Verdict

PACKAGE = Path(llmkeys.__file__).parent
PAGE = PACKAGE / "guide" / "verdicts.md"
BOOK: dict[str, Any] = json.loads((PACKAGE / "catalog" / "answers.json").read_text("utf-8"))
UNUSABLE = {State.INVALID_KEY, State.EXPIRED_OR_REVOKED}
ANY_KEY = "x" * 48
WIDTH = 120
SHOWN = 4
"""Codes or phrases of one rule that are named before the rest is only counted."""

TOP = """# Verdicts: what each provider is asked, and what its answer proves

Written by `tests/house/verdict_page.py` from the tables that the tests of keys use: `catalog/providers.json` holds the
questions, `catalog/answers.json` what the answers mean. An answer is read in this order: the provider's own rules,
those of its kind of interface, what proves a key, codes and sentences that all providers share, and the bare status
last. The content type is not believed.

Whatever the provider: HTML, a redirect, a login page, HTTP 407 and 511, a certificate nobody trusts, no connection, no
answer in time and HTTP 5xx say nothing about a key, and leave what was last known of it. HTTP 429 is a limit. A bare
401 refuses the key; a bare 403 leaves open whether it is the key, the account or the network.

"Free" means that the request costs nothing; a model that does not exist costs nothing either. `llmkeys test --spend`
asks for one token, `llmkeys test --balance` for the credit that is left.
"""


def written() -> str:
    """The whole page."""
    providers = load_catalog().providers.values()
    return "\n".join([TOP, *(line for provider in providers for line in _section(provider))])


def _section(provider: Provider) -> Iterator[str]:
    row = BOOK["providers"][provider.id]
    rules = [*row.get("rules", []), *BOOK["wires"].get(provider.wire, []), *row.get("last", [])]
    yield f"## {provider.name} `{provider.id}`\n"
    yield from _line("asked", _asked(provider))
    yield from _line("yes", _yes(provider, row, rules))
    yield from _line(
        "no", [_told(each) for each in rules if each.get("verdict") in UNUSABLE] or ["what all providers share"]
    )
    others = [each for each in rules if each.get("verdict", "ok") not in {*UNUSABLE, State.OK, State.UNTESTABLE}]
    yield from _line("else", [f"{_told(each)}: `{each['verdict']}`" for each in others])
    yield from _line("cannot know", _unknown(provider, row, rules))
    yield from _line("source", _sources(provider, row, rules))
    yield ""


def _line(title: str, parts: Iterable[str]) -> Iterator[str]:
    text = "; ".join(dict.fromkeys(parts))
    if not text:
        return
    line = f"- {title}:"
    for word in text.split(" "):
        if len(line) + 1 + len(word) > WIDTH:
            yield line
            line = " "
        line += f" {word}"
    yield line


def _questions(provider: Provider) -> tuple[Question, ...] | Verdict:
    settings = {each.name: each.name.upper() for each in provider.fields}
    key = None if not provider.auth.header else Secret(ANY_KEY)
    base = None if provider.base_url else "https://YOUR.SERVER"
    return recipe(Ask(provider, key, base, settings))


def _asked(provider: Provider) -> list[str]:
    found = _questions(provider)
    if isinstance(found, Verdict):
        return [f"nothing ({found.detail})"]
    first, *others = [f"`{each.method} {each.url.removeprefix('https://').removeprefix('http://')}`" for each in found]
    return [f"{first}, free", *(f"where that is not there: {each}" for each in others)]


def _yes(provider: Provider, row: dict[str, Any], rules: list[dict[str, Any]]) -> list[str]:
    found = [f"an answer with {_places(each['at'])}" for each in row.get("proofs", []) if "at" in each]
    listed = row.get("lists") or _of_catalogue(provider)
    found += {
        "key": ["its list of models"],
        "unknown": ["its list of models, if the same question without the key is refused"],
        "local": ["any list of models: it runs"],
        "anyone": [],
    }[listed]
    if row.get("model_errors", "key") == "key" and provider.chat:
        found.append("being told that a model does not exist, or that the request is wrong")
    return found + [_told(each) for each in rules if each.get("verdict") == State.OK]


def _of_catalogue(provider: Provider) -> str:
    public = provider.models.public if provider.models else None
    return "unknown" if public is None else "anyone" if public else "key"


def _unknown(provider: Provider, row: dict[str, Any], rules: list[dict[str, Any]]) -> list[str]:
    found = []
    if isinstance(_questions(provider), Verdict):
        return ["everything"]
    if (row.get("lists") or _of_catalogue(provider)) == "anyone":
        found.append("anything by its list of models, which is open to everybody")
    if not row.get("carries", {}).get("balance") and provider.chat and not provider.local:
        found.append("whether there is credit left")
    untold = [each for each in rules if each.get("verdict") == State.UNTESTABLE or each.get("key", True) is None]
    return found + [_told(each) for each in untold]


def _told(rule: dict[str, Any]) -> str:
    """What an answer has that this rule is about."""
    parts = [str(each) for each in rule.get("status", []) if each != "2xx"]
    text = ", ".join(parts)
    if "code" in rule:
        text += f" code {_few(f'`{each}`' for each in rule['code'])}"
    if "says" in rule:
        text += f" “{_few(rule['says'], '” or “')}”"
    if "at" in rule:
        text += f" {_places(rule['at'])}"
    if "spent" in rule:
        text += f" `{rule['spent']['used']}` at `{rule['spent']['limit']}`"
    return text.strip() or "a success"


def _few(parts: Iterable[str], joint: str = ", ") -> str:
    listed = list(parts)
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN and joint == ", " else ""
    return joint.join(listed[:SHOWN]) + more


def _places(places: dict[str, dict[str, Any]]) -> str:
    return " and ".join(f"`{path or 'an object'}`{_value(test)}" for path, test in places.items())


def _value(test: dict[str, Any]) -> str:
    if "is" in test:
        return f" = {json.dumps(test['is'])}"
    if "at_most" in test:
        return f" ≤ {test['at_most']}"
    if "in" in test:
        return f" one of {', '.join(map(str, test['in']))}"
    return f" like `{test['reads']}`" if "reads" in test else ""


def _sources(provider: Provider, row: dict[str, Any], rules: list[dict[str, Any]]) -> list[str]:
    found = [each["source"] for each in rules if each.get("source")]
    checks = [each for each in (provider.check, *provider.fallback_checks) if each is not None]
    return list(dict.fromkeys(found)) or [each.why for each in checks] or ["the provider's own announcement"]


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
