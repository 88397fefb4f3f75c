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
        """The text itself, for one of the few ways out."""
        return self._text

    def hint(self, prefixes: tuple[str, ...] = ()) -> str:
        """What may be shown and stored: a known prefix and the last 4 characters, such as `sk-ant-…7Qx2`.

        A key of fewer than 20 characters gives only its length, such as `12 characters`.
        """
        if len(self) < HINT_MINIMUM:
            return "1 character" if len(self) == 1 else f"{len(self)} characters"
        return f"{self.starts_with(prefixes)}…{self.tail}"

    def starts_with(self, prefixes: tuple[str, ...]) -> str:
        """The longest of `prefixes` that the key starts with; empty if it starts with none."""
        return max((each for each in prefixes if self._text.startswith(each)), key=len, default="")

    def matches(self, pattern: str) -> bool:
        """Whether the whole key matches the regular expression `pattern`."""
        import re

        return re.fullmatch(pattern, self._text) is not None

    @property
    def tail(self) -> str:
        """The last 4 characters of a key of at least 20; empty for a shorter one."""
        return self._text[-4:] if len(self._text) >= HINT_MINIMUM else ""

    def fingerprint(self, salt: str) -> str:
        """An HMAC-SHA256 of the key under the installation's `salt`, as 32 hexadecimal digits."""
        import hmac

        text = self._text
        return hmac.new(salt.encode(), text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:32]

    def hidden_in(self, text: str) -> str:
        """`text` with every piece of the key that stands in it, of 8 characters or more, replaced by `…`."""
        size = min(8, len(self._text))
        if not size:
            return text
        ours = [False] * len(text)
        for start in range(len(text) - size + 1):
            if text[start : start + size] in self._text:
                ours[start : start + size] = [True] * size
        kept = [
            "" if mine and start and ours[start - 1] else "…" if mine else character
            for start, (character, mine) in enumerate(zip(text, ours, strict=True))
        ]
        return "".join(kept)

    def edited(self, start: int, stop: int, text: str = "") -> Secret:
        """Another Secret with characters `start` to `stop` replaced by `text`: typing that never leaves the wrapper."""
        return Secret(self._text[:start] + text + self._text[stop:])

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
