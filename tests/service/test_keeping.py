"""Where a new key goes when there is no keychain: the way out is said once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from llmkeys.errors import KeychainAbsent
from llmkeys.service import keeping
from llmkeys.service.keeping import keeping_for
from llmkeys.service.session import Session, look
from llmkeys.store.keychain_state import Health, KeychainState
from llmkeys.store.surroundings import REMEDIES

KWALLET = "llmkeys settings keychain kwallet"


@pytest.mark.parametrize("remedy", [*REMEDIES.values(), KWALLET])
def test_without_a_keychain_the_plaintext_file_is_named_once(
    session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch, remedy: str
) -> None:
    state = KeychainState(None, Health.ABSENT, "There is none.", remedy)
    monkeypatch.setattr(keeping, "examine_keychain", lambda *_: state)
    here = session()
    with pytest.raises(KeychainAbsent) as absent:
        keeping_for(here, look(here), None, consent=False)
    assert absent.value.next.startswith(remedy.rstrip("."))
    assert absent.value.next.count("--store file") == 1
    assert absent.value.next.count("plaintext") <= 1
    assert absent.value.next.endswith(".")
