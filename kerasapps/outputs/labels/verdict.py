"""What figures of sets of labels are worth, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kerasapps.outputs.thresholds import FEWEST
from kerasapps.wording.shortened import MOST_CLASSES, shortened

_GAIN = 0.02  # of micro-F1 over guessing, of which less may be luck
_ORDERED = 0.8  # average precision of scores that a lower threshold would make use of


def warnings_of(
    micro_f1: float, guess_f1: float, *, never_given: Mapping[str, float], unseen: Sequence[str]
) -> list[str]:
    """What is to be said of sets that guessing finds too, and of labels that figures hide.

    Args:
        micro_f1: as it was measured.
        guess_f1: of the best set that is the same for all examples.
        never_given: label that examples have and none got → its average precision.
        unseen: labels that no example has, so that nothing is known of them.
    """
    said = []
    if micro_f1 < guess_f1 + _GAIN:
        said.append(
            "Warning: that is not clearly better than giving all examples the same labels, so do "
            "not rely on the model yet. Look at the data first (kerasapps check), then give it "
            "more examples, train it longer, or try another model."
        )
    if never_given:
        said.append(_never_given(never_given))
    if unseen:
        has = f"No example has {_listed(unseen)}"
        said.append(f"{has}: nothing is known of {_it(unseen)} here.")
    return said


def _never_given(precisions: Mapping[str, float]) -> str:
    """Labels that nothing got, and what helps them: a lower threshold, or else more examples."""
    labels = [*precisions]
    told = f"Warning: no example got {_listed(labels)}, though some have {_it(labels)}; "
    ordered = [label for label in labels if precisions[label] >= _ORDERED]
    helps = "more examples with {} would help most."
    if not ordered:
        return told + helps.format(_it(labels))
    told += (
        f"the scores of {_listed(ordered)} are nearly in the right order (average precision of "
        f"{min(precisions[label] for label in ordered):.0%} or more), so what fails is the "
        f"threshold, which is that of all labels where fewer than {FEWEST} examples of the "
        "validation split have a label: a larger --validation-split helps."
    )
    others = [label for label in labels if label not in ordered]
    return f"{told} Of {_listed(others)}: {helps.format(_it(others))}" if others else told


def _it(labels: Sequence[str]) -> str:
    return "it" if len(labels) == 1 else "them"


def _listed(labels: Sequence[str]) -> str:
    names = [repr(label) for label in labels]
    noun = "the label" if len(names) == 1 else "the labels"
    if 1 < len(names) <= MOST_CLASSES:
        return f"{noun} {', '.join(names[:-1])} and {names[-1]}"
    return f"{noun} {shortened(names)}"
