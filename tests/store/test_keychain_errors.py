"""What failures of keychains mean, from every library and system that keyring lets through."""

from __future__ import annotations

import pytest

from llmkeys.errors import (
    KeychainAbsent,
    KeychainDenied,
    KeychainError,
    KeychainLocked,
    KeychainTimeout,
    LlmkeysError,
)
from llmkeys.store.keychain_errors import explain, too_late

ABSENT, DENIED, LOCKED, TIMEOUT, OTHER = (
    KeychainAbsent,
    KeychainDenied,
    KeychainLocked,
    KeychainTimeout,
    KeychainError,
)


def error(kind: str, *arguments: object, base: type[Exception] = Exception, **attributes: object) -> Exception:
    """An error of a class of that name."""
    made = type(kind, (base,), {})(*arguments)
    for attribute, value in attributes.items():
        setattr(made, attribute, value)
    return made


def caused(outer: Exception, cause: Exception) -> Exception:
    """`outer`, raised from `cause`."""
    outer.__cause__ = cause
    return outer


def bus(name: str) -> Exception:
    """jeepney's answer for an error of the bus."""
    return error("DBusErrorResponse", "text", name=name)


def windows(code: int) -> Exception:
    """pywin32's error."""
    return error("error", code, "CredRead", "text", winerror=code, funcname="CredRead")


ERRORS: dict[str, tuple[Exception, type[LlmkeysError]]] = {
    "locked, no display": (error("KeyringLocked", "Failed to unlock the collection"), LOCKED),
    "locked, raw": (error("LockedException", "Collection is locked"), LOCKED),
    "no default collection, nobody to ask": (
        caused(error("InitError", "Failed to create the collection"), error("PromptDismissedException", "dismissed")),
        LOCKED,
    ),
    "no service behind it": (
        caused(error("InitError", "Failed"), error("SecretServiceNotAvailableException", "unset")),
        ABSENT,
    ),
    "an error that tells nothing": (error("InitError", "Failed"), OTHER),
    "no keyring": (error("NoKeyringError", base=RuntimeError), ABSENT),
    "bus killed": (error("SecretServiceNotAvailableException", "gone"), ABSENT),
    "connection lost": (ConnectionResetError(104, "reset"), ABSENT),
    "socket gone": (FileNotFoundError(2, "gone"), ABSENT),
    "backend not installed": (ModuleNotFoundError("secretstorage"), ABSENT),
    "bus says: locked": (bus("org.freedesktop.Secret.Error.IsLocked"), LOCKED),
    "bus says: denied": (bus("org.freedesktop.DBus.Error.AccessDenied"), DENIED),
    "bus says: no such service": (bus("org.freedesktop.DBus.Error.ServiceUnknown"), ABSENT),
    "bus says: no reply": (bus("org.freedesktop.DBus.Error.NoReply"), ABSENT),
    "bus says: timeout": (bus("org.freedesktop.DBus.Error.Timeout"), TIMEOUT),
    "bus says: something else": (bus("org.freedesktop.DBus.Error.Failed"), OTHER),
    "timeout": (TimeoutError("prompt"), TIMEOUT),
    "macOS, cancelled": (
        caused(error("KeyringLocked", "Can't get password"), error("KeychainDenied", -128, "Access Denied")),
        DENIED,
    ),
    "macOS, not authorised": (
        caused(error("KeyringError", "Can't get password"), error("SecAuthFailure", -25293, "codesign")),
        DENIED,
    ),
    "macOS, not the owner": (
        caused(error("PasswordSetError", "Can't store"), error("Error", -25244, "Unknown Error")),
        DENIED,
    ),
    "macOS, may not ask": (
        caused(error("KeyringError", "Can't get password"), error("Error", -25308, "Unknown Error")),
        LOCKED,
    ),
    "macOS, no keychain": (caused(error("KeyringError"), error("Error", -25307, "Unknown Error")), ABSENT),
    "macOS, another status": (caused(error("KeyringError"), error("Error", -1, "Unknown Error")), OTHER),
    "Windows, denied": (windows(5), DENIED),
    "Windows, no session": (windows(1312), ABSENT),
    "Windows, another code": (windows(8), OTHER),
    "a number that is no status": (error("Error", 5, "an errno of Linux"), OTHER),
    "an error of no kind": (ValueError("sk-the-key"), OTHER),
    "no argument": (Exception(), OTHER),
}


@pytest.mark.parametrize("name", ERRORS)
def test_each_failure_is_one_of_the_five_outcomes(name: str) -> None:
    given, expected = ERRORS[name]
    found = explain(given, "Secret Service")
    assert type(found) is expected
    assert found.message.startswith("The Secret Service ")
    assert "llmkeys doctor" in found.next
    assert "sk-the-key" not in found.message + found.next


def test_the_innermost_cause_decides_and_circles_end() -> None:
    outer, inner = error("KeyringLocked"), error("KeychainDenied", -128, "denied")
    outer.__cause__ = inner
    inner.__context__ = outer
    assert isinstance(explain(outer, "macOS Keychain"), KeychainDenied)


def test_what_was_raised_while_handling_counts_as_a_cause() -> None:
    outer = error("InitError")
    outer.__context__ = error("PromptDismissedException")
    assert isinstance(explain(outer, "Secret Service"), KeychainLocked)


def test_a_deadline_is_told_in_seconds() -> None:
    assert too_late("KDE wallet", 3.0).message == "The KDE wallet did not answer within 3 seconds."
    assert too_late("Secret Service", 0.5).message == "The Secret Service did not answer within 0.5 seconds."
