"""What an answer carries besides its verdict: models, credit, a label, dates and how long to wait; never invented."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import NamedTuple, cast

from llmkeys.check.answer import Answer, values_at
from llmkeys.check.rules import number
from llmkeys.moment import from_text, to_text
from llmkeys.text import clean

MOST_MODELS = 100_000
_LONGEST_ID = 200
_LISTS = ("data", "models", "modelSummaries", "result", "")
_IDS = ("id", "modelId", "name", "model", "model_id", "slug")
_MORE = ("has_more", "nextPageToken", "next_page_token", "nextToken", "next", "result_info.total_pages")
_RESETS = ("requests", "tokens", "input-tokens", "output-tokens")
_LONGEST_WAIT = 366 * 86_400
_SPANS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400}


class Listed(NamedTuple):
    """The models that an answer names."""

    ids: tuple[str, ...]
    whole: bool
    """Whether these are all: no further page, nothing cut off."""


def models_in(answer: Answer) -> Listed | None:
    """The ids of the models that `answer` lists, or None where it holds no such list.

    Ids with characters that cannot be shown, or longer than 200, are left out. Gemini's `models/` before an id is
    not part of it.
    """
    for name in _LISTS:
        for items in values_at(answer.value, name):
            if isinstance(items, list) and not any(map(_is_key, items[:3])):
                ids = [each for each in map(_id, items[:MOST_MODELS]) if each]
                whole = not answer.cut and len(items) <= MOST_MODELS and not _has_more(answer.value)
                return Listed(tuple(dict.fromkeys(ids)), whole) if ids or not items else None
    return None


def _is_key(item: object) -> bool:
    """Whether `item` is of another list, of an organisation's keys."""
    return isinstance(item, dict) and "key" in f"{item.get('object')} {item.get('type')}"


def _id(item: object) -> str:
    found: object = item
    if isinstance(item, dict):
        found = next((item[name] for name in _IDS if isinstance(item.get(name), str)), "")
    if not isinstance(found, str) or len(found) > _LONGEST_ID or clean(found, _LONGEST_ID) != found:
        return ""
    return found.removeprefix("models/")


def _has_more(value: object) -> bool:
    """Whether a further page is spoken of: a flag, a token, a link or more pages than one."""
    found = [each for path in _MORE for each in values_at(value, path)]
    return any(each is True or (bool(each) and each != 1) for each in found)


def balance_in(answer: Answer, carries: Mapping[str, object]) -> str | None:
    """The credit that a success carries, in words: `$74.50 left`, `75,000 characters left`, `3.00 CNY + $5.00 left`."""
    for place in cast(list[Mapping[str, object]], carries.get("balance", [])):
        used = _first_number(answer, str(place["used"])) if "used" in place else 0
        amounts = [] if used is None else _amounts(answer, place, used)
        if amounts:
            told = [each for each in amounts if each[0]] or amounts[:1]  # the empty purse beside a full one is no news
            return f"{' + '.join(_worded(left, place, currency) for left, currency in told)} left"
    return None


def _amounts(answer: Answer, place: Mapping[str, object], used: float) -> list[tuple[float, str | None]]:
    """What is left at `place`, each amount with its currency where one is named for each."""
    found = list(map(number, values_at(answer.value, str(place["path"]))))
    named = values_at(answer.value, str(place.get("currency", "-")))
    if len(named) != len(found):
        named = ["" if named else None] * len(found)  # nobody knows which belongs to which
    currencies = [each if each is None else clean(str(each)) for each in named]
    return [
        ((amount - used) / cast(float, place.get("divide", 1)), each)
        for amount, each in zip(found, currencies, strict=True)
        if amount is not None and (amount or "used" not in place)  # 0 of 0 is what a key hears that may not know
    ]


