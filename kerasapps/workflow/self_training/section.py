"""What a report says of a self-training, by what its bundle says of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from kerasapps.data.audit import Finding
from kerasapps.data.splits import Splits
from kerasapps.evaluation.shown import per_cent

KEY: Final = "unlabelled"
"""Of the finding in the audit, and of the same values in `data` of a bundle."""


def with_told(splits: Splits[Any], told: Mapping[str, Any] | None) -> Splits[Any]:
    """The splits with what is said of examples without labels among the figures of their audit.

    Args:
        splits: the labelled examples, with or without others beside them.
        told: as a bundle has it; None: there was no self-training.

    Raises:
        KeyError, TypeError, AttributeError: if `told` is something else.
    """
    if told is None:
        return splits
    figures = (*splits.audit.figures, _finding(told, splits.labels))
    return dataclasses.replace(splits, audit=dataclasses.replace(splits.audit, figures=figures))


def told_of(splits: Splits[Any]) -> Mapping[str, Any] | None:
    """What `with_told` was given; None where that was nothing."""
    told = {each.key: each.value for each in splits.audit.figures}.get(KEY)
    return None if told is None else dict(told)


def alone_line(said: Mapping[str, Any], threshold: float) -> str:
    """How sure networks were of labelled examples when they were right.

    Args:
        said: as `Known.to_dict` gives it.
        threshold: from which score on a label is believed.
    """
    if not said["examples"]:
        return (
            "There are too few labelled examples to tell how sure a network is when it is right: "
            "its scores are taken as they are"
        )
    reached = f"none has a score of {threshold:g}"
    if said["reached"]:
        reached = (
            f"of the {said['reached']:,} with a score of {threshold:g} or more "
            f"{per_cent(said['right_of_reached'])}"
        )
    return (
        f"Labelled alone: {per_cent(said['right'])} right on {said['judged_on']}; {reached} "
        f"(temperature {said['temperature']:.2f})"
    )


def _finding(told: Mapping[str, Any], names: tuple[str, ...]) -> Finding:
    """How many examples got which label by each network."""
    networks, examples = told["networks"], told["examples"]
    total = [f"{each['labelled']:,} ({per_cent(each['labelled'] / examples)})" for each in networks]
    rows = [[name, *(f"{each['labels'][name]:,}" for each in networks)] for name in names]
    alone = alone_line(told["labelled_alone"], told["threshold"])
    return Finding(
        key=KEY,
        value=told,
        heading=f"Labels that networks gave to {examples:,} examples without any",
        columns=("label", *(f"network {number}" for number in range(1, len(networks) + 1))),
        rows=[*rows, ["examples", *total]],
        note=f"{alone}. What the last network labelled is learnt beside the labelled examples.",
    )
