"""The phases of a training: one, or with a pretrained backbone two."""

from __future__ import annotations

from dataclasses import dataclass

from kerasapps.config import TrainConfig

DEFAULT_HEAD_EPOCHS = 3
HEAD_SHARE = 1 / 3


@dataclass(frozen=True)
class Phase:
    """A stretch of epochs with one optimizer.

    Attributes:
        name: "train", "head" or "fine-tune".
        epochs: how many; None until the time budget ends.
        rate: factor on the peak learning rate.
        frozen: whether the backbone stays as it is.
        budget_share: share of the time budget after which the next phase begins.
    """

    name: str
    epochs: int | None
    rate: float = 1.0
    frozen: bool = False
    budget_share: float = 1.0


def plan_phases(config: TrainConfig, *, epochs: int, pretrained: bool) -> tuple[Phase, ...]:
    """The phases of a training; their epochs add up to the total.

    With a pretrained backbone the head is trained first with the backbone frozen, for
    `head_epochs` (3, or a third of all epochs if that is fewer), then both at
    `fine_tune_rate`. Under a time budget the head gets at most a third of it.

    Args:
        config: `epochs`, `time_budget`, `head_epochs` and `fine_tune_rate` are read.
        epochs: number of epochs where `config` sets neither epochs nor a budget.
        pretrained: whether there is a backbone to freeze.
    """
    total = _total_epochs(config, epochs)
    if not pretrained:
        return (Phase("train", total),)
    head = _head_epochs(config, total)
    rest = None if total is None else total - head
    tune = Phase("fine-tune", rest, rate=config.fine_tune_rate)
    if config.fine_tune_rate == 0 or rest == 0:
        return (Phase("head", total, frozen=True),)
    if head == 0:
        return (tune,)
    return Phase("head", head, frozen=True, budget_share=HEAD_SHARE), tune


def _total_epochs(config: TrainConfig, default: int) -> int | None:
    if config.epochs is not None:
        return config.epochs
    return None if config.time_budget is not None else default


def _head_epochs(config: TrainConfig, total: int | None) -> int:
    if config.head_epochs is not None:
        return config.head_epochs if total is None else min(config.head_epochs, total)
    if total is None:
        return DEFAULT_HEAD_EPOCHS
    return min(DEFAULT_HEAD_EPOCHS, -(-total // 3))
