"""Invented models of invented accounts, for the picker."""

from __future__ import annotations

from llmkeys.catalog.model import Model
from llmkeys.config import Choice
from llmkeys.service.models import Offer
from llmkeys.service.overview import Overview, Row
from llmkeys.verdict import State
from ui.fixtures import NOW, make_overview, row, verdict

WORK = row("openai/work", verdict(latency=288), is_default=True, model="gpt-4.1")
HOME = row("openai/home", None, active=False)
CLAUDE = row("anthropic/work", verdict(latency=412))
LOCAL = row("ollama/local", verdict(latency=9))
BROKEN = row("groq/personal", verdict(State.INVALID_KEY), active=True)
ROWS = (WORK, HOME, CLAUDE, LOCAL, BROKEN)


def model(name: str, context: int | None = 200_000, price: float | None = 1.0, **fields: object) -> Model:
    """A model with tools and vision."""
    made = Model(
        name, name.title(), context, price, None if price is None else price * 5, ("text", "image"), True, False
    )
    return made._replace(**fields)  # type: ignore[arg-type]


def offer(of: Row, found: Model, list_age: float | None = None) -> Offer:
    return Offer(of.account, of, found, of.standing(NOW), list_age)


GPT, MINI, SONNET, HAIKU = (
    model("gpt-4.1"),
    model("gpt-4.1-mini"),
    model("claude-sonnet-4-5"),
    model("claude-haiku-4-5"),
)
LLAMA, PAINTER = model("llama3.1:8b", price=None), model("gpt-image", outputs=("image",))
OFFERS = (
    offer(WORK, GPT, 7200.0),
    offer(WORK, MINI, 7200.0),
    offer(WORK, PAINTER),
    offer(CLAUDE, SONNET),
    offer(CLAUDE, HAIKU),
    offer(LOCAL, LLAMA),
    offer(HOME, GPT),
    offer(HOME, MINI),
    offer(BROKEN, model("mixtral")),
)


def shown(**fields: object) -> Overview:
    """An overview of those accounts; the default is OpenAI's, the one before it Anthropic's."""
    usual = {
        "default": Choice("openai/work", "gpt-4.1"),
        "previous": Choice("anthropic/work", "claude-sonnet-4-5"),
        "recent": (Choice("openai/work", "gpt-4.1"), Choice("anthropic/work", "claude-sonnet-4-5")),
        "favourites": (Choice("openai/work", "gpt-4.1-mini"),),
    }
    return make_overview(ROWS, **{**usual, **fields})


def many(count: int) -> tuple[Offer, ...]:
    """`count` offers with names as models have them, in groups of ten accounts."""
    makers = (
        "claude-sonnet",
        "gpt",
        "llama-3.3-instruct",
        "qwen3-coder",
        "deepseek-chat",
        "gemini-pro",
        "mistral-large",
    )
    rows = [row(f"openrouter/team-{number}", verdict(latency=number), active=not number) for number in range(10)]
    return tuple(
        offer(
            rows[number * len(rows) // count], model(f"{makers[number % len(makers)]}-{number}", 1000 * (number % 900))
        )
        for number in range(count)
    )
