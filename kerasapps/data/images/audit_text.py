"""An audit as plain text for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kerasapps.data.examples import SPLITS
from kerasapps.data.images.audit import Audit, Duplicate
from kerasapps.data.texts.audit import Listed
from kerasapps.harmless import printable
from kerasapps.shortened import MOST_CLASSES

DEFAULT_LIMIT = 20  # lines of a section, unless all are wanted


def audit_text(audit: Audit, *, limit: int | None = DEFAULT_LIMIT) -> str:
    """The audit, section by section; empty sections are left out.

    Args:
        audit: what was found.
        limit: most lines of a section that lists files; None: all.
    """
    parts = [
        f"Data: {audit.source}",
        guesses_text(audit.guesses),
        counts_text(audit.counts, audit.imbalance),
        _sizes(audit),
    ]
    parts += [
        section_text(
            "Broken files (skipped)",
            limit,
            (f"{printable(file.path)}: {file.reason}" for file in audit.broken),
        ),
        section_text(
            "Duplicates across splits (left out of the less protected split)",
            limit,
            (_across(one) for one in audit.duplicates),
        ),
        section_text(
            "Copies within a split (kept)",
            limit,
            (
                f"{printable(one.copy)} = {printable(one.kept)} ({one.kept_split})"
                for one in audit.copies
            ),
        ),
        section_text(
            "Same picture, different labels",
            limit,
            (f"{', '.join(one.labels)}: {_paths(one.paths)}" for one in audit.conflicts),
        ),
        section_text(
            "Converted on reading",
            limit,
            (f"{printable(one.path)}: {one.what}, {one.treatment}" for one in audit.notes),
        ),
        section_text("Warnings", None, audit.warnings),
        section_text("Errors", None, audit.errors),
    ]
    parts.append("The data can be used." if audit.ok else "The data cannot be used as it is.")
    return "\n\n".join(part for part in parts if part)


def guesses_text(guesses: Iterable[str]) -> str:
    """A line for each guess; empty when there are none."""
    return "\n".join(f"Read as: {guess}" for guess in guesses)


def counts_text(counts: Mapping[str, Mapping[str, int]], imbalance: float) -> str:
    """A table of the examples per class and split; empty when there are none.

    Of many classes those with the fewest examples to train on.
    """
    labels = list(dict.fromkeys(label for split in SPLITS for label in counts.get(split, {})))
    if not labels:
        return ""
    more = len(labels) - MOST_CLASSES
    if more > 0:
        trained = counts.get("train", {})
        smallest = sorted(labels, key=lambda label: trained.get(label, 0))[:MOST_CLASSES]
        labels = [label for label in labels if label in set(smallest)]
    wide = max(len("class"), *(len(label) for label in labels))
    lines = [f"{'class':<{wide}}" + "".join(f"{split:>12}" for split in SPLITS)]
    for label in labels:
        lines.append(
            f"{label:<{wide}}" + "".join(f"{counts[split].get(label, 0):>12,}" for split in SPLITS)
        )
    if more > 0:
        lines.append(f"… and {more:,} classes with more training examples (--json: all)")
    totals = (sum(counts[split].values()) for split in SPLITS)
    lines.append(f"{'all':<{wide}}" + "".join(f"{total:>12,}" for total in totals))
    lines.append(f"Imbalance (largest class over smallest, training): {imbalance:.2f}")
    return "\n".join(lines)


def _sizes(audit: Audit) -> str:
    if not audit.sizes.width[0]:
        return ""
    width, height = audit.sizes.width, audit.sizes.height
    return (
        f"Sizes in pixels (min / median / max): width {width[0]} / {width[1]} / {width[2]}, "
        f"height {height[0]} / {height[1]} / {height[2]}"
    )


def section_text(
    title: str, limit: int | None, lines: Iterable[str], *, total: int | None = None
) -> str:
    """A title with a count, and indented lines; empty when there are none.

    Args:
        title: of the section.
        limit: most lines to show; None: all.
        lines: what there is.
        total: how many there are when `lines` holds only the first.
    """
    rows = list(lines)
    if not rows:
        return ""
    shown = rows if limit is None else rows[:limit]
    total = len(rows) if total is None else total
    more = [f"  … and {total - len(shown):,} more"] if total > len(shown) else []
    return "\n".join([f"{title}: {total:,}", *(f"  {row}" for row in shown), *more])


def listed_text(title: str, limit: int | None, listed: Listed[Any], lines: Iterable[str]) -> str:
    """A section of which only the first lines were kept; empty when there are none.

    Args:
        title: of the section.
        limit: most lines to show; None: all that were kept.
        listed: how many there are.
        lines: those that were kept.
    """
    return section_text(title, limit, lines, total=listed.total)


def _across(one: Duplicate) -> str:
    return (
        f"{printable(one.copy)} ({one.copy_split}) left out: same as {printable(one.kept)} "
        f"({one.kept_split})"
    )


def _paths(paths: tuple[Path, ...]) -> str:
    return ", ".join(printable(path) for path in paths)
