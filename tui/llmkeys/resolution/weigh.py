"""Which key wins: every candidate for what was asked and its fate, the winner, and the rule that chose it."""

from collections.abc import Mapping
from typing import NamedTuple

from llmkeys.account import RESERVED_LABELS, Account, Target
from llmkeys.catalog.rows import Provider
from llmkeys.config import Config, section
from llmkeys.errors import AmbiguousAccount, LlmkeysError, NotConfigured
from llmkeys.files.dotenv_file import DotEnv
from llmkeys.resolution.candidate import Candidate, Fate, Kind, Source
from llmkeys.resolution.variables import dotenv_candidates, environment_candidates, shared_tokens
from llmkeys.text import nearest

_ORDERS = {
    "env-first": ("environment", "dotenv", "stored"),
    "stored-first": ("stored", "environment", "dotenv"),
    "stored-only": ("stored",),
}


class Weighed(NamedTuple):
    """All candidates, the index of the winner, the rule that chose it; or the error that says why none won."""

    candidates: tuple[Candidate, ...]
    winner: int | None
    rule: str
    error: LlmkeysError | None = None

    @property
    def won(self) -> Candidate:
        """The winner. Raises the error that says why there is none."""
        if self.winner is None:
            raise self.error or NotConfigured(self.rule)
        return self.candidates[self.winner]

    @property
    def shadowed(self) -> tuple[Candidate, ...]:
        """Candidates that would have been used had the winner not been there."""
        return tuple(each for each in self.candidates if each.fate is Fate.SHADOWED)


def weigh(target: Target, provider: Provider, config: Config, environ: Mapping[str, str], dotenv: DotEnv) -> Weighed:
    """Every candidate for `target` with its fate; pure. See guide/precedence.md."""
    found = {
        "environment": environment_candidates(provider, environ),
        "dotenv": dotenv_candidates(provider, dotenv),
    }
    stored = [account for name, account in config.accounts.items() if name.provider == provider.id]
    shared = list(shared_tokens(provider, environ))
    if target.label is not None:
        return _weigh_named(target, provider, stored, found, shared)
    return _weigh_bare(provider, config, stored, found, shared)


def _weigh_named(
    target: Target,
    provider: Provider,
    stored: list[Account],
    found: dict[str, list[Candidate]],
    shared: list[Candidate],
) -> Weighed:
    label = target.label or ""
    others = [*found["environment"], *found["dotenv"]]
    kept = [stored_candidate(account) for account in stored]
    named = [each for each in (*others, *kept) if each.account == f"{provider.id}/{label}"]
    rest = [_fated(each, Fate.NOT_ASKED) for each in (*others, *kept) if each not in named]
    candidates = (*named, *rest, *shared)
    if not named:
        return Weighed(candidates, None, "", _no_account(provider, label, stored))
    rule = f"{provider.id}/{label} was named, so only its own key counts"
    return _crowned(candidates, len(named), rule, provider)


def _weigh_bare(
    provider: Provider,
    config: Config,
    stored: list[Account],
    found: dict[str, list[Candidate]],
    shared: list[Candidate],
) -> Weighed:
    precedence = config.precedence(provider.id)
    order = _ORDERS[precedence]
    preferred = preferred_account(config, provider.id)
    found["stored"] = sorted(map(stored_candidate, stored), key=lambda each: each.account != str(preferred))
    asked = [candidate for place in order for candidate in found[place]]
    unasked = [_fated(each, Fate.NOT_ASKED) for place in found if place not in order for each in found[place]]
    candidates = (*asked, *unasked, *shared)
    usable = [each for each in asked if each.usable]
    keyless = Candidate(f"{provider.id}/default", Source(Kind.NONE), Fate.WINS)
    disabled = any(each.account == keyless.account for each in found["stored"])
    if not usable and provider.key_optional and not disabled:
        return Weighed((*candidates, keyless), len(candidates), f"{provider.name} needs no key")
    enabled = [each for each in found["stored"] if each.usable]
    if usable and usable[0] in enabled and preferred is None and len(enabled) > 1:
        return Weighed(candidates, None, "", _ambiguous(provider, enabled))
    return _crowned(candidates, len(asked), _rule(precedence, provider, config), provider)


