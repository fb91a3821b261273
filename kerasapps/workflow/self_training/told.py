"""What terminal, bundle and report say of a self-training."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from kerasapps.data.audit import Finding
from kerasapps.data.sources.forms import describe_source
from kerasapps.data.splits import Splits
from kerasapps.data.unlabelled import Sifted
from kerasapps.evaluation.shown import per_cent
from kerasapps.terminal.streams import tell
from kerasapps.workflow.self_training.labelled import Labelled

KEY: Final = "unlabelled"


def concluded(labelled: Labelled, sifted: Sifted[Any]) -> Splits[Any]:
    """The splits that the network that ships is trained on, with what bundle and report say.

    Args:
        labelled: once all networks have labelled.
        sifted: what there was to label.
    """
    last, grown = labelled.rounds[-1], labelled.grown
    if grown.pseudo is None:
        tell(
            f"Warning: the network is sure of none of the {last.total:,} unlabelled examples: the "
            "one that ships learns from the labelled ones alone. Lower --pseudo-threshold "
            f"({labelled.threshold:g}), or give more labelled examples"
        )
    elif last.collapse:
        tell(last.collapse)
    told = _told(labelled, sifted)
    figures = (*grown.audit.figures, _finding(labelled, told))
    pseudo = None if grown.pseudo is None else dataclasses.replace(grown.pseudo, told=told)
    audit = dataclasses.replace(grown.audit, figures=figures)
    return dataclasses.replace(grown, audit=audit, pseudo=pseudo)


def _told(labelled: Labelled, sifted: Sifted[Any]) -> Mapping[str, Any]:
    config, known = labelled.config, labelled.known
    assert known is not None
    return {
        "source": describe_source(config.data),
        "examples": len(sifted.examples),
        "left_out": {
            "in_validation_or_test": sifted.held_out,
            "in_train": sifted.labelled,
            "copies": sifted.copies,
        },
        "threshold": labelled.threshold,
        "weight": config.weight_in(len(labelled.rounds)),
        "labelled_alone": known.to_dict(labelled.threshold),
        "networks": [
            {"labelled": len(each.rows), "labels": dict(each.counts)} for each in labelled.rounds
        ],
    }


def _finding(labelled: Labelled, told: Mapping[str, Any]) -> Finding:
    """What the report says: how many examples got which label by each network."""
    rounds, known = labelled.rounds, labelled.known
    assert known is not None
    total = [f"{len(each.rows):,} ({per_cent(len(each.rows) / each.total)})" for each in rounds]
    names = labelled.splits.labels
    rows = [[name, *(f"{each.counts[name]:,}" for each in rounds)] for name in names]
    return Finding(
        key=KEY,
        value=told,
        heading=f"Labels that networks gave to {told['examples']:,} examples without any",
        columns=("label", *(f"network {number}" for number in range(1, len(rounds) + 1))),
        rows=[*rows, ["examples", *total]],
        note=f"{known.line_at(labelled.threshold)}. What the last network labelled is learnt "
        "beside the labelled examples.",
    )
