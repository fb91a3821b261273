"""Stronger attacks in training, once a network has learnt to mislead those of one step.

Such a network does ever better under the attacks of its training, and suddenly fails under others;
it seldom comes back by itself. Going on from the best weights with attacks of several steps does.

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


def is_outwitted(rows: Sequence[EpochRow]) -> bool:
    """Whether the last epoch was better under the attacks of training, far worse under stronger.

    Args:
        rows: the epochs, whose validation is under stronger attacks than their training.
    """
    if len(rows) < 2:
        return False
    *before, last = rows
    lowest = min(row.val_loss for row in before)
    return last.loss < before[-1].loss and last.val_loss > _RISE * lowest


def after(attack: Attack, rows: Sequence[EpochRow]) -> Attack:
    """The attack in training after some epochs: stronger once one of them shows that it must be.

    Args:
        attack: as the training began with.
        rows: the epochs done, which alone decide, so that a resumed training goes on alike.
    """
    if attack.harder is None:
        return attack
    shows = any(is_outwitted(rows[:count]) for count in range(2, len(rows) + 1))
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
        f"loss fell to {rows[-1].loss:.3g} under these, and rose to {rows[-1].val_loss:.3g} under "
        f"attacks of {attack.steps} steps. It goes on from epoch {best} under attacks of "
        f"{attack.taught} steps, which take longer; --adversarial-steps says how many at once."
    )
