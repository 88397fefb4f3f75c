"""Answers that were written down without a look at the rules, by people who knew the providers only.

`python tests/check/test_blind_answers.py` prints how many of them the rules get right.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llmkeys.check.judgement import judge
from llmkeys.verdict import Verdict

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "blind_answers.json").read_text("utf-8"))
DISPUTED = {
    "A-scaleway-01": "whether this list is open to anyone is not established, so it proves nothing by itself",
    "A-meta-llama-01": "whether this list is open to anyone is not established, so it proves nothing by itself",
    "A-minimax-04": "code 1004 is a refused key in every other source",
    "A-openrouter-19": "the place is named in a string inside the answer of a server behind",
    "C-gemini-06": "the words of a deleted key",
    "E-voyage-02": "whether the body is read before the key is not established",
    "E-litellm-proxy-10": "whose key was refused, the server's own or this one, it does not say",
    "E-litellm-proxy-11": "a proxy without a database cannot look up keys, and the next question may tell",
    "E-openai-compatible-46": "a teapot says nothing",
    "E-openai-compatible-49": "a stream that nobody asked for",
    "D-deepseek-04": "nothing but signs of life is no answer",
    "D-openai-compatible-93": "whose key was refused, the server's own or this one, it does not say",
    "D-openai-compatible-102": "a field that is missing says nothing about the key",
    "B-030-ollama-root": "a greeting in plain text is no API",
    "B-123-newapi-tokenusage-0": "no record of a key is known by its shape alone",
    "B-435-key-record-disabled": "no record of a key is known by its shape alone",
    "B-436-credits-zero": "no record of a key is known by its shape alone",
}


def judged(case: dict[str, Any]) -> Verdict:
    return judge(case["provider"], case["status"], case["headers"], case["body"].encode())


def is_right(case: dict[str, Any]) -> bool:
    return judged(case).state in case["verdicts"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_no_answer_makes_a_dead_key_work_or_a_working_key_dead(case: dict[str, Any]) -> None:
    accepted = judged(case).key_accepted
    assert accepted is None or case["key_accepted"] is None or accepted is case["key_accepted"]


def test_every_answer_that_is_not_disputed_gets_its_verdict() -> None:
    assert {case["id"] for case in CASES if not is_right(case)} == set(DISPUTED)


if __name__ == "__main__":
    right = sum(map(is_right, CASES))
    print(f"{right} of {len(CASES)} right, {100 * right / len(CASES):.1f} %")
