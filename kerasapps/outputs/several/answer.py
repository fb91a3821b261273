"""The figures that several answers together are judged by, and what a bundle says of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from kerasapps.config import kinds
from kerasapps.config.metric import Answer, Metric

MEAN_SCORE = Metric(
    name="mean score", key="mean_score", quality="mean_score", of_examples=False, tolerance=1.0
)
"""The mean of the answers' scores, each from 0 to 1; see `score_of`."""
MEAN_FIT = Metric(name="mean fit", key="mean_fit", quality="mean_fit", of_examples=False)
"""The same of what a step counts beside the loss."""
SEVERAL = Answer(metric=MEAN_SCORE, fitted=MEAN_FIT, judged=MEAN_SCORE)
_LONGEST: Final = 40  # characters of an output's name
_OF_A_FILE: Final = ("labels_file", "uint8_divisor")


def score_of(metric: Metric, share: float, *, spread: float) -> float:
    """What an answer is worth beside others: 1 is perfect, 0 is no better than nothing.

    Of an error it is the share of the variance that is explained, as R², and never below 0.

    Args:
        metric: of the answer.
        share: see `Metric.share`.
        spread: of an error: what always answering the mean has, which is the deviation.
    """
    if not metric.is_error:
        return share
    if not spread:
        return float(share == 0)
    return max(0.0, 1 - (share / spread) ** 2)


def tolerance_of(metric: Metric, tolerance: float) -> float:
    """What a file may lose of one answer, where it may lose `tolerance` points of the mean score.

    An error may lose twice as many per cent, as its own tolerance is twice that of a share.
    """
    return tolerance * metric.tolerance / MEAN_SCORE.tolerance


def output_names(names: Sequence[str], *, taken: Collection[str]) -> dict[str, str]:
    """Name of each answer → what the files call the output, unlike all that they take.

    Args:
        names: of the answers, which may be any text.
        taken: names of the files' inputs.
    """
    from kerasapps.export.saved_model import signature_names

    used, outputs = set(taken), {}
    for name, plain in signature_names(names).items():
        output = plain[:_LONGEST]
        while output in used:
            output += "_out"
        used.add(output)
        outputs[name] = output
    return outputs


def explain_several(
    answers: Mapping[str, Mapping[str, Any]],
    *,
    outputs: Mapping[str, str],
    labels: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """How answers are read from outputs, for programs of other people; see `docs/bundles.md`.

    Args:
        answers: name → what a bundle of this answer alone would say.
        outputs: name → the files' output.
        labels: name → the labels in the order of the scores; none of a number.
    """
    return {
        "kind": kinds.SEVERAL,
        "answers": {
            name: {
                **{key: value for key, value in answer.items() if key not in _OF_A_FILE},
                **({"labels": list(labels[name])} if labels[name] else {}),
                "output": outputs[name],
            }
            for name, answer in answers.items()
        },
    }
