"""The audit's tables of a report."""

from __future__ import annotations

import dataclasses

from kerasapps.data.texts.audit import Found, Listed
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.training import EpochRow
from kerasapps.workflow.documents import LISTED, audit_sections, history_row, listed


def test_a_long_list_is_cut_and_says_how_many_there_are() -> None:
    found = Listed(250, tuple(Found(f"row {n}", f"text {n}") for n in range(100)))
    section = listed(
        "Remnants", found, lambda one: (one.origin, one.text), columns=("where", "text"), note="So."
    )
    assert section.heading == "Remnants (250)" and section.columns == ("where", "text")
    assert len(section.rows) == LISTED and section.rows[1] == ("row 1", "text 1")
    assert section.note == "So. The first 20 of 250 are listed."


def test_a_whole_list_counts_itself() -> None:
    section = listed("Lines", ["a", "b"], lambda line: (line,))
    assert (section.heading, section.rows, section.note) == ("Lines (2)", [("a",), ("b",)], "")
    section = listed("Lines", [str(n) for n in range(21)], lambda line: (line,))
    assert section.heading == "Lines (21)" and len(section.rows) == LISTED


def test_empty_sections_are_left_out_and_what_was_said_comes_last() -> None:
    one = listed("One", ["a"], lambda line: (line,))
    none = listed("None", Listed[str](), lambda line: (line,))
    assert audit_sections([none, one]) == [one]
    found = audit_sections([one], read_as=["text in 'a'"], warnings=["odd", "odder"])
    assert [each.heading for each in found] == ["One (1)", "Read as (1)", "Warnings (2)"]
    assert found[2].rows == [("odd",), ("odder",)]


def test_an_epochs_figures_are_called_by_name() -> None:
    row = EpochRow(1, "train", 0.1, 1.0, 0.5, 0.6, 0.7, 0.8)
    assert history_row(row, CLASSES) == {
        "epoch": 1, "phase": "train", "learning_rate": 0.1, "seconds": 1.0, "loss": 0.5,
        "accuracy": 0.6, "val_loss": 0.7, "val_accuracy": 0.8,
    }  # fmt: skip
    judged = dataclasses.replace(row, val_metric=31.0)
    for answer, name in ((CLASSES, "val_macro-F1"), (TRANSLATIONS, "val_BLEU")):
        assert history_row(judged, answer) == {**history_row(row, answer), name: 31.0}
