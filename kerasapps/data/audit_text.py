"""An audit as plain text for the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kerasapps.data.audit import Audit, Duplicate
from kerasapps.data.decode import printable
from kerasapps.data.examples import SPLITS

_LIMIT = 20  # lines of a section, unless all are wanted


def audit_text(audit: Audit, *, limit: int | None = _LIMIT) -> str:
    """The audit, section by section; empty sections are left out.

    Args:
        audit: what was found.
        limit: most lines of a section that lists files; None: all.
    """
    parts = [f"Data: {audit.source}", _counts(audit), _sizes(audit)]
    parts += [
        _section(
            "Broken files (skipped)",
            limit,
            (f"{printable(file.path)}: {file.reason}" for file in audit.broken),
        ),
        _section(
            "Duplicates across splits (left out of the less protected split)",
            limit,
            (_across(one) for one in audit.duplicates),
        ),
        _section(
            "Copies within a split (kept)",
            limit,
            (
                f"{printable(one.copy)} = {printable(one.kept)} ({one.kept_split})"
                for one in audit.copies
            ),
        ),
        _section(
            "Same picture, different labels",
            limit,
            (f"{', '.join(one.labels)}: {_paths(one.paths)}" for one in audit.conflicts),
        ),
        _section(
            "Converted on reading",
            limit,
            (f"{printable(one.path)}: {one.what}, {one.treatment}" for one in audit.notes),
        ),
        _section("Warnings", None, audit.warnings),
        _section("Errors", None, audit.errors),
    ]
    parts.append("The data can be used." if audit.ok else "The data cannot be used as it is.")
    return "\n\n".join(part for part in parts if part)


def _counts(audit: Audit) -> str:
    labels = list(dict.fromkeys(label for split in SPLITS for label in audit.counts.get(split, {})))
    if not labels:
        return ""
    wide = max(len("class"), *(len(label) for label in labels))
    lines = [f"{'class':<{wide}}" + "".join(f"{split:>12}" for split in SPLITS)]
    for label in labels:
        lines.append(
            f"{label:<{wide}}"
            + "".join(f"{audit.counts[split].get(label, 0):>12,}" for split in SPLITS)
        )
    totals = (sum(audit.counts[split].values()) for split in SPLITS)
    lines.append(f"{'all':<{wide}}" + "".join(f"{total:>12,}" for total in totals))
    lines.append(f"Imbalance (largest class over smallest, training): {audit.imbalance:.2f}")
    return "\n".join(lines)


def _sizes(audit: Audit) -> str:
    if not audit.sizes.width[0]:
        return ""
    width, height = audit.sizes.width, audit.sizes.height
    return (
        f"Sizes in pixels (min / median / max): width {width[0]} / {width[1]} / {width[2]}, "
        f"height {height[0]} / {height[1]} / {height[2]}"
    )


def _section(title: str, limit: int | None, lines: Iterable[str]) -> str:
    rows = list(lines)
    if not rows:
        return ""
    shown = rows if limit is None else rows[:limit]
    more = [f"  … and {len(rows) - len(shown)} more"] if len(rows) > len(shown) else []
    return "\n".join([f"{title}: {len(rows)}", *(f"  {row}" for row in shown), *more])


def _across(one: Duplicate) -> str:
    return (
        f"{printable(one.copy)} ({one.copy_split}) left out: same as {printable(one.kept)} "
        f"({one.kept_split})"
    )


def _paths(paths: tuple[Path, ...]) -> str:
    return ", ".join(printable(path) for path in paths)
