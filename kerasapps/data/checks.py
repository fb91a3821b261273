"""What examples of any kind must be like to be used, and what is said of those that are not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, NoReturn

import numpy as np

from kerasapps.data.alike import grouped, told
from kerasapps.data.audit import Listed
from kerasapps.data.splits import SPLITS
from kerasapps.errors import DataError

Tell = Callable[[str], None]
_SHOWN = 5  # broken examples in an error


def check_broken(broken: Listed[Any], usable: int, *, noun: str, max_broken: float) -> list[str]:
    """The error for more broken examples than are tolerated, if there are.

    Args:
        broken: those that cannot be used.
        usable: number of the others.
        noun: what holds an example, in the singular.
        max_broken: the tolerated share.
    """
    total = broken.total + usable
    if broken.total <= max_broken * total:
        return []
    if not usable:  # to tolerate more of it would leave nothing
        none = f"none of {total:,} {noun}s can" if total > 1 else f"the only {noun} cannot"
        return [f"{none} be used. {_first_of(broken)}"]
    return [
        f"{broken.total} of {total} {noun}s ({broken.total / total:.1%}) are broken, more than the "
        f"{max_broken:.1%} that max_broken allows: mend or remove them, or raise it "
        f"(--max-broken). {_first_of(broken)}"
    ]


def tell_left_out(broken: Listed[Any], *, noun: str, tell: Tell) -> None:
    """Name what is left out, as far as it is tolerated.

    Args:
        broken: what cannot be used.
        noun: what holds an example, in the singular.
        tell: takes the line, if there is one.
    """
    if broken.total:
        tell(f"Broken {noun}s left out: {broken.total}. {_first_of(broken)}")


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


def raise_reasons(source: str, errors: Sequence[str], *, guesses: Sequence[str] = ()) -> NoReturn:
    """Refuses a data set with every reason, and what was guessed of it: that may be the reason.

    Raises:
        DataError: always.
    """
    told = "".join(f"\n{as_guessed(guess)}" for guess in guesses)
    if len(errors) == 1:
        raise DataError(f"{errors[0]}{told}")
    reasons = "\n".join(f"- {reason}" for reason in errors)
    raise DataError(f"{source} cannot be used for {len(errors)} reasons:\n{reasons}{told}")


def as_guessed(guess: str) -> str:
    """What was guessed, behind an error that it may have led to."""
    return f"Read as: {guess}"


def _first_of(broken: Listed[Any]) -> str:
    groups = grouped(broken.first)[:_SHOWN]
    shown = "; ".join(map(told, groups))
    left = broken.total - sum(1 + more for _, more in groups)
    return f"{shown}; and {left} more" if left else shown
