"""What is told of pictures, in the terminal and in the report's tables."""

from __future__ import annotations

from pathlib import Path

from kerasapps.data.audit_text import audit_text
from kerasapps.data.images.audit import (
    Conflict,
    Conversion,
    Duplicate,
    Sizes,
    measure_sizes,
    picture_audit,
)
from kerasapps.data.sources.file_listing import BrokenFile

A, B = Path("train/a.png"), Path("test/b\n.png")
FULL = picture_audit(
    "photos",
    counts={"train": {"cat": 3, "dog": 1}, "validation": {}, "test": {"cat": 1}},
    sizes=measure_sizes([(10, 30), (40, 20), (12, 5)]),
    guesses=["train in train"],
    broken=[BrokenFile(A, "empty file (0 bytes)")],
    duplicates=[Duplicate(B, "test", A, "train", dropped=True)],
    copies=[Duplicate(A, "train", B, "train", dropped=False)],
    conflicts=[Conflict((A, B), ("cat", "dog"))],
    conversions=[Conversion(A, "CMYK", "converted to RGB")],
)


def test_the_terminal_has_a_section_of_each_finding() -> None:
    assert audit_text(FULL) == (
        "Data: photos\n\nRead as: train in train\n\n"
        "class       train  validation        test\n"
        "cat             3           0           1\n"
        "dog             1           0           0\n"
        "all             4           0           1\n"
        "Imbalance (largest class over smallest, training): 3.00\n\n"
        "Sizes in pixels (min / median / max): width 10 / 12 / 40, height 5 / 20 / 30\n\n"
        "Broken files (skipped): 1\n  train/a.png: empty file (0 bytes)\n\n"
        "Duplicates across splits (left out of the less protected split): 1\n"
        "  train/a.png (train) left out: same as test/b\\n.png (test)\n\n"
        "Copies within a split (kept): 1\n  test/b\\n.png = train/a.png (train)\n\n"
        "Same picture, different labels: 1\n  cat, dog: train/a.png, test/b\\n.png\n\n"
        "Converted on reading: 1\n  train/a.png: CMYK, converted to RGB\n\n"
        "The data can be used."
    )


def test_the_report_has_a_table_of_what_is_left_out_or_changed() -> None:
    tables = {
        finding.heading: (tuple(finding.columns), list(finding.rows), finding.note)
        for finding in (*FULL.figures, *FULL.findings)
        if finding.heading
    }
    assert next(iter(tables)) == "Pictures per class"
    assert {heading: table for heading, table in tables.items() if "class" not in heading} == {
        "Picture sizes in pixels": (
            ("", "smallest", "median", "largest"),
            [("width", 10, 12, 40), ("height", 5, 20, 30), ("short side", 5, 10, 20)],
            "",
        ),
        "Broken files": (
            ("file", "reason"),
            [(A, "empty file (0 bytes)")],
            "They were left out.",
        ),
        "Duplicates across splits": (
            ("file", "split", "same as", "split"),
            [(A, "train", B, "test")],
            "The first of each pair was left out.",
        ),
        "Same picture, different labels": (
            ("files", "labels"),
            [("train/a.png, test/b\n.png", "cat, dog")],
            "",
        ),
        "Converted pictures": (
            ("file", "what", "treatment"),
            [(A, "CMYK", "converted to RGB")],
            "",
        ),
    }


def test_without_pictures_there_are_no_sizes() -> None:
    assert measure_sizes([]) == Sizes() and picture_audit("x").finding("sizes").said == ""


def test_json_has_all_of_it_and_of_data_that_cannot_be_read_nothing() -> None:
    plain = FULL.to_dict()
    assert plain["sizes"] == {
        "width": [10, 12, 40],
        "height": [5, 20, 30],
        "short_side": [5, 10, 20],
    }
    assert plain["duplicates"] == [
        {
            "kept": "test/b\\n.png",
            "kept_split": "test",
            "copy": "train/a.png",
            "copy_split": "train",
            "dropped": True,
        }
    ]
    assert picture_audit("x").to_dict() == {
        "ok": True,
        "source": "x",
        "counts": {},
        "imbalance": 1.0,
        "sizes": {"width": [0, 0, 0], "height": [0, 0, 0], "short_side": [0, 0, 0]},
        **{key: [] for key in ("guesses", "broken", "duplicates", "copies", "conflicts", "notes")},
        "errors": [],
        "warnings": [],
    }
    assert audit_text(picture_audit("x")) == "Data: x\n\nThe data can be used."
