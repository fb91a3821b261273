"""What all processes of a training hear of the chief between two steps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasapps.training.callbacks import Callbacks
from kerasapps.training.clock import Clock
from kerasapps.training.team import Team

_SECONDS = 2.0  # between two agreements, about
_MOST_STEPS = 10_000


class Accord:
    """Makes all processes decide alike: by the chief's time, and by what its callbacks set.

    Each agreement waits for all processes, so there is one every few seconds, and every so many
    steps that all count: the chief says how many. A process that trains alone has none.

    Args:
        team: the processes.
        clock: of the training.
        callbacks: of the chief; other processes have none and do what these set.
    """

    def __init__(self, team: Team, clock: Clock, callbacks: Callbacks) -> None:
        self._team = team
        self._clock = clock
        self._callbacks = callbacks
        self._every = 1
        self._hears_steps = False
        self._steps = 0

    def before_step(self, over: bool) -> bool:
        """Agree where a callback may set the rate of each step, or end the epoch after any.

        Args:
            over: whether this process would end the epoch here.

        Returns:
            Whether all do.
        """
        return self._agree(self._every, over) if self._hears_steps else over

    def after_step(self) -> None:
        """Agree, if it is time to, and not done before each step anyway."""
        self._steps += 1
        if self._team.count > 1 and self._steps >= self._every and not self._hears_steps:
            self._agree(self._next_interval())

    def hear(self) -> None:
        """Agree, between two parts of an epoch."""
        if self._team.count > 1:
            self._agree(self._every)

    def hear_weights(self, variables: Sequence[Any]) -> None:
        """Agree after callbacks that may have changed these variables."""
        self.hear()
        if self._team.count > 1 and self._team.send(b"x" if self._callbacks else b""):
            share_variables(self._team, variables)

    def _agree(self, every: int, over: bool = False) -> bool:
        callbacks = self._callbacks
        word = {
            "elapsed": self._clock.own.elapsed,
            "every": every,
            "over": over,
            "steps": callbacks.hears_steps,
            "stopped": callbacks.stopped,
            "rate": callbacks.rate,
        }
        word = json.loads(self._team.send(json.dumps(word).encode()))
        self._clock.refresh(word["elapsed"])
        self._every, self._hears_steps, self._steps = word["every"], word["steps"], 0
        callbacks.stopped, callbacks.rate = word["stopped"], word["rate"]
        return bool(word["over"])

    def _next_interval(self) -> int:
        seconds = max(1e-6, self._clock.own.elapsed - self._clock.elapsed)
        return max(1, min(_MOST_STEPS, round(self._steps * _SECONDS / seconds)))


def share_variables(team: Team, variables: Sequence[Any]) -> None:
    """Gives the variables of all processes the values that the chief's have."""
    if team.count == 1:
        return
    arrays = [np.asarray(variable.numpy()) for variable in variables]
    content = b"".join(array.tobytes() for array in arrays) if team.is_chief else None
    content = team.send(content)
    if team.is_chief:
        return
    begin = 0
    for variable, array in zip(variables, arrays, strict=True):
        flat = np.frombuffer(content, array.dtype, array.size, begin)
        variable.assign(flat.reshape(array.shape))
        begin += array.nbytes
