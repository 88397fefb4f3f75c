"""The wishes of Python programs, in the surroundings of their own process."""

from __future__ import annotations

from llmkeys.resolution.answer import Resolution
from llmkeys.service.keys import resolve as resolve_in
from llmkeys.service.session import open_session


def resolve(account: str | None = None, *, model: str | None = None) -> Resolution:
    """The key that wins for `account` (`openai/work`, `openai`, or None for the default).

    The answer has `.secret` (its text by `.secret.reveal()`; None for a keyless local server), `.base_url`, `.model`,
    `.account`, `.source` and `.shadowed`. `model` is taken over every other. Reads files and the keychain, never the
    network, never prompts, and works inside a running event loop. Raises what is in `llmkeys.errors`.

    >>> answer = llmkeys.resolve("openai/work")                                         # doctest: +SKIP
    >>> client = OpenAI(api_key=answer.secret.reveal(), base_url=answer.base_url)       # doctest: +SKIP
    """
    return resolve_in(open_session("python"), account, model=model, verb="resolve")
