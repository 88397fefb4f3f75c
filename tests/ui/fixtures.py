"""Invented accounts, as the drawings have them; the clock stands still."""

from __future__ import annotations

from llmkeys.catalog.rows import load_catalog
from llmkeys.config import Choice
from llmkeys.moment import DAY, HOUR, MINUTE, to_text
from llmkeys.resolution.candidate import Fate, Kind, Source
from llmkeys.service.overview import Overview, Row
from llmkeys.service.store_state import StoreState
from llmkeys.store.status_file import Tick
from llmkeys.verdict import CANNOT_TELL, State, Verdict

NOW = 1_777_000_000.0
CATALOG = load_catalog()
KEYCHAIN = StoreState("keychain", True, "", "SecretService")
LATENCIES = (412, 398, 610, 380, 402, 398, 450, 391, 405, 399)


def verdict(state: State = State.OK, latency: int | None = 412, age: float = 2 * MINUTE, **fields: object) -> Verdict:
    """A verdict of `age` seconds ago."""
    accepted = {State.OK: True, State.RATE_LIMITED: True, State.INVALID_KEY: False}.get(state)
    base = Verdict(state, accepted, latency_ms=latency, checked_at=to_text(NOW - age))
    return base._replace(**fields)  # type: ignore[arg-type]


def history(*latencies: int, state: State = State.OK) -> tuple[Tick, ...]:
    """Past checks, the latest first, an hour apart."""
    return tuple(Tick(state, each, to_text(NOW - number * HOUR)) for number, each in enumerate(latencies))


def row(account: str, found: Verdict | None = None, hint: str = "sk-…41cc", **fields: object) -> Row:
    """An account in the keychain, added 41 days ago."""
    provider = CATALOG.find(account.partition("/")[0])
    made = Row(
        account=f"{provider.id}/{account.partition('/')[2]}",
        provider=provider,
        label=account.partition("/")[2],
        name="",
        source=Source(Kind.KEYCHAIN),
        fate=Fate.WINS,
        note="",
        hint=hint,
        active=True,
        enabled=True,
        is_default=False,
        verdict=found,
        last_known=None if found is None or found.state in CANNOT_TELL else found,
        history=() if found is None else history(found.latency_ms or 0, state=found.state),
        model=provider.default_model or None,
        base_url=None,
        endpoint=provider.base_url.partition("://")[2].partition("/")[0],
        variable=next(iter(provider.key_env), ""),
        shadowed=(),
        shadowed_by="",
        ignored=(),
        created_at=to_text(NOW - 41 * DAY),
        updated_at=None,
        expires_at=None,
        last_used_at=None,
        testable_in_background=True,
        read_only=False,
    )
    return made._replace(**fields)  # type: ignore[arg-type]


def drawn_rows() -> tuple[Row, ...]:
    """The accounts of the drawings, with those corrections that their page asks for."""
    refused = verdict(
        State.INVALID_KEY,
        240,
        MINUTE,
        http_status=401,
        detail="Mistral does not accept this key.",
        next="r rotates it.",
    )
    limited = verdict(State.RATE_LIMITED, 190, MINUTE, detail="Too many requests for now.", retry_after_s=38)
    return (
        row(
            "anthropic/work",
            verdict(models=24),
            "sk-ant-…7Qx2",
            is_default=True,
            model="claude-sonnet-4-5",
            history=history(*LATENCIES),
            shadowed=("ANTHROPIC_API_KEY in the environment",),
        ),
        row("anthropic/personal", verdict(latency=398), "sk-ant-…Zk81", active=False, model="claude-haiku-4-5"),
        row("openai/personal", verdict(latency=288, models=86), "sk-proj-…a91F", model="gpt-4.1"),
        row("openai/acme-eu", verdict(latency=301, age=3 * HOUR), "sk-proj-…11Bd", active=False, model="gpt-4.1-mini"),
        row("openrouter/personal", verdict(latency=331), "sk-or-…c04e", model="deepseek/deepseek-chat-v3.1"),
        row("gemini/work", verdict(latency=267), "AIza…x_3Q", model="gemini-2.5-pro"),
        row("groq/personal", limited, "gsk_…m2Lw"),
        row("mistral/personal", refused, "…9fKe"),
        row("azure-openai/corp-weu", verdict(latency=510, age=3 * HOUR), "…e77a", endpoint="corp-weu.openai.azure.com"),
        row("deepseek/personal", None, "sk-…41cc", history=()),
        row(
            "xai/env",
            verdict(State.UNREACHABLE, None, 5 * MINUTE, detail="api.x.ai could not be reached."),
            "xai-…8Kd0",
            source=Source(Kind.ENVIRONMENT, "XAI_API_KEY"),
            read_only=True,
            created_at=None,
            last_known=verdict(latency=301, age=3 * HOUR),
        ),
        row(
            "ollama/local",
            verdict(latency=9),
            "",
            source=Source(Kind.NONE),
            endpoint="localhost:11434",
            model="llama3.1:8b",
        ),
    )


def make_overview(rows: tuple[Row, ...] | None = None, **fields: object) -> Overview:
    """An overview of `rows`, the drawn ones if none are given."""
    rows = drawn_rows() if rows is None else rows
    have = {each.provider.id for each in rows}
    providers = tuple(CATALOG.providers.values())
    made = Overview(
        rows=rows,
        not_configured=tuple(each for each in providers if each.main and each.id not in have),
        providers=providers,
        default=next((Choice(each.account, each.model or "") for each in rows if each.is_default), None),
        previous=Choice("openai/personal", "gpt-4.1"),
        recent=(
            Choice("anthropic/work", "claude-sonnet-4-5"),
            Choice("openai/personal", "gpt-4.1"),
            Choice("gemini/work", "gemini-2.5-pro"),
        ),
        favourites=(),
        store=KEYCHAIN,
        notes=(),
        problem=None,
    )
    return made._replace(**fields)  # type: ignore[arg-type]
