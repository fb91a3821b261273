"""The way of every task: from raw data to a bundle whose files were proven on held-out data."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kerasapps.cluster import take_cluster
from kerasapps.cluster.services import require_services
from kerasapps.config import ClusterConfig, RepeatConfig, TuneConfig
from kerasapps.data.sources.forms import describe_source
from kerasapps.data.splits import Splits
from kerasapps.process.quiet import (
    import_whole_tensorflow,
    start_tensorflow,
    without_tracing_warnings,
)
from kerasapps.process.training_stack import require_training
from kerasapps.process.user_code import refuse_while_importing
from kerasapps.terminal.doing import doing
from kerasapps.training.hooks import Hooks
from kerasapps.workflow.folds.folding import check_folds
from kerasapps.workflow.gathering import gathered, open_place, require_same_data, with_devices
from kerasapps.workflow.near import compared
from kerasapps.workflow.one_machine import refuse_for_machines
from kerasapps.workflow.order import take_order
from kerasapps.workflow.reading import (
    read_splits,
    tell_advice,
    tell_copies,
    tell_findings,
    tell_sizes,
)
from kerasapps.workflow.result import RecipeResult
from kerasapps.workflow.self_training.read import read_unlabelled
from kerasapps.workflow.suitable import check_answered
from kerasapps.workflow.task import Task
from kerasapps.workflow.tracking.choice import check_tracker

_HEAVY = tuple(
    f"kerasapps.workflow.{name}"
    for name in (
        "choose",
        "ensemble.members",
        "folds.run",
        "publish",
        "search.tune",
        "self_training.run",
    )
)


@without_tracing_warnings()
def carry(
    task: Task,
    data: Any,
    *,
    validation_data: Any = None,
    test_data: Any = None,
    output_dir: Path | str | None = None,
    tune: TuneConfig | None = None,
    cluster: ClusterConfig = ClusterConfig(),
    repeat: RepeatConfig = RepeatConfig(),
    callbacks: Sequence[Any] = (),
    metrics: Sequence[Any] = (),
    loss: Any = None,
    optimizer: Any = None,
    track: str | None = None,
    load_tensorflow: Callable[[], Any] = import_whole_tensorflow,
    **configs: Any,
) -> RecipeResult:
    """Carries data through a task's steps.

    A run that was killed goes on from where it was when the same call is made again.

    Args:
        task: what is to be made.
        data: any form that the task takes.
        validation_data: what training is stopped on; by default a part of `data`.
        test_data: what the result is judged on; likewise.
        output_dir: folder of the run; by default one under `saved_models`.
        tune: a search for options before the final training.
        cluster: the machines that train the network together, each by the same call.
        repeat: trainings before the one that ships, such as those of a cross-validation.
        callbacks: `keras.callbacks.Callback` objects that hear of the training.
        metrics: `keras.Metric` objects or functions, measured in every epoch.
        loss: a `keras.losses.Loss` or a function, minimised in place of the task's own.
        optimizer: a `keras.optimizers.Optimizer` in place of one of ours.
        track: "mlflow" or "wandb", which is told of the run.
        load_tensorflow: imports it, once options and data are known to be usable.
        configs: `model`, and a config for each other section of the task's options.

    Returns:
        The model, its figures on the test split, the judged files and the bundle's folder; on
        workers of several machines what the chief says of these.

    Raises:
        DataError: if the data cannot be used; every reason is named.
        ConfigError: if an option cannot work.
        DependencyError: if what training takes, or the package of a tracker, is missing.
        TrainingError: if the folder holds another run, training fails, a tracker cannot be
            reached, or one of several machines does not come or ends before the others.
        ExportError: if no file could be made of the model.
    """
    require_training("Training")
    refuse_while_importing()
    machines = take_cluster(cluster, searches=tune is not None)
    is_chief = machines is None or machines.is_chief
    track = track if is_chief else None
    check_tracker(track)
    order = take_order(
        task,
        data,
        validation_data=validation_data,
        test_data=test_data,
        output_dir=output_dir,
        tune=tune,
        hooks=Hooks(callbacks=callbacks, metrics=metrics, loss=loss, optimizer=optimizer),
        repeat=repeat,
        **configs,
    )
    require_services(order.options)
    if machines is not None:
        refuse_for_machines(order.options, repeat)
    # several machines -> a team of the same versions and options
    with (
        gathered(
            machines,
            order,
            patience_minutes=cluster.patience_minutes,
            load_tensorflow=load_tensorflow,
        ) as team,
        open_place(output_dir, order, team) as place,
    ):
        # raw files -> examples
        with doing(f"Reading {describe_source(data)}"):
            splits = read_splits(task, order.data, order.options, place.work)
        # whoever writes the report -> what is nearly the same in different splits
        splits = compared(task, order.data, splits, order.options) if is_chief else splits
        _tell_read(task, splits)
        check_answered(task, splits, order.options, order.tune)
        check_folds(repeat, order.options, splits)
        unlabelled = read_unlabelled(task, splits, order.options, place.work)

        start_tensorflow(load_tensorflow, then=(f"{task.package}.train", *_HEAVY))
        from kerasapps.workflow.cache import Cache
        from kerasapps.workflow.choose import choose_model
        from kerasapps.workflow.ensemble.members import train_others
        from kerasapps.workflow.folds.run import cross_validated
        from kerasapps.workflow.publish import train_and_publish
        from kerasapps.workflow.search.tune import search_and_publish
        from kerasapps.workflow.self_training.run import self_trained
        from kerasapps.workflow.size import choose_size
        from kerasapps.workflow.tracking.tracker import tracked

        require_same_data(splits, machines, team)
        run = with_devices(place, order)
        # no model named -> the one that suits the data
        order = choose_model(order, splits, run=run)
        # a budget for the file -> the widest network that keeps it
        order = choose_size(order, splits, run=run)
        tell_advice(task.planning.advise(splits, order.options))

        with tracked(track, order, run=run, answer=task.answer_to(splits)) as tracker:
            if order.tune is not None:
                # the best of many configurations -> trained, judged, exported, verified
                trials = None if tracker is None else tracker.trials
                result = search_and_publish(order, splits, tune=order.tune, run=run, trials=trials)
            else:
                # each fold -> judged by a network that never met it
                folds = cross_validated(order, splits, run=run)
                # the same with other seeds, or folds -> networks beside the run's own
                others = train_others(order, splits, run=run)
                # examples without labels -> labelled by networks that are sure of them
                order, splits = self_trained(order, splits, unlabelled, run=run)
                # examples -> model inputs and network -> trained, judged, exported, verified
                with doing(f"Preparing {task.noun}"):
                    experiment = task.training.prepare(
                        splits, order.options, Cache(run.work, owners=order.prepared_at_once)
                    )
                experiment = experiment.with_hooks(order.hooks.heard_by(tracker))
                result = train_and_publish(order, experiment, run=run, folds=folds, others=others)
            if tracker is not None:
                tracker.publish(result)
        if machines is None or machines.is_chief:
            return result
        return dataclasses.replace(result, made_by=machines.name_of(0))


def _tell_read(task: Task, splits: Splits[Any]) -> None:
    """Says what was found in the data, and how many examples there are."""
    tell_findings(splits, task.rows)
    tell_copies(splits, task.noun)
    tell_sizes(splits, task.noun)
