"""An audit of texts as plain text for the terminal."""

from __future__ import annotations

from kerasapps.data.images.audit_text import (
    DEFAULT_LIMIT,
    counts_text,
    guesses_text,
    listed_text,
    section_text,
)
from kerasapps.data.texts.audit import TextAudit, TextDuplicate

NEAR_CONFLICTS = "Apart by case, punctuation or signs only, different labels"


def text_audit_text(audit: TextAudit, *, limit: int | None = DEFAULT_LIMIT) -> str:
    """The audit, section by section; empty sections are left out.

    Args:
        audit: what was found.
        limit: most lines of a section that lists texts; None: all that the audit holds.
    """
    faults = ", ".join(f"{number} × {fault}" for fault, number in audit.faults.items())
    parts = [
        f"Data: {audit.source}",
        guesses_text(audit.guesses),
        counts_text(audit.counts, audit.imbalance),
        _lengths(audit),
        listed_text(
            f"Broken rows (skipped; {faults})",
            limit,
            audit.broken,
            [f"{row.origin}: {row.reason}" for row in audit.broken.first],
        ),
        listed_text(
            "Duplicates across splits (left out of the less protected split)",
            limit,
            audit.duplicates,
            [_across(one) for one in audit.duplicates.first],
        ),
        listed_text(
            "Copies within a split (kept)",
            limit,
            audit.copies,
            [
                f"{one.copy} = {one.kept} ({one.kept_split}): {one.text}"
                for one in audit.copies.first
            ],
        ),
        *(
            listed_text(
                heading,
                limit,
                conflicts,
                [
                    f"{', '.join(one.labels)}: {'; '.join(one.origins)}: {one.text}"
                    for one in conflicts.first
                ],
            )
            for heading, conflicts in (
                ("Same text, different labels", audit.conflicts),
                (NEAR_CONFLICTS, audit.near_conflicts),
            )
        ),
        _html(audit, limit),
        section_text("Handled on reading", None, audit.notes),
        section_text("Warnings", None, audit.warnings),
        section_text("Errors", None, audit.errors),
    ]
    parts.append("The data can be used." if audit.ok else "The data cannot be used as it is.")
    return "\n\n".join(part for part in parts if part)


def _lengths(audit: TextAudit) -> str:
    words = audit.lengths
    if not words.longest:
        return ""
    lines = [
        f"Words of a text: shortest {words.shortest:,}, median {words.median:,}, "
        f"95 % have at most {words.percentile_95:,}, longest {words.longest:,}",
        "Longest: " + "; ".join(f"{text.origin} ({text.words:,})" for text in audit.longest[:3]),
    ]
    if audit.overlong:
        lines.append(
            f"Texts of more than 10,000 words: {audit.overlong:,}; all but the first part is cut"
        )
    return "\n".join(lines)


def _html(audit: TextAudit, limit: int | None) -> str:
    share = audit.html.total / audit.total if audit.total else 0.0
    return listed_text(
        f"Texts with remnants of HTML ({share:.1%}; used as they are)",
        None if limit is None else min(limit, 3),
        audit.html,
        [f"{one.origin}: {one.text}" for one in audit.html.first],
    )


def _across(one: TextDuplicate) -> str:
    how = "same as" if one.exact else "nearly the same as"
    return (
        f"{one.copy} ({one.copy_split}) left out: {how} {one.kept} ({one.kept_split}): {one.text}"
    )
