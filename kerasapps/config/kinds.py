"""The words by which a `bundle.json` says what goes in and what comes out.

Programs of other people, and our own that write such programs, branch on these and never on a
task's name; `docs/bundles.md` says what each means.
"""

from __future__ import annotations

from typing import Final

PICTURE: Final = "picture"
WORDS: Final = "words"
WORDPIECES: Final = "wordpieces"
SENTENCEPIECE: Final = "sentencepiece"
TOKENS: Final = "tokens"
PIECES: Final = "pieces"
ROWS: Final = "rows"
SOUND: Final = "sound"
ARRAYS: Final = "arrays"
"""What is read: the `kind` of `preprocessing`."""

CLASSES: Final = "classes"
LABELS: Final = "labels"
NUMBER: Final = "number"
NUMBERS: Final = "numbers"
TRANSLATION: Final = "translation"
TAGS: Final = "tags"
"""What is answered: the `kind` of `answer`."""
