"""The phases of a training: one, or with a pretrained backbone two."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from kerasapps.config import TrainConfig
from kerasapps.training.history import EpochRow
from kerasapps.training.length import Length, has_open_end, is_asked

DEFAULT_HEAD_EPOCHS = 3
HEAD_SHARE = 1 / 3


@dataclass(frozen=True)
class Phase:
    """A stretch of epochs with one optimizer.

    Attributes:
        name: "train", "head" or "fine-tune".
        epochs: how many, at most; None until the time budget ends.
        rate: factor on the peak learning rate.
        frozen: whether the backbone stays as it is.
        budget_share: share of the time budget after which the next phase begins.
        start: share of the phase's schedule that a finished training has had before.
        length: says when it is enough, where validation decides.
        solved: whether it is one epoch in which the head is solved (see `head`).
    """

    name: str
    epochs: int | None
    rate: float = 1.0
    frozen: bool = False
    budget_share: float = 1.0
    start: float = 0.0
    length: Length | None = None
    solved: bool = False


def plan_phases(
    config: TrainConfig,
    *,
    length: Length,
    pretrained: bool,
    solves: bool = False,
    frozen: bool = False,
) -> tuple[Phase, ...]:
    """The phases of a training; their epochs add up to the total.

    Where the end is open, so is that of the last phase.

    With a pretrained backbone the head is trained first with the backbone frozen, for
    `head_epochs` (3, or a third of all epochs if that is fewer), then both at
    `fine_tune_rate`. Under a time budget the head gets at most a third of it. A head that is
    solved takes one epoch, which `length` does not count; with 0 `head_epochs` none is.

    Args:
        config: `epochs`, `time_budget`, `head_epochs`, `fine_tune_rate` and what says whether the
            end is open are read.
        length: what suits the data where `config` sets neither epochs nor a budget.
        pretrained: whether there is a backbone to freeze.
        solves: whether its head can be solved.
        frozen: whether the backbone stays frozen to the end.
    """
    *before, last = _phases(config, length, pretrained=pretrained, solves=solves, frozen=frozen)
    if has_open_end(config) and not last.solved:
        last = dataclasses.replace(last, length=length)
    return *before, last


def _phases(
    config: TrainConfig, length: Length, *, pretrained: bool, solves: bool, frozen: bool
) -> tuple[Phase, ...]:
    total = _total_epochs(config, length)
    if not pretrained:
        return (Phase("train", total),)
    solves = solves and config.head_epochs != 0
    if solves and (frozen or config.fine_tune_rate == 0 or total == 1):
        return (Phase("head", 1, frozen=True, solved=True),)
    head = _head_epochs(config, length.usual if has_open_end(config) else total)
    if solves:
        head = 1
        if total is not None and not is_asked(config):
            total += 1  # what suits the data is how long the backbone learns
    rest = None if total is None else total - head
    tune = Phase("fine-tune", rest, rate=config.fine_tune_rate)
    if config.fine_tune_rate == 0 or rest == 0:
        return (Phase("head", total, frozen=True),)
    if head == 0:
        return (tune,)
    return Phase("head", head, frozen=True, budget_share=HEAD_SHARE, solved=solves), tune


def phases_left(
    phases: Sequence[Phase], rows: Sequence[EpochRow], *, time_share: float = 0.0
) -> tuple[Phase, ...]:
    """What is left of a longer training's phases after the epochs of a finished, shorter one.

    The phase that the finished training was in goes on where the longer training's schedule is
    after so many epochs, or after so much of its time.

    Args:
        phases: of the longer training.
        rows: the epochs of the finished one; fewer than the longer one has.
        time_share: the share of the longer time budget that the finished one took.
    """
    names = [phase.name for phase in phases]
    current = names.index(rows[-1].phase) if rows[-1].phase in names else 0
    done = sum(row.phase == names[current] for row in rows)
    phase, later = phases[current], tuple(phases[current + 1 :])
    if later and phase.epochs is not None and done >= phase.epochs:
        return later
    if phase.epochs is None:
        return dataclasses.replace(phase, start=time_share), *later
    # In the last phase all epochs count for the total, whichever phase they were in.
    total = sum(each.epochs or 0 for each in phases)
    left = phase.epochs - done if later else total - len(rows)
    start = max(time_share, 1 - left / (left + done))
    return dataclasses.replace(phase, epochs=left, start=start), *later


def _total_epochs(config: TrainConfig, length: Length) -> int | None:
    if config.epochs is not None:
        return config.epochs
    if config.time_budget is not None:
        return None
    return length.most if has_open_end(config) else length.usual


def _head_epochs(config: TrainConfig, total: int | None) -> int:
    if config.head_epochs is not None:
        return config.head_epochs if total is None else min(config.head_epochs, total)
    if total is None:
        return DEFAULT_HEAD_EPOCHS
    return min(DEFAULT_HEAD_EPOCHS, -(-total // 3))
