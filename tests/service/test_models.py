"""Models an account offers: the snapshot, its live list, what the person added and hid."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from llmkeys.catalog.snapshot import Snapshot, load_snapshot
from llmkeys.errors import FileFailed, NotConfigured, Unparsable
from llmkeys.secret import Secret
from llmkeys.service.accounts import set_enabled
from llmkeys.service.edit import Changes, edit_account
from llmkeys.service.known_models import Known, known_models, model_ids
from llmkeys.service.models import add_model, hide_model, make_snapshot, offers
from llmkeys.service.overview import overview
from llmkeys.service.session import Session, look
from llmkeys.store.model_lists import save_list
from llmkeys.store.status_file import record
from llmkeys.verdict import State, Verdict
from support.keeping import KEY, OTHER_KEY, kept

Opened = Callable[..., Session]


def _known(here: Session) -> Known:
    world = look(here)
    name, account = next(iter(world.config.accounts.items()))
    return known_models(here, str(name), world.catalog.find(name.provider), account)


def test_without_a_live_list_the_snapshot_is_offered(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    known = _known(here)
    assert known.models == load_snapshot().models("openai")
    assert known.list_age is None


def test_a_live_list_of_another_address_is_not_taken_for_this_ones(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    save_list(here.paths, "openai/work", ["only-there"], here.now() - 60, origin="https://api.openai.com")
    ids = {offer.model.id for offer in offers(here, overview(here))}
    assert ids == {"only-there"}
    edit_account(here, "openai/work", Changes(base_url="https://proxy.example/v1"), origin_confirmed=True)
    assert _known(here).list_age is None
    assert "only-there" not in {offer.model.id for offer in offers(here, overview(here))}


def test_a_live_list_says_what_is_served_and_the_snapshot_what_it_costs(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    save_list(here.paths, "openai/work", ["gpt-4.1", "brand-new"], here.now() - 60, origin="https://api.openai.com")
    known = _known(here)
    assert [model.id for model in known.models] == ["gpt-4.1", "brand-new"]
    assert known.models[0].price_in is not None
    assert known.models[1].price_in is None
    assert known.list_age == pytest.approx(60, abs=5)


def test_models_are_added_and_hidden_per_account(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    kept(here, "openai/home", OTHER_KEY)
    openai = look(here).catalog.find("openai")
    add_model(here, "openai/work", "my-fine-tune")
    hide_model(here, "openai/work", "gpt-4.1")
    ids = model_ids(here, "openai/work", openai)
    assert ids[0] == "my-fine-tune"
    assert "gpt-4.1" not in ids
    assert "gpt-4.1" in model_ids(here, "openai/home", openai)
    add_model(here, "openai/work", "gpt-4.1")
    hide_model(here, "openai/work", "my-fine-tune")
    ids = model_ids(here, "openai/work", openai)
    assert ids[0] == "gpt-4.1"
    assert "my-fine-tune" not in ids


def test_models_of_an_account_nobody_has_are_not_changed(session: Opened) -> None:
    with pytest.raises(NotConfigured):
        add_model(session(), "openai/work", "x")


def test_authenticated_accounts_come_first_the_active_before_others_and_attention_last(session: Opened) -> None:
    here = session()
    kept(here, "groq/idle")
    kept(here, "openai/one", KEY)
    kept(here, "openai/two", OTHER_KEY)
    for account, key in (("openai/one", KEY), ("openai/two", OTHER_KEY)):
        fingerprint = Secret(key).fingerprint(look(here).config.salt)
        record(here.paths, account, fingerprint, "https://api.openai.com", Verdict(State.OK, True))
    found = offers(here, overview(here))
    assert list(dict.fromkeys(offer.account for offer in found)) == ["openai/one", "openai/two", "groq/idle"]
    assert {offer.account for offer in offers(here, overview(here), "groq/idle")} == {"groq/idle"}


def test_models_that_only_draw_are_not_offered(session: Opened) -> None:
    here = session()
    kept(here, "openai/work")
    painters = {model.id for model in load_snapshot().models("openai") if model.outputs == ("image",)}
    assert painters
    assert painters.isdisjoint(offer.model.id for offer in offers(here, overview(here)))


def test_disabled_accounts_and_those_that_do_not_chat_offer_nothing(session: Opened) -> None:
    here = session()
    kept(here, "elevenlabs/voice")
    kept(here, "openai/work", OTHER_KEY)
    set_enabled(here, "openai/work", False)
    assert offers(here, overview(here)) == ()


def test_a_snapshot_is_made_from_a_file_and_read_back(session: Opened, tmp_path: Path) -> None:
    model = {"id": "m-1", "name": "M", "limit": {"context": 1000}, "cost": {"input": 1, "output": 2}}
    source, target = tmp_path / "data.json.gz", tmp_path / "models.json.gz"
    source.write_bytes(gzip.compress(json.dumps({"openai": {"id": "openai", "models": {"m-1": model}}}).encode()))
    assert make_snapshot(session(), str(source), str(target)) == target.stat().st_size
    made = Snapshot(json.loads(gzip.decompress(target.read_bytes())))
    assert [each.id for each in made.models("openai")] == ["m-1"]


def test_a_snapshot_is_made_in_the_current_folder_and_leaves_its_modes_alone(
    session: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data.json").write_text('{"openai": {"models": {"m": {"id": "m-1"}}}}')
    for each, mode in ((tmp_path, 0o775), (tmp_path / "data.json", 0o664)):
        each.chmod(mode)
    before = [each.stat().st_mode for each in (tmp_path, tmp_path / "data.json")]
    assert make_snapshot(session(), "data.json", "models.json.gz") == Path("models.json.gz").stat().st_size
    assert [each.stat().st_mode for each in (tmp_path, tmp_path / "data.json")] == before


def test_a_source_that_is_not_there_or_not_data_is_refused(session: Opened, tmp_path: Path) -> None:
    with pytest.raises(FileFailed, match="There is no file"):
        make_snapshot(session(), str(tmp_path / "none"), str(tmp_path / "out"))
    (tmp_path / "junk").write_text("junk")
    with pytest.raises(Unparsable):
        make_snapshot(session(), str(tmp_path / "junk"), str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()
