"""The part of a form that few keys need: an address of their own, and the settings a provider asks for."""

from __future__ import annotations

from collections.abc import Mapping

from textual.containers import Vertical

from llmkeys.catalog.rows import Provider
from llmkeys.ui.key_judge import Judge
from llmkeys.ui.widgets.field import Field


class ExtraFields(Vertical):
    """Base URL and the provider's own fields; hidden until asked for, or until one of them is required."""

    DEFAULT_CSS = """
    ExtraFields { height: auto; margin-top: 1; }
    """

    def __init__(self, *, judge: Judge, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        """`judge` tells keys, which none of these fields takes."""
        super().__init__(id=id)
        self._judge = judge
        self.fields: dict[str, Field] = {}
        """Setting → its field."""
        self.address = Field("Base URL", judge=judge)

    def offer(
        self,
        provider: Provider,
        base_url: str = "",
        settings: Mapping[str, object] = {},
        *,
        shown: bool = False,
    ) -> None:
        """Ask for what `provider` needs, starting from what is known; `shown` opens the fields at once."""
        self.remove_children()
        self.fields = {
            each.name: Field(
                f"{each.words} · needed" if each.required else each.words,
                str(settings.get(each.name, "")),
                judge=self._judge,
            )
            for each in provider.fields
        }
        self.address = Field("Base URL", base_url, placeholder=provider.base_url, judge=self._judge)
        self.mount_all([*self.fields.values(), self.address])
        self.display = shown or not provider.base_url or any(each.required for each in provider.fields)

    def toggle(self) -> None:
        """Show or hide the fields; the first one gets the keys."""
        self.display = not self.display
        if self.display:
            next(iter((*self.fields.values(), self.address))).input.focus()

    @property
    def base_url(self) -> str:
        """The address that was typed; empty for the provider's own."""
        return self.address.value

    @property
    def settings(self) -> dict[str, object]:
        """Setting → what was typed, for the fields that are not empty."""
        return {name: field.value for name, field in self.fields.items() if field.value}
