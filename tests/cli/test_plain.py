"""Plain ASCII in place of glyphs, for terminals and fonts that lack them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cli.conftest import KEY, Answer
from llmkeys.cli import main
from llmkeys.errors import UsageError

Call = Callable[..., Answer]
Keep = Callable[..., None]


def test_with_the_setting_ascii_verbs_and_prompts_print_ascii_alone(
    call: Call, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    keep("openai/work")
    keep("openai/off", f"{KEY}2")
    call("disable", "openai/off")
    words = (("status",), ("why", "openai"), ("models", "openai"), ("providers",), ("guide", "start"), ("set-default",))
    words = (*words, ("set-default", "openai/work", "no-such-model"), ("nonsense",), ("disable", "openai/work"))
    before = [call(*each) for each in words]
    assert not all((each.out + each.err).isascii() for each in before)
    assert call("settings", "ascii", "on").out.isascii()
    assert call("enable", "openai/work").out == "+ openai/work is enabled\n"
    after = [call(*each) for each in words]
    assert [each.out + each.err for each in after if not (each.out + each.err).isascii()] == []
    assert ". openai/off   sk-proj-...one2" in after[0].out
    assert after[-1].out.startswith(". openai/work is disabled")
    call("settings", "ascii", "off")
    assert call("enable", "openai/work").out == "✓ openai/work is enabled\n"


def test_where_settings_cannot_be_had_glyphs_are_printed(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(caller: str) -> None:
        raise UsageError("This user has no home folder.")

    monkeypatch.setattr(main, "open_session", homeless)
    done = call("nonsense")
    assert (done.code, "“nonsense”" in done.err) == (2, True)
