"""The text of a key, wrapped so that it cannot be printed, logged, compared or stored by accident."""

from __future__ import annotations

REDACTED = "Secret(‹redacted›)"
HINT_MINIMUM = 20
"""A key shorter than this many characters shows nothing of itself, not even its end."""


class Secret:
    """A key. `reveal()` is the only way to its text, and a test lists every call of it."""

    __slots__ = ("_text",)
    _text: str

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "_text", text)

    def reveal(self) -> str:
        """The text itself, for one of the ways out that the design names."""
        return self._text

    def hint(self, prefixes: tuple[str, ...] = ()) -> str:
        """What may be shown and stored: a known prefix and the last 4 characters, such as `sk-ant-…7Qx2`.

        A key of fewer than 20 characters gives only its length, such as `12 characters`.
        """
        text = self._text
        if len(text) < HINT_MINIMUM:
            return f"{len(text)} characters"
        prefix = max((each for each in prefixes if text.startswith(each)), key=len, default="")
        return f"{prefix}…{text[-4:]}"

    def fingerprint(self, salt: str) -> str:
        """An HMAC-SHA256 of the key under the installation's `salt`, as 32 hexadecimal digits."""
        import hmac

        text = self._text
        return hmac.new(salt.encode(), text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:32]

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Secret does not change")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __len__(self) -> int:
        return len(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return REDACTED

    __str__ = __repr__

    def __format__(self, specification: str) -> str:
        return REDACTED

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not pickled or copied into bytes")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self
