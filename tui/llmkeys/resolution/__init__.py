"""Floor 4: which key wins, and why; pure functions, mappings in, a Resolution out."""
