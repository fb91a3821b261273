"""What may come from a stranger's bundle at most, which must not take all memory."""

from typing import Final

LARGEST_SIDE: Final = 4096
"""Pixels of a picture's side."""

LONGEST_TEXT: Final = 65_536
"""Ids of a text, and other lengths that a text has."""
