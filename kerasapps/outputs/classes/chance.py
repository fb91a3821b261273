"""What a classifier's accuracy is to be compared with: guessing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kerasapps.outputs.classes.scores import ClassScore, accuracy_interval


@dataclass(frozen=True)
class Chance:
    """How often one is right who has not looked at the example.

    Attributes:
        at_random: share of the examples, 0 to 1, where each class is guessed as often as any other.
        majority: the commonest class.
        always: share of the examples where it is always answered.
    """

    at_random: float
    majority: str
    always: float

    def is_beaten(self, accuracy: float, examples: int) -> bool:
        """Whether an accuracy is above both, and by more than luck explains.

        Args:
            accuracy: 0 to 1.
            examples: that it was measured on.
        """
        low, _ = accuracy_interval(accuracy, examples)
        return low > max(self.always, self.at_random)


def chance_of(classes: Sequence[ClassScore]) -> Chance:
    """What guessing comes to among examples.

    Args:
        classes: all there are; their supports are numbers of examples, of which there is one.
    """
    commonest = max(classes, key=lambda each: each.support)
    examples = sum(each.support for each in classes)
    return Chance(1 / len(classes), commonest.label, commonest.support / examples)
