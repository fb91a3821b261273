"""Columns that give the target away: alone they tell nearly all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kerasapps.data.rows.readings import Reading
from kerasapps.data.rows.values import Values
from kerasapps.data.splits import Target
from kerasapps.data.targets.several import part_labels

NEARLY = 0.99  # of what there is to tell
_FOLDS = 2
_GROUPS = 32  # of numbers that lie side by side
_FEW = 40  # rows that prove nothing
_LABELS = 10  # of sets, that are looked at


@dataclass(frozen=True)
class Giveaway:
    """A column that tells the target alone.

    Attributes:
        name: of the column.
        share: of what a guess without any column gets wrong, how much it gets right: 1 is all.
        tells: which of several labels or targets it tells; "" where there is one target.
    """

    name: str
    share: float
    tells: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.share:.1%} of {self.tells or 'the target'})"


def find_giveaways(
    columns: Mapping[str, Values], readings: Sequence[Reading], answers: np.ndarray
) -> tuple[Giveaway, ...]:
    """The columns that tell the target nearly alone, the worst first.

    One half of the rows says what goes with a value, or with numbers that lie side by side, and the
    other half judges it: ids that each stand once tell nothing.

    Args:
        columns: of the training split.
        readings: what each is taken for.
        answers: int32 class numbers, or float64 numbers, `(n,)`.
    """
    if len(answers) < _FEW:
        return ()
    found = []
    for reading in readings:
        if reading.used:
            values = columns[reading.name]
            if reading.kind == "number" and answers.dtype.kind == "f":
                share = told_by_line(values.numbers(), answers)
            else:
                share = told(_groups(values, reading), answers)
            found += [Giveaway(reading.name, round(share, 4))] if share >= NEARLY else []
    return tuple(sorted(found, key=lambda each: (-each.share, each.name)))


def giveaways_of(
    columns: Mapping[str, Values],
    readings: Sequence[Reading],
    answers: np.ndarray,
    target: Target,
) -> tuple[Giveaway, ...]:
    """`find_giveaways` of whatever is answered; of sets of labels the commonest are looked at.

    Args:
        columns: of the training split.
        readings: what each is taken for.
        answers: as `RowExamples.labels` has them.
        target: what they are.
    """
    if target.kind == "several":
        return tuple(
            replace(each, tells=each.tells or part.name)
            for part in target.parts
            for each in giveaways_of(
                columns, readings, part_labels(answers, target, part), part.target
            )
        )
    if target.kind != "labels":
        return find_giveaways(columns, readings, answers)
    commonest = np.argsort(-answers.sum(axis=0), kind="stable")[:_LABELS]
    return tuple(
        replace(each, tells=target.names[place])
        for place in commonest.tolist()
        for each in find_giveaways(columns, readings, answers[:, place].astype(np.int32))
    )


def _groups(values: Values, reading: Reading) -> np.ndarray:
    """int `(n,)`, equal for rows whose values are equal, or numbers side by side."""
    if reading.kind != "number":
        return values.codes
    numbers = values.numbers()
    real = ~np.isnan(numbers)
    different = np.unique(numbers[real])
    count = max(_GROUPS, len(numbers) // 100)
    edges = different
    if len(different) > count:
        edges = np.unique(np.quantile(numbers[real], np.linspace(0, 1, count + 1)[1:-1]))
    return np.where(real, np.searchsorted(edges, numbers), len(edges) + 1)


def told(groups: np.ndarray, answers: np.ndarray) -> float:
    """How much of the answers the groups tell, 0 to 1, judged on rows that taught nothing.

    Of classes it is the share of the errors of the commonest class that it saves, of numbers that
    of the variance.

    Args:
        groups: int `(n,)`.
        answers: see `find_giveaways`.
    """
    fold = np.arange(len(answers)) % _FOLDS
    taught, judged = fold == 0, fold == 1
    if answers.dtype.kind == "f":
        return _variance_told(groups, answers, taught, judged)
    classes = int(answers.max()) + 1
    _, places = np.unique(groups, return_inverse=True)
    table = np.zeros((int(places.max()) + 1, classes))
    np.add.at(table, (places[taught], answers[taught]), 1)
    usual = int(table.sum(axis=0).argmax())
    table[:, usual] += 0.5  # a value that was not met gets the commonest class
    wrong = float(np.mean(table.argmax(axis=1)[places[judged]] != answers[judged]))
    base = float(np.mean(answers[judged] != usual))
    return 1 - wrong / base if base else 0.0


def told_by_line(numbers: np.ndarray, answers: np.ndarray) -> float:
    """As `told`, by a line through the answers of the rows that teach, which no noise follows.

    Args:
        numbers: float `(n,)`, NaN where there is none.
        answers: float64 `(n,)`.
    """
    rows = np.flatnonzero(~np.isnan(numbers))
    numbers, answers = numbers[rows], answers[rows]
    fold = np.arange(len(rows)) % _FOLDS
    if len(rows) < _FEW:
        return 0.0
    known, places = np.unique(numbers[fold == 0], return_inverse=True)
    means = np.bincount(places, weights=answers[fold == 0]) / np.bincount(places)
    errors = answers[fold == 1] - np.interp(numbers[fold == 1], known, means)
    return _explained(errors, answers[fold == 1] - float(answers[fold == 0].mean()))


def _explained(errors: np.ndarray, guesses: np.ndarray) -> float:
    """Share of the variance, by the errors and by those of guessing the mean."""
    variance = float((guesses**2).mean())
    return 1 - float((errors**2).mean()) / variance if variance else 0.0


def _variance_told(
    groups: np.ndarray, answers: np.ndarray, taught: np.ndarray, judged: np.ndarray
) -> float:
    _, places = np.unique(groups, return_inverse=True)
    size = int(places.max()) + 1
    counts = np.bincount(places[taught], minlength=size)
    sums = np.bincount(places[taught], weights=answers[taught], minlength=size)
    mean = float(answers[taught].mean())
    means = np.where(counts > 0, sums / np.maximum(counts, 1), mean)
    return _explained(answers[judged] - means[places[judged]], answers[judged] - mean)
