"""llmkeys keeps LLM keys in one safe place and tells which of them work.

`llmkeys.resolve()` gives a program the key that wins, with its source, address and model. Importing this package
imports nothing else and changes nothing; what is asked for is loaded when it is first used.
"""

__version__ = "0.1.0"

_HOMES = {
    "Resolution": "llmkeys.resolution.answer",
    "Secret": "llmkeys.secret",
    "errors": "",
    "resolve": "llmkeys.service.python",
}

__all__ = ["Resolution", "Secret", "__version__", "errors", "resolve"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'llmkeys' has no attribute {name!r}")
    from importlib import import_module

    home = _HOMES[name]
    found = getattr(import_module(home), name) if home else import_module(f"llmkeys.{name}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
