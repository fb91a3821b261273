"""How long to train where nobody says it: what suits the data, and when it is enough."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kerasapps.config import TrainConfig
from kerasapps.training.schedules import warmup_share

COOLDOWN = 0.25
"""Share of the epochs up to the best one in which the rate falls to 0 after the last gain."""

LIMIT_COOLDOWN = 0.3
"""Share of the longest time in which the rate falls to 0, where validation gains until then."""

_EPOCHS_OF_ONE_STEP = 230
_FINE_TUNING = 0.25
_FEWEST = 3
_MOST_USUAL = 100
_MOST = 4
_PATIENCE_EPOCHS = 4
_PATIENCE_STEPS = 250
_PATIENCE_OF_USUAL = 0.25
_PATIENCE_SHARE = 0.2
_SMOOTHED = 3
_LEAST_GAIN = 0.002
_LEAST_FALL = 0.0001


@dataclass(frozen=True, kw_only=True)
class Length:
    """How long a network is trained where the user sets neither epochs nor minutes.

    Attributes:
        usual: epochs that such data mostly take: the length of a schedule that must know its end.
        most: epochs after which it ends in any case.
        patience: epochs without a gain, at least, before the rate falls.
        patience_share: the same as a share of the epochs done; the larger of both counts.
        minutes: of training, at most.
    """

    usual: int
    most: int
    patience: int
    patience_share: float = _PATIENCE_SHARE
    minutes: float | None = None

    def describe(self, *, open_end: bool, what: str = "Training") -> str:
        """One line for the terminal.

        Args:
            open_end: whether validation decides when training ends.
            what: takes so long.
        """
        limit = "" if self.minutes is None else f" or {self.minutes:.3g} minutes"
        if not open_end:
            return (
                f"{what} takes at most {self.usual} epochs{limit}, as suits so many steps each; "
                "TrainConfig.epochs or TrainConfig.time_budget say otherwise."
            )
        longer = ", later a fifth of those done" if self.patience_share else ""
        return (
            f"{what} goes on until validation has not gained for {self.patience} epochs{longer}, "
            f"then the rate falls to 0; about {self.usual} epochs are usual for so many steps, "
            f"{self.most}{limit} the most. TrainConfig.epochs or TrainConfig.time_budget say "
            "otherwise."
        )


def is_asked(config: TrainConfig) -> bool:
    """Whether the user says how long to train, in epochs or in minutes."""
    return config.epochs is not None or config.time_budget is not None


def has_open_end(config: TrainConfig) -> bool:
    """Whether validation decides when training ends.

    Epochs or minutes that were asked for say when, a schedule with an end (`inverse_sqrt` has none)
    does so, and no patience at all.
    """
    is_endless = config.schedule in (None, "inverse_sqrt")
    return not is_asked(config) and is_endless and config.early_stopping != 0


def suitable_length(
    config: TrainConfig,
    *,
    steps_per_epoch: int,
    pretrained: bool = False,
    passes: float = 1.0,
    minutes: float | None = None,
) -> Length:
    """How long suits the data; a pure function of what is known before the first step.

    The fewer steps in an epoch, the more epochs: their number falls with the square root of the
    steps, so that ten times the data are trained for about three times as many steps. A network
    that was trained before needs a quarter.

    Args:
        config: `early_stopping` is read.
        steps_per_epoch: of the training.
        pretrained: whether the network has learnt from other data before.
        passes: over the data, as a multiple of what is usual.
        minutes: of training, at most.
    """
    scale = _EPOCHS_OF_ONE_STEP * passes * (_FINE_TUNING if pretrained else 1.0)
    usual = min(_MOST_USUAL, max(_FEWEST, round(scale / math.sqrt(steps_per_epoch))))
    asked = config.early_stopping
    return Length(
        usual=usual,
        most=_MOST * usual,
        patience=asked or _patience(usual, steps_per_epoch),
        patience_share=0.0 if asked else _PATIENCE_SHARE,
        minutes=minutes,
    )


def _patience(usual: int, steps_per_epoch: int) -> int:
    """Longer for small data, whose validation split is small too, and says less each time."""
    of_steps = math.ceil(_PATIENCE_STEPS / steps_per_epoch)
    return max(_PATIENCE_EPOCHS, of_steps, math.ceil(_PATIENCE_OF_USUAL * usual))


def warmup_steps(config: TrainConfig, length: Length, *, steps_per_epoch: int) -> int:
    """Steps in which the rate rises where the end is open: a share of twice the usual length."""
    return round(2 * warmup_share(config) * length.usual * steps_per_epoch)


def last_gain(losses: Sequence[float], figures: Sequence[float]) -> int:
    """The number of the last epoch, from 1, in which validation gained; 0 without epochs.

    A gain is a lower loss or a better figure, each the mean of the last three epochs, so that a
    lucky one counts little. A loss must be 0.2 % lower than at the last gain, and by 0.0001, as one
    that is next to nothing can fall by 0.2 % for ever.

    Args:
        losses: on validation, of each epoch.
        figures: on validation, of each epoch; more is better.
    """
    gained, least, most = 0, math.inf, -math.inf
    for epoch, (loss, figure) in enumerate(zip(_smooth(losses), _smooth(figures), strict=True), 1):
        lower = epoch == 1 or loss < least - max(_LEAST_GAIN * abs(least), _LEAST_FALL)
        if lower or figure > most:
            gained = epoch
        if lower:
            least = loss
        most = max(most, figure)
    return gained


def has_stopped_gaining(losses: Sequence[float], figures: Sequence[float], length: Length) -> bool:
    """Whether the last gain is longer ago than `length` is patient."""
    done = len(losses)
    patience = max(length.patience, math.ceil(length.patience_share * done))
    return done - last_gain(losses, figures) >= patience


def cooldown_epochs(best_epoch: int) -> int:
    """Epochs in which the rate falls to 0, after a best epoch that is so many into the phase."""
    return max(1, math.ceil(COOLDOWN * best_epoch))


def _smooth(values: Sequence[float]) -> list[float]:
    """The mean of each value and the two before it."""
    return [
        sum(values[max(0, end - _SMOOTHED) : end]) / min(end, _SMOOTHED)
        for end in range(1, len(values) + 1)
    ]
