"""What may come from a stranger's bundle at most, which must not take all memory."""

from typing import Final

LARGEST_SIDE: Final = 4096
"""Pixels of a picture's side."""

LONGEST_TEXT: Final = 65_536
"""Ids of a text, and other lengths that a text has."""

LONGEST_SOUND: Final = 3600
"""Seconds of a sound that is read at once; of a longer one parts are."""

MOST_SOUND_BYTES: Final = 1 << 28
"""Of an encoded sound that is in memory; files are read block by block, whatever their size."""

LARGEST_RATE: Final = 192_000
"""Samples of a sound a second."""

LONGEST_CLIP: Final = 2**24
"""Samples of a clip: six minutes of the finest sound in use, a quarter of an hour of speech."""
