"""The key dialog as a value: empty → typed → testing → ok | failed, and the lines each state shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from llmkeys.catalog.rows import Provider
from llmkeys.catalog.shapes import Shape
from llmkeys.errors import LlmkeysError
from llmkeys.service.standing import Standing, Tone, standing_of_state
from llmkeys.typed_key import TypedKey
from llmkeys.ui.figures import count_words
from llmkeys.ui.notice import Notice
from llmkeys.ui.reading import Reading
from llmkeys.ui.spinner import ELAPSED_AFTER, SHOWN_AFTER, frame
from llmkeys.ui.widgets.key_bar import KeyHint
from llmkeys.verdict import CANNOT_TELL, REFUSED, State, Verdict

HOLD_OK = 0.6
"""Seconds the good news can be read before the dialog closes."""
STORE_WORDS = {"keychain": "OS keychain", "file": "plaintext file"}

TRY_AGAIN = ("↵", "try again")
SAVE_ANYWAY = ("^s", "save anyway")
SAVE_UNTESTED = ("^s", "save untested")
GET_A_KEY = ("f2", "get a key")
TESTS_ANYWAY = ("↵", "tests it anyway")
NOTHING_TYPED = Reading()


class Phase(StrEnum):
    """Where the dialog stands."""

    EMPTY = "empty"
    TYPED = "typed"
    TESTING = "testing"
    STORING = "storing"
    """From here on nothing can be stopped: a thread is writing."""
    OK = "ok"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class KeyState:
    """Everything the dialog's lines are made of; times are seconds on any one clock."""

    provider: Provider
    rotates: bool = False
    """Whether it changes an account that is there, so that neither provider nor address are up for change."""
    phase: Phase = Phase.EMPTY
    reading: Reading = NOTHING_TYPED
    shape: Shape | None = None
    owner: Provider | None = None
    """Whose variable the key was given to, where that is another provider."""
    same_as: str = ""
    """Who has the same key already, such as `OpenAI · personal`."""
    question: str = ""
    """The request a test sends, such as `GET api.openai.com/v1/models`."""
    started: float = 0.0
    wants_key: bool = False
    """Whether a test has shown that this server does not answer without a key."""
    verdict: Verdict | None = None
    error: LlmkeysError | None = None
    stored_in: str = ""
    note: str = ""
    """Something just done, such as a page opened; the next event replaces it."""

    @property
    def is_busy(self) -> bool:
        """Whether the form takes no edits: a test runs, the key is being stored, or the good news is being read."""
        return self.phase in (Phase.TESTING, Phase.STORING, Phase.OK)

    @property
    def is_key_optional(self) -> bool:
        """Whether nothing may stand in the key field."""
        return self.provider.key_optional and not self.rotates and not self.wants_key

    @property
    def other_vendor(self) -> Provider | None:
        """Whose the key seems to be, by its prefix or the variable around it, if not this provider's."""
        return (self.shape.other_vendor if self.shape else None) or self.owner

    def typed(self, reading: Reading, shape: Shape | None, owner: Provider | None = None) -> KeyState:
        """The field holds something else now."""
        phase = Phase.TYPED if reading.length else Phase.EMPTY
        return replace(
            self, phase=phase, reading=reading, shape=shape, owner=owner, same_as="", verdict=None, error=None, note=""
        )

    def testing(self, question: str, now: float) -> KeyState:
        """A test, or a save, has begun."""
        return replace(self, phase=Phase.TESTING, question=question, started=now, verdict=None, error=None, note="")

    def storing(self, store: str, now: float) -> KeyState:
        """The test is over and the key on its way into its store; the spinner starts anew."""
        return replace(self, phase=Phase.STORING, stored_in=STORE_WORDS.get(store, store), started=now)

    def stopped(self) -> KeyState:
        """The person stopped the test."""
        return replace(self, phase=self._resting(), note="stopped")

    def forgotten(self) -> KeyState:
        """Nothing of what was typed is kept."""
        return replace(self, reading=NOTHING_TYPED, shape=None, owner=None)

    def saved(self, verdict: Verdict | None, store: str) -> KeyState:
        """The key is in its store."""
        return replace(self, phase=Phase.OK, verdict=verdict, stored_in=STORE_WORDS.get(store, store))

    def failed(self, verdict: Verdict | None = None, error: LlmkeysError | None = None) -> KeyState:
        """Nothing was saved, for a reason."""
        wants_key = verdict is not None and verdict.state in REFUSED and self.reading.key is None
        return replace(self, phase=Phase.FAILED, verdict=verdict, error=error, wants_key=self.wants_key or wants_key)

    def alike(self, account: str) -> KeyState:
        """Another account has the very same key."""
        return replace(self, same_as=account)

    def noted(self, note: str) -> KeyState:
        """Something to say that changes nothing else."""
        return replace(self, note=note)

    def _resting(self) -> Phase:
        return Phase.TYPED if self.reading.length else Phase.EMPTY


def key_line(state: KeyState) -> Notice:
    """The line below the key field: what was typed, as far as it may be told."""
    reading, shape = state.reading, state.shape
    if reading.problem:
        return Notice("✗", Tone.BAD, reading.problem, reading.next)
    if reading.key is None or shape is None:
        return Notice(quiet=_OPTIONAL if state.is_key_optional else _NEEDED if state.wants_key else _INVITATION)
    if state.other_vendor is not None:
        return _other_vendor(state, state.other_vendor, reading.key)
    if state.same_as:
        return Notice("!", Tone.WARN, f"same key as {state.same_as}", keys=(TESTS_ANYWAY,))
    removed = "".join(f" · removed {each}" for each in reading.key.removed)
    if shape.odd:
        usual = f"not the usual {shape.usual} shape" if shape.usual.endswith("…") else "not the usual shape"
        return Notice(
            "?", Tone.WARN, f"{usual}, {shape.length} chars", removed.removeprefix(" · "), keys=(TESTS_ANYWAY,)
        )
    is_known = bool(state.provider.key_prefixes or state.provider.key_pattern)
    glyph, tone = ("✓", Tone.GOOD) if is_known else ("•", Tone.QUIET)
    prefix = f"{shape.prefix}…   " if shape.prefix else ""
    measure = f"{shape.length} chars" + (f" · ends {shape.tail}" if shape.tail else "") + removed
    return Notice(glyph, tone, shape.kind, prefix + measure, short=f"  {measure}")


