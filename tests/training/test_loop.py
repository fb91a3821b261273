"""The loop over epochs and steps: what it tells, how it counts, what it saves."""

from __future__ import annotations

import dataclasses
import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from kerasapps.config import TrainConfig
from kerasapps.errors import TrainingError
from kerasapps.start import Share
from kerasapps.training import Runtime, checkpoint, clock
from kerasapps.training.loop import PhaseLoop
from kerasapps.training.progress import TerminalReporter
from tests.fake_team import FakeTeam
from tests.training.small import (
    CPU,
    STEPS,
    Silent,
    make_backbone,
    make_model,
    train,
    training_batches,
    validation_batches,
)


class Listener(Silent):
    """Keeps every moment, and which epochs were the best so far."""

    def __init__(self) -> None:
        super().__init__()
        self.moments, self.best = [], []

    def update(self, moment):
        self.moments.append(moment)

    def epoch(self, row, *, best):
        super().epoch(row, best=best)
        self.best.append(best)


@pytest.fixture
def slow_clock(monkeypatch):
    """Time that passes only when someone looks at the clock: a quarter of a second each time."""
    ticks = itertools.count()
    monkeypatch.setattr(clock.time, "monotonic", lambda: next(ticks) * 0.25)


@pytest.mark.usefixtures("slow_clock")
def test_it_tells_twice_a_second_how_far_it_is(tmp_path):
    """A look after each step, and one more when it tells what is left."""
    listener = Listener()
    config = TrainConfig(epochs=2, learning_rate=0.01)
    _, history = train(tmp_path, config, reporter=listener)
    # The first epoch begins at 0.25 s; after step 2 it is 0.75 s, after step 3, 1.25 s and so on.
    moments = listener.moments
    assert [(each.epoch, each.step, each.seconds) for each in moments[:3]] == [
        (1, 2, 0.5), (1, 3, 1.0), (1, 4, 1.5),
    ]  # fmt: skip
    assert {each.phase for each in moments} == {"train"}
    assert {each.epoch for each in moments} == {1, 2}
    for each in moments:
        assert each.share == pytest.approx((each.epoch - 1 + each.step / STEPS) / 2)
    # It looks once more: 1.0 s of which a sixth is done.
    first = moments[0]
    assert first.remaining == pytest.approx(1.0 * (1 - first.share) / first.share)
    last = [each for each in moments if each.epoch == 1][-1]
    assert last.step == STEPS and last.loss == pytest.approx(history.rows[0].loss)
    assert last.figure == pytest.approx(history.rows[0].figure)
    # The time of an epoch is that of its training and of its validation.
    seconds = history.rows[0].seconds
    assert seconds > last.seconds and history.seconds > sum(row.seconds for row in history.rows)
    assert listener.best[0] is True and len(listener.rows) == 2


def test_what_is_left_of_a_budget_is_by_time(tmp_path, monkeypatch):
    """A second a look; a budget of a minute, of which the validation will need some."""
    ticks = itertools.count()
    monkeypatch.setattr(clock.time, "monotonic", lambda: float(next(ticks)))
    listener = Listener()
    train(tmp_path, TrainConfig(time_budget=1.0), reporter=listener, steps_per_epoch=10**6)
    moments = listener.moments
    shares = [each.share for each in moments]
    assert shares == sorted(shares) and 0 < shares[0] < 0.2 and 0.7 < shares[-1] <= 1
    left = [each.remaining for each in moments]
    assert all(before > after for before, after in itertools.pairwise(left)) and left[-1] < 15


def test_the_validation_to_come_is_guessed_from_the_steps(tmp_path, monkeypatch):
    kept = []
    monkeypatch.setattr(clock.Clock, "reserve", lambda self, seconds: kept.append(seconds))
    ticks = itertools.count()
    monkeypatch.setattr(clock.time, "monotonic", lambda: float(next(ticks)))
    train(tmp_path, TrainConfig(epochs=1), steps_per_epoch=3)
    # After the first step, which compiles, nothing is known; then steps take two looks and more.
    first, second, third, closing = kept
    assert first == 0.0 and second > 0 and third > 0
    # Two batches, a third of a step each.
    assert second == pytest.approx(2 * 2.0 / 3, rel=0.6) and closing > 0


@pytest.mark.parametrize(
    ("precision", "words"),
    [("float32", False), ("mixed_bfloat16", True)],
)
def test_a_loss_that_is_no_number(tmp_path, precision, words, monkeypatch):
    closed = []

    def close(reporter):
        closed.append(reporter)

    monkeypatch.setattr(TerminalReporter, "close", close)
    config = TrainConfig(optimizer="sgd", learning_rate=100.0, warmup=0.0, weight_decay=0.0)
    with pytest.raises(TrainingError) as caught:
        train(tmp_path, config, runtime=Runtime(precision, False, "", ""))
    assert len(closed) == 1  # no live line is left behind
    message = str(caught.value)
    assert "its peak is 100)" in message and "TrainConfig.clip_norm=1" in message
    assert ("compute exactly (TrainConfig.precision='float32')" in message) is words


