"""Numbers as every screen words them: contexts of models, prices; pure."""

from __future__ import annotations

_K, _M = 1_000, 1_000_000
_ROUNDS_TO_MILLION = 999_500
_CENTS_FROM, _WHOLE_FROM = 1.0, 1000.0
_LEAST_PRICE = 0.0001


def context_words(tokens: int | None) -> str:
    """`512`, `33k`, `200k`, `1M`, `1.5M`; empty when unknown."""
    if not tokens:
        return ""
    if tokens < _K:
        return str(tokens)
    if tokens < _ROUNDS_TO_MILLION:
        return f"{round(tokens / _K)}k"
    return f"{tokens / _M:.1f}".removesuffix(".0") + "M"


def price_words(price: float | None) -> str:
    """US dollars per million tokens: `$3.00`, `$0.0375`, `$1234`; `free` for none, empty when unknown."""
    if price is None or price < 0:
        return ""
    if not price:
        return "free"
    if price >= _WHOLE_FROM:
        return f"${price:.0f}"
    if price >= _CENTS_FROM:
        return f"${price:.2f}"
    if price < _LEAST_PRICE:
        return f"<${_LEAST_PRICE}"
    whole, _, part = f"{price:.4f}".rstrip("0").partition(".")
    return f"${whole}.{part:0<2}"


def count_words(models: int | None) -> str:
    """`1 model`, `24 models`; empty when unknown."""
    return "" if models is None else "1 model" if models == 1 else f"{models} models"
