"""The loop over the epochs and steps of one phase."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from typing import Any

import keras

from kerasapps.start import Share, Start
from kerasapps.training import checkpoint, transfer
from kerasapps.training.accord import Accord
from kerasapps.training.average import Average, WeightAverage, make_average
from kerasapps.training.clock import Clock
from kerasapps.training.ending import begins_cooldown, cool_down_from, reason_to_stop
from kerasapps.training.epoch_row import epoch_row, require_number
from kerasapps.training.gauges import Gauges
from kerasapps.training.hardening import hardened, tell_hardened
from kerasapps.training.history import Fitted
from kerasapps.training.job import Job
from kerasapps.training.keeping import give_best, keep_epoch, keep_state
from kerasapps.training.objects import fresh
from kerasapps.training.optimizer_choice import peak_learning_rate
from kerasapps.training.optimizers import make_optimizer
from kerasapps.training.pace import rate_factor_now, seconds_left, share_done
from kerasapps.training.progress import Moment
from kerasapps.training.quick_gradients import quick_gradients
from kerasapps.training.replicas import Replicas
from kerasapps.training.state import TrainingState, phase_is_complete
from kerasapps.training.step import Stepper

UPDATE_SECONDS = 0.5


class PhaseLoop:
    """Trains through the current phase of `state`, which it moves on.

    Args:
        job: what to do.
        state: where the training stands.
        clock: the time it took so far.
        saved: the checkpoint that this phase goes on from, or None at its start.
    """

    def __init__(
        self, job: Job, state: TrainingState, clock: Clock, saved: checkpoint.Checkpoint | None
    ) -> None:
        self._job = job
        self._state = state
        self._clock = clock
        self._phase = job.phases[state.phase]
        self._peak = peak_learning_rate(job.config) * self._phase.rate
        if job.backbone is not None:
            (transfer.freeze if self._phase.frozen else transfer.unfreeze)(job.backbone)
        self._criterion = hardened(job.criterion, state.rows)
        team = job.runtime.team
        self._accord = Accord(team, clock, job.callbacks)
        self._replicas = None if team.strategy is None else Replicas(team.strategy, team)
        with job.runtime.placed():
            self._optimizer = self._make_optimizer()
            self._average = self._make_average()
            self._gauges = Gauges(job.hooks.metrics, job.criterion)
            self._stepper = Stepper(
                job.model,
                self._optimizer,
                config=job.config,
                xla=job.runtime.xla,
                average=self._moving,
                criterion=self._criterion,
                gauges=self._gauges,
                replicas=self._replicas,
            )
        self._optimizer.learning_rate = self._peak  # callbacks may read it before the first step
        job.callbacks.use(self._optimizer, rate=state.own_rate)
        self._closing_seconds: float | None = None
        if saved is not None:
            self._restore(saved)

    def run(self) -> bool:
        """Train until the phase, and with the last one the training, is over.

        Returns:
            Whether `Job.pause` ended it before.
        """
        team = self._job.runtime.team
        start = Start(self._state.epoch, self._state.epoch_step, Share(team.index, team.count))
        iterator = iter(self._job.batches(start))
        phase = self._state.phase
        with ExitStack() as contexts:
            if self._job.backbone is not None:
                contexts.enter_context(quick_gradients(self._job.backbone))
            if self._replicas is not None:
                contexts.enter_context(self._replicas.learning(self._job.model))
            while self._state.phase == phase and self._state.stopped is None:
                self._run_epoch(iterator)
                if self._is_paused():
                    return True
        return False

    def _is_paused(self) -> bool:
        """Whether the caller wants to end here a training that is not over."""
        if self._job.pause is None or self._state.stopped is not None:
            return False
        return self._job.pause(self._state.rows[-1])

    def _make_optimizer(self) -> keras.optimizers.Optimizer:
        job, foreign = self._job, self._job.hooks.optimizer
        # A new one of the user's kind knows no factors of single layers.
        optimizer = self._own_optimizer() if foreign is None else fresh(foreign)
        is_scaled = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
        if job.runtime.precision == "mixed_float16" and not is_scaled:
            return keras.optimizers.LossScaleOptimizer(optimizer)
        return optimizer

    def _own_optimizer(self) -> keras.optimizers.Optimizer:
        job = self._job
        factors = dict(job.multipliers)
        if job.backbone is not None and not self._phase.frozen:
            stages = transfer.layer_multipliers(job.backbone, decay=job.config.layer_decay)
            for path, factor in stages.items():
                factors[path] = factors.get(path, 1.0) * factor
        return make_optimizer(job.config, multipliers=factors, precision=job.runtime.precision)

    def _make_average(self) -> Average | None:
        job = self._job
        weights = job.model.weights
        if self._phase.frozen and job.backbone is not None:
            frozen = {id(weight) for weight in job.backbone.weights}
            weights = [weight for weight in weights if id(weight) not in frozen]
        return make_average(job.config, weights)

    @property
    def _moving(self) -> WeightAverage | None:
        """The average, if it is one that every step moves."""
        return self._average if isinstance(self._average, WeightAverage) else None

    def _run_epoch(self, iterator: Iterator[Any]) -> None:
        self._accord.hear()
        now, callbacks = self._clock.elapsed, self._job.callbacks
        if not self._state.epoch_step:
            self._state.epoch_began = now
        began = self._state.epoch_began
        callbacks.epoch_begin(self._state.epoch)
        self._accord.hear_weights(self._job.model.variables)
        loss, figure, rate = self._train_epoch(iterator, began, now)
        metrics = self._gauges.read()
        self._accord.hear()
        judging = self._clock.elapsed
        if self._average:
            self._average.end_epoch()
        with self._average.swapped_in() if self._average else nullcontext():
            callbacks.test_begin()
            validated = self._stepper.validate(self._job.validation)
            callbacks.test_end(*validated)
            metrics |= self._gauges.read("val_")
            fitted = Fitted(loss, figure, *validated, metrics=metrics)
            row = epoch_row(
                self._job, self._state, fitted, rate=rate, clock=self._clock, began=began
            )
            best = keep_epoch(self._job, self._state, row)
            callbacks.epoch_end(row)
        self._accord.hear_weights(self._job.model.variables)
        self._decide()
        self._save()
        self._accord.hear()
        self._closing_seconds = self._clock.elapsed - judging - self._stepper.tracing_seconds
        self._clock.reserve(self._closing_seconds)
        for reporter in self._job.reporters:
            reporter.epoch(row, best=best)

    def _train_epoch(
        self, iterator: Iterator[Any], began: float, told: float
    ) -> tuple[float, float, float]:
        """Mean loss, figure and the last learning rate of an epoch."""
        tally, callbacks, first = self._stepper.tally, self._job.callbacks, self._state.epoch_step
        if not first:
            tally.reset()
            self._gauges.reset()
        rate, compiled, over = 0.0, told, False
        for step in range(first + 1, self._job.steps_per_epoch + 1):
            if not over:
                callbacks.batch_begin(step - 1)
            if over := self._accord.before_step(over):
                break
            rate = self._rate()
            self._stepper.train(iterator, rate=rate, decay=self._average_decay())
            self._state.phase_step += 1
            self._state.epoch_step = step
            now = self._clock.elapsed
            if step == first + 1:
                # It compiles, which says nothing of how long a step takes.
                compiled = now
            if now - told >= UPDATE_SECONDS:
                told = now
                self._tell(step, told - began, pace=(told - compiled) / max(1, step - first - 1))
            if callbacks.hears_batches:
                callbacks.batch_end(step - 1, *tally.read())
            self._accord.after_step()
            over = self._clock.is_up() or callbacks.stopped is not None
            if not over and step < self._job.steps_per_epoch and self._is_due(now):
                self._save_within_epoch()
        loss, figure = tally.read()
        require_number(self._job, self._state, loss, "training loss")
        return loss, figure, rate

    def _is_due(self, now: float) -> bool:
        """Whether the last checkpoint is so old that another is written within the epoch."""
        minutes = self._job.config.checkpoint_minutes
        return bool(minutes) and now - self._state.elapsed >= 60 * minutes

    def _rate(self) -> float:
        """Of the next step: what a callback set, else what the schedule says."""
        if self._job.callbacks.rate is not None:
            return self._job.callbacks.rate
        return self._peak * rate_factor_now(self._job, self._state, self._clock)

    def _average_decay(self) -> float:
        return self._moving.decay_at(self._state.phase_step) if self._moving else 0.0

    def _tell(self, step: int, seconds: float, *, pace: float) -> None:
        """Read the metrics, which waits for the device: hence only twice a second."""
        loss, figure = self._stepper.tally.read()
        require_number(self._job, self._state, loss, "training loss")
        if self._closing_seconds is None:  # a forward pass takes about a third of a step
            batches = max(0, int(self._job.validation.cardinality()))
            self._clock.reserve(batches * pace / 3)
        share = share_done(self._job, self._state, self._clock, step=step)
        moment = Moment(
            epoch=self._state.epoch + 1,
            phase=self._phase.name,
            step=step,
            seconds=seconds,
            loss=loss,
            figure=figure,
            share=share,
            remaining=seconds_left(self._job, self._state, self._clock, share=share),
        )
        for reporter in self._job.reporters:
            reporter.update(moment)

    def _decide(self) -> None:
        """After an epoch: go on, begin the next phase, or stop."""
        state, job = self._state, self._job
        last = state.phase == len(job.phases) - 1
        state.own_rate = job.callbacks.rate
        state.stopped = job.callbacks.stopped or reason_to_stop(
            job, state, is_up=self._clock.is_up()
        )
        if state.stopped is None and begins_cooldown(job, state):
            # The last epochs begin, from the best weights where training has gone too far.
            best, epochs = cool_down_from(job, state)
            self._go_on_from(best)
            state.begin_cooldown(epochs)
        if state.stopped is None and hardened(job.criterion, state.rows) != self._criterion:
            self._harden()
        state.elapsed = self._clock.elapsed
        spent = self._clock.share() >= self._phase.budget_share
        if state.stopped is None and not last and (phase_is_complete(state, self._phase) or spent):
            state.begin_phase(state.phase + 1, elapsed=state.elapsed)

    def _harden(self) -> None:
        """Go on from the best weights under stronger attacks."""
        state = self._state
        self._criterion = hardened(self._job.criterion, state.rows)
        self._go_on_from(state.best_epoch)
        self._stepper.attack_by(self._criterion.attack)
        tell_hardened(self._criterion, state.rows, best=state.best_epoch)

    def _go_on_from(self, epoch: int | None) -> None:
        """Give the model the weights of an epoch, or leave it as it is; averages begin anew."""
        if epoch is not None:
            give_best(self._job, self._state, epoch)
        if self._average is not None:
            self._average.restore((), self._job.folder)

    def _save_within_epoch(self) -> None:
        """Write a checkpoint with the sums of the steps so far."""
        require_number(self._job, self._state, self._stepper.tally.read()[0], "training loss")
        self._state.elapsed = self._clock.elapsed
        self._state.own_rate = self._job.callbacks.rate
        self._save(tally=self._stepper.tally.arrays(), gauges=self._gauges.arrays())

    def _save(self, **groups: checkpoint.Arrays) -> None:
        """Write the checkpoint; one at the start of a phase has no optimizer's arrays."""
        if self._state.phase_step and self._job.runtime.team.is_chief:
            groups["optimizer"] = [variable.numpy() for variable in self._optimizer.variables]
            groups["average"] = self._average.arrays() if self._average else []
        keep_state(self._job, self._state, **groups)

    def _restore(self, saved: checkpoint.Checkpoint) -> None:
        folder = self._job.folder
        checkpoint.assign(self._job.model.variables, saved.groups["model"], folder)
        if self._state.phase_step:
            checkpoint.assign(self._optimizer.variables, saved.groups["optimizer"], folder)
        if self._average is not None:
            self._average.restore(saved.groups.get("average", ()), folder)
        if self._state.epoch_step:
            self._stepper.tally.restore(saved.groups["tally"], folder)
            self._gauges.restore(saved.groups.get("gauges", ()), folder)
