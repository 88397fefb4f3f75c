"""A field that shows a name as it is typed, and turns into a key field the moment it may hold a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from llmkeys.secret import Secret
from llmkeys.ui.bursts import MOST_PASTED
from llmkeys.ui.widgets.secret_input import SecretInput

_LONGEST_NAME = 64


class NameOrKey(SecretInput):
    """Shows only what can be a name; once masked it stays masked until it is empty.

    `may_show` judges what is typed, `is_exact` what is pasted: that is shown only if it is a name and nothing else.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+r", "nothing", show=False)]

    def __init__(
        self,
        may_show: Callable[[str], bool],
        is_exact: Callable[[str], bool],
        *,
        placeholder: str,
        id: str | None = None,  # noqa: A002 - Textual's word
    ) -> None:
        super().__init__(placeholder=placeholder, id=id)
        self._may_show = may_show
        self._is_exact = is_exact
        self._is_key = False

    @property
    def masked(self) -> bool:
        """Whether it may be a key."""
        return self._is_key

    @property
    def name_text(self) -> str:
        """What was typed, while it can only be a name; empty for a key."""
        return "" if self._is_key else self._characters()

    def _legible(self) -> str:
        return self._characters()

    def _accept(self, pasted: str) -> None:
        name = pasted.strip() if len(pasted) <= MOST_PASTED else ""
        if 0 < len(name) <= _LONGEST_NAME and self._is_exact(name):
            self._is_key = False
            self._replace(Secret(name))
        else:
            self._is_key = True
            super()._accept(pasted)

    def _changed(self) -> None:
        self._is_key = bool(self._typed) and (self._is_key or not self._may_show(self._characters()))
        super()._changed()
