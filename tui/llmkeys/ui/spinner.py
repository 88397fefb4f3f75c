"""How every screen shows that something takes its time: which glyphs, after how long, for how long."""

from __future__ import annotations

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
FRAMES_A_SECOND = 10
SHOWN_AFTER = 0.1
"""Seconds: what is over sooner shows no spinner."""
SHOWN_AT_LEAST = 0.3
"""Seconds: a spinner that shows does not flash."""
ELAPSED_AFTER, STOP_AFTER = 1.0, 5.0
"""Seconds after which the screen says how long it takes, and which key stops it."""


def frame(seconds: float) -> str:
    """The glyph at this moment of a steady clock."""
    return FRAMES[int(seconds * FRAMES_A_SECOND) % len(FRAMES)]
