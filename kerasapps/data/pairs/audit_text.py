"""An audit of sentence pairs as plain text for the terminal."""

from __future__ import annotations

from kerasapps.data.examples import SPLITS
from kerasapps.data.images.audit_text import DEFAULT_LIMIT, guesses_text, listed_text, section_text
from kerasapps.data.pairs.audit import PairAudit, PairLeak
from kerasapps.data.texts.audit import Lengths


def pair_audit_text(audit: PairAudit, *, limit: int | None = DEFAULT_LIMIT) -> str:
    """The audit, section by section; empty sections are left out.

    Args:
        audit: what was found.
        limit: most lines of a section that lists pairs; None: all that the audit holds.
    """
    faults = ", ".join(f"{number} × {fault}" for fault, number in audit.faults.items())
    few = None if limit is None else min(limit, 3)
    broken = [f"{row.origin}: {row.reason}" for row in audit.broken.first]
    copies = [
        f"{each.copy} = {each.first} ({each.split}): {each.text}" for each in audit.copies.first
    ]
    variants = [
        f"{each.targets} translations: {'; '.join(each.origins)}: {each.text}"
        for each in audit.variants.first
    ]
    same = [f"{each.origin}: {each.text}" for each in audit.same.first]
    control = [f"{each.origin}: {each.text}" for each in audit.control.first]
    parts = [
        f"Data: {audit.source}",
        guesses_text(audit.guesses),
        _counts(audit),
        _lengths(audit),
        listed_text(f"Broken pairs (skipped; {faults})", limit, audit.broken, broken),
        listed_text(
            "Pairs left out of a split since a more protected one has their source",
            limit,
            audit.leaks,
            [_leak(each) for each in audit.leaks.first],
        ),
        listed_text("Copies within a split (kept)", limit, audit.copies, copies),
        listed_text("Sources with several translations (kept)", few, audit.variants, variants),
        listed_text("The same text on both sides (used as they are)", limit, audit.same, same),
        listed_text(
            "Control or replacement characters (used as they are)", few, audit.control, control
        ),
        section_text("Handled on reading", None, audit.notes),
        section_text("Warnings", None, audit.warnings),
        section_text("Errors", None, audit.errors),
        "The data can be used." if audit.ok else "The data cannot be used as it is.",
    ]
    return "\n\n".join(part for part in parts if part)


def _counts(audit: PairAudit) -> str:
    if not audit.total:
        return ""
    named = f"{audit.source_language or 'source'} → {audit.target_language or 'target'}"
    counts = ", ".join(f"{audit.counts[split]:,} {split}" for split in SPLITS)
    return f"Pairs ({named}): {counts}"


def _lengths(audit: PairAudit) -> str:
    if not audit.longest:
        return ""
    longest = "; ".join(
        f"{each.origin} ({each.source_words:,} and {each.target_words:,})"
        for each in audit.longest[:3]
    )
    return "\n".join(
        [
            f"Words of a source: {_spread(audit.source_lengths)}",
            f"Words of a target: {_spread(audit.target_lengths)}",
            f"Longest: {longest}",
        ]
    )


def _spread(words: Lengths) -> str:
    return (
        f"shortest {words.shortest:,}, median {words.median:,}, 95 % have at most "
        f"{words.percentile_95:,}, longest {words.longest:,}"
    )


def _leak(one: PairLeak) -> str:
    how = "same" if one.exact else "nearly the same"
    return (
        f"{one.copy} ({one.copy_split}) left out: {how} {one.shared} as {one.kept} "
        f"({one.kept_split}): {one.text}"
    )
