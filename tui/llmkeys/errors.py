"""The error tree: a message says what happened and where, `next` says what to do about it.

    LlmkeysError                 1  failed
    ├── UsageError               2  usage
    │   └── AmbiguousAccount     2  a bare provider with several labels
    ├── BadKey                   1  what was typed cannot be a key
    ├── AlreadyThere             1  the account exists; rotate-key changes it
    ├── FileRefused              1  a file of ours is not safe to read or write
    │   ├── Unparsable           1  it is there but cannot be read as what it should be
    │   └── NewerFile            1  a newer llmkeys wrote it: read-only here
    ├── FileFailed               1  the disk did not do what was asked; what was there is still there
    ├── LockTimeout              1  another llmkeys holds the lock
    ├── KeychainError            1  the keychain answered, but not with what was asked
    ├── NotConfigured            3  no such account, or no key for it
    ├── NeedsUser                4  a person is needed: a terminal, consent, an unlock
    │   ├── KeychainAbsent       4  there is no keychain on this machine
    │   ├── KeychainLocked       4
    │   ├── KeychainDenied       4
    │   ├── KeychainTimeout      4
    │   └── NotSent              4  a trust rule forbade sending the key
    ├── KeyRefused               5  the provider refuses the key
    ├── CannotTell               6  the provider could not be asked
    └── Cancelled              130

No message ever holds a key.
"""

from __future__ import annotations


class LlmkeysError(Exception):
    """Anything llmkeys can explain: `message` (what, where), `next` (what to do), `code`, `exit_code`."""

    code = "failed"
    exit_code = 1

    def __init__(self, message: str, *, next: str = "") -> None:  # noqa: A002 - the word of the JSON answers
        super().__init__(message)
        self.message = message
        self.next = next


class UsageError(LlmkeysError):
    """The command or its words make no sense as given."""

    code = "usage"
    exit_code = 2


class AmbiguousAccount(UsageError):
    """A bare provider was asked for and several of its accounts could be meant."""

    code = "ambiguous_account"


class BadKey(LlmkeysError):
    """The text given as a key cannot be one; the message names position and code point, never the text."""

    code = "bad_key"


class AlreadyThere(LlmkeysError):
    """An account of that name exists."""

    code = "already_there"


class FileRefused(LlmkeysError):
    """One of our files, or its folder, is not safe to use: links, owners, modes, kinds."""

    code = "file_refused"


class Unparsable(FileRefused):
    """A file is there but cannot be parsed; it is left alone and never treated as empty."""

    code = "unparsable"


class NewerFile(FileRefused):
    """A newer version of llmkeys wrote the file; this one only reads it."""

    code = "newer_file"


class FileFailed(LlmkeysError):
    """The disk refused a read or a write (full, read-only, broken, not permitted); the old file is intact."""

    code = "file_failed"


class LockTimeout(LlmkeysError):
    """Another process held the lock for longer than we wait."""

    code = "lock_timeout"


class KeychainError(LlmkeysError):
    """The keychain failed in a way that is none of absent, locked, denied, timed out."""

    code = "keychain_failed"


class NotConfigured(LlmkeysError):
    """There is no such account, or no key for it."""

    code = "not_configured"
    exit_code = 3


class NeedsUser(LlmkeysError):
    """Only a person can go on from here: a terminal, a consent or an unlock is needed."""

    code = "needs_user"
    exit_code = 4


class KeychainAbsent(NeedsUser):
    """No keychain that we trust runs on this machine."""

    code = "no_keychain"


class KeychainLocked(NeedsUser):
    """The keychain is there but locked."""

    code = "keychain_locked"


class KeychainDenied(NeedsUser):
    """The person or the system denied access to the keychain."""

    code = "keychain_denied"


class KeychainTimeout(NeedsUser):
    """The keychain did not answer in time."""

    code = "keychain_timeout"


class NotSent(NeedsUser):
    """A trust rule forbade sending the key where it would have gone."""

    code = "not_sent"


class KeyRefused(LlmkeysError):
    """The provider refuses the key."""

    code = "key_refused"
    exit_code = 5


class CannotTell(LlmkeysError):
    """The provider could not be asked, so nothing is known about the key."""

    code = "cannot_tell"
    exit_code = 6


class Cancelled(LlmkeysError):
    """The person stopped it."""

    code = "cancelled"
    exit_code = 130
