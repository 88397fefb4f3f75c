"""A home folder with accounts in it, made by the program's own commands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROVIDERS = ("openai", "anthropic", "gemini", "mistral", "groq", "deepseek", "openrouter", "xai", "cohere", "together")
KEY = "sk-benchmark-0123456789abcdef{number:04d}"


def environment(home: Path) -> dict[str, str]:
    """The whole environment of a measured program."""
    return {
        "HOME": str(home),
        "LLMKEYS_HOME": str(home / "llmkeys"),
        "PATH": os.environ["PATH"],
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
    }


def furnish(home: Path, accounts: int) -> list[str]:
    """Stores `accounts` untested keys in the plaintext file of an empty `home`; answers the accounts' names."""
    names = [f"{PROVIDERS[number % len(PROVIDERS)]}/label-{number}" for number in range(accounts)]
    for number, name in enumerate(names):
        subprocess.run(
            [sys.executable, "-m", "llmkeys", "add-key", name, "--stdin", "--no-test", "--store", "file"],
            input=KEY.format(number=number),
            env=environment(home),
            check=True,
            capture_output=True,
            text=True,
        )
    return names
