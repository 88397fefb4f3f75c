"""What reading a key imports: nothing that it does not use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from llmkeys.account import Account, AccountName
from llmkeys.paths import find_paths
from llmkeys.secret import Secret
from llmkeys.store.keys import save_key
from llmkeys.store.stores import stores_of
from support.faults import unmeasured

READ = """
import sys
before = set(sys.modules)
import os
from llmkeys.paths import find_paths
from llmkeys.store.audit import record_use
from llmkeys.store.config_file import load_config
from llmkeys.store.stores import read_key
paths = find_paths(os.environ)
for name, account in load_config(paths).config.accounts.items():
    assert read_key(paths, account, os.environ)
    record_use(paths, str(name), "helper", "tests", "2026-11-21T04:00:00Z")
print(*sorted(set(sys.modules) - before))
"""
NEEDED = {"json", "typing", "contextlib"}
"""What we import ourselves; everything else comes with these."""


def imported(kind: str) -> set[str]:
    paths = find_paths(os.environ)
    account = Account(AccountName("openai", "work"), store=kind)
    save_key(paths, stores_of(paths, os.environ), account, Secret("sk-0123456789abcdefghij"), now=0)
    command = [sys.executable, "-c", READ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=unmeasured())
    return set(done.stdout.split())


def test_with_the_file_store_it_is_json_and_us(home: Path) -> None:
    command = [sys.executable, "-c", f"import sys, {', '.join(NEEDED)}; print(*sys.modules)"]
    known = set(subprocess.run(command, capture_output=True, text=True, check=True, env=unmeasured()).stdout.split())
    found = imported("file") - known
    assert {name for name in found if name.partition(".")[0] != "llmkeys"} <= {"errno", "__future__"}
    assert not any(name.startswith("llmkeys.store.keychain") for name in found)


@pytest.mark.usefixtures("keychain_bus")
def test_with_the_keychain_it_is_one_backend_of_keyrings_more() -> None:
    found = imported("keychain")
    assert {name for name in found if name.startswith("keyring.backends.")} == {
        "keyring.backends.SecretService",
        "keyring.backends.fail",
    }
    assert not found & {"filelock", "dotenv", "platformdirs", "httpx", "textual", "asyncio"}
