"""What a report says the validation split was for."""

from __future__ import annotations

import dataclasses

from kerasapps.training import EpochRow, History
from kerasapps.workflow.validation_role import has_thresholds, validation_role


def test_what_the_validation_split_was_for_depends_on_the_run() -> None:
    epoch = EpochRow(1, "train", 0.001, 1.0, 0.5, 0.8, 0.6, 0.75)
    head = dataclasses.replace(epoch, phase="head", learning_rate=0.0)
    later = dataclasses.replace(epoch, epoch=2, phase="fine-tune")

    def role(*rows: EpochRow, chose_model: bool = False, **asked: bool) -> str:
        history = History(rows, 1, "epochs", 1.0, quality="accuracy")
        asked = {"searched": False, "pooled": False, **asked}
        return validation_role(history, chose_model=chose_model, **asked)

    assert role(epoch) == "decided when to stop"
    assert role(epoch, chose_model=True) == "chose the model and decided when to stop"
    assert role(epoch, chose_thresholds=True) == "decided when to stop and chose the thresholds"
    fitted = "decided how closely the head was fitted"
    assert role(head) == fitted
    assert role(head, later, pooled=True) == f"{fitted} and decided when to stop"
    assert role(head, pooled=True).startswith("was learned from by the head")
    assert role(dataclasses.replace(head, val_metric=0.5), pooled=True) == fitted
    folds = "was kept from the networks (validation is here the fold of the first one)"
    assert role(epoch, apart=True) == role(head, pooled=True, apart=True) == folds
    assert role(epoch, apart=True, chose_model=True, chose_thresholds=True) == (
        f"chose the model, {folds} and chose the thresholds"
    )


def test_an_answer_has_thresholds_where_one_of_its_parts_has() -> None:
    assert not has_thresholds({"kind": "classes", "unknown_label": "other"})
    assert has_thresholds({"kind": "classes", "unknown": 0.4})
    assert has_thresholds({"kind": "labels", "thresholds": [0.5]})
    parts = {"size": {"kind": "number"}, "kind": {"kind": "classes", "thresholds": [0.1, 0.2]}}
    assert has_thresholds({"kind": "several", "answers": parts})
    assert not has_thresholds({"kind": "several", "answers": {"size": {"kind": "number"}}})
