"""What the validation split was for in a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kerasapps.training import History


def validation_role(
    history: History,
    *,
    chose_model: bool,
    searched: bool,
    pooled: bool,
    chose_file: bool = False,
    chose_thresholds: bool = False,
    apart: bool = False,
) -> str:
    """What the validation split was for in a run, as the end of a sentence.

    Args:
        history: of the training.
        chose_model: whether several models were compared on it.
        searched: whether the options were found by it.
        pooled: whether it is so small that a head that is all that was fitted may learn from it.
        chose_file: whether several forms of the network were compared on it.
        chose_thresholds: whether it says from which score on something is answered.
        apart: whether no training was stopped on it, as each had a fold for that.
    """
    solved = any(row.phase == "head" and row.learning_rate == 0 for row in history.rows)
    head = "decided how closely the head was fitted"
    # What each epoch is judged on, by a judge or by metrics of the user's, is not learned from.
    judged = any(row.val_metric is not None or row.metrics for row in history.rows)
    if history.is_solved and pooled and not judged:
        head = "was learned from by the head, whose validation figures are of cross-validation"
    training = [head] if solved else []
    training += [] if history.is_solved else ["decided when to stop"]
    if apart:
        training = ["was kept from the networks (validation is here the fold of the first one)"]
    roles = [
        *(["chose the options of the search"] if searched else []),
        *(["chose the model"] if chose_model else []),
        *training,
        *(["chose the thresholds"] if chose_thresholds else []),
        *(["chose the file"] if chose_file else []),
    ]
    return " and ".join(filter(None, (", ".join(roles[:-1]), roles[-1])))


def has_thresholds(answer: Mapping[str, Any]) -> bool:
    """Whether an answer, or one of several, takes a score that was chosen."""
    parts = answer.get("answers", {}).values()
    return bool(answer.keys() & {"thresholds", "unknown"}) or any(map(has_thresholds, parts))
