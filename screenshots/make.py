"""Makes the pictures of this folder, SVG and PNG, from the real app over invented accounts in a temporary home.

    python -m pip install -e '.[screenshots]' && python screenshots/make.py [NAME…]

Nothing is asked of any provider or keychain: what tests would have found is written beforehand, and the keychain is
said to be there. The clock stands still, so that two runs make the same pictures.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from textual import events
from textual.pilot import Pilot

from llmkeys.account import Account, AccountName
from llmkeys.catalog.rows import load_catalog
from llmkeys.config import Choice, Config, with_account, with_default
from llmkeys.moment import DAY, HOUR, MINUTE, to_text
from llmkeys.origin import origin_of
from llmkeys.secret import Secret
from llmkeys.service import overview
from llmkeys.service.session import Session, open_session
from llmkeys.service.store_state import StoreState
from llmkeys.store.config_file import change_config
from llmkeys.store.status_file import Tested, record_many
from llmkeys.ui.app import LlmkeysApp
from llmkeys.verdict import State, Verdict

HERE = Path(__file__).resolve().parent
NOW = 1_777_000_000.0
FONT = "DejaVu Sans Mono"
"""Has every glyph of the screens; Debian's fonts-dejavu-core brings it."""
FONT_FOLDERS = ("/usr/share/fonts/truetype/dejavu", "/Library/Fonts", "C:/Windows/Fonts")
PIXELS = 1460


class Invented(NamedTuple):
    """An account that nobody has: its key, the model it was last used with, and what its past tests found."""

    account: str
    key: str
    model: str
    state: State = State.OK
    took: tuple[int, ...] = (300,)
    age: float = 2 * MINUTE
    base_url: str | None = None
    detail: str = ""
    next: str = ""
    models: int | None = None


class Shot(NamedTuple):
    """One picture: its size, the keys that lead to it, and what is pasted at the end."""

    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    pasted: str = ""


ACCOUNTS = (
    Invented(
        "groq/personal",
        "gsk_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9m2Lw",
        "",
        State.RATE_LIMITED,
        (190,),
        MINUTE,
        None,
        "Too many requests for now; the key is fine.",
    ),
    Invented(
        "mistral/personal",
        "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT9fKe",
        "",
        State.INVALID_KEY,
        (240,),
        MINUTE,
        None,
        "Mistral does not accept this key.",
        "r puts a new one in its place.",
    ),
    Invented(
        "anthropic/work",
        "sk-ant-api03-0aB1cD2eF3gH4iJ5kL6mN7oP8q7Qx2",
        "claude-sonnet-4-5",
        took=(412, 398, 610, 380, 402, 398, 450, 391, 405, 399),
        models=24,
    ),
    Invented("anthropic/personal", "sk-ant-api03-9zY8xW7vU6tS5rQ4pO3nM2lK1jZk81", "claude-haiku-4-5", took=(398, 402)),
    Invented(
        "openai/personal", "sk-proj-0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sTa91F", "gpt-4.1", took=(288, 301, 295), models=86
    ),
    Invented("openai/acme-eu", "sk-proj-9zY8xW7vU6tS5rQ4pO3nM2lK1jI0hG11Bd", "gpt-4.1-mini", took=(301,), age=3 * HOUR),
    Invented(
        "openrouter/personal",
        "sk-or-v1-0a1b2c3d4e5f60718293a4b5c6d7e8f9c04e",
        "deepseek/deepseek-chat-v3.1",
        took=(331, 340),
    ),
    Invented("gemini/work", "AIza0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sTuVx_3Q", "gemini-2.5-pro", took=(267, 260)),
    Invented("deepseek/personal", "sk-0a1b2c3d4e5f60718293a4b5c6d741cc", "", State.UNTESTABLE, ()),
    Invented("ollama/local", "", "llama3.1:8b", took=(9, 8, 11), base_url="http://localhost:11434"),
)
RECENT = (
    Choice("gemini/work", "gemini-2.5-pro"),
    Choice("openai/personal", "gpt-4.1"),
    Choice("anthropic/work", "claude-sonnet-4-5"),
)
TYPED = "sk-proj-0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3a91F"
SHOTS = {
    "main-120x36": Shot((120, 36)),
    "main-80x24": Shot((80, 24)),
    "main-60x16": Shot((60, 16)),
    "details-60x16": Shot((60, 16), ("right",)),
    "filter-80x24": Shot((80, 24), ("slash", *"p:open")),
    "refused-80x24": Shot((80, 24), ("g", "down")),
    "delete-80x24": Shot((80, 24), ("d",)),
    "keys-80x24": Shot((80, 24), ("question_mark",)),
    "add-80x24": Shot((80, 24), ("a", *"gem")),
    "key-80x24": Shot((80, 24), ("a", *"openai", "enter"), TYPED),
    "picker-120x36": Shot((120, 36), ("m",)),
    "picker-80x24": Shot((80, 24), ("m",)),
    "edit-80x24": Shot((80, 24), ("e",)),
}


