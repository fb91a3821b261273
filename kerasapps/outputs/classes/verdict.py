"""What an accuracy is worth, in words for those who have not met one before."""

from __future__ import annotations

from collections.abc import Sequence

from kerasapps.outputs.classes.chance import chance_of
from kerasapps.outputs.classes.scores import ClassScore, accuracy_interval
from kerasapps.wording.harmless import one_line

_LONGEST = 40  # characters of a class's name
_MANY = 1000  # examples, of which an accuracy is sure to three points or so


def guessing(classes: Sequence[ClassScore]) -> str:
    """How often one is right who guesses: `at random 33.33%, always 'red' 35.00%`.

    Args:
        classes: all there are, with their numbers of examples.
    """
    chance = chance_of(classes)
    name = one_line(chance.majority)
    name = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
    return f"at random {chance.at_random:.2%}, always '{name}' {chance.always:.2%}"


def counted_right(accuracy: float, examples: int) -> str:
    """How many were right, and where the accuracy is likely: `10 of 12; likely 55 to 95 %`.

    Args:
        accuracy: 0 to 1.
        examples: that it was measured on; of many the figure says enough, and this is empty.
    """
    if examples >= _MANY:
        return ""
    low, high = accuracy_interval(accuracy, examples)
    right = round(accuracy * examples)
    return f"{right} of {examples}; likely {100 * low:.0f} to {100 * high:.0f} %"


def warnings_of(accuracy: float, classes: Sequence[ClassScore]) -> list[str]:
    """What is to be said of an accuracy that guessing has too; nothing of a better one.

    Args:
        accuracy: 0 to 1.
        classes: as it was measured.
    """
    examples = sum(each.support for each in classes)
    if chance_of(classes).is_beaten(accuracy, examples):
        return []
    return [
        "Warning: that is not clearly better than guessing, so do not rely on the model yet. Look "
        "at the data first (kerasapps check), then give it more examples, train it longer, or try "
        "another model."
    ]
