"""What splits and their classes must be like, whatever the examples are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from kerasapps.config import LoadConfig
from kerasapps.data.examples import SPLITS, label_order
from kerasapps.data.labels import warn_alike
from kerasapps.data.texts.audit import BrokenRow, Listed
from kerasapps.errors import DataError

Counts = Mapping[str, Mapping[str, int]]
Tell = Callable[[str], None]
_SHOWN = 5  # broken rows in an error


@dataclass(frozen=True)
class ClassCheck:
    """How the classes of the splits compare with those of training.

    Attributes:
        unknown: classes that training never saw.
        errors: why the data cannot be used.
        warnings: what the user should know.
    """

    unknown: frozenset[str] = frozenset()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def check_classes(counts: Counts, *, config: LoadConfig, noun: str) -> ClassCheck:
    """Compare the classes of validation and test with those of training.

    Args:
        counts: examples per split and class.
        config: what to do with a class that training never saw.
        noun: what the examples are, in the singular.
    """
    if not counts["train"]:  # said elsewhere, with the reason
        return ClassCheck()
    errors: list[str] = []
    warnings = warn_alike(label_order({label for split in counts.values() for label in split}))
    known = set(counts["train"])
    unknown: set[str] = set()
    for split in ("validation", "test"):
        for label, number in counts[split].items():
            if label not in known:
                unknown.add(label)
                what = f"class {label!r} is in {split} ({number} {noun}s) but not in train"
                if config.unknown_classes == "error":
                    errors.append(
                        f"{what}: add {noun}s of it to train, or set "
                        "unknown_classes to skip to leave it out"
                    )
                else:
                    warnings.append(f"{what}: its {noun}s are left out")
        if counts[split]:
            for label in label_order(known - set(counts[split])):
                warnings.append(
                    f"class {label!r} has no {noun}s in {split}: it is not judged there"
                )
    if len(known) < 2:
        names = ", ".join(repr(label) for label in label_order(known))
        errors.append(f"a classifier needs at least two classes, found {len(known)}: {names}")
    if config.unknown_classes == "skip":
        errors += [
            f"{split} has no {noun} of a class that train has"
            for split in SPLITS
            if counts[split] and not set(counts[split]) - unknown
        ]
    return ClassCheck(frozenset(unknown), tuple(errors), tuple(warnings))


def imbalance(counts: Counts) -> float:
    """Largest class of the training split over the smallest."""
    train = counts["train"].values()
    return max(train) / min(train) if train else 1.0


def check_broken(
    broken: int, total: int, *, shown: Sequence[str], noun: str, max_broken: float
) -> list[str]:
    """The error for more broken examples than are tolerated, if there are.

    Args:
        broken: how many there are.
        total: examples in all.
        shown: the first of them, described.
        noun: what holds an example, in the singular.
        max_broken: the tolerated share.
    """
    if not broken or broken <= max_broken * total:
        return []
    return [
        f"{broken} of {total} {noun}s ({broken / total:.1%}) are broken, more than the "
        f"{max_broken:.1%} that max_broken allows: mend or remove them, or raise it "
        f"(--max-broken). {_first_of(shown, broken)}"
    ]


def check_broken_rows(
    broken: Listed[BrokenRow], usable: int, *, noun: str, max_broken: float
) -> list[str]:
    """As `check_broken`, for rows of a source.

    Args:
        broken: those that cannot be used.
        usable: number of the others.
        noun: what holds an example, in the singular.
        max_broken: the tolerated share.
    """
    return check_broken(
        broken.total,
        broken.total + usable,
        shown=_described(broken),
        noun=noun,
        max_broken=max_broken,
    )


def silent(line: str) -> None:
    """Takes a line that nobody reads."""


def tell_left_out(broken: Listed[BrokenRow], *, noun: str, tell: Tell) -> None:
    """Name what is left out, as far as it is tolerated.

    Args:
        broken: what cannot be used.
        noun: what holds an example, in the singular.
        tell: takes the line, if there is one.
    """
    if broken.total:
        shown = _first_of(_described(broken), broken.total)
        tell(f"Broken {noun}s left out: {broken.total}. {shown}")


def tell_reading(
    guesses: Sequence[str], warnings: Sequence[str], seen: Collection[str | None], *, tell: Tell
) -> None:
    """Say how data that a finished model is judged on was read, and what of it is judged.

    Args:
        guesses: which names and columns were taken for what.
        warnings: what is left out.
        seen: the splits that the data names; None where an example has none.
        tell: takes each line.
    """
    for guess in guesses:
        tell(f"Read as: {guess}")
    for warning in warnings:
        tell(f"Warning: {warning}")
    named = [split for split in SPLITS if split in seen]
    if named and "test" not in named:
        tell(f"The data has no test split: all of it is judged ({' and '.join(named)}).")


def _described(broken: Listed[BrokenRow]) -> list[str]:
    return [f"{row.origin}: {row.reason}" for row in broken.first[:_SHOWN]]


def _first_of(shown: Sequence[str], total: int) -> str:
    more = f"; and {total - len(shown)} more" if total > len(shown) else ""
    return f"{'; '.join(shown)}{more}"


def check_emptied(lost: Collection[str | None], *, noun: str) -> list[str]:
    """Errors for splits of which nothing is left.

    A split that the data has must not be quietly replaced by other examples.
    """
    return [
        f"no usable {noun} is left{f' in {split}' if split else ''}: all are broken, or also in a "
        "more protected split"
        for split in sorted(lost, key=str)
    ]


def check_judged(usable: int, test: int, seen: Collection[str | None], *, noun: str) -> list[str]:
    """The error for data with nothing to judge a finished model on.

    Args:
        usable: examples that can be used.
        test: those of them in the test split.
        seen: the splits that the data names, in broken rows too.
        noun: what an example is, in the singular.
    """
    if not usable:
        return [f"the data holds no usable {noun}"]
    return check_emptied({"test"} if "test" in seen and not test else set(), noun=noun)


def check_named_splits(
    seen: Collection[str | None], splits: np.ndarray, origins: Sequence[str], *, noun: str
) -> list[str]:
    """The error for no rows, for some that name a split and some not, or for none to train on.

    Args:
        seen: the splits that rows name.
        splits: int8 `(n,)` split codes of the usable rows, as the data has them.
        origins: where these come from.
        noun: what an example is, in the singular.
    """
    if not len(splits):
        return [f"the data holds no usable {noun}"]
    if not any(split is not None for split in seen):
        return []
    without = np.flatnonzero(splits < 0)
    if len(without):
        return [
            f"{len(without)} rows have no split (the first: {origins[int(without[0])]}) while "
            "others do: give every row one, or none"
        ]
    return check_trainable(seen, noun=noun)


def check_trainable(seen: Collection[str | None], *, noun: str) -> list[str]:
    """The error for splits without one for training.

    Args:
        seen: the splits that the data names; None where an example has none.
        noun: what an example is, in the singular.
    """
    named = [split for split in SPLITS if split in seen]
    if not named or "train" in named or None in seen:
        return []
    return [
        f"the data has {noun}s for {' and '.join(named)} but no split for training: add one named "
        "train, or give data without splits, from which they are drawn"
    ]


def raise_reasons(source: str, errors: Sequence[str]) -> NoReturn:
    """Refuse a data set with every reason.

    Raises:
        DataError: always.
    """
    if len(errors) == 1:
        raise DataError(errors[0])
    reasons = "\n".join(f"- {reason}" for reason in errors)
    raise DataError(f"{source} cannot be used for {len(errors)} reasons:\n{reasons}")
