"""What a bundle says of a self-training is all that a report needs to say it again."""

from __future__ import annotations

from typing import Any

import pytest

from kerasapps.data.audit import Audit
from kerasapps.data.splits import Splits
from kerasapps.workflow.self_training.section import KEY, alone_line, told_of, with_told

ALONE = {
    "temperature": 1.5,
    "judged_on": "108 texts for validation",
    "examples": 108,
    "right": 0.75,
    "reached": 40,
    "right_of_reached": 0.95,
}
TOLD: dict[str, Any] = {
    "examples": 60,
    "threshold": 0.8,
    "networks": [
        {"labelled": 15, "labels": {"pos": 5, "neg": 10}},
        {"labelled": 30, "labels": {"pos": 12, "neg": 18}},
    ],
    "labelled_alone": ALONE,
}


def splits() -> Splits[Any]:
    audit = Audit("texts.csv")
    return Splits(("neg", "pos"), (), (), (), audit=audit, fingerprint="0")


def test_the_table_has_a_column_a_network_and_a_row_a_label() -> None:
    again = with_told(splits(), TOLD)
    finding = again.audit.finding(KEY)
    assert finding.columns == ("label", "network 1", "network 2")
    assert finding.rows == [
        ["neg", "10", "18"],
        ["pos", "5", "12"],
        ["examples", "15 (25.00 %)", "30 (50.00 %)"],
    ]
    assert "75.00 % right on 108 texts for validation" in finding.note
    assert "of the 40 with a score of 0.8 or more 95.00 % (temperature 1.50)" in finding.note
    assert told_of(again) == TOLD


def test_nothing_is_said_where_there_was_no_self_training() -> None:
    plain = splits()
    assert with_told(plain, None) is plain
    assert told_of(plain) is None
    with pytest.raises(KeyError):
        with_told(plain, {"networks": []})


def test_too_few_examples_say_nothing_of_scores() -> None:
    assert "too few labelled examples" in alone_line({**ALONE, "examples": 0}, 0.9)
    assert "none has a score of 0.9" in alone_line({**ALONE, "reached": 0}, 0.9)
