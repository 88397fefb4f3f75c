"""A model as the catalogue knows it: what it is called, what it costs, what it can do."""

from typing import NamedTuple

DEPRECATED = "deprecated"


class Model(NamedTuple):
    """One model of one provider. Unknown is None or empty; prices are US dollars per million tokens."""

    id: str
    name: str
    context: int | None
    """Tokens it can read and write in one go."""
    price_in: float | None
    price_out: float | None
    modalities: tuple[str, ...] = ()
    """What it reads, of `text image pdf audio video`."""
    tools: bool | None = None
    reasoning: bool | None = None
    status: str = ""
    """`alpha`, `beta`, `deprecated` (retired or about to be), or empty."""
    released: str = ""
    """`2026-04-23`, or `2026-04` where the day is not known."""
    outputs: tuple[str, ...] = ()
    """What it writes, of `text image audio video`."""

    @property
    def writes_text(self) -> bool:
        """Whether it can be talked to; a model of which nothing is known can."""
        return not self.outputs or "text" in self.outputs

    @property
    def is_free(self) -> bool:
        """Whether it is known to cost nothing."""
        return self.price_in == 0 and self.price_out == 0
