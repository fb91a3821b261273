"""What only one machine does: refused where several train together, before they come together."""

from __future__ import annotations

from kerasapps.config import RepeatConfig
from kerasapps.errors import ConfigError
from kerasapps.workflow.check_prune import refuse_pruning_on_machines
from kerasapps.workflow.self_training.check import refuse_unlabelled_on_machines
from kerasapps.workflow.steps import Options
from kerasapps.workflow.teacher import refuse_on_machines


def refuse_for_machines(options: Options, repeat: RepeatConfig) -> None:
    """Refuses what one machine does alone.

    Args:
        options: of the run.
        repeat: trainings before the one that ships.

    Raises:
        ConfigError: if something of that was asked for.
    """
    refuse_on_machines(options)
    refuse_pruning_on_machines(options)
    refuse_unlabelled_on_machines(options)
    if repeat.asked:
        raise ConfigError(
            f"RepeatConfig.{next(iter(repeat.asked))}: one machine repeats a training; leave out "
            "ClusterConfig.peers."
        )