def _crowned(candidates: tuple[Candidate, ...], asked: int, rule: str, provider: Provider) -> Weighed:
    """The first usable of the first `asked` candidates wins; the usable ones after it are shadowed."""
    for index, candidate in enumerate(candidates[:asked]):
        if candidate.usable:
            crowned = (*candidates[:index], _fated(candidate, Fate.WINS), *candidates[index + 1 :])
            return Weighed(crowned, index, rule)
    return Weighed(candidates, None, "", _nothing_usable(candidates[:asked], provider))


def preferred_account(config: Config, provider: str) -> str | None:
    """The stored account that a bare `provider` means: the default's, the active, the only one, `…/default`."""
    enabled = [str(name) for name, account in config.accounts.items() if name.provider == provider and account.enabled]
    default = config.default
    active = config.active.get(provider)
    wishes = [default.account if default else None, f"{provider}/{active}" if active else None]
    for wish in wishes:
        if wish in enabled:
            return wish
    if len(enabled) == 1:
        return enabled[0]
    usual = f"{provider}/default"
    return usual if usual in enabled else None


def stored_candidate(account: Account) -> Candidate:
    """The candidate that a stored account is."""
    kind = _KINDS.get(account.store or "", Kind.REFERENCE if account.reference else Kind.NONE)
    fate = Fate.SHADOWED if account.enabled else Fate.DISABLED
    note = "" if account.enabled else f"llmkeys enable {account.name} uses it again"
    return Candidate(str(account.name), Source(kind, account.reference or ""), fate, hint=account.hint, note=note)


_KINDS = {"keychain": Kind.KEYCHAIN, "file": Kind.FILE}


def _fated(candidate: Candidate, fate: Fate) -> Candidate:
    return candidate._replace(fate=fate) if candidate.usable else candidate


def _rule(precedence: str, provider: Provider, config: Config) -> str:
    own = section(config.providers, provider.id).get("precedence") == precedence
    order = {"env-first": "environment, then .env, then stored", "stored-first": "stored, then environment, then .env"}
    words = order.get(precedence, "stored only")
    return f"{precedence}{f' for {provider.id}' if own else ''}: {words}"


def _no_account(provider: Provider, label: str, stored: list[Account]) -> NotConfigured:
    if label in RESERVED_LABELS:
        where = "the environment" if label == "env" else "this folder's .env"
        variables = " or ".join(provider.key_env) or "a key variable"
        return NotConfigured(f"{provider.name} has no key in {where}.", next=f"Set {variables} there.")
    labels = [account.name.label for account in stored]
    close = nearest(label, labels) or tuple(labels)
    known = f" There is {', '.join(f'{provider.id}/{each}' for each in close)}." if close else ""
    return NotConfigured(
        f"There is no account {provider.id}/{label}.{known}", next=f"llmkeys add-key {provider.id}/{label}"
    )


def _nothing_usable(asked: tuple[Candidate, ...], provider: Provider) -> NotConfigured:
    if asked:
        first = asked[0]
        return NotConfigured(f"{first.account} is {_in_words(first)}.", next=first.note)
    variables = " or ".join(provider.key_env)
    set_one = f", or set {variables}" if variables else ""
    return NotConfigured(f"{provider.name} has no key.", next=f"llmkeys add-key {provider.id}{set_one}")


def _in_words(candidate: Candidate) -> str:
    if candidate.fate is Fate.DISABLED:
        return "disabled"
    return f"{candidate.fate.value} ({candidate.source.words})"


def _ambiguous(provider: Provider, enabled: list[Candidate]) -> AmbiguousAccount:
    names = ", ".join(sorted(each.account for each in enabled))
    return AmbiguousAccount(
        f"{provider.name} has {len(enabled)} accounts and none is active: {names}.", next="Name one of them."
    )
