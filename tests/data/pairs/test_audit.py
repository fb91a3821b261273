"""What is told of sentence pairs, in the terminal and in the report's tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kerasapps.data.audit import BrokenRow, Listed, Passage
from kerasapps.data.audit_text import audit_text
from kerasapps.data.lengths import measure_lengths
from kerasapps.data.pairs.audit import LongPair, PairCopy, PairLeak, Variants, pair_audit

LEAK = PairLeak("test, row 1", "test", "train, row 9", "train", "pair", True, "a leak")
PASSAGES = tuple(Passage(f"row {n}", f"odd {n}") for n in range(5))
VARIANTS = tuple(Variants((f"row {n}", "row 70"), 2, f"two {n}") for n in range(4))
FULL = pair_audit(
    "corpus",
    languages=("en", None),
    counts={"train": 1200, "validation": 3, "test": 4},
    lengths=(measure_lengths(np.array([1, 2, 3])), measure_lengths(np.array([4, 5, 6000]))),
    guesses=["source in 'en'"],
    broken=Listed(1, (BrokenRow("row 8", "empty text", "the source is empty"),)),
    faults={"empty text": 1},
    leaks=Listed(2, (LEAK, replace(LEAK, shared="source", exact=False))),
    copies=Listed(1, (PairCopy("row 2", "row 3", "train", True, "a copy"),)),
    variants=Listed(4, VARIANTS),
    same=Listed(5, PASSAGES),
    control=Listed(5, PASSAGES),
    longest=[LongPair(f"row {n}", 3, 6000 - n) for n in range(4)],
    notes=["CRLF: handled"],
)


def test_the_terminal_has_a_section_of_each_finding() -> None:
    assert audit_text(FULL) == (
        "Data: corpus\n\nRead as: source in 'en'\n\n"
        "Pairs (en → target): 1,200 train, 3 validation, 4 test\n\n"
        "Words of a source: shortest 1, median 2, 95 % have at most 3, longest 3\n"
        "Words of a target: shortest 4, median 5, 95 % have at most 6,000, longest 6,000\n"
        "Longest: row 0 (3 and 6,000); row 1 (3 and 5,999); row 2 (3 and 5,998)\n\n"
        "Broken pairs (skipped; 1 × empty text): 1\n  row 8: the source is empty\n\n"
        "Pairs left out of a split since a more protected one has their source: 2\n"
        "  train, row 9 (train) left out: same pair as test, row 1 (test): a leak\n"
        "  train, row 9 (train) left out: nearly the same source as test, row 1 (test): a leak\n\n"
        "Copies within a split (kept): 1\n  row 3 = row 2 (train): a copy\n\n"
        "Sources with several translations (kept): 4\n"
        "  2 translations: row 0; row 70: two 0\n"
        "  2 translations: row 1; row 70: two 1\n"
        "  2 translations: row 2; row 70: two 2\n  … and 1 more\n\n"
        "The same text on both sides (used as they are): 5\n"
        "  row 0: odd 0\n  row 1: odd 1\n  row 2: odd 2\n  row 3: odd 3\n  row 4: odd 4\n\n"
        "Control or replacement characters (used as they are): 5\n"
        "  row 0: odd 0\n  row 1: odd 1\n  row 2: odd 2\n  … and 2 more\n\n"
        "Handled on reading: 1\n  CRLF: handled\n\n"
        "The data can be used."
    )


def test_the_report_has_a_table_of_each_finding() -> None:
    where = ("where", "text")
    words = ("side", "shortest", "median", "95 % have at most", "longest")
    assert {
        finding.heading: (tuple(finding.columns), finding.rows[0], finding.note)
        for finding in (*FULL.figures, *FULL.findings)
        if finding.heading
    } == {
        "Pairs": (("split", "pairs"), ("train", 1200), ""),
        "Words of a sentence": (words, ("source", 1, 2, 3, 3), ""),
        "Broken pairs": (
            ("where", "fault", "reason"),
            ("row 8", "empty text", "the source is empty"),
            "They were left out.",
        ),
        "Shared by two splits": (
            ("where", "split", "same as", "split", "shared", "text"),
            ("train, row 9", "train", "test, row 1", "test", "pair", "a leak"),
            "The first of each was left out. Case, punctuation and white space do not count.",
        ),
        "Copies within a split": (
            ("where", "same as", "split", "text"),
            ("row 3", "row 2", "train", "a copy"),
            "They are kept.",
        ),
        "Sources with several translations": (
            ("where", "translations", "text"),
            ("row 0, row 70", 2, "two 0"),
            "All of them are used.",
        ),
        "Same text on both sides": (where, ("row 0", "odd 0"), "They are used as they are."),
        "Control characters": (where, ("row 0", "odd 0"), "They are used as they are."),
    }
    (table,) = [figure for figure in FULL.figures if figure.key == "source_lengths"]
    assert table.rows[1] == ("target", 4, 5, 6000, 6000)


def test_json_has_all_of_it_and_of_data_that_cannot_be_read_nothing() -> None:
    plain = FULL.to_dict()
    assert (plain["source_language"], plain["target_language"]) == ("en", None)
    assert plain["target_lengths"]["longest"] == 6000
    assert plain["longest"][0] == {"origin": "row 0", "source_words": 3, "target_words": 6000}
    nothing, none = (
        {"total": 0, "first": []},
        dict.fromkeys(("shortest", "median", "percentile_95", "longest"), 0),
    )
    assert pair_audit("x").to_dict() == {
        "ok": True,
        "source": "x",
        "source_language": None,
        "target_language": None,
        "counts": {},
        "source_lengths": none,
        "target_lengths": none,
        "guesses": [],
        "broken": nothing,
        "faults": {},
        "leaks": nothing,
        "copies": nothing,
        "variants": nothing,
        "same": nothing,
        "control": nothing,
        "longest": [],
        "notes": [],
        "errors": [],
        "warnings": [],
    }
    assert audit_text(pair_audit("x")) == "Data: x\n\nThe data can be used."
