"""Sizes at which screens change their layout, as classes that every screen has."""

from __future__ import annotations

HORIZONTAL = [(0, "-tiny"), (40, "-narrow"), (72, "-normal"), (110, "-wide")]
VERTICAL = [(0, "-flat"), (10, "-low"), (20, "-high"), (30, "-tall")]
"""Least columns and least rows of each class."""


def classes_for(size: tuple[int, int]) -> str:
    """The classes of a screen on so many columns and rows.

    Textual sets them after the first layout, which then is done twice; the first screen starts with them.
    """
    return " ".join(
        max((least, name) for least, name in breakpoints if least <= cells)[1]
        for cells, breakpoints in zip(size, (HORIZONTAL, VERTICAL), strict=True)
    )
