"""The lines of the key dialog in every state, as the drawing's table has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.catalog.rows import Provider
from llmkeys.catalog.shapes import describe_shape
from llmkeys.errors import BadKey, KeychainLocked
from llmkeys.secret import Secret
from llmkeys.service.standing import Tone
from llmkeys.typed_key import read_typed_key
from llmkeys.ui.notice import Notice
from llmkeys.ui.reading import Reading
from llmkeys.ui.screens.key_state import KeyState, Phase, dialog_keys, key_line, question_words, result_line
from llmkeys.ui.spinner import FRAMES
from llmkeys.verdict import State, Verdict
from ui.fixtures import CATALOG

OPENAI = CATALOG.find("openai")
PROJECT_KEY = "sk-proj-" + "a1B2c3D4" * 5 + "a91F"
ANTHROPIC_KEY = "sk-ant-api03-" + "x9" * 45 + "AA"


def typed(text: str, provider: Provider = OPENAI) -> KeyState:
    """The dialog with `text` in its field."""
    try:
        key = read_typed_key(text)
    except BadKey as problem:
        return KeyState(provider).typed(Reading(None, 0, problem.message, problem.next), None)
    return KeyState(provider).typed(Reading(key, len(key.secret)), describe_shape(key.secret, provider, CATALOG))


def judged(state: State, **fields: object) -> KeyState:
    """The dialog after a test that found `state`."""
    asked = typed(PROJECT_KEY).testing(question_words(OPENAI, ""), 0.0)
    return asked.failed(Verdict(state, **fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (KeyState(OPENAI), Notice(quiet="paste or type; it is never shown")),
        (
            KeyState(CATALOG.find("ollama")),
            Notice(quiet="optional; type one only if your server wants it"),
        ),
        (
            typed(PROJECT_KEY),
            Notice("✓", Tone.GOOD, "OpenAI project key", "sk-proj-…   52 chars · ends a91F", "  52 chars · ends a91F"),
        ),
        (
            typed(f"{PROJECT_KEY}\n"),
            Notice(
                "✓",
                Tone.GOOD,
                "OpenAI project key",
                "sk-proj-…   52 chars · ends a91F · removed 1 newline",
                "  52 chars · ends a91F · removed 1 newline",
            ),
        ),
        (
            typed(ANTHROPIC_KEY),
            Notice(
                "!", Tone.WARN, "looks like an Anthropic key", "(sk-ant-api03-)", "", (("^o", "switch to Anthropic"),)
            ),
        ),
        (
            typed(PROJECT_KEY).alike("OpenAI · personal"),
            Notice("!", Tone.WARN, "same key as OpenAI · personal", keys=(("↵", "tests it anyway"),)),
        ),
        (
            typed("sk-" + "a" * 28),
            Notice("?", Tone.WARN, "not the usual sk-… shape, 31 chars", keys=(("↵", "tests it anyway"),)),
        ),
        (
            typed("abc", CATALOG.find("mistral")),
            Notice("?", Tone.WARN, "not the usual shape, 3 chars", keys=(("↵", "tests it anyway"),)),
        ),
        (
            typed("two words"),
            Notice("✗", Tone.BAD, "Character 4 is a space: a key has none.", "Copy the key again."),
        ),
    ],
)
def test_the_line_below_the_key_says_what_it_looks_like(state: KeyState, line: Notice) -> None:
    assert key_line(state) == line


def test_a_key_of_a_provider_without_a_known_form_is_not_ticked_off() -> None:
    formless = next(
        each for each in CATALOG if not each.key_pattern and not each.key_prefixes and not each.key_optional
    )
    assert key_line(typed("0123456789abcdef0123", formless)).glyph == "•"


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (KeyState(OPENAI), Notice()),
        (typed(PROJECT_KEY).noted("opened the page"), Notice(quiet="opened the page")),
        (
            judged(State.INVALID_KEY, http_status=401),
            Notice(
                "✗",
                Tone.BAD,
                "401 key not accepted",
                keys=(("↵", "try again"), ("^s", "save anyway"), ("f2", "get a key")),
            ),
        ),
        (
            judged(State.EXPIRED_OR_REVOKED, http_status=403),
            Notice(
                "✗",
                Tone.BAD,
                "403 key expired or revoked",
                keys=(("↵", "try again"), ("^s", "save anyway"), ("f2", "get a key")),
            ),
        ),
        (
            judged(State.UNREACHABLE),
            Notice(
                "?",
                Tone.QUIET,
                "could not reach api.openai.com",
                keys=(("^s", "save untested"), ("↵", "try again")),
            ),
        ),
        (
            judged(State.TIMEOUT),
            Notice(
                "?",
                Tone.QUIET,
                "api.openai.com did not answer in time",
                keys=(("^s", "save untested"), ("↵", "try again")),
            ),
        ),
        (
            judged(State.SERVER_ERROR, detail="api.openai.com answers 503."),
            Notice("?", Tone.QUIET, "api.openai.com answers 503.", keys=(("^s", "save untested"), ("↵", "try again"))),
        ),
        (
            judged(State.NOT_SENT, detail="A rule forbids it."),
            Notice("!", Tone.WARN, "A rule forbids it.", keys=(("↵", "try again"), ("^s", "save anyway"))),
        ),
        (
            typed(PROJECT_KEY).failed(error=KeychainLocked("The keychain is locked.", next="Unlock it.")),
            Notice("✗", Tone.BAD, "The keychain is locked.", "Unlock it."),
        ),
        (typed(PROJECT_KEY).saved(None, "keychain"), Notice("✓", Tone.GOOD, "saved to OS keychain", "  untested")),
        (typed(PROJECT_KEY).saved(None, ""), Notice("✓", Tone.GOOD, "saved", "  untested")),
        (
            typed(PROJECT_KEY).saved(Verdict(State.OK, True, latency_ms=288, models=86, balance="$74.50 left"), "file"),
            Notice("✓", Tone.GOOD, "ok 288 ms · 86 models · $74.50 left", "  saved to plaintext file"),
        ),
        (
            typed(PROJECT_KEY).saved(Verdict(State.INSUFFICIENT_QUOTA, True), "keychain"),
            Notice("!", Tone.WARN, "no credit", "  saved to OS keychain"),
        ),
    ],
)
def test_the_line_above_the_keys_says_what_came_of_it(state: KeyState, line: Notice) -> None:
    assert result_line(state, 0.0) == line


@pytest.mark.parametrize(
    ("elapsed", "line"),
    [
        (0.0, Notice()),
        (0.09, Notice()),
        (0.6, Notice(FRAMES[6], Tone.BUSY, "GET api.openai.com/v1/models", "  esc stops")),
        (1.24, Notice(FRAMES[2], Tone.BUSY, "GET api.openai.com/v1/models", "  1.2 s   esc stops")),
    ],
)
def test_a_running_test_moves_after_a_moment_and_counts_after_a_second(elapsed: float, line: Notice) -> None:
    state = typed(PROJECT_KEY).testing(question_words(OPENAI, ""), 100.0)
    shown = result_line(state, 100.0 + elapsed)
    assert shown._replace(glyph="") == line._replace(glyph="")
    assert bool(shown.glyph) == bool(line.glyph)
    assert shown.glyph in FRAMES


@pytest.mark.parametrize(
    ("state", "keys"),
    [
        (KeyState(OPENAI), "↵ Test & save ^s Save untested f2 Get a key ^e More esc Cancel"),
        (KeyState(CATALOG.find("ollama")), "↵ Test & save ^s Save untested ^e More esc Cancel"),
        (typed(PROJECT_KEY).testing("GET x", 0.0), "esc Stop"),
        (typed(PROJECT_KEY).testing("GET x", 0.0).storing("keychain", 0.0), ""),
        (typed(PROJECT_KEY).saved(None, ""), ""),
        (judged(State.INVALID_KEY), "↵ Try again ^s Save anyway f2 Get a key ^e More esc Cancel"),
        (judged(State.UNREACHABLE), "↵ Try again ^s Save untested f2 Get a key ^e More esc Cancel"),
    ],
)
def test_the_keys_follow_the_state(state: KeyState, keys: str) -> None:
    assert " ".join(f"{each.key} {each.verb}" for each in dialog_keys(state, more=False)) == keys


def test_open_extra_fields_are_closed_by_the_same_key() -> None:
    assert "Less" in [each.verb for each in dialog_keys(KeyState(OPENAI), more=True)]


@pytest.mark.parametrize(
    ("provider", "base_url", "question"),
    [
        ("openai", "", "GET api.openai.com/v1/models"),
        ("openai", "https://proxy.example/v1/", "GET proxy.example/v1/models"),
        ("anthropic", "", "GET api.anthropic.com/v1/models"),
    ],
)
def test_the_question_names_host_and_path(provider: str, base_url: str, question: str) -> None:
    assert question_words(CATALOG.find(provider), base_url) == question


def test_the_question_of_an_absolute_check_is_that_address() -> None:
    absolute = next(each for each in CATALOG if each.check and each.check.path.startswith("https://"))
    assert absolute.check is not None
    assert question_words(absolute, "").split()[1] in absolute.check.path


def test_a_provider_without_a_check_is_asked_for_by_its_address() -> None:
    assert question_words(Provider("x", "X", "X", base_url="https://x.example/v1"), "") == "x.example/v1"


@pytest.mark.parametrize(
    ("store", "words"),
    [("keychain", "saving in the OS keychain…"), ("file", "saving in the plaintext file…"), ("", "saving…")],
)
def test_storing_names_the_store_and_offers_no_way_out(store: str, words: str) -> None:
    line = result_line(typed(PROJECT_KEY).testing("GET x", 0.0).storing(store, 9.0), 9.5)
    assert line == Notice(FRAMES[5], Tone.BUSY, words)


def test_a_server_that_refused_to_answer_without_a_key_is_not_said_to_be_free() -> None:
    refused = KeyState(CATALOG.find("ollama")).testing("GET x", 0.0).failed(Verdict(State.INVALID_KEY))
    assert key_line(refused).quiet == "this server does not answer without a key; paste or type one"
    assert not refused.typed(Reading(), None).is_key_optional
    away = KeyState(CATALOG.find("ollama")).testing("GET x", 0.0).failed(Verdict(State.UNREACHABLE))
    assert away.is_key_optional


def test_a_rotation_wants_a_key() -> None:
    assert key_line(KeyState(CATALOG.find("ollama"), rotates=True)).quiet == "paste or type; it is never shown"


def test_each_event_leads_to_its_state() -> None:
    empty = KeyState(OPENAI)
    key = typed(PROJECT_KEY)
    assert (empty.phase, key.phase) == (Phase.EMPTY, Phase.TYPED)
    assert key.testing("x", 0.0).phase is Phase.TESTING
    assert key.testing("x", 0.0).is_busy
    assert key.testing("x", 0.0).stopped().phase is Phase.TYPED
    assert empty.testing("x", 0.0).stopped().phase is Phase.EMPTY
    assert key.storing("", 0.0).is_busy
    assert key.saved(None, "").is_busy
    assert key.forgotten().reading == Reading()
    assert not key.failed().is_busy
    assert key.failed().typed(Reading(), None).phase is Phase.EMPTY


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=200))
def test_no_line_ever_shows_more_of_a_key_than_its_hint(text: str) -> None:
    state = typed(text)
    if state.reading.key is None:
        return
    key = state.reading.key.secret
    line = key_line(state)
    words = " ".join([line.words, line.quiet, line.short])
    allowed = f"{key.hint(OPENAI.key_prefixes)} {' '.join(state.reading.key.removed)}"
    shown = {text[start : start + 9] for start in range(max(0, len(text) - 8))}
    assert not any(
        piece in words and piece not in allowed and piece not in key_line(KeyState(OPENAI)).quiet for piece in shown
    )
    assert Secret(text) == key or state.reading.key.removed


def test_a_rotation_offers_neither_another_provider_nor_another_address() -> None:
    state = KeyState(OPENAI, rotates=True).typed(typed(ANTHROPIC_KEY).reading, typed(ANTHROPIC_KEY).shape)
    assert key_line(state).keys == (("↵", "tests it anyway"),)
    assert "^e" not in [each.key for each in dialog_keys(state, more=False)]
