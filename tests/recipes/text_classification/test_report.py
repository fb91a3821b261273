"""What a report says of the texts that were trained on."""

from __future__ import annotations

from kerasapps.data.texts.audit import text_audit
from kerasapps.evaluation.formats import share
from kerasapps.evaluation.sections import Table
from kerasapps.recipes.text_classification.report import text_audit_tables


def test_the_share_of_cut_texts_stands_behind_their_lengths() -> None:
    counts = {"train": {"a": 2, "b": 1}, "validation": {}, "test": {}}
    audit = text_audit("x", counts=counts, guesses=["text in 'a'"])
    tables = text_audit_tables(audit, cut={"train": 0.25, "test": 0.0})
    assert [table.heading for table in tables] == [
        *("Texts per class", "Words of a text", "Texts longer than the model reads"),
        "Read as (1)",
    ]
    assert tables[2] == Table(
        heading="Texts longer than the model reads",
        rows=[["train", share(0.25)], ["test", share(0)]],
        columns=("split", "share"),
        note="The model reads their beginning.",
    )
