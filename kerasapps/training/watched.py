"""Figures that callbacks of Keras watch, and which direction of them is better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kerasapps.config.checks import choose
from kerasapps.config.metric import Answer, Direction
from kerasapps.errors import ConfigError
from kerasapps.training.monitor import OWN, Directions


def figures_of(answer: Answer, own: Directions, *, judged: bool) -> Directions:
    """What callbacks are told after an epoch, and what is better of it.

    Args:
        answer: whose figures they are.
        own: `val_NAME` of each metric of the user's.
        judged: whether a judge measures its figure as well.

    Returns:
        Name → direction; None where nothing says so.
    """
    fitted, judge = answer.fitted, answer.judged
    trained = {name.removeprefix(OWN): better for name, better in own.items()}
    figures: dict[str, Direction | None] = {
        "loss": "min",
        "val_loss": "min",
        fitted.quality: fitted.better,
        fitted.monitored: fitted.better,
        **({judge.monitored: judge.better} if judged else {}),
        **trained,
        **own,
    }
    return {**figures, "learning_rate": None}


def check_watched(callbacks: Sequence[Any], figures: Directions) -> None:
    """Refuses a callback that waits for a figure of which it will not hear.

    Args:
        callbacks: any; those that watch a figure have `monitor` and `mode`, as Keras' own have.
        figures: see `figures_of`.

    Raises:
        ConfigError: naming the figures that there are, or if nobody knows what is better of one.
    """
    for callback in filter(_watches, callbacks):
        name, kind = callback.monitor, type(callback).__name__
        choose(name, list(figures), what=f"The monitor of {kind}")
        if callback.mode == "auto" and figures[name] is None:
            raise ConfigError(
                f"{kind} watches {name!r}, and nothing says what is better of it: give it "
                'mode="max" or mode="min".'
            )


def direct(callbacks: Sequence[Any], figures: Mapping[str, Direction | None]) -> None:
    """Tells those that are to find out themselves which direction is better.

    Keras asks the metrics of a compiled model, which a network here is not.

    Args:
        callbacks: that `check_watched` has let pass.
        figures: likewise.
    """
    for callback in filter(_watches, callbacks):
        if callback.mode == "auto":
            callback.mode = figures[callback.monitor]


def _watches(callback: Any) -> bool:
    """Whether it compares a figure as `EarlyStopping` does, be it of Keras or derived from it."""
    return all(hasattr(callback, name) for name in ("monitor", "mode", "monitor_op"))
