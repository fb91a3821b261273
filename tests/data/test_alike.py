"""Findings of one reason are told once."""

from __future__ import annotations

import pytest

from kerasapps.data.alike import grouped, told
from kerasapps.data.audit import Audit, BrokenRow, Listed, itemise
from kerasapps.data.audit_text import audit_text
from kerasapps.data.checks import check_broken

SAME = tuple(
    BrokenRow(f"a.csv, row {n}", "bad UTF-8", f"byte {n} (0x{n + 127:x}) is not UTF-8")
    for n in range(1, 24)
)
OTHER = BrokenRow("a.csv, row 99", "empty text", "the text is empty")


def test_reasons_that_differ_by_numbers_are_one() -> None:
    assert grouped([SAME[0], OTHER, *SAME[1:]]) == [(str(SAME[0]), 22), (str(OTHER), 0)]
    assert [*map(told, grouped(["same", "same"]))] == ["same", "same"]  # no reasons: lines


@pytest.mark.parametrize("total", [24, 500])
def test_audits_and_errors_tell_what_is_equal_once(total: int) -> None:
    broken = Listed(total, (*SAME, OTHER))
    audit = Audit("a.csv", findings=(itemise("broken", broken, said="Broken rows"),))
    text = audit_text(audit)
    assert text.count("is not UTF-8") == 1 and "is not UTF-8 (and 22 more like it)" in text
    assert f"Broken rows: {total}" in text and "the text is empty" in text
    assert ("… and 476 more" in text) == (total == 500)
    assert audit_text(audit, limit=None).count("is not UTF-8") == 23
    (error,) = check_broken(broken, 10, noun="row", max_broken=0.05)
    assert error.count("is not UTF-8") == 1 and ("; and 476 more" in error) == (total == 500)


def test_errors_tell_five_reasons() -> None:
    rows = tuple(BrokenRow(f"row {n}", "format", f"it is {'very ' * n}odd") for n in range(7))
    (error,) = check_broken(Listed(7, rows), 0, noun="row", max_broken=0)
    assert error.endswith("row 4: it is very very very very odd; and 2 more")
