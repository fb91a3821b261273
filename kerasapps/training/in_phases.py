"""Training a model, in phases, from one checkpoint to the next."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from kerasapps.config import TrainConfig
from kerasapps.config.metric import Answer
from kerasapps.errors import ConfigError
from kerasapps.process.quiet import without_tracing_warnings
from kerasapps.start import Start
from kerasapps.training import checkpoint, transfer
from kerasapps.training.accord import share_variables
from kerasapps.training.callbacks import Callbacks
from kerasapps.training.checks import check_train_config
from kerasapps.training.clock import make_clock
from kerasapps.training.criterion import Criterion
from kerasapps.training.finished import Finished
from kerasapps.training.foreign_loss import with_loss
from kerasapps.training.gauges import try_out
from kerasapps.training.head import Head
from kerasapps.training.head_phase import run_head
from kerasapps.training.history import History
from kerasapps.training.hooks import NO_HOOKS, Hooks, tell_limits
from kerasapps.training.job import BatchSource, Job, Judge, Pause
from kerasapps.training.keeping import give_best
from kerasapps.training.length import Length, is_asked
from kerasapps.training.loop import PhaseLoop
from kerasapps.training.monitor import Directions, Monitor
from kerasapps.training.optimizer_choice import peak_learning_rate
from kerasapps.training.phases import phases_left, plan_phases
from kerasapps.training.progress import Course, Reporter, TerminalReporter
from kerasapps.training.runtime import Runtime
from kerasapps.training.state import TrainingState, time_share
from kerasapps.training.team import Team
from kerasapps.training.tensorboard import TensorBoardReporter
from kerasapps.training.watched import check_watched, direct, figures_of


def fit_in_phases(
    model: keras.Model,
    *,
    batches: BatchSource,
    validation: tf.data.Dataset,
    steps_per_epoch: int,
    config: TrainConfig,
    runtime: Runtime,
    folder: Path,
    settings: Mapping[str, Any],
    length: Length,
    answer: Answer,
    criterion: Criterion,
    backbone: keras.Layer | None = None,
    head: Head | None = None,
    unchanged: tf.data.Dataset | None = None,
    unmixed: BatchSource | None = None,
    multipliers: Mapping[str, float] | None = None,
    reporter: Reporter | None = None,
    log_dir: Path | None = None,
    judge: Judge | None = None,
    pause: Pause | None = None,
    finished: Finished | None = None,
    kept_from: int = 1,
    hooks: Hooks = NO_HOOKS,
) -> History:
    """Train `model` in place and leave it with the weights of its best epoch.

    After every epoch the validation split is judged, by the averaged weights where `config.ema` or
    `config.average_checkpoints` is set, and a checkpoint is written to `folder`, as it is every
    `config.checkpoint_minutes` within an epoch: the same call goes on from there, and a call after
    the end only restores the best weights. The weights kept are those of the epoch with the best of
    what `config.monitor` names, by default the answer's metric, and among equals the smallest loss.

    Where `config` sets neither epochs nor a budget nor a schedule with an end, validation decides
    when it is enough (see `length`): once neither its loss nor its figure has gained for a while,
    the rate falls to 0, from the best weights where the loss has risen since, and training is over.
    Else it stops early when the validation *loss* has not improved for `config.early_stopping`
    epochs (of the last phase; by default 10, but at least 100 steps), or with a monitor that the
    judge measures when that has not.

    A time budget covers compilation, validation, the judge and checkpoints; the epoch it cuts short
    is validated and counts. What the first validation and judgement take is not known before them:
    a budget that ends within the first epoch is exceeded by the judge's time.

    With a `backbone`, it is frozen in a first phase and then learns at `config.fine_tune_rate`,
    the slower the nearer to the input (see `phases` and `transfer`). A `head` is not trained in
    epochs but solved, which is the first row of the history (see `head`); with few validation
    examples, and if nobody says how long to train, that is all.

    Args:
        model: from a batch's inputs to what the criterion scores; need not be compiled.
        batches: called with where to begin, returns an endless data set of training batches from
            there on: `(x, y)` or `(x, y, weight)`, y as the criterion has targets and
            x a tensor or a structure of tensors.
        validation: a finite data set of `(x, y)`.
        steps_per_epoch: training batches in an epoch.
        config: how to train.
        runtime: how to compile; the model must have been built within its `scope()`.
        folder: for the checkpoint and its best weights.
        settings: JSON-able values that identify the run.
        length: used when `config` sets neither `epochs` nor `time_budget`.
        answer: says what the figures are that are counted and judged.
        criterion: the loss, and the figure counted beside it, `answer.fitted`.
        backbone: the pretrained part of `model`.
        head: its last layer, where the criterion is the cross-entropy of that layer's answers.
        unchanged: the training examples once, as they are; a head is solved only with them.
        unmixed: as `batches`, but no example has anything of another: what a head is solved on.
        multipliers: learning-rate factor by variable path, on top of everything else.
        reporter: hears of progress; by default a `TerminalReporter`.
        log_dir: for TensorBoard logs; by default a folder `tensorboard` in `folder`.
        judge: called after each validation, with the weights to be judged in the model; its figure,
            `answer.judged`, becomes `EpochRow.val_metric`.
        pause: called after each epoch but the last, once its checkpoint is written; True ends this
            call there with the best weights so far and `History.stopped` "paused". The same call
            later goes on as if there had been no pause.
        finished: a training of fewer epochs or less time, with the same options otherwise, to go on
            from where `folder` holds no checkpoint: its epochs count, and training goes on with its
            weights, a fresh optimizer and what is left of the schedule (see
            `phases.phases_left`). Where no later epoch is better, its weights stay.
        kept_from: the first epoch whose weights may be the best; of earlier ones the last are.
        hooks: callbacks, metrics, a loss and an optimizer of the user's. With a loss no head is
            solved, as that is the cross-entropy's.

    Returns:
        One row for each epoch, those of earlier runs included.

    Raises:
        ConfigError: if options of `config` exclude each other or lack what they need, as a monitor
            its judge; or if one of `hooks` does not fit options, data or network.
        TrainingError: if the loss stops being a number, if `folder` holds a checkpoint of other
            settings, if a checkpoint cannot be written or read, or if `finished` is of another
            network.
    """
    config, criterion = hooks.settle(config), with_loss(criterion, hooks.loss)
    figures = figures_of(answer, hooks.directions, judged=judge is not None)
    _check(config, hooks, figures, answer=answer, judge=judge, replicas=runtime.team.replicas)
    team, quality = runtime.team, answer.fitted.quality
    saved = checkpoint.read_checkpoint(folder, settings) if team.is_chief else None
    direct(hooks.callbacks, figures)
    state = _begin(model, saved, finished, folder) if team.is_chief else TrainingState()
    saved, state = _as_chief(team, saved, state, quality=quality)
    _same_weights(model, team)
    if backbone is None or unchanged is None or hooks.loss is not None:
        head = None
    stays_frozen = head is not None and head.keeps_backbone(config)
    phases = plan_phases(
        config,
        length=length,
        pretrained=backbone is not None,
        solves=head is not None,
        frozen=stays_frozen,
    )
    if state.extended:
        phases = phases_left(phases, state.finished_rows, time_share=time_share(state, config))
    terminal = TerminalReporter(answer)
    reporters: list[Reporter] = [reporter or terminal, *hooks.reporters]
    if config.tensorboard and team.is_chief:
        reporters.append(TensorBoardReporter(log_dir or folder / "tensorboard", quality=quality))
    job = Job(
        model=model,
        batches=batches,
        validation=validation,
        steps_per_epoch=steps_per_epoch,
        config=config,
        runtime=runtime,
        folder=folder,
        settings=settings,
        backbone=backbone,
        head=head,
        unchanged=unchanged,
        unmixed=unmixed,
        stays_frozen=stays_frozen,
        multipliers=dict(multipliers or {}),
        phases=phases,
        reporters=reporters if team.is_chief else [],
        answer=answer,
        criterion=criterion,
        judge=judge,
        pause=pause,
        epochs_before=len(state.finished_rows),
        limit=None if is_asked(config) else length.minutes,
        kept_from=kept_from,
        hooks=hooks,
        callbacks=Callbacks(
            hooks.callbacks if team.is_chief else (),
            answer,
            may_set_rate=config.schedule == "constant",
        ),
    )
    try:
        with transfer.restored_trainability(model), without_tracing_warnings(), team.watched():
            return _run(job, state, saved)
    finally:
        terminal.close()
        job.callbacks.leave()


def _check(
    config: TrainConfig,
    hooks: Hooks,
    figures: Directions,
    *,
    answer: Answer,
    judge: Judge | None,
    replicas: int,
) -> None:
    """Raises `ConfigError` for what excludes, or lacks, something else; see `fit_in_phases`."""
    hooks.check_names((answer.fitted.quality, answer.judged.quality))
    check_train_config(config, answer=answer)
    hooks.check_monitor(config, answer)
    hooks.check_devices(replicas)
    monitor = Monitor.of(config, answer)
    if monitor.is_judged and judge is None:
        raise ConfigError(f"TrainConfig.monitor {monitor.name!r} needs a judge that measures it.")
    check_watched(hooks.callbacks, figures)


def _begin(
    model: keras.Model,
    saved: checkpoint.Checkpoint | None,
    finished: Finished | None,
    folder: Path,
) -> TrainingState:
    """Where training stands: at its checkpoint, after a finished training, or at its beginning."""
    if saved is not None:
        return TrainingState.from_dict(saved.state)
    if finished is None:
        return TrainingState()
    finished.give(model)
    checkpoint.write_best(folder, finished.history.best_epoch, finished.weights)
    return TrainingState.after(finished.history)


def _as_chief(
    team: Team, saved: checkpoint.Checkpoint | None, state: TrainingState, *, quality: str
) -> tuple[checkpoint.Checkpoint | None, TrainingState]:
    """Where the chief's training stands, which alone has files; what others hold is dropped."""
    if team.count == 1:
        return saved, state
    groups = {} if saved is None else saved.groups
    values = {"state": state.as_dict(quality), "goes on": saved is not None}
    content = checkpoint.packed(checkpoint.Checkpoint({}, values, groups))
    told = checkpoint.unpacked(team.send(content))
    state = TrainingState.from_dict(told.state["state"])
    return (told if told.state["goes on"] else None), state


