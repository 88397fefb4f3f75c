"""How long what a person took away on the screen can be had back."""

UNDO_SECONDS = 600.0
"""So long the key of a deleted account, or a rotated one, is kept in its store."""
