"""What a keychain's failure means: absent, locked, denied, timed out, or none of these."""

from __future__ import annotations

from collections.abc import Iterator

from llmkeys.errors import (
    KeychainAbsent,
    KeychainDenied,
    KeychainError,
    KeychainLocked,
    KeychainTimeout,
    LlmkeysError,
)

_DENIED, _LOCKED, _ABSENT, _TIMEOUT = "denied", "locked", "absent", "timeout"
_CODES = {
    -128: _DENIED,  # macOS: the person cancelled
    -25293: _DENIED,  # macOS: authorisation failed
    -25244: _DENIED,  # macOS: not the owner of the item
    -25308: _LOCKED,  # macOS: it may not ask a person here
    -25291: _ABSENT,  # macOS: no keychain is available
    -25307: _ABSENT,  # macOS: there is no default keychain
    5: _DENIED,  # Windows: access denied
    1312: _ABSENT,  # Windows: no logon session, as in a service or over SSH
}
_BUS_NAMES = {
    "org.freedesktop.DBus.Error.AccessDenied": _DENIED,
    "org.freedesktop.DBus.Error.Disconnected": _ABSENT,
    "org.freedesktop.DBus.Error.NameHasNoOwner": _ABSENT,
    "org.freedesktop.DBus.Error.NoReply": _ABSENT,
    "org.freedesktop.DBus.Error.NoServer": _ABSENT,
    "org.freedesktop.DBus.Error.ServiceUnknown": _ABSENT,
    "org.freedesktop.DBus.Error.Timeout": _TIMEOUT,
    "org.freedesktop.DBus.Error.TimedOut": _TIMEOUT,
    "org.freedesktop.Secret.Error.IsLocked": _LOCKED,
}
_CLASSES = {
    "PromptDismissedException": _LOCKED,
    "LockedException": _LOCKED,
    "KeyringLocked": _LOCKED,
    "SecretServiceNotAvailableException": _ABSENT,
    "NoKeyringError": _ABSENT,
    "ImportError": _ABSENT,
    "TimeoutError": _TIMEOUT,
    "OSError": _ABSENT,
}
_NEXT = "llmkeys doctor says what to do."


def explain(error: Exception, words: str) -> LlmkeysError:
    """The error of ours for what the keychain called `words` raised; its own text, which may hold a key, is dropped.

    keyring lets errors of secretstorage, jeepney, D-Bus and the operating system through, so names and codes
    decide, the innermost cause first.
    """
    outcome = next((found for each in _causes(error) for found in _outcomes(each)), "")
    if outcome == _LOCKED:
        return KeychainLocked(f"The {words} is locked.", next=f"Unlock it and try again; {_NEXT}")
    if outcome == _DENIED:
        return KeychainDenied(f"The {words} refused access.", next=f"Allow it when it asks; {_NEXT}")
    if outcome == _ABSENT:
        return KeychainAbsent(f"The {words} cannot be reached.", next=_NEXT)
    if outcome == _TIMEOUT:
        return KeychainTimeout(f"The {words} did not answer in time.", next=_NEXT)
    return KeychainError(f"The {words} failed ({type(error).__name__}).", next=_NEXT)


def too_late(words: str, seconds: float) -> KeychainTimeout:
    """The error for a keychain that gave no answer within `seconds`."""
    return KeychainTimeout(f"The {words} did not answer within {seconds:g} seconds.", next=_NEXT)


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in found:
        found.insert(0, each)
        each = each.__cause__ or each.__context__
    return found


def _outcomes(error: BaseException) -> Iterator[str]:
    code = getattr(error, "winerror", None) or (error.args[0] if error.args else None)
    if isinstance(code, int) and (code < 0 or hasattr(error, "winerror")):
        yield from _known(_CODES.get(code))
    yield from _known(_BUS_NAMES.get(str(getattr(error, "name", ""))))
    for kind in type(error).__mro__:
        yield from _known(_CLASSES.get(kind.__name__))


def _known(outcome: str | None) -> tuple[str, ...]:
    return (outcome,) if outcome else ()
