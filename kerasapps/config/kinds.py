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
SEVERAL: Final = "several"
"""What is answered: the `kind` of `answer`."""

PHONE_APPS: Final = (
    (PICTURE, CLASSES),
    (WORDS, CLASSES),
    (WORDPIECES, CLASSES),
    (SENTENCEPIECE, TRANSLATION),
    (ROWS, CLASSES),
    (ROWS, NUMBER),
)
"""What is read and what is answered, of which there are apps for phones."""
PAGE_READS: Final = (PICTURE, SOUND, ROWS, WORDS, WORDPIECES, SENTENCEPIECE)
PAGE_ANSWERS: Final = (CLASSES, LABELS, NUMBER, TRANSLATION)
"""What a page in a browser reads and answers, each with each."""


def app_targets(reads: str, answers: str) -> tuple[str, ...]:
    """The kinds of app there are for a bundle, as `--target` names them.

    Args:
        reads: the `kind` of its `preprocessing`.
        answers: the `kind` of its `answer`.
    """
    phones = ("android", "ios") if (reads, answers) in PHONE_APPS else ()
    return (*phones, "web") if reads in PAGE_READS and answers in PAGE_ANSWERS else phones
