"""Stronger attacks in training, once a network has learnt to mislead those of one step.

Such a network does ever better under the attacks of its training, and suddenly fails under others;
it seldom comes back by itself. From the best weights before that, attacks of several steps teach
it to bear them; where there are none, a warning after the training says what to change.

References: Wong et al. 2020, "Fast is better than free", section 5.3 (how it shows); Li et al.
2020, "Towards Understanding Fast Adversarial Training" (stronger attacks once it shows).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

from kerasapps.terminal.streams import tell
from kerasapps.training.adversarial import Attack
from kerasapps.training.criterion import Criterion
from kerasapps.training.history import EpochRow

_RISE: Final = 2.0
"""Of the lowest validation loss: a loss that is so much higher has not risen by chance."""
_LEFT: Final = 0.5
"""Of the figure under the attacks of training: what is left under stronger ones, at least."""


def is_outwitted(rows: Sequence[EpochRow], *, growing: int = 0) -> bool:
    """Whether the last epoch was far worse under stronger attacks than under those of training.

    Either in its figure, or in a loss that has leapt while that of training fell.

    Args:
        rows: the epochs, whose validation is under stronger attacks than their training, and
            whose figures are shares that are right.
        growing: epochs in which the radius of the training's attacks has not its full length.
    """
    *before, last = rows
    if last.epoch <= growing:
        return False
    if last.val_figure < _LEFT * last.figure:
        return True
    if not before:
        return False
    lowest = min(row.val_loss for row in before)
    return last.loss < before[-1].loss and last.val_loss > _RISE * lowest


def _was_better(rows: Sequence[EpochRow]) -> bool:
    """Whether an earlier epoch was better: from the last one stronger attacks are misled, too.

    MNIST at 0.3 of the range, misled in the first epoch: after three more under five steps 84 %
    are right under seven, and none under twenty.
    """
    *before, last = rows
    figure, loss = max(row.val_figure for row in before), min(row.val_loss for row in before)
    return figure > last.val_figure and loss < last.val_loss


def after(attack: Attack, rows: Sequence[EpochRow]) -> Attack:
    """The attack in training after some epochs: stronger once one of them shows that it must be.

    Args:
        attack: as the training began with.
        rows: the epochs done, which alone decide, so that a resumed training goes on alike.
    """
    if attack.harder is None:
        return attack
    ends = range(2, len(rows) + 1)
    shows = any(
        is_outwitted(rows[:end], growing=attack.growing) and _was_better(rows[:end]) for end in ends
    )
    return dataclasses.replace(attack, taught=attack.harder, harder=None) if shows else attack


def hardened(criterion: Criterion, rows: Sequence[EpochRow]) -> Criterion:
    """The criterion after some epochs; see `after`."""
    if criterion.attack is None:
        return criterion
    return dataclasses.replace(criterion, attack=after(criterion.attack, rows))


def tell_hardened(criterion: Criterion, rows: Sequence[EpochRow], *, best: int) -> None:
    """Says what was seen, and what is done.

    Args:
        criterion: from now on.
        rows: the epochs done.
        best: the epoch whose weights training goes on from.
    """
    attack = criterion.attack
    assert attack is not None, "without attacks nothing is hardened"
    tell(
        f"The network has learnt to mislead the attacks of its training: in epoch {len(rows)} its "
        f"loss is {rows[-1].loss:.3g} under these, and {rows[-1].val_loss:.3g} under attacks of "
        f"{attack.steps} steps. It goes on from epoch {best} under attacks of {attack.taught} "
        "steps, which take longer; adversarial_steps says how many from the beginning."
    )