def test_what_a_checkpoint_holds(tmp_path):
    """Within a phase all that it needs to go on; at the start of one no optimizer's arrays."""
    seen = []

    class Looks(Silent):
        def epoch(self, row, *, best):
            stored = checkpoint.read_checkpoint(tmp_path, {"seed": 0})
            seen.append(
                (stored.state["phase"], {name: len(a) for name, a in stored.groups.items()})
            )

    backbone = make_backbone()
    model = make_model(backbone, training=False)
    config = TrainConfig(epochs=3, head_epochs=1, ema=0.9, optimizer="sgd")
    train(tmp_path, config, model=model, backbone=backbone, reporter=Looks())
    head = len(model.weights) - len(backbone.weights)
    assert [phase for phase, _ in seen] == [1, 1, 1]
    assert set(seen[0][1]) == {"model"} and set(seen[1][1]) == {"model", "optimizer", "average"}
    assert seen[1][1]["average"] == len(model.weights) > head
    assert seen[1][1]["model"] == len(model.variables)


def test_a_frozen_backbone_is_not_averaged(tmp_path):
    backbone = make_backbone()
    model = make_model(backbone, training=False)
    config = TrainConfig(epochs=2, head_epochs=2, ema=0.9)
    train(tmp_path, config, model=model, backbone=backbone)
    stored = checkpoint.read_checkpoint(tmp_path, {"seed": 0})
    assert len(stored.groups["average"]) == len(model.weights) - len(backbone.weights)


@pytest.mark.usefixtures("slow_clock")
def test_the_head_has_a_third_of_the_budget_at_most(tmp_path):
    backbone = make_backbone()
    model = make_model(backbone, training=False)
    config = TrainConfig(time_budget=1.0, head_epochs=50)
    _, history = train(tmp_path, config, model=model, backbone=backbone)
    ends = np.cumsum([row.seconds for row in history.rows])
    head = sum(row.phase == "head" for row in history.rows)
    assert history.stopped == "time budget" and 0 < head < len(history.rows)
    # The first epoch that ends behind a third of what is left beside the reserve.
    assert 14 < ends[head - 1] < 28


def test_rates_of_a_stage_and_of_a_variable_are_multiplied(tmp_path):
    backbone = make_backbone()
    model = make_model(backbone, training=False)
    first = backbone.get_layer("first")
    seen = {}
    made = PhaseLoop._make_optimizer

    def make(self):
        optimizer = made(self)
        seen[self._phase.name] = dict(optimizer.multipliers)
        return optimizer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PhaseLoop, "_make_optimizer", make)
        config = TrainConfig(epochs=2, head_epochs=1, layer_decay=0.5)
        multipliers = {first.kernel.path: 3.0, "other": 2.0}
        train(tmp_path, config, model=model, backbone=backbone, multipliers=multipliers)
    assert seen["head"] == multipliers
    assert seen["fine-tune"][first.kernel.path] == 3.0 * 0.5
    assert seen["fine-tune"][first.bias.path] == 0.5 and seen["fine-tune"]["other"] == 2.0


def test_a_run_goes_on_with_everything_from_where_it_was(tmp_path):
    """Weights, the optimizer's memory, the average and the batches."""
    begun = []

    def batches(start):
        begun.append(start.epoch)
        return training_batches(start)

    config = TrainConfig(epochs=3, ema=0.9)
    reference, _ = train(tmp_path / "whole", config, batches=batches)
    options = {"batches": batches, "pause": lambda row: row.epoch == 2}
    train(tmp_path / "parts", config, **options)
    parts, _ = train(tmp_path / "parts", config, batches=batches)
    assert begun == [0, 0, 2]
    for first, second in zip(reference.get_weights(), parts.get_weights(), strict=True):
        np.testing.assert_array_equal(first, second)


def test_an_endless_validation_is_not_waited_for_in_the_guess(tmp_path, monkeypatch):
    """A data set that does not know its size has -2 elements."""
    kept = []
    monkeypatch.setattr(clock.Clock, "reserve", lambda self, seconds: kept.append(seconds))
    ticks = itertools.count()
    monkeypatch.setattr(clock.time, "monotonic", lambda: float(next(ticks)))
    unknown = validation_batches().filter(lambda x, y: True)
    train(tmp_path, TrainConfig(epochs=1), validation=unknown, steps_per_epoch=3)
    assert kept[:-1] == [0.0, 0.0, 0.0]


def test_checkpoints_within_an_epoch_are_minutes_apart(tmp_path, monkeypatch):
    """Two looks at the clock a step, of ten seconds each, and none behind the last step."""
    ticks = itertools.count()
    monkeypatch.setattr(clock.time, "monotonic", lambda: 10.0 * next(ticks))
    kept = []
    save = PhaseLoop._save

    def saved(self, **groups):
        kept.append((self._state.epoch_step, self._state.elapsed))
        save(self, **groups)

    monkeypatch.setattr(PhaseLoop, "_save", saved)
    train(tmp_path, TrainConfig(epochs=1, checkpoint_minutes=1.0))
    steps = [step for step, _ in kept]
    assert steps[-1] == 0 and 2 <= len(steps) < STEPS and STEPS not in steps
    apart = np.diff([0.0, *(elapsed for _, elapsed in kept[:-1])])
    assert (apart >= 60).all()
    never = SimpleNamespace(config=TrainConfig(checkpoint_minutes=0))
    assert not PhaseLoop._is_due(SimpleNamespace(_job=never, _state=None), 1e9)


def test_a_chief_reads_its_part_of_each_batch_and_agrees(tmp_path):
    """With others that do nothing: each sum is its own."""
    begun, team = [], FakeTeam()

    def batches(start):
        begun.append(start.share)
        return training_batches(start)

    runtime = dataclasses.replace(CPU, team=team)
    train(tmp_path, TrainConfig(epochs=1), batches=batches, runtime=runtime)
    assert begun == [Share(0, 2)]
    said = [word for word in team.heard if word.startswith(b'{"elapsed"')]
    assert len(said) > 5  # between epochs, and after steps
