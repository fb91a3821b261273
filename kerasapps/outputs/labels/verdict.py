"""What figures of sets of labels are worth, in words."""

from __future__ import annotations

from collections.abc import Sequence

from kerasapps.wording.shortened import shortened

_GAIN = 0.02  # of micro-F1 over guessing, of which less may be luck


def warnings_of(
    micro_f1: float, guess_f1: float, *, never_given: Sequence[str], unseen: Sequence[str]
) -> list[str]:
    """What is to be said of sets that guessing finds too, and of labels that figures hide.

    Args:
        micro_f1: as it was measured.
        guess_f1: of the best set that is the same for all examples.
        never_given: labels that examples have and none got.
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
        said.append(
            f"Warning: no example got the label {_listed(never_given)}, though some have it; more "
            "examples of it would help most."
        )
    if unseen:
        said.append(f"No example has the label {_listed(unseen)}: nothing is known of it here.")
    return said


def _listed(labels: Sequence[str]) -> str:
    return shortened([repr(label) for label in labels])
