"""The spaces that are searched where the user names none: each architecture brings a function.

Ranges lie around the options as they are: a width of half to one and a half times, a rate of a
tenth to ten times. An architecture's function asks a `Draft` for options by name; those that a
model does not have, or that were set by hand, are left out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerasapps.errors import ConfigError

if TYPE_CHECKING:
    from kerasapps.tuning.space import Space


@dataclass(frozen=True)
class Candidate:
    """A model that a search may choose, with the options as they are.

    Attributes:
        model: its name, the value of the option `model`.
        space: asks for what is searched with it.
        defaults: option → what the model is trained with where the search changes nothing: not
            None where a number is meant. An option that is missing or None is not searched.
    """

    model: str
    space: Callable[[Draft], None]
    defaults: Mapping[str, Any]


def default_space(
    candidates: Sequence[Candidate],
    *,
    fixed: Collection[str] = (),
    more: Space | None = None,
) -> Space:
    """What is searched where the user names nothing.

    Args:
        candidates: the models to choose among; the first is the one of the first trial. Where there
            are several, the option `model` comes first, and the others are named `MODEL/option`
            (see `kerasapps.tuning.space.option_values`).
        fixed: options that were set by hand: they stay as they are in every trial.
        more: hyperparameters that are no options, such as those of a network of the user's.

    Raises:
        ConfigError: if nothing is left to search, or two candidates have one name.
    """
    import keras_tuner

    names = [each.model for each in candidates]
    if not names or len(set(names)) < len(names):
        raise ConfigError(f"A search chooses among different models, got {', '.join(names)!r}.")
    space: Space = keras_tuner.HyperParameters()
    if len(names) > 1:
        space.Choice("model", names, default=names[0])
    for each in candidates:
        with contextlib.ExitStack() as scopes:
            if len(names) > 1:
                scopes.enter_context(space.conditional_scope("model", [each.model]))
                scopes.enter_context(space.name_scope(each.model))
            each.space(Draft(space, each.defaults, frozenset(fixed)))
    if more is not None:
        space.merge(more)
    if not space.space:
        raise ConfigError(
            "There is nothing to search: every option of the model's space was set by hand. Leave "
            "some out, or name what to search with TuneConfig.space."
        )
    return space


class Draft:
    """Adds ranges around the options as they are, where there is something to search."""

    def __init__(self, space: Space, defaults: Mapping[str, Any], fixed: frozenset[str]) -> None:
        self._space, self._defaults, self._fixed = space, defaults, fixed

    def start(self, option: str) -> Any:
        """The option as it is, or None where it is not to be searched."""
        return None if option in self._fixed else self._defaults.get(option)

    def among(self, option: str, *values: Any) -> None:
        """One of `values`, or the option as it is; numbers in their order."""
        start = self.start(option)
        if start is None:
            return
        known = list(dict.fromkeys([*values, start]))
        if any(isinstance(value, float) for value in known):
            # keras-tuner wants the values of a list to be of one type.
            start, known = float(start), [float(value) for value in known]
        if not isinstance(start, str):
            known = sorted(set(known))
        self._space.Choice(option, known, default=start)

    def times(self, option: str, *factors: float) -> None:
        """The option as it is, times one of `factors`."""
        start = self.start(option)
        if start is not None:
            self.among(option, *(float(start * factor) for factor in factors))

    def sizes(self, option: str) -> None:
        """Half of a whole number, the number as it is, or twice that."""
        start = self.start(option)
        if start is not None:
            self.among(option, max(1, start // 2), start, 2 * start)

    def up_to(self, option: str, highest: float) -> None:
        """Any share from 0 to `highest`, or to the option as it is where that is more."""
        start = self.start(option)
        if start is not None:
            self._space.Float(option, 0.0, max(highest, start), default=float(start))

    def around(self, option: str, factor: float, *, highest: float = 100.0) -> None:
        """Any number up to `factor` times smaller or larger, small steps being as many as large.

        An option of 0 has no neighbours on such a scale; it is left out.
        """
        start = self.start(option)
        if start:
            high = max(min(start * factor, highest), start)
            self._space.Float(option, start / factor, high, sampling="log", default=float(start))


def search_training(draft: Draft) -> None:
    """What is searched with every classifier."""
    draft.around("learning_rate", 10)
    search_decay(draft)
    draft.sizes("batch_size")


def search_fine_tuning(draft: Draft) -> None:
    """What is searched with every pretrained backbone."""
    draft.up_to("dropout", 0.5)
    draft.around("fine_tune_rate", 10, highest=1.0)
    draft.among("layer_decay", 0.65, 0.75, 0.85, 1.0)
    search_training(draft)


def search_decay(draft: Draft) -> None:
    """The decay of weights: around what it is, or one of a few where there is none."""
    draft.around("weight_decay", 10, highest=1.0)
    if draft.start("weight_decay") == 0:
        draft.among("weight_decay", 0.0, 1e-3, 1e-2, 1e-1)
