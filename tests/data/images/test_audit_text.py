"""Audits as text for the terminal."""

from __future__ import annotations

from kerasapps.data.images.audit_text import counts_text


def counts(classes: int) -> dict[str, dict[str, int]]:
    sizes = {f"c{number:03d}": 100 + number * 7 % classes for number in range(classes)}
    return {"train": sizes, "validation": {}, "test": dict.fromkeys(sizes, 2)}


def test_up_to_30_classes_are_all_printed() -> None:
    text = counts_text(counts(30), 1.0)
    assert sum(line.startswith("c0") for line in text.splitlines()) == 30 and "…" not in text


def test_of_more_classes_the_smallest_are_printed_and_all_are_counted() -> None:
    many = counts(41)
    lines = counts_text(many, 1.0).splitlines()
    shown = [line.split()[0] for line in lines if line.startswith("c0")]
    smallest = sorted(many["train"], key=lambda label: many["train"][label])[:30]
    assert shown == sorted(smallest)
    assert "… and 11 classes with more training examples (--json: all)" in lines
    (whole,) = [line.split() for line in lines if line.startswith("all")]
    assert whole == ["all", f"{sum(many['train'].values()):,}", "0", "82"]
