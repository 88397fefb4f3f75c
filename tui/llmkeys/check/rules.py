"""The rules of `catalog/answers.json`: which conditions on an answer mean which verdict."""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple, cast

import llmkeys.catalog
from llmkeys.check.answer import Answer, Places, plain_code, values_at
from llmkeys.verdict import State

Data = Mapping[str, object]


class Rule(NamedTuple):
    """Conditions (all must hold) and what they mean."""

    conditions: Data
    state: State
    key_accepted: bool | None
    detail: str
    next: str
    ask_next: bool
    """Whether the row's next question may tell more."""
    grade: str
    """Which of the `grades` decides instead, by how far this answer proves a key; empty if none does."""


class Words(NamedTuple):
    """What is said of a state where the rule says nothing of its own."""

    key_accepted: bool | None
    detail: str
    next: str


class Row(NamedTuple):
    """What answers of one provider mean."""

    rules: tuple[Rule, ...]
    last: tuple[Rule, ...]
    """What its bare statuses mean, where neither codes nor words tell more."""
    proofs: tuple[Data, ...]
    """Conditions on a success that only an accepted key can get."""
    lists: str
    """Whether its list of models proves a key: `key` (yes), `unknown` (no, unless the same is refused without a key),
    `anyone` (no), `local` (the server may want no key); empty where the catalogue's row says whether it is public."""
    answers: str
    """Whether a generated answer proves one, in the same words."""
    model_errors: str
    """Whether being told that a model does not exist, or that the request is wrong, proves one, in the same words."""
    carries: Mapping[str, object]
    """What else a success carries, as data paths."""


class Book(NamedTuple):
    """All of `answers.json`."""

    places: Places
    words: Mapping[State, Words]
    shapes: Mapping[str, tuple[Data, ...]]
    """What a list of models, a generated answer, an unknown model and a request at fault look like."""
    grades: Mapping[str, Rule]
    """What such a shape means where it proves a key, may prove one, or proves nothing."""
    retry_paths: tuple[str, ...]
    providers: Mapping[str, Row]
    wires: Mapping[str, tuple[Rule, ...]]
    common: tuple[Rule, ...]
    """By codes and words."""
    bare: tuple[Rule, ...]
    """By status alone; the last one has no condition."""
    unlisted: Row
    """For a server that no row knows."""


def holds(conditions: Data, answer: Answer) -> bool:
    """Whether all of `conditions` are true of `answer`."""
    return all(_TESTS[name](answer, wanted) for name, wanted in conditions.items())


