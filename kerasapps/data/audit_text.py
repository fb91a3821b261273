"""An audit of data of any kind as plain text for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from kerasapps.data.alike import grouped, told
from kerasapps.data.audit import Audit, Finding

DEFAULT_LIMIT = 20  # items of a section, unless all are wanted


def audit_text(audit: Audit, *, limit: int | None = DEFAULT_LIMIT) -> str:
    """The audit, section by section; empty sections are left out.

    Args:
        audit: what was found.
        limit: most items of a section; None: all that the audit holds.
    """
    parts = [
        f"Data: {audit.source}",
        "\n".join(f"Read as: {guess}" for guess in audit.guesses),
        *(_said(finding, limit) for finding in (*audit.figures, *audit.findings)),
        _lines("Handled on reading", audit.notes),
        _lines("Warnings", audit.warnings),
        _lines("Errors", audit.errors),
        "The data can be used." if audit.ok else "The data cannot be used as it is.",
    ]
    return "\n\n".join(part for part in parts if part)


def _said(finding: Finding, limit: int | None) -> str:
    items = finding.items
    if items is None or not finding.said:
        return finding.said
    if limit is not None and finding.few is not None:
        limit = min(limit, finding.few)
    if limit is None:
        return _section(finding.said, items.total, [str(item) for item in items.first])
    groups = grouped(items.first)[:limit]
    shown = sum(1 + more for _, more in groups)
    return _section(finding.said, items.total, [*map(told, groups)], more=items.total - shown)


def _lines(title: str, lines: Sequence[str]) -> str:
    return _section(title, len(lines), lines, more=0)


def _section(title: str, total: int, lines: Sequence[str], *, more: int | None = None) -> str:
    """A title with a count, and indented lines; empty when there are none.

    Args:
        title: of the lines.
        total: how many there are.
        lines: those that are shown.
        more: how many are not; None: what the lines lack.
    """
    if not total:
        return ""
    left = total - len(lines) if more is None else more
    rest = [f"  … and {left:,} more"] if left else []
    return "\n".join([f"{title}: {total:,}", *(f"  {line}" for line in lines), *rest])
