"""Whether a network can be pruned, by the options alone."""

from __future__ import annotations

from kerasapps.config import AUTO
from kerasapps.config.compress import FILTERS
from kerasapps.errors import ConfigError
from kerasapps.workflow.compress import compress_of
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task


def check_prune(task: Task, options: Options, *, searches: bool) -> None:
    """Refuses `prune_share` where nothing would come of it; before any data is read.

    Args:
        task: what is to be made.
        options: as they were asked for.
        searches: whether options are searched.

    Raises:
        ConfigError: if options are searched, or filters are to go of a model that computes in a
            loop.
    """
    compress = compress_of(options)
    if compress.prune_share is None:
        return
    if searches:
        raise ConfigError(
            "prune_share and a search exclude each other, as trials are not pruned: search without "
            "prune_share, then train with the options that were found and it."
        )
    model = options["model"].model
    recurs = model != AUTO and task.architectures.find(model).recurrent
    if recurs and compress.prune_by == FILTERS:
        raise ConfigError(
            f"prune_by filters: {model} is recurrent, and its filters cannot be followed through "
            "its loop: choose weights, or a model without recurrence."
        )


def refuse_pruning_on_machines(options: Options) -> None:
    """Several machines would end with different networks, as one of them prunes.

    Raises:
        ConfigError: if pruning was asked for.
    """
    if compress_of(options).prune_share is not None:
        raise ConfigError(
            "prune_share is for a training on one machine: leave it out, or train on one."
        )