def _worded(left: float, place: Mapping[str, object], currency: str | None) -> str:
    if place["form"] == "count":
        return f"{left:,.0f} {place['unit']}"
    if place["form"] == "money" and (currency is None or currency.upper() == "USD"):
        return f"{'-' if left < 0 else ''}${abs(left):,.2f}"
    return f"{left:,.2f} {currency or ''}".strip()


def label_in(answer: Answer, carries: Mapping[str, object]) -> str | None:
    """What the provider calls the key, its owner or its plan."""
    named = _first_text(answer, cast(list[str], carries.get("label", [])))
    header = clean(answer.headers.get(str(carries.get("label_header", "")), ""))
    return named or header or None


def taken_from(answer: Answer, places: Mapping[str, str]) -> dict[str, str]:
    """What stands at `places` (name → data path) of `answer`; left out where nothing does."""
    found = {name: _first_text(answer, [path]) for name, path in places.items()}
    return {name: text for name, text in found.items() if text is not None}


def expiry_in(answer: Answer, carries: Mapping[str, object]) -> str | None:
    """When the key expires, as RFC 3339 UTC."""
    text = _first_text(answer, cast(list[str], carries.get("expires_at", [])))
    moment = from_text(text)
    return None if moment is None else to_text(moment)


def seconds_to_wait(answer: Answer, paths: tuple[str, ...]) -> int | None:
    """How long the server asks us to wait, in whole seconds, rounded up; None where it does not say."""
    now = _moment(answer.headers.get("date")) or time.time()
    for name, unit in (("retry-after-ms", 0.001), ("x-ms-retry-after-ms", 0.001), ("retry-after", 1.0)):
        waited = _wait(answer.headers.get(name), now, unit)
        if waited is not None:
            return waited
    for value in (each for path in paths for each in values_at(answer.value, path)):
        waited = _wait(value, now)
        if waited is not None:
            return waited
    return _reset(answer.headers, now)


def _reset(headers: Mapping[str, str], now: float) -> int | None:
    """The reset of the limit that is used up, by the headers of OpenAI, Anthropic, OpenRouter and RFC drafts."""
    if "x-ratelimit-reset" in headers or "ratelimit-reset" in headers:
        return _wait(headers.get("x-ratelimit-reset", headers.get("ratelimit-reset")), now)
    for prefix, form in (("x-ratelimit-", "{what}-{kind}"), ("anthropic-ratelimit-", "{kind}-{what}")):
        for kind in _RESETS:
            if headers.get(prefix + form.format(what="remaining", kind=kind), "").strip() == "0":
                return _wait(headers.get(prefix + form.format(what="reset", kind=kind)), now)
    return None


def _wait(value: object, now: float, unit: float = 1.0) -> int | None:
    """Seconds from a number, a span (`1m30s`, `38.2s`), a moment (HTTP date, RFC 3339) or seconds since the epoch."""
    seconds = number(value)
    if seconds is not None:
        seconds *= unit
        if seconds > 1e12:
            seconds /= 1000
        if seconds > 1e9:
            seconds -= now
    elif isinstance(value, str):
        seconds = _span(value.strip().lower())
        moment = _moment(value) if seconds is None else None
        seconds = moment - now if moment is not None else seconds
    if seconds is None or seconds > _LONGEST_WAIT:
        return None
    return max(0, -int(-seconds // 1))


def _span(text: str) -> float | None:
    if not re.fullmatch(r"(\d{1,9}(\.\d{1,9})?(ms|s|m|h|d))+", text):
        return None
    return sum(float(amount) * _SPANS[unit] for amount, unit in re.findall(r"([\d.]+)(ms|s|m|h|d)", text))


def _moment(text: str | None) -> float | None:
    if not text:
        return None
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return from_text(text)


def _first_number(answer: Answer, path: str) -> float | None:
    return next((read for read in map(number, values_at(answer.value, path)) if read is not None), None)


def _first_text(answer: Answer, paths: list[str]) -> str | None:
    found = (each for path in paths for each in values_at(answer.value, path))
    return next((clean(each) for each in found if isinstance(each, str) and clean(each)), None)
