"""What a server sent back, read once: JSON whatever the content type says, else markup, plain text or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple, cast

LARGEST_BODY = 2 << 20
"""Bytes of a body that are read; what lies beyond is cut off."""
LONGEST_SENTENCE = 2000
_SHORT_TEXT = 4096
_MARKUP_STARTS = ("<!doctype", "<html", "<head", "<body", "<?xml", "<!--", "<title", "<script", "<h1", "<center")


class Answer(NamedTuple):
    """One HTTP answer, taken apart for the rules."""

    http_status: int
    status: int
    """As `http_status`, or the one that a success carries inside, as in `200 {"error": {"code": 502}}`."""
    headers: Mapping[str, str]
    """By lower-case name."""
    kind: str
    """`json`, `markup`, `text` or `empty`."""
    value: object
    """The parsed JSON; None for the other kinds."""
    codes: frozenset[str]
    """Machine codes as `plain_code` writes them; none for an answer that reports no failure."""
    sentence: str
    """Everything a failure says in words, lower case, on one line."""
    words: str
    """The first sentence as the server wrote it; foreign text, not yet cleaned."""
    failing: bool
    """Whether it reports a failure, by its status or inside a success."""
    cut: bool
    """Whether the body was longer than what was read."""


class Places(NamedTuple):
    """Where machine codes and sentences stand in the bodies of this world, as data paths."""

    codes: tuple[str, ...]
    sentences: tuple[str, ...]
    code_headers: tuple[str, ...]


def read_answer(status: int, headers: Mapping[str, str], body: bytes, places: Places) -> Answer:
    """The answer with this status, headers (names in any case) and body; never raises for anything a server sends."""
    lower = {str(name).lower(): str(value) for name, value in headers.items()}
    text = body[:LARGEST_BODY].decode("utf-8-sig", "replace")
    cut = len(body) > LARGEST_BODY
    kind, value = _parsed(text, cut)
    failing = status >= 400 or _reports_failure(value)
    told = _sentences(value, places) if kind == "json" else [text[:_SHORT_TEXT].strip()]
    sentences = told if failing else []
    joined = " ".join(" ".join(sentences).split())[:LONGEST_SENTENCE]
    return Answer(
        http_status=status,
        status=_status_inside(value) or status if failing and status < 300 else status,
        headers=lower,
        kind=kind,
        value=value,
        codes=_codes(value, lower, places) if failing else frozenset(),
        sentence=joined.lower().replace("’", "'").replace("`", "'"),
        words=sentences[0] if sentences else "",
        failing=failing,
        cut=cut,
    )


def values_at(value: object, path: str) -> list[object]:
    """Every value at `path`: names joined by dots, `[]` after a name for each item of a list, "" for the whole."""
    found = [value]
    for part in path.split(".") if path else ():
        name = part.removesuffix("[]")
        if name:
            found = [each[name] for each in found if isinstance(each, dict) and name in each]
        if part.endswith("[]"):
            found = [item for each in found if isinstance(each, list) for item in each]
    return found


def plain_code(code: object) -> str:
    """A machine code without case, `_`, `-`, `.` and spaces, so that InvalidApiKey equals invalid_api_key."""
    return "".join(character for character in str(code).lower() if character not in "_-. ")


def _parsed(text: str, cut: bool) -> tuple[str, object]:
    stripped = text.strip()
    if not stripped:
        return "empty", None
    for candidate in (stripped, _mended(stripped)) if cut else (stripped,):
        try:
            return "json", _unwrapped(json.loads(candidate, parse_int=_number, parse_constant=lambda _: None))
        except (ValueError, RecursionError):
            continue
    return ("markup" if stripped[:64].lower().startswith(_MARKUP_STARTS) else "text"), None


def _mended(text: str) -> str:
    """A list of objects that was cut off, closed after its last whole object."""
    end = text.rfind("},")
    return text[: end + 1] + ("]}" if text.startswith("{") else "]")


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) < 32 else float(digits)


def _unwrapped(value: object) -> object:
    """Google answers some errors as a list of one."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) and "error" in value[0]:
        return value[0]
    return value


def _codes(value: object, headers: Mapping[str, str], places: Places) -> frozenset[str]:
    found = [each for path in places.codes for each in values_at(value, path)]
    words = [each for each in found if isinstance(each, str | int) and not isinstance(each, bool)]
    named = [headers[name].partition(":")[0].rpartition("#")[2] for name in places.code_headers if name in headers]
    return frozenset(plain_code(each) for each in (*words, *named) if 0 < len(str(each)) <= 80)


def _sentences(value: object, places: Places) -> list[str]:
    found = [each for path in places.sentences for each in values_at(value, path)]
    return [each for each in found if isinstance(each, str) and each.strip()]


def _reports_failure(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    nested = value.get("base_resp")
    return (
        any(value.get(name) for name in ("error", "errors", "error_code", "error_msg", "errmsg"))
        or value.get("isValid") is False
        or _is_failing_code(value.get("code"))
        or value.get("success") is False
        or value.get("type") == "error"
        or value.get("object") == "error"
        or (isinstance(nested, dict) and bool(nested.get("status_code")))
    )


def _is_failing_status(code: object) -> bool:
    return isinstance(code, int) and 400 <= code < 600


def _is_failing_code(code: object) -> bool:
    return _is_failing_status(code) or (isinstance(code, int) and code < 0)


def _status_inside(value: object) -> int | None:
    for path in ("error.code", "error.status", "code", "status", "error.http_code"):
        for each in values_at(value, path):
            if isinstance(each, str) and each.isascii() and each.isdigit() and len(each) == 3:
                each = int(each)
            if _is_failing_status(each):
                return cast(int, each)
    return None
