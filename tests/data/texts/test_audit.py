"""What is told of texts, in the terminal and in the report's tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kerasapps.data.audit import BrokenRow, Listed, Passage
from kerasapps.data.audit_text import audit_text
from kerasapps.data.lengths import measure_lengths
from kerasapps.data.texts.audit import LongText, TextConflict, TextDuplicate, text_audit

LEAK = TextDuplicate("b.csv, row 2", "test", "a.csv, row 5", "train", True, True, "the text")
COPY = TextDuplicate("a.csv, row 2", "train", "a.csv, row 9", "train", True, False, "a copy")
CONFLICT = TextConflict(("row 3", "row 4"), ("neg", "pos"), "so so")
NEAR = TextConflict(("row 6", "row 7"), ("neg", "pos"), "well")
PASSAGES = tuple(Passage(f"row {n}", f"<b> {n}") for n in range(5))
FULL = text_audit(
    "reviews.csv",
    counts={"train": {"neg": 6, "pos": 3}, "validation": {}, "test": {"pos": 1}},
    lengths=measure_lengths(np.array([3, 4, 4, 5, 12_000])),
    guesses=["text in 'a'"],
    broken=Listed(1200, (BrokenRow("row 8", "empty text", "the text is empty"),)),
    faults={"empty text": 1199, "columns": 1},
    duplicates=Listed(2, (LEAK, replace(LEAK, exact=False))),
    copies=Listed(1, (COPY,)),
    conflicts=Listed(1, (CONFLICT,)),
    near_conflicts=Listed(1, (NEAR,)),
    longest=[LongText(f"row {n}", 12_000 - n) for n in range(4)],
    overlong=1,
    html=Listed(5, PASSAGES),
    notes=["CRLF: handled"],
)


def test_the_terminal_has_a_section_of_each_finding() -> None:
    text = audit_text(FULL)
    assert text.startswith("Data: reviews.csv\n\nRead as: text in 'a'\n\nclass  ")
    assert text[text.index("\n\nWords") :] == (
        "\n\nWords of a text: shortest 3, median 4, 95 % have at most 12,000, longest 12,000\n"
        "Longest: row 0 (12,000); row 1 (11,999); row 2 (11,998)\n"
        "Texts of more than 10,000 words: 1; all but the first part is cut\n\n"
        "Broken rows (skipped; 1199 × empty text, 1 × columns): 1,200\n"
        "  row 8: the text is empty\n  … and 1,199 more\n\n"
        "Duplicates across splits (left out of the less protected split): 2\n"
        "  a.csv, row 5 (train) left out: same as b.csv, row 2 (test): the text\n"
        "  a.csv, row 5 (train) left out: nearly the same as b.csv, row 2 (test): the text\n\n"
        "Copies within a split (kept): 1\n  a.csv, row 9 = a.csv, row 2 (train): a copy\n\n"
        "Same text, different labels: 1\n  neg, pos: row 3; row 4: so so\n\n"
        "Apart by case, punctuation or signs only, different labels: 1\n"
        "  neg, pos: row 6; row 7: well\n\n"
        "Texts with remnants of HTML (50.0%; used as they are): 5\n"
        "  row 0: <b> 0\n  row 1: <b> 1\n  row 2: <b> 2\n  … and 2 more\n\n"
        "Handled on reading: 1\n  CRLF: handled\n\n"
        "The data can be used."
    )


def test_the_report_has_a_table_of_what_is_left_out_or_doubtful() -> None:
    figures = {finding.heading: finding for finding in FULL.figures if finding.heading}
    assert list(figures) == ["Texts per class", "Words of a text"]
    words = figures["Words of a text"]
    assert tuple(words.columns) == ("shortest", "median", "95 % have at most", "longest")
    assert list(words.rows) == [(3, 4, 12_000, 12_000)]
    where = ("where", "labels", "text")
    near = "Apart by case, punctuation or signs only, different labels"
    assert {
        finding.heading: (tuple(finding.columns), finding.rows[0], finding.note)
        for finding in FULL.findings
        if finding.heading
    } == {
        "Broken rows": (
            ("where", "reason"),
            ("row 8", "the text is empty"),
            "They were left out.",
        ),
        "Duplicates across splits": (
            ("where", "split", "same as", "split", "text"),
            ("a.csv, row 5", "train", "b.csv, row 2", "test", "the text"),
            "The first of each pair was left out. Case, punctuation and white space do not count.",
        ),
        "Same text, different labels": (where, ("row 3, row 4", "neg, pos", "so so"), ""),
        near: (
            where,
            ("row 6, row 7", "neg, pos", "well"),
            "They count as different texts; a tokenizer that drops this makes them one.",
        ),
        "Remnants of HTML": (
            ("where", "text"),
            ("row 0", "<b> 0"),
            "They are used as they are.",
        ),
    }


def test_json_has_all_of_it_and_of_data_that_cannot_be_read_nothing() -> None:
    plain = FULL.to_dict()
    assert plain["faults"] == {"empty text": 1199, "columns": 1} and plain["overlong"] == 1
    assert plain["longest"][0] == {"origin": "row 0", "words": 12_000}
    nothing = {"total": 0, "first": []}
    assert text_audit("x").to_dict() == {
        "ok": True,
        "source": "x",
        "counts": {},
        "imbalance": 1.0,
        "lengths": {"shortest": 0, "median": 0, "percentile_95": 0, "longest": 0},
        "guesses": [],
        "broken": nothing,
        "faults": {},
        "duplicates": nothing,
        "copies": nothing,
        "conflicts": nothing,
        "near_conflicts": nothing,
        "longest": [],
        "overlong": 0,
        "html": nothing,
        "notes": [],
        "errors": [],
        "warnings": [],
    }
    assert audit_text(text_audit("x")) == "Data: x\n\nThe data can be used."
