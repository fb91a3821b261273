"""What an audit tells of rows: counts, columns, giveaways, copies, conflicts, faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kerasapps.data.audit import Audit, BrokenRow, Listed, broken_rows, itemise
from kerasapps.data.classes import class_figures
from kerasapps.data.rows.giveaways import Giveaway
from kerasapps.data.rows.readings import Reading
from kerasapps.data.targets.audit import TargetAudit


@dataclass(frozen=True)
class RowCopy:
    """A row that stands in two splits.

    Attributes:
        copy: where it is, in `copy_split`.
        kept: where it is too, in the better protected `kept_split`.
    """

    copy: str
    copy_split: str
    kept: str
    kept_split: str

    def __str__(self) -> str:
        return f"{self.copy} ({self.copy_split}) = {self.kept} ({self.kept_split})"


@dataclass(frozen=True)
class RowConflict:
    """Rows that are equal but for the target."""

    origins: tuple[str, ...]
    labels: tuple[str, ...]

    def __str__(self) -> str:
        return f"{', '.join(self.labels)}: {'; '.join(self.origins)}"


@dataclass(frozen=True)
class ColumnNote:
    """What a column is taken for.

    Attributes:
        name: of the column.
        kind: see `Reading`.
        why: what it was told by.
        missing: rows of the training split without a value.
        odd: rows whose value is not of the kind, and counts as missing.
        mixed: whether numbers and other values are mixed.
    """

    name: str
    kind: str
    why: str
    missing: int
    odd: int
    mixed: bool

    def __str__(self) -> str:
        more = f", {self.missing:,} missing" if self.missing else ""
        more += f", {self.odd:,} of another kind" if self.odd else ""
        more += ", numbers and words mixed" if self.mixed else ""
        return f"{self.name}: {self.kind} ({self.why}){more}"


def row_audit(
    source: str,
    *,
    targets: TargetAudit | None = None,
    columns: Sequence[ColumnNote] = (),
    giveaways: Sequence[Giveaway] = (),
    guesses: Sequence[str] = (),
    broken: Listed[BrokenRow] = Listed(),
    faults: Mapping[str, int] = {},
    duplicates: Listed[RowCopy] = Listed(),
    conflicts: Listed[RowConflict] = Listed(),
    notes: Sequence[str] = (),
) -> Audit:
    """What is told of rows.

    Args:
        source: the data as the user named it.
        targets: what is told of what is answered.
        columns: what each is taken for.
        giveaways: columns that tell the target alone.
        guesses: what was taken for header, target and kinds of columns.
        broken: rows that cannot be used.
        faults: how many of them by kind.
        duplicates: same rows in different splits; all are kept.
        conflicts: rows that are equal but for their class or labels.
        notes: what is unusual and handled.
    """
    findings = (
        *broken_rows(broken, faults),
        itemise(
            "columns",
            tuple(columns),
            said="Columns",
            few=1000,
            heading="Columns",
            columns=(
                ("name", "name"),
                ("taken for", "kind"),
                ("by", "why"),
                ("missing", "missing"),
            ),
            note="Of the training split.",
        ),
        itemise(
            "giveaways",
            tuple(giveaways),
            said="Columns that tell the target alone",
            heading="Columns that tell the target alone",
            columns=(("column", "name"), ("share told", "share")),
            note="A column that is only known when the answer is known must be left out.",
        ),
        itemise(
            "duplicates",
            duplicates,
            said="Same rows in different splits (kept)",
            heading="Same rows in different splits",
            columns=(
                *(("where", "copy"), ("split", "copy_split")),
                *(("same as", "kept"), ("split", "kept_split")),
            ),
            note="They were kept: two equal rows may be two cases that are alike.",
        ),
        itemise(
            "conflicts",
            conflicts,
            said="Same row, different classes",
            heading="Same row, different classes",
            columns=(("where", "origins"), ("classes", "labels")),
        ),
    )
    targets = targets or TargetAudit(class_figures({}, noun="Rows"))
    return Audit(
        source,
        targets.figures,
        (*findings, *targets.findings),
        guesses=tuple(guesses),
        notes=tuple(notes),
    )


def column_notes(readings: Sequence[Reading], missing: Mapping[str, int]) -> list[ColumnNote]:
    """What each column is taken for.

    Args:
        readings: of the columns.
        missing: column → rows of the training split without a value.
    """
    return [
        ColumnNote(each.name, each.kind, each.why, missing[each.name], each.odd_rows, each.mixed)
        for each in readings
    ]