def _other_vendor(state: KeyState, other: Provider, key: TypedKey) -> Notice:
    prefix = key.secret.starts_with(other.key_prefixes)
    switch = TESTS_ANYWAY if state.rotates else ("^o", f"switch to {other.short_name}")
    if other is state.owner:
        return Notice("!", Tone.WARN, f"{key.variable} is {other.short_name}'s variable", keys=(switch,))
    article = "an" if other.name[:1].lower() in "aeiou" else "a"
    return Notice(
        "!", Tone.WARN, f"looks like {article} {other.name} key", f"({prefix})" if prefix else "", keys=(switch,)
    )


_OPTIONAL = "optional; type one only if your server wants it"
_NEEDED = "this server does not answer without a key; paste or type one"
_INVITATION = "paste or type; it is never shown"


def result_line(state: KeyState, now: float) -> Notice:
    """The line above the keys: the running test, what came of it, or nothing."""
    if state.phase is Phase.TESTING:
        return _running(state.question, now - state.started, "esc stops")
    if state.phase is Phase.STORING:
        where = f" in the {state.stored_in}" if state.stored_in else ""
        return _running(f"saving{where}…", now - state.started)
    if state.phase is Phase.OK:
        return _good(state)
    if state.phase is Phase.FAILED and state.error is not None:
        return Notice("✗", Tone.BAD, state.error.message, state.error.next)
    if state.phase is Phase.FAILED and state.verdict is not None:
        return _bad(state, state.verdict)
    return Notice(quiet=state.note)


def _running(words: str, elapsed: float, way_out: str = "") -> Notice:
    if elapsed < SHOWN_AFTER:
        return Notice()
    seconds = f"{elapsed:.1f} s   " if elapsed >= ELAPSED_AFTER else ""
    return Notice(frame(elapsed), Tone.BUSY, words, f"  {seconds}{way_out}".rstrip())


def _good(state: KeyState) -> Notice:
    where = f"saved to {state.stored_in}" if state.stored_in else "saved"
    if state.verdict is None:
        return Notice("✓", Tone.GOOD, where, "  untested")
    standing = standing_of_state(state.verdict.state)
    return Notice(standing.glyph, standing.tone, _found(state.verdict, standing), f"  {where}")


def _found(verdict: Verdict, standing: Standing) -> str:
    latency = "" if verdict.latency_ms is None else f" {verdict.latency_ms} ms"
    facts = filter(None, (count_words(verdict.models), verdict.balance))
    return " · ".join((f"{standing.word}{latency}", *facts))


def _bad(state: KeyState, verdict: Verdict) -> Notice:
    standing = standing_of_state(verdict.state)
    status = f"{verdict.http_status} " if verdict.http_status else ""
    page = (GET_A_KEY,) if state.provider.console_url else ()
    if verdict.state in REFUSED:
        reason = "key expired or revoked" if verdict.state is State.EXPIRED_OR_REVOKED else "key not accepted"
        return Notice(standing.glyph, standing.tone, status + reason, keys=(TRY_AGAIN, SAVE_ANYWAY, *page))
    if verdict.state in CANNOT_TELL:
        host = state.question.partition(" ")[2].partition("/")[0] or "the server"
        words = {State.UNREACHABLE: f"could not reach {host}", State.TIMEOUT: f"{host} did not answer in time"}
        said = words.get(verdict.state) or verdict.detail or standing.word
        return Notice("?", standing.tone, said, keys=(SAVE_UNTESTED, TRY_AGAIN))
    return Notice(
        standing.glyph, standing.tone, verdict.detail or status + standing.word, keys=(TRY_AGAIN, SAVE_ANYWAY)
    )


def dialog_keys(state: KeyState, *, more: bool) -> tuple[KeyHint, ...]:
    """The dialog's last line; `more` says whether the extra fields are open."""
    if state.phase in (Phase.STORING, Phase.OK):
        return ()
    if state.phase is Phase.TESTING:
        return (KeyHint("esc", "Stop", "screen.cancel", kept=True),)
    page = (KeyHint("f2", "Get a key", "screen.open_page"),) if state.provider.console_url else ()
    extra = () if state.rotates else (KeyHint("^e", "Less" if more else "More", "screen.more"),)
    failed = state.phase is Phase.FAILED
    refused = failed and state.verdict is not None and state.verdict.state not in CANNOT_TELL
    return (
        KeyHint("↵", "Try again" if failed else "Test & save", "screen.submit"),
        KeyHint("^s", "Save anyway" if refused else "Save untested", "screen.save_untested"),
        *page,
        *extra,
        KeyHint("esc", "Cancel", "screen.cancel", kept=True),
    )


def question_words(provider: Provider, base_url: str) -> str:
    """The request a test sends first, such as `GET api.openai.com/v1/models`; else the address."""
    address = (base_url or provider.base_url).partition("://")[2].rstrip("/")
    check = provider.check
    if check is None:
        return address
    path = check.path.partition("?")[0]
    return f"{check.method} {path.partition('://')[2] if '://' in path else address + path}"
