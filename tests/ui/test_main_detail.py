"""The detail pane: every fact of a row, worded for the room there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.catalog.snapshot import Model
from llmkeys.moment import DAY, HOUR, to_text
from llmkeys.resolution.candidate import Kind, Source
from llmkeys.service.overview import Row
from llmkeys.service.store_state import StoreState
from llmkeys.ui.screens.main_detail import FactsOf, Known, brief_lines, detail_lines
from llmkeys.ui.screens.main_facts import ago, checks_spans, days_old, model_facts
from llmkeys.ui.screens.main_state import Listed, MainState, Offered, Remark, entries
from llmkeys.verdict import State
from ui.fixtures import CATALOG, LATENCIES, NOW, drawn_rows, history, make_overview, row, verdict

SONNET = Model("claude-sonnet-4-5", "Claude Sonnet 4.5", 200_000, 3.0, 15.0)
FACTS: FactsOf = {("anthropic", "claude-sonnet-4-5"): SONNET}


def of(shown: Row | str, width: int = 45, *, brief: bool = False, **overview: object) -> list[str]:
    """The lines about a row, or about an account of the drawings, as text."""
    rows = drawn_rows() if isinstance(shown, str) else (shown,)
    over = make_overview(rows, **overview)
    account = shown if isinstance(shown, str) else shown.account
    entry = next(e for e in entries(MainState(over), NOW) if isinstance(e, Listed) and e.row.account == account)
    words = brief_lines if brief else detail_lines
    return ["".join(text for text, _ in line) for line in words(entry, Known(over, NOW, FACTS), width)]


def test_the_pane_is_as_drawn() -> None:
    assert of("anthropic/work", 60) == [
        " Anthropic · work   ★ default",
        " ✓ ok  ·  24 models  ·  checked 2m ago",
        "",
        " key        sk-ant-••••••••7Qx2",
        " stored in  OS keychain",
        " shadows    ANTHROPIC_API_KEY in the environment",
        " added      14 Mar 2026  41 d old",
        " variable   ANTHROPIC_API_KEY",
        " endpoint   api.anthropic.com",
        "",
        " model      claude-sonnet-4-5",
        "            200k · $3.00 in · $15.00 out",
        "",
        " checks     ▂▃▂▄▂▃▂█▂▃  10/10 ok",
        " latency    p50 402 ms · p95 610 ms",
        "",
        " ACCOUNTS",
        "  • work      ✓ ok  sk-ant-…7Qx2",
        "    personal  ✓ ok  sk-ant-…Zk81",
    ]


def test_the_four_lines_are_as_drawn() -> None:
    assert of("anthropic/work", 80, brief=True) == [
        " Anthropic · work   ★ default   ✓ ok  ·  24 models  ·  checked 2m ago",
        " key        sk-ant-••••••••7Qx2  OS keychain · added 14 Mar · 41 d old",
        " model      claude-sonnet-4-5  200k · $3.00 in · $15.00 out",
        " checks     ▂▃▂▄▂▃▂█▂▃  10/10 ok · p50 402 ms",
    ]


@pytest.mark.parametrize("brief", [True, False])
def test_a_refused_key_says_why_and_what_to_do(brief: bool) -> None:
    shown = "\n".join(of("mistral/personal", 100, brief=brief))
    assert "✗ invalid" in shown
    assert "Mistral does not accept this key. r rotates it." in shown


def test_what_cannot_tell_shows_the_last_known_state_and_that_it_is_offline() -> None:
    assert of("xai/env", 80)[1] == " ? unreachable  ·  ok · 3h · offline now  ·  checked 5m ago"


def test_a_variable_is_named_as_the_place_of_the_key() -> None:
    shown = of("xai/env", 80)
    assert " set in     XAI_API_KEY in the environment" in shown
    assert not any(line.startswith(" added") for line in shown)


def test_an_account_that_something_shadows_says_so() -> None:
    shadowed = row("openai/work", verdict(), active=False, shadowed_by="OPENAI_API_KEY")
    assert " shadowed   by OPENAI_API_KEY" in of(shadowed)
    assert of(shadowed, brief=True)[3] == " A bare openai means OPENAI_API_KEY."


def test_every_further_fact_has_its_line() -> None:
    full = row(
        "openai/work",
        verdict(balance="$74.50 left", method="GET /v1/models, free", models=1),
        name="My GPT key",
        expires_at=to_text(NOW + 30 * DAY),
        last_used_at=to_text(NOW - 3 * HOUR),
        note="llmkeys adopts it.",
        ignored=("The address in .env is ignored.",),
    )
    shown = of(full, 60)
    for line in (
        " name       My GPT key",
        " expires    24 May 2026",
        " last used  3h ago",
        " credit     $74.50 left",
        " asked      GET /v1/models, free",
        " llmkeys adopts it.",
        " The address in .env is ignored.",
    ):
        assert line in shown
    assert "1 model  " in shown[1]


def test_a_plaintext_file_says_why_it_is_one() -> None:
    stored = row("openai/work", verdict(), source=Source(Kind.FILE))
    shown = of(stored, 60, store=StoreState("file", True, "there is no keychain on this machine"))
    assert " stored in  plaintext file" in shown
    assert "            there is no keychain on this machine" in shown


def test_a_local_server_needs_no_key() -> None:
    assert " key        none needed" in of("ollama/local")


def test_an_untested_account_without_model_still_has_four_lines() -> None:
    shown = of(row("openai/new", None, model=None, endpoint="", history=(), created_at=None), brief=True)
    assert shown[2] == " model      –"
    assert shown[3] == " endpoint   –"


@pytest.mark.parametrize("height", ["brief", "full"])
def test_a_provider_without_a_key_shows_variable_page_and_shape(height: str) -> None:
    provider = CATALOG.find("cerebras")
    entry = next(e for e in entries(MainState(make_overview(), "cerebras"), NOW) if isinstance(e, Offered))
    words = brief_lines if height == "brief" else detail_lines
    shown = "\n".join("".join(t for t, _ in line) for line in words(entry, Known(make_overview(), NOW, {}), 60))
    assert provider.name in shown
    assert provider.key_env[0] in shown
    assert provider.console_url.partition("://")[2][:20] in shown
    assert provider.key_prefixes[0] in shown


@pytest.mark.parametrize("provider", sorted(each.id for each in CATALOG if each.status == "active"))
def test_every_provider_has_a_pane(provider: str) -> None:
    entry = next(e for e in entries(MainState(make_overview(()), f"p:{provider}"), NOW) if isinstance(e, Offered))
    assert detail_lines(entry, Known(make_overview(()), NOW, {}), 40)


def test_nothing_under_the_cursor_is_an_empty_pane() -> None:
    known = Known(make_overview(), NOW, {})
    assert detail_lines(None, known, 40) == brief_lines(Remark("", "", ""), known, 40) == []


def test_a_row_under_test_says_so() -> None:
    over = make_overview()
    entry = next(e for e in entries(MainState(over), NOW) if isinstance(e, Listed))
    known = Known(over, NOW, {}, frozenset({entry.row.account}))
    assert detail_lines(entry, known, 40)[1] == [(" ", ""), ("testing", "busy")]


@given(st.integers(10, 120))
def test_sentences_are_wrapped_to_the_width(width: int) -> None:
    long = row("openai/a", verdict(State.FORBIDDEN_SCOPE, detail="word " * 40, next="Do this."))
    for line in of(long, width)[2:]:
        if line.startswith((" word", " Do")):
            assert len(line) <= max(width, 18)


@pytest.mark.parametrize(
    ("model", "shown"),
    [
        (None, ""),
        (Model("a", "", None, None, None), ""),
        (Model("a", "", 8192, 0.075, 0.3), "8k · $0.075 in · $0.30 out"),
        (Model("a", "", 1_047_576, 2.0, None), "1M · $2.00 in"),
        (Model("a", "", 131_072, 0.0, 0.0), "131k · free"),
    ],
)
def test_prices_and_contexts_are_short_and_unknown_is_not_zero(model: Model | None, shown: str) -> None:
    assert model_facts(model) == shown


def test_days_are_worded_from_the_first_on() -> None:
    assert [days_old(to_text(NOW), NOW), days_old(None, NOW), ago(None, NOW), ago(to_text(NOW), NOW)] == [
        "today",
        "",
        "",
        "just now",
    ]


def test_checks_are_bars_with_the_oldest_first_and_failures_in_their_tone() -> None:
    ticks = (*history(600, state=State.INVALID_KEY), *history(100, 100, 100))
    spans = checks_spans(ticks)
    assert [text for text, _ in spans] == ["▂", "▂", "▂", "█", "  3/4 ok"]
    assert [tone for _, tone in spans[:4]] == ["good", "good", "good", "bad"]
    assert checks_spans(()) == []
    assert checks_spans(history(*LATENCIES))[-1] == ("  10/10 ok", "quiet")
    unknown = history(0)[0]._replace(latency_ms=None, state=State.TIMEOUT)
    assert checks_spans((unknown,))[0] == ("▁", "warn")


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=30))
def test_any_history_is_drawn(latencies: list[int]) -> None:
    spans = checks_spans(history(*latencies))
    assert len(spans) == min(len(latencies), 20) + 1
