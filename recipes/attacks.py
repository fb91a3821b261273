"""Attacks on what a task reads, of the radius that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kerasapps.training.adversarial import HARDER, JUDGING_STEPS, VALIDATION_STEPS, Attack, Space
from kerasapps.workflow.robust import robust_of
from kerasapps.workflow.steps import Options


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
        place, asked = space(radius), robust.adversarial_steps
        taught = asked or place.lesson_steps
        harder = HARDER if asked is None and taught < HARDER else None
        return Attack(place, seed, steps, taught=taught, harder=harder)

    return {
        "attack": attack(robust.trained, VALIDATION_STEPS),
        "threat": attack(robust.judged, JUDGING_STEPS),
    }
