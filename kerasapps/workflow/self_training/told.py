"""What terminal, bundle and report say of a self-training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kerasapps.data.sources.forms import describe_source
from kerasapps.data.splits import Splits
from kerasapps.data.unlabelled import Sifted
from kerasapps.terminal.streams import tell
from kerasapps.wording.counted import counted
from kerasapps.workflow.self_training.labelled import Labelled
from kerasapps.workflow.self_training.section import with_told


def concluded(labelled: Labelled, sifted: Sifted[Any]) -> Splits[Any]:
    """The splits that the network that ships is trained on, with what bundle and report say.

    Args:
        labelled: once all networks have labelled.
        sifted: what there was to label.
    """
    last, grown = labelled.rounds[-1], labelled.grown
    if grown.pseudo is None:
        tell(
            f"Warning: the network is sure of none of {counted(last.total, 'unlabelled example')}: "
            "the one that ships learns from the labelled ones alone. Lower "
            f"UnlabelledConfig.pseudo_threshold ({labelled.threshold:g}), or give more labelled "
            "examples"
        )
    elif last.collapse:
        tell(last.collapse)
    return with_told(grown, _told(labelled, sifted))


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
