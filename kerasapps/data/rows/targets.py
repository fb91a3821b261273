"""What the target of a table is: one of several classes, a set of labels, or numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kerasapps.config.targets import TargetKind, bare_column
from kerasapps.data.rows.cells import is_marked_number, numbers_in
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.values import Values
from kerasapps.data.sources.columns import listed_columns, named_column
from kerasapps.data.targets.forms import TargetForm
from kerasapps.errors import DataError
from kerasapps.wording.shortened import shortened

TARGET_NAMES = (
    "target", "label", "labels", "class", "outcome", "y", "category", "response", "answer",
)  # fmt: skip
_MOST_CLASSES = 10  # of whole numbers; more of them are a number


def target_places(
    names: Sequence[str], *, config: TabularConfig, where: str
) -> tuple[tuple[int, ...], str | None]:
    """Which column is to be answered, or which ones together.

    Args:
        names: of the columns.
        config: the columns that the user named.
        where: the table, for messages.

    Returns:
        The columns' indices, and where one was guessed a line that says so.

    Raises:
        DataError: if there is no such column, or none has a usual name; it lists them.
    """
    bare = [name if name in names else bare_column(name) for name in config.target_columns]
    asked = [(name, "target_columns") for name in bare]
    asked += [(config.target, "target")] if config.target else []
    found = [named_column(name, names, option=option, where=where) for name, option in asked]
    if found:
        return tuple(dict.fromkeys(place for place in found if place is not None)), None
    folded = [name.strip().lower() for name in names]
    usual = next((name for name in TARGET_NAMES if name in folded), None)
    if usual is None:
        raise DataError(
            f"which column of {where} is to be answered? Name it with target (--target COLUMN); "
            f"{listed_columns(names)}"
        )
    place = folded.index(usual)
    return (place,), f"{where}: target in {names[place]!r}; name it with --target if that is wrong"


@dataclass(frozen=True)
class TargetReading:
    """What the target is taken for.

    Attributes:
        name: of the column, or of all that are answered together.
        answer: "class", "number" or another kind.
        why: in a few words.
        may_differ: whether a class or number could be taken for the other: mostly words are no
            numbers.
        form: how the cells are read, where they are more than one class or one number.
        columns: those of the table that are answered.
    """

    name: str
    answer: TargetKind
    why: str
    may_differ: bool = True
    form: TargetForm | None = None
    columns: tuple[str, ...] = ()

    @classmethod
    def of_form(cls, columns: Sequence[str], form: TargetForm) -> TargetReading:
        """That of sets of labels, or of several columns together.

        Args:
            columns: that are answered.
            form: what their cells are taken for.
        """
        name = shortened(columns)
        return cls(name, form.kind, form.why, form=form, columns=tuple(columns))

    @property
    def told(self) -> list[str]:
        """Lines for people, with the way to say otherwise."""
        if self.form is None:
            return [self.describe()]
        first, *others = self.form.told or [f"target: a class ({self.why})"]
        return [first.replace("target:", f"target {self.name!r}:", 1), *others]

    def describe(self) -> str:
        """What is said of one class or one number."""
        other = "number" if self.answer == "class" else "class"
        hint = f"; --answer {other} takes it for a {other}" if self.may_differ else ""
        return f"target {self.name!r}: a {self.answer} ({self.why}){hint}"


def read_target(name: str, values: Values, *, config: TabularConfig) -> TargetReading:
    """What the target is taken for, by option or by its values.

    A target is a number where all its values are, unless they are few whole numbers.

    Args:
        name: of the column.
        values: of all rows.
        config: `kind` is read.

    Raises:
        DataError: if a number is asked for and there is none.
    """
    texts = [text for text, _ in values.present]
    numbers = numbers_in(texts)
    real = numbers[~np.isnan(numbers)]
    if config.kind == "number" and not len(real) and texts:
        raise DataError(
            f"the target {name!r} holds no number ({', '.join(map(repr, texts[:3]))}): leave out "
            "answer, or name another target"
        )
    few = f"{len(texts):,} different values"
    spread = f"{real.min():.6g} to {real.max():.6g}" if len(real) else few
    mostly = 2 * len(real) > len(texts)
    if config.kind == "number":
        return TargetReading(name, "number", spread)
    if config.kind == "class":
        return TargetReading(name, "class", few, mostly)
    if are_one_number(texts):
        return TargetReading(name, "number", spread)
    return TargetReading(name, "class", few, mostly)


def are_one_number(texts: Sequence[str]) -> bool:
    """Whether different values are a number rather than classes, where nobody says it."""
    numbers = numbers_in(texts)
    if not len(numbers) or np.isnan(numbers).any():
        return False
    return len(numbers) > _MOST_CLASSES or bool((numbers % 1).any())


def number_hints(name: str, labels: Sequence[str]) -> list[str]:
    """What to do where most classes, which are too small, look like numbers.

    Args:
        name: of the target.
        labels: the classes.
    """
    are_words = np.isnan(numbers_in(labels))
    words = [label for label, is_word in zip(labels, are_words, strict=True) if is_word]
    marked = [label for label in words if is_marked_number(label)]
    if len(labels) - len(words) + len(marked) <= len(labels) / 2:
        return []
    shown = ", ".join(repr(label[:60]) for label in (marked or words)[:3])
    if marked:
        return [f"is the target {name!r} a number? Then write it as 1234.5, without signs: {shown}"]
    but = f", and mend or remove what is none ({shown})" if words else ""
    return [f"is the target {name!r} a number? Then say so with --answer number{but}"]
