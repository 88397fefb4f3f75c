"""Does a key work: what to ask, over which network, and what the answer means. `judge` is its pure heart."""

from llmkeys.check.judgement import judge

__all__ = ["judge"]
