"""Attacks on what a task reads, of the radius that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from kerasapps.training.adversarial import HARDER, VALIDATION_STEPS, Attack, Space
from kerasapps.workflow.robust import robust_of
from kerasapps.workflow.steps import Options

STEPS: Final = 20
"""Of an attack on what ships (PGD-20)."""


def attacks_of(options: Options, space: Callable[[float], Space]) -> Mapping[str, Any]:
    """`attack` and `threat` of an `Experiment`; None for what is not asked for.

    Args:
        options: `robust` and the training's seed are read.
        space: radius → where an attack changes an example.
    """
    robust, seed = robust_of(options), options["train"].seed

    def attack(radius: float | None, steps: int) -> Attack | None:
        if radius is None:
            return None
        return Attack(
            space(radius),
            seed,
            steps,
            taught=robust.adversarial_steps or 1,
            harder=HARDER if robust.adversarial_steps is None else None,
        )

    return {
        "attack": attack(robust.trained, VALIDATION_STEPS),
        "threat": attack(robust.judged, STEPS),
    }
