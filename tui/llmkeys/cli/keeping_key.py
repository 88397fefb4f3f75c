"""What `add-key` and `rotate-key` share: remarks on a typed key, its submission, and what is told afterwards."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from llmkeys.catalog.rows import Provider
from llmkeys.catalog.shapes import describe_shape, owner_of_variable
from llmkeys.check.runner import Checker
from llmkeys.cli import funnel, output
from llmkeys.cli.key_input import add_key_options
from llmkeys.cli.status import choice_document
from llmkeys.cli.terminal import confirm, is_there
from llmkeys.cli.verdict_text import verdict_document
from llmkeys.cli.words import span, span_words
from llmkeys.errors import CannotTell, KeyRefused, LlmkeysError, NeedsUser, NotSent
from llmkeys.service.accounts import Draft, Saved
from llmkeys.service.session import Session, look
from llmkeys.service.standing import standing_of_state
from llmkeys.service.stored import known_elsewhere
from llmkeys.service.submit import Outcome, consent_missing, submit
from llmkeys.text import clean, counted
from llmkeys.typed_key import TypedKey
from llmkeys.verdict import REFUSED, State, Verdict

_STORE_WORDS = {"keychain": "the OS keychain", "file": "the plaintext file", None: "config; it has no key"}
_SENTENCE = 300


def configure_key(parser: ArgumentParser) -> None:
    """An account and the ways its key enters."""
    parser.add_argument("account", metavar="ACCOUNT", help="provider/label; a provider alone means provider/default")
    parser.add_argument("--store", choices=("keychain", "file"), help="file: plaintext, mode 0600, with your consent")
    add_key_options(parser)
    parser.epilog = "Without --stdin and --from-env the key is asked for on the terminal. No option takes a key."


def configure_keep(parser: ArgumentParser) -> None:
    """How long an old key is kept."""
    parser.add_argument("--keep", metavar="SPAN", type=span, default=0, help="keep the old key for 10m, 2h or 1d")


def remark_on(session: Session, typed: TypedKey, provider: Provider, account: str) -> None:
    """Says on stderr what was cleaned away, and what is odd about the key; nothing here stops it."""
    catalog = look(session).catalog
    shape, owner = describe_shape(typed.secret, provider, catalog), owner_of_variable(typed, catalog)
    remarks = []
    if typed.removed:
        remarks.append(f"removed {', '.join(typed.removed)}")
    if shape.other_vendor is not None:
        remarks.append(f"that looks like a key of {shape.other_vendor.name}, not of {provider.name}")
    elif owner is not None and owner.id != provider.id:
        remarks.append(f"{typed.variable} is the variable of {owner.name}, not of {provider.name}")
    elif shape.odd:
        remarks.append(f"{shape.words} ({counted(shape.length, 'character')})")
    elsewhere = known_elsewhere(session, typed.secret, but=account)
    if elsewhere:
        remarks.append(f"{elsewhere} has the same key")
    output.notes(remarks)


def refuse_without_consent(session: Session, draft: Draft) -> None:
    """Raises NeedsUser, before a key is asked for, where only a plaintext file is left and nobody can agree to it."""
    unagreed = consent_missing(session, look(session), draft)
    if unagreed is not None and not is_there():
        raise unagreed


def _agree(unagreed: NeedsUser) -> bool:
    """Whether the person on the terminal agrees to a plaintext file."""
    try:
        return confirm(f"{unagreed.message}\nKeep the key in a plaintext file, mode 0600?", otherwise=unagreed.next)
    except NeedsUser:
        return False


def submit_draft(arguments: Namespace, session: Session, draft: Draft, keep_seconds: int = 0) -> int:
    """Tests and stores the draft as the options say, and tells what became of it.

    Raises KeyRefused, CannotTell or NotSent when it was not saved.
    """
    test = not (arguments.no_test or arguments.offline)
    outcome = asyncio.run(_submit(session, draft, test=test, keep_seconds=keep_seconds))
    if outcome.saved is None:
        raise _not_saved(draft, outcome.verdict, look(session).catalog.find(draft.provider))
    document = _document(outcome.saved, outcome.verdict)
    if draft.replaces:
        document["kept_seconds"] = int(outcome.saved.kept_seconds)
    output.answer(arguments.json, document, _lines(outcome.saved, outcome.verdict))
    if not arguments.json:
        output.notes(outcome.saved.notes)
    return 0


async def _submit(session: Session, draft: Draft, *, test: bool, keep_seconds: int) -> Outcome:
    asyncio.get_running_loop().set_exception_handler(funnel.quiet_loop)
    checker = Checker()
    try:
        return await submit(session, checker, draft, test=test, keep_seconds=keep_seconds, agree=_agree)
    finally:
        checker.close()


def _not_saved(draft: Draft, verdict: Verdict | None, provider: Provider) -> LlmkeysError:
    state = verdict.state if verdict else State.UNTESTABLE
    kind = KeyRefused if state in REFUSED else NotSent if state is State.NOT_SENT else CannotTell
    fate = "keeps its old key" if draft.replaces else "was not saved"
    why = clean(verdict.detail, _SENTENCE) if verdict else ""
    way_out = clean(verdict.next, _SENTENCE) if verdict else ""
    if state in REFUSED:
        way_out = f"Get another at {provider.console_url}." if provider.console_url else ""
    message = f"{why} {draft.provider}/{draft.label} {fate}.".strip()
    ended = f"{way_out.rstrip('.')}. " if way_out else ""
    return kind(message, next=f"{ended}--no-test saves this one anyway.")


def _document(saved: Saved, verdict: Verdict | None) -> dict[str, object]:
    return {
        "account": saved.account,
        "hint": output.or_null(saved.hint),
        "store": saved.store,
        "default": choice_document(saved.default),
        "winner": output.or_null(saved.winner.account),
        "shadowed_by": output.or_null(saved.winner.shadowed_by),
        "test": verdict_document(verdict) if verdict else None,
        "notes": list(saved.notes),
    }


def _lines(saved: Saved, verdict: Verdict | None) -> Iterator[str]:
    glyph = standing_of_state(verdict.state).glyph if verdict else "?"
    shadow = saved.winner.shadowed_by
    wins = f", but {clean(shadow)} wins for {saved.account.partition('/')[0]} here" if shadow else ""
    yield f"{glyph} {saved.account} {clean(saved.hint)} saved in {_STORE_WORDS[saved.store]}{wins}"
    if verdict is None:
        yield "  untested"
    else:
        yield f"  {standing_of_state(verdict.state).word}: {clean(verdict.detail, _SENTENCE)}"
    if saved.kept_seconds:
        yield f"  the old key is kept for {span_words(int(saved.kept_seconds))}"
    if saved.default is not None:
        yield f"★ {clean(saved.default.account)} · {clean(saved.default.model)} is the default now"
