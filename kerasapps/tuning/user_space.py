"""Spaces as users describe them, in a function or a YAML file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kerasapps.errors import ConfigError
from kerasapps.tuning.space import Space
from kerasapps.tuning.space_checks import checked_space
from kerasapps.tuning.space_file import add_file


def space_from(
    source: str | Callable[[Any], object],
    *,
    defaults: Mapping[str, Any],
    known: Mapping[str, object],
    models: Sequence[str] = (),
) -> Space:
    """The space that a user's function or YAML file describes.

    The defaults of the space, and so the first trial, are the options as they are. Where these lie
    outside of a range, the first trial alone leaves it; where a list of numbers lacks them, they
    are added to it. A single value is set in every trial, the first included.

    Args:
        source: a function that calls `hp.Float("learning_rate", …)` and so on, whose options under
            `hp.conditional_scope("model", [NAME])` are called `NAME/option`; or the path of a YAML
            file, see `kerasapps.tuning.space_file`.
        defaults: option → what the model is trained with where the search changes nothing.
        known: what may be searched, from `searchable_options`.
        models: architectures to choose among, where there are several, the first trial's first:
            they become the option `model`.

    Raises:
        ConfigError: naming the file, the option, and what to write instead.
    """
    import keras_tuner

    draft: Space = keras_tuner.HyperParameters()
    # A user's function is answered the options as they are.
    draft.values = {name: value for name, value in defaults.items() if value is not None}
    if len(models) > 1:
        draft.Choice("model", list(models))
    if isinstance(source, str):
        add_file(draft, source, known=known)
    else:
        _call(source, draft)
    where = source if isinstance(source, str) else "The space function"
    return checked_space(draft, where=where, defaults=defaults, known=known)


def _call(function: Callable[[Any], object], draft: Space) -> None:
    try:
        function(draft)
    except ConfigError:
        raise
    except Exception as error:  # it is the user's code: it may raise anything
        raise ConfigError(
            f"The space function failed: {type(error).__name__}: {error}. It is called with "
            "keras-tuner's hp, as space=lambda hp: hp.Float('learning_rate', 1e-4, 1e-2)."
        ) from error