def invent(session: Session) -> None:
    """Write the invented accounts, their last verdicts and the defaults they had."""
    catalog = load_catalog()

    def with_all(config: Config) -> Config:
        for each in ACCOUNTS:
            config = with_account(config, _account(each, config))
        for choice in RECENT:
            config = with_default(config, choice)
        return config

    config = change_config(session.paths, with_all)
    tested = []
    for each in ACCOUNTS:
        provider = catalog.find(each.account.partition("/")[0])
        origin = str(origin_of(each.base_url or provider.base_url))
        fingerprint = Secret(each.key).fingerprint(config.salt) if each.key else ""
        for number, took in reversed(list(enumerate(each.took))):
            tested.append(Tested(each.account, fingerprint, origin, _verdict(each, took, each.age + number * HOUR)))
    record_many(session.paths, tested)


def _account(each: Invented, config: Config) -> Account:
    provider, _, label = each.account.partition("/")
    secret = Secret(each.key)
    prefixes = load_catalog().find(provider).key_prefixes
    return Account(
        AccountName(provider, label),
        store="keychain" if each.key else None,
        item=f"{each.account}#1" if each.key else None,
        hint=secret.hint(prefixes) if each.key else "",
        fingerprint=secret.fingerprint(config.salt) if each.key else "",
        base_url=each.base_url,
        model=each.model or None,
        created_at=to_text(NOW - 41 * DAY),
    )


def _verdict(each: Invented, took: int, age: float) -> Verdict:
    accepted = {State.OK: True, State.RATE_LIMITED: True, State.INVALID_KEY: False}.get(each.state)
    return Verdict(
        each.state,
        accepted,
        each.detail,
        each.next,
        latency_ms=took,
        models=each.models,
        checked_at=to_text(NOW - age),
    )


async def draw(session: Session, shot: Shot) -> str:
    """The app's screen as SVG, once the keys are pressed and everything stands still."""
    app = LlmkeysApp(session)
    async with app.run_test(size=shot.size) as pilot:
        await _settle(pilot)
        for key in shot.keys:
            await pilot.press(key)
            await _settle(pilot)
        if shot.pasted and app.screen.focused is not None:
            app.screen.focused.post_message(events.Paste(shot.pasted))
            await _settle(pilot)
        svg = app.export_screenshot(title="llmkeys")
    return re.sub(r"@font-face\s*{.*?}\s*", "", svg, flags=re.S).replace("Fira Code", FONT)


async def _settle(pilot: Pilot[int]) -> None:
    await pilot.pause(0.25)


def main(names: list[str]) -> int:
    """Make the pictures of `names`, or all of them."""
    import resvg_py

    for name in ("NO_COLOR", "COLUMNS", "LINES"):
        os.environ.pop(name, None)
    os.environ["COLORTERM"] = "truecolor"
    os.environ["TZ"] = "UTC"
    keychain = StoreState("keychain", available=True, reason="", backend="SecretService")
    overview.store_state = lambda *_: keychain  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as home:
        environ = {"LLMKEYS_HOME": os.path.join(home, "llmkeys"), "HOME": home}
        session = open_session("app", environ=environ, folder=home, offline=True)._replace(now=lambda: NOW)
        invent(session)
        folders = [folder for folder in FONT_FOLDERS if os.path.isdir(folder)]
        for name in names or list(SHOTS):
            svg = asyncio.run(draw(session, SHOTS[name]))
            (HERE / f"{name}.svg").write_text(svg, encoding="utf-8")
            png = resvg_py.svg_to_bytes(
                svg_string=svg, font_dirs=folders, skip_system_fonts=bool(folders), width=PIXELS
            )
            (HERE / f"{name}.png").write_bytes(bytes(png))
            print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
