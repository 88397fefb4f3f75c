"""Names of accounts, and what config keeps of one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.account import (
    Account,
    AccountName,
    Target,
    account_from_json,
    account_to_json,
    is_provider_id,
    read_account_name,
    read_target,
    refuse_bad_label,
)
from llmkeys.errors import UsageError

NAME = AccountName("openai", "work")
labels = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True)
models = st.text(min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("openai", Target("openai")),
        ("OpenAI", Target("openai")),
        ("openai/Work", Target("openai", "Work")),
        ("openai:gpt-4.1", Target("openai", None, "gpt-4.1")),
        ("openai/work:gpt-4.1", Target("openai", "work", "gpt-4.1")),
        ("ollama:llama3.1:8b", Target("ollama", None, "llama3.1:8b")),
        ("openrouter:openai/gpt-4.1", Target("openrouter", None, "openai/gpt-4.1")),
    ],
)
def test_an_account_and_a_model_are_split_at_the_first_colon(text: str, target: Target) -> None:
    assert read_target(text) == target


@given(labels.map(str.lower), st.none() | labels, st.none() | models)
def test_a_target_comes_back_from_its_text(provider: str, label: str | None, model: str | None) -> None:
    assert read_target(str(Target(provider, label, model))) == Target(provider, label, model)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "/work",
        ":gpt",
        "openai/",
        "openai:",
        "openai/a/b",
        "open ai",
        "-x",
        "ä",
        "openai/ä",
        "x" * 65,
        "openai/-",
    ],
)
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_target(text)


@given(st.text(max_size=20))
def test_no_text_makes_reading_fail_otherwise(text: str) -> None:
    try:
        target = read_target(text)
    except UsageError as refused:
        assert not any(character < " " for character in refused.message)  # noqa: PT017 - most texts are refused
        return
    assert is_provider_id(target.provider)


def test_an_account_name_has_a_label_and_no_model() -> None:
    assert read_account_name("openai/work") == NAME
    assert str(NAME) == "openai/work"
    for text in ("openai", "openai/work:gpt"):
        with pytest.raises(UsageError) as refused:
            read_account_name(text)
        assert refused.value.next == "Write it as provider/label."


@given(labels)
def test_labels_are_words(label: str) -> None:
    assert read_account_name(f"openai/{label}") == AccountName("openai", label)


@pytest.mark.parametrize("label", ["", ".a", "a b", "a/b", "a:b", "é", "a" * 65, "a\n"])
def test_other_labels_are_refused_with_the_rule(label: str) -> None:
    with pytest.raises(UsageError) as refused:
        refuse_bad_label(label)
    assert "at most 64 long" in refused.value.next


texts = st.none() | st.text(min_size=1, max_size=8)
accounts = st.builds(
    Account,
    name=st.just(NAME),
    display_name=st.text(max_size=8),
    store=texts,
    reference=texts,
    item=texts,
    hint=st.text(max_size=8),
    fingerprint=st.text(max_size=8),
    base_url=texts,
    enabled=st.booleans(),
    model=texts,
    models_added=st.lists(st.text(max_size=4)).map(tuple),
    models_hidden=st.lists(st.text(max_size=4)).map(tuple),
    settings=st.dictionaries(st.text(max_size=4), st.integers()),
    metadata=st.dictionaries(st.text(max_size=4), st.integers()),
    created_at=texts,
    updated_at=texts,
    expires_at=texts,
)


@given(accounts)
def test_an_account_comes_back_from_its_record(account: Account) -> None:
    assert account_from_json(NAME, account_to_json(account, {})) == account


@given(accounts)
def test_what_we_do_not_know_of_a_record_is_kept(account: Account) -> None:
    before = {"colour": "green", "models": {"starred": ["m"], "added": ["old"]}, "name": "old"}
    record = account_to_json(account, before)
    assert record["colour"] == "green"
    assert record["models"] == {
        "starred": ["m"],
        "added": list(account.models_added),
        "hidden": list(account.models_hidden),
    }


anything = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.lists(st.integers() | st.text(max_size=2))
)
fields = st.sampled_from(
    ["name", "store", "item", "enabled", "model", "models", "settings", "metadata", "expires_at", "base_url"]
)


@given(st.dictionaries(fields, anything | st.dictionaries(st.sampled_from(["added", "hidden"]), anything)))
def test_fields_of_a_wrong_kind_count_as_absent(record: dict[str, object]) -> None:
    account = account_from_json(NAME, record)
    assert account.enabled is (record.get("enabled") is not False)
    assert all(isinstance(each, str) for each in (*account.models_added, *account.models_hidden))
    assert account.model is None or isinstance(account.model, str)
    assert isinstance(account.settings, dict)
