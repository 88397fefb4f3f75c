"""Plain ASCII in place of glyphs, for terminals and fonts that lack them: the setting `ascii`."""

from __future__ import annotations

from typing import Any

_PAIRS = (
    ("✓✗○●•–★♥▸", "+x.**-**>"),
    ("↵↑↓→←␣", "<^v><_"),
    ("·…“”‘’", "-~\"\"''"),
    ("▁▂▃▄▅▆▇█", "__.-=+##"),
    ("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "|/-\\|/-\\|/"),
    ("─━│┃╭╮╰╯┌┐└┘├┤┬┴┼", "--||+++++++++++++"),
    ("▎▏▕▊▌▐▔▀", "||||||--"),
)
TABLE = str.maketrans({glyph: plain for glyphs, plains in _PAIRS for glyph, plain in zip(glyphs, plains, strict=True)})
"""Each glyph of the screens and of Textual's frames, all one cell wide, with what stands for it."""


class Plain:
    """Mixed into a driver, before it: whatever goes to the terminal goes as ASCII where we know how."""

    def write(self, data: str) -> Any:
        """Write `data`, glyphs replaced."""
        return super().write(data.translate(TABLE))  # type: ignore[misc]
