"""What an audit tells of texts: counts, lengths, faults, duplicates, remnants of HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kerasapps.data.audit import Audit, BrokenRow, Finding, Listed, Passage, broken_rows, itemise
from kerasapps.data.classes import class_figures
from kerasapps.data.lengths import Lengths
from kerasapps.data.targets.audit import TargetAudit

OVERLONG = 10_000  # words


@dataclass(frozen=True)
class TextDuplicate:
    """The same text twice, but for case, punctuation and white space.

    Attributes:
        kept: the copy that stays, in `kept_split`.
        copy: the other one, found in `copy_split`.
        exact: whether the texts are equal to the letter.
        dropped: whether `copy` was taken out: always when the splits differ, never otherwise.
        text: the beginning of the copy.
    """

    kept: str
    kept_split: str
    copy: str
    copy_split: str
    exact: bool
    dropped: bool
    text: str

    def __str__(self) -> str:
        if not self.dropped:
            return f"{self.copy} = {self.kept} ({self.kept_split}): {self.text}"
        how = "same as" if self.exact else "nearly the same as"
        return (
            f"{self.copy} ({self.copy_split}) left out: {how} {self.kept} ({self.kept_split}): "
            f"{self.text}"
        )


@dataclass(frozen=True)
class TextConflict:
    """The same text, or nearly the same one, under different labels."""

    origins: tuple[str, ...]
    labels: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{', '.join(self.labels)}: {'; '.join(self.origins)}: {self.text}"


@dataclass(frozen=True)
class LongText:
    """One of the longest texts."""

    origin: str
    words: int

    def __str__(self) -> str:
        return f"{self.origin} ({self.words:,})"


def text_audit(
    source: str,
    *,
    counts: Mapping[str, Mapping[str, int]] = {},
    targets: TargetAudit | None = None,
    lengths: Lengths = Lengths(),
    guesses: Sequence[str] = (),
    broken: Listed[BrokenRow] = Listed(),
    faults: Mapping[str, int] = {},
    duplicates: Listed[TextDuplicate] = Listed(),
    copies: Listed[TextDuplicate] = Listed(),
    conflicts: Listed[TextConflict] = Listed(),
    near_conflicts: Listed[TextConflict] = Listed(),
    longest: Sequence[LongText] = (),
    overlong: int = 0,
    html: Listed[Passage] = Listed(),
    notes: Sequence[str] = (),
) -> Audit:
    """What is told of texts; most of it as `TextCollection` and `TextPlacement` have it.

    Args:
        source: the data as the user named it.
        targets: what is told of their targets, in place of `counts`.
        longest: the longest texts.
        overlong: texts of more than `OVERLONG` words.
    """
    targets = targets or TargetAudit(class_figures(counts, noun="Texts"))
    share = html.total / targets.total if targets.total else 0.0
    conflict = (("where", "origins"), (targets.called, "labels"), ("text", "text"))
    near = f"Apart by case, punctuation or signs only, different {targets.called}"
    findings = (
        *broken_rows(broken, faults),
        itemise(
            "duplicates",
            duplicates,
            said="Duplicates across splits (left out of the less protected split)",
            heading="Duplicates across splits",
            columns=(
                *(("where", "copy"), ("split", "copy_split")),
                *(("same as", "kept"), ("split", "kept_split"), ("text", "text")),
            ),
            note="The first of each pair was left out. Case, punctuation and white space do not "
            "count.",
        ),
        itemise("copies", copies, said="Copies within a split (kept)"),
        itemise(
            "conflicts",
            conflicts,
            said=f"Same text, different {targets.called}",
            heading=f"Same text, different {targets.called}",
            columns=conflict,
        ),
        itemise(
            "near_conflicts",
            near_conflicts,
            said=near,
            heading=near,
            columns=conflict,
            note="They count as different texts; a tokenizer that drops this makes them one.",
        ),
        Finding(key="longest", value=tuple(longest)),
        Finding(key="overlong", value=overlong),
        itemise(
            "html",
            html,
            said=f"Texts with remnants of HTML ({share:.1%}; used as they are)",
            few=3,
            heading="Remnants of HTML",
            columns=(("where", "origin"), ("text", "text")),
            note="They are used as they are.",
        ),
    )
    return Audit(
        source,
        (*targets.figures, _length_figure(lengths, longest, overlong)),
        (*findings, *targets.findings),
        guesses=tuple(guesses),
        notes=tuple(notes),
    )


def _length_figure(lengths: Lengths, longest: Sequence[LongText], overlong: int) -> Finding:
    lines = [f"Words of a text: {lengths}", f"Longest: {'; '.join(map(str, longest[:3]))}"]
    if overlong:
        lines.append(
            f"Texts of more than {OVERLONG:,} words: {overlong:,}; all but the first part is cut"
        )
    return Finding(
        key="lengths",
        value=lengths,
        said="\n".join(lines) if lengths.longest else "",
        heading="Words of a text",
        columns=Lengths.COLUMNS,
        rows=(lengths.row(),),
    )