def _same_weights(model: keras.Model, team: Team) -> None:
    """Gives the models of all processes the chief's weights."""
    share_variables(team, model.variables)
    if team.count > 1:
        # What Keras predicts for a callback of the chief would wait for the others.
        model._distribute_strategy = None


def _run(job: Job, state: TrainingState, saved: checkpoint.Checkpoint | None) -> History:
    """All phases that are left, then the best weights."""
    if state.stopped is None:
        tell_limits(job.hooks, pretrained=job.backbone is not None, stays_frozen=job.stays_frozen)
        first = functools.partial(job.batches, Start(state.epoch))
        try_out(job.hooks, job.criterion, job.model, first)
        job.callbacks.train_begin(
            job.model,
            epochs=job.epochs,
            steps=job.steps_per_epoch,
            rate=peak_learning_rate(job.config),
        )
    budget = job.config.time_budget or job.limit
    clock = make_clock(job.runtime.team, elapsed=state.elapsed, budget=budget)
    for reporter in job.reporters:
        over = state.stopped is not None
        reporter.begin(Course(job.epochs, job.steps_per_epoch, state.epoch, over, state.epoch_step))
    paused = False
    while state.stopped is None and not paused:
        if job.phases[state.phase].solved:
            paused = run_head(job, state, clock)
        else:
            paused = PhaseLoop(job, state, clock, saved).run()
        saved = None
    give_best(job, state)
    history = state.history(job.answer.fitted.quality, paused=paused)
    if job.callbacks:
        job.callbacks.train_end(history)
        # Some give the model weights that were the best by their own reckoning.
        best = checkpoint.read_best(job.folder, state.best_epoch)
        checkpoint.assign(job.model.weights, best, job.folder)
    for reporter in job.reporters:
        reporter.end(history)
    return history
