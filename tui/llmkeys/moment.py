"""Moments and spans of time: seconds since the epoch inside, RFC 3339 UTC on disk and in JSON, words on screens."""

from __future__ import annotations

import time

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def to_text(seconds: float) -> str:
    """`seconds` since the epoch as RFC 3339 UTC with whole seconds: `2026-11-21T04:05:06Z`."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def from_text(text: str | None) -> float | None:
    """Seconds since the epoch for an RFC 3339 `text`, UTC where it names no offset; None for anything else."""
    if not text or len(text) < 20 or text[10] not in "Tt ":
        return None
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00").replace("z", "+00:00"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def age(seconds: float) -> str:
    """A span as a row shows it: `now`, `2m`, `3h`, `41d`."""
    if seconds < MINUTE:
        return "now"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)}m"
    if seconds < DAY:
        return f"{int(seconds // HOUR)}h"
    return f"{int(seconds // DAY)}d"


def wait(seconds: float) -> str:
    """How long to wait: `38 s`, `5 min`, `2 h`, `3 d`; rounded up, so that it is not too early."""
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= 2 * size:
            return f"{-int(-seconds // size)} {unit}"
    return f"{-int(-seconds // 1)} s"
