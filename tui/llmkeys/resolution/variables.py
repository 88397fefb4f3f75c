"""Keys found in variables: of the environment, and of the one `.env` in the current folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llmkeys.catalog.rows import Provider
from llmkeys.errors import BadKey
from llmkeys.files.dotenv_file import DotEnv
from llmkeys.resolution.candidate import Candidate, Fate, Kind, Source
from llmkeys.text import is_reference


def environment_candidates(provider: Provider, environ: Mapping[str, str]) -> list[Candidate]:
    """The row's key variables that are set, in the order of the provider's own SDK; empty ones are unset."""
    found = []
    for variable in provider.key_env:
        value = environ.get(variable, "").strip()
        if value:
            found.append(_candidate(provider, "env", Source(Kind.ENVIRONMENT, variable), variable, value))
    return found


def dotenv_candidates(provider: Provider, dotenv: DotEnv) -> list[Candidate]:
    """The row's key variables that the `.env` sets; their place is `path:line VARIABLE`."""
    found = []
    for variable in provider.key_env:
        value, line = dotenv.values.get(variable, ("", 0))
        if value.strip():
            source = Source(Kind.DOTENV, f"{dotenv.path}:{line} {variable}")
            found.append(_candidate(provider, "dotenv", source, variable, value.strip()))
    return found


def shared_tokens(provider: Provider, environ: Mapping[str, str]) -> Iterator[Candidate]:
    """Variables that hold a token for more than LLMs; never used until the person adds one as a key."""
    for variable in provider.shared_token_env:
        if environ.get(variable, "").strip():
            yield Candidate(
                f"{provider.id}/env",
                Source(Kind.ENVIRONMENT, variable),
                Fate.SHARED,
                variable,
                note=f"llmkeys add-key {provider.id} --from-env {variable} adopts it",
            )


def _candidate(provider: Provider, label: str, source: Source, variable: str, value: str) -> Candidate:
    account = f"{provider.id}/{label}"
    if is_reference(value):
        note = f"resolve it before llmkeys starts, or store the key: llmkeys add-key {provider.id}"
        return Candidate(account, source, Fate.UNRESOLVED, variable, note=note)
    # Only here, because most keys are stored, and `helper` would pay for reading typed ones.
    from llmkeys.typed_key import read_typed_key

    try:
        secret = read_typed_key(value).secret
    except BadKey as error:
        return Candidate(account, source, Fate.UNUSABLE, variable, note=error.message)
    hint = secret.hint(provider.key_prefixes)
    return Candidate(account, source, Fate.SHADOWED, variable, secret, hint, provider.key_env_auth.get(variable))
