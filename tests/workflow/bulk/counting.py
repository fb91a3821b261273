"""A bundle's answers that need no bundle: the words of a text, counted; found by processes here."""

from __future__ import annotations

from dataclasses import dataclass

from kerasapps.errors import DataError
from kerasapps.workflow.answers import Answers
from kerasapps.workflow.inputs import inputs_of_texts


@dataclass(frozen=True)
class Counted:
    """How many words a text has, and those before the fourth."""

    words: tuple[str, ...]
    truncated: bool


def counting() -> Answers:
    """Answers with one word of many; a text "broken" has none."""
    return Answers(
        kind="text",
        gather=inputs_of_texts,
        find=find,
        lines=lambda text, found: [text],
        values=lambda found: {"words": found.words},
        columns=("word", "length"),
        cells=lambda found: [cell for word in found.words for cell in (word, len(word))],
        note="words are counted",
    )


def find(text: str) -> Counted:
    """The answer to a text."""
    if text == "broken":
        raise DataError("it is broken")
    words = text.split()
    return Counted(tuple(words[:1]) if "wide" not in text else tuple(words), len(words) > 5)