def number(value: object) -> float | None:
    """`value` as a number where it is one, also one written as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        read = float(value)
    except ValueError:
        return None
    return read if -1e15 < read < 1e15 else None


@functools.cache
def load_book() -> Book:
    """The rules, read once in the life of the process."""
    folder = os.path.dirname(os.path.abspath(llmkeys.catalog.__file__))
    with open(os.path.join(folder, "answers.json"), encoding="utf-8") as file:
        data = json.load(file)
    places = data["places"]
    words = {State(state): Words(each["key"], each["detail"], each["next"]) for state, each in data["words"].items()}
    return Book(
        places=Places(tuple(places["codes"]), tuple(places["sentences"]), tuple(places["code_headers"])),
        words=words,
        shapes={name: tuple(map(_conditions, shapes)) for name, shapes in data["shapes"].items()},
        grades={name: _rule(each, words) for name, each in data["grades"].items()},
        retry_paths=tuple(places["retry"]),
        providers={name: _row(each, words) for name, each in data["providers"].items()},
        wires={name: _rules(rules, words) for name, rules in data["wires"].items()},
        common=_rules(data["common"], words),
        bare=_rules(data["bare"], words),
        unlisted=_row(data["unlisted"], words),
    )


def _row(data: Data, words: Mapping[State, Words]) -> Row:
    return Row(
        rules=_rules(data.get("rules", []), words),
        last=_rules(data.get("last", []), words),
        proofs=tuple(_conditions(each) for each in cast(list[Data], data.get("proofs", []))),
        lists=str(data.get("lists", "")),
        answers=str(data.get("answers", "key")),
        model_errors=str(data.get("model_errors", "key")),
        carries=cast(Data, data.get("carries", {})),
    )


def _rules(listed: object, words: Mapping[State, Words]) -> tuple[Rule, ...]:
    return tuple(_rule(each, words) for each in cast(list[Data], listed))


def _rule(data: Data, words: Mapping[State, Words]) -> Rule:
    state = State(str(data.get("verdict", State.UNTESTABLE)))
    usual = words[state]
    return Rule(
        conditions=_conditions({name: wanted for name, wanted in data.items() if name in _TESTS}),
        state=state,
        key_accepted=cast(bool | None, data.get("key", usual.key_accepted)),
        detail=str(data.get("detail", usual.detail)),
        next=str(data.get("next", usual.next)),
        ask_next=data.get("ask_next") is True,
        grade=str(data.get("grade", "")),
    )


def _conditions(data: Data) -> Data:
    """`data` with its codes in the form that answers have theirs."""
    if "code" not in data:
        return data
    return {**data, "code": [plain_code(each) for each in cast(list[str], data["code"])]}


def _status(answer: Answer, wanted: object) -> bool:
    """`404`, or `"5xx"` for a hundred."""
    return any(
        answer.status == each or (isinstance(each, str) and each[0] == str(answer.status)[0])
        for each in cast(list[object], wanted)
    )


def _code(answer: Answer, wanted: object) -> bool:
    """One of the codes, or one that begins so where a `*` stands at the end."""
    for each in cast(list[str], wanted):
        if each in answer.codes:
            return True
        if each.endswith("*") and any(code.startswith(each[:-1]) for code in answer.codes):
            return True
    return False


def _says(answer: Answer, wanted: object) -> bool:
    """One of the phrases, whose parts around `*` come in this order."""
    return any(_reads(answer.sentence, each) for each in cast(list[str], wanted))


def _matches(answer: Answer, wanted: object) -> bool:
    """A regular expression found in what it says."""
    return re.search(str(wanted), answer.sentence) is not None


def _reads(sentence: str, phrase: str) -> bool:
    position = 0
    for part in phrase.split("*"):
        found = sentence.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    return True


def _header(answer: Answer, wanted: object) -> bool:
    return all(part in answer.headers.get(name, "").lower() for name, part in cast(Mapping[str, str], wanted).items())


def _at(answer: Answer, wanted: object) -> bool:
    return all(
        any(_is(value, test) for value in values_at(answer.value, path))
        for path, test in cast(Mapping[str, Mapping[str, object]], wanted).items()
    )


def _spent(answer: Answer, wanted: object) -> bool:
    """Whether what stands at `used` has reached what stands at `limit`; a limit of 0 is none that was set."""
    paths = cast(Mapping[str, str], wanted)
    limit, used = (next(map(number, values_at(answer.value, paths[name])), None) for name in ("limit", "used"))
    return bool(limit) and used is not None and used >= (limit or 0)


def _is(value: object, test: Mapping[str, object]) -> bool:
    return all(_VALUE_TESTS[name](value, wanted) for name, wanted in test.items())


def _at_most(value: object, wanted: object) -> bool:
    read = number(value)
    return read is not None and read <= cast(float, wanted)


def _reads_as(value: object, wanted: object) -> bool:
    return isinstance(value, str) and _reads(value.lower(), str(wanted))


_VALUE_TESTS: dict[str, Callable[[object, object], bool]] = {
    "is": lambda value, wanted: value == wanted and isinstance(value, bool) == isinstance(wanted, bool),
    "in": lambda value, wanted: value in cast(list[object], wanted),
    "at_most": _at_most,
    "present": lambda value, wanted: (value is not None) == wanted,
    "list": lambda value, wanted: isinstance(value, list) == wanted,
    "object": lambda value, wanted: isinstance(value, dict) == wanted,
    "reads": _reads_as,
}

_TESTS: dict[str, Callable[[Answer, object], bool]] = {
    "status": _status,
    "code": _code,
    "says": _says,
    "matches": _matches,
    "header": _header,
    "at": _at,
    "spent": _spent,
    "kind": lambda answer, wanted: answer.kind in cast(list[str], wanted),
    "failing": lambda answer, wanted: answer.failing == wanted,
    "unless": lambda answer, wanted: not holds(_conditions(cast(Data, wanted)), answer),
}
