"""An audit of data of any kind as plain text for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

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
    return _section(finding.said, items.total, [str(item) for item in items.first[:limit]])


def _lines(title: str, lines: Sequence[str]) -> str:
    return _section(title, len(lines), lines)


def _section(title: str, total: int, lines: Sequence[str]) -> str:
    """A title with a count, and indented lines; empty when there are none."""
    if not total:
        return ""
    more = [f"  … and {total - len(lines):,} more"] if total > len(lines) else []
    return "\n".join([f"{title}: {total:,}", *(f"  {line}" for line in lines), *more])
