"""Colours: the dark theme and its light twin, and which look fits a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

DARK = Theme(
    name="llmkeys-dark",
    primary="#7aa2f7",
    secondary="#7dcfff",
    accent="#7aa2f7",
    success="#8fbf7f",
    warning="#e0af68",
    error="#f0707f",
    foreground="#d5d9e4",
    background="#101218",
    surface="#161922",
    panel="#161922",
    dark=True,
    variables={
        "quiet": "#8b909c",
        "rule": "#2a2e3a",
        "block-cursor-background": "#28334e",
        "block-cursor-foreground": "#d5d9e4",
        "block-cursor-text-style": "bold",
        "scrollbar": "#2e3d60",
        "scrollbar-hover": "#3a4d7a",
        "scrollbar-background": "#101218",
        "scrollbar-background-hover": "#101218",
        "scrollbar-background-active": "#101218",
        "border": "#7aa2f7",
        "border-blurred": "#2a2e3a",
        "footer-key-foreground": "#7aa2f7",
        "input-selection-background": "#3a4d7a",
    },
)
LIGHT = Theme(
    name="llmkeys-light",
    primary="#2f5fc4",
    secondary="#0f6f8f",
    accent="#2f5fc4",
    success="#3b7a2a",
    warning="#8f5a00",
    error="#b3263a",
    foreground="#22252e",
    background="#fafbfd",
    surface="#eef0f5",
    panel="#eef0f5",
    dark=False,
    variables={
        "quiet": "#666b78",
        "rule": "#cfd4df",
        "block-cursor-background": "#d3def7",
        "block-cursor-foreground": "#22252e",
        "block-cursor-text-style": "bold",
        "scrollbar": "#b9c8ec",
        "scrollbar-hover": "#9db3e3",
        "scrollbar-background": "#fafbfd",
        "scrollbar-background-hover": "#fafbfd",
        "scrollbar-background-active": "#fafbfd",
        "border": "#2f5fc4",
        "border-blurred": "#cfd4df",
        "footer-key-foreground": "#2f5fc4",
        "input-selection-background": "#b9c8ec",
    },
)
LOOKS = {"dark": DARK.name, "light": LIGHT.name, "ansi": "ansi-dark", "mono": "ansi-dark"}
EXTRA_VARIABLES = {"quiet": "ansi_bright_black", "rule": "ansi_bright_black"}
"""What our stylesheets use and Textual's own themes lack."""


def is_mono(setting: str, environ: Mapping[str, str]) -> bool:
    """Whether nothing may be told by colour: `NO_COLOR` is set and not empty, or the person chose `mono`."""
    return setting == "mono" or bool(environ.get("NO_COLOR"))


def theme_for(setting: str, *, mono: bool, color_system: str | None) -> str:
    """The name of the theme for the setting `theme` on a terminal of this depth.

    `auto` is dark, or the terminal's own 16 colours where it has no more: RGB themes degrade badly there.
    """
    if mono or (setting == "auto" and color_system in (None, "standard", "windows")):
        return LOOKS["mono"]
    return LOOKS.get(setting, DARK.name)
