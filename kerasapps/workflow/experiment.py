"""All that lies between examples and a training, of one choice of options."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import keras
import numpy as np

from kerasapps.data.splits import SPLITS, Splits
from kerasapps.training.adversarial import Attack
from kerasapps.training.distillation import Teaching
from kerasapps.training.hardening import after
from kerasapps.training.history import EpochRow
from kerasapps.training.hooks import NO_HOOKS, Hooks
from kerasapps.workflow.judging import Batches, Judging
from kerasapps.workflow.plan import Plan

# A small data set gets smaller batches, so that an epoch still has steps enough to learn from.
STEPS_AN_EPOCH = 50

InputsT = TypeVar("InputsT")
InputsT_co = TypeVar("InputsT_co", covariant=True)


def as_trained(network: keras.Model) -> keras.Model:
    """The network itself, for an `Experiment` that ships what it trains."""
    return network


@dataclass(frozen=True)
class Experiment:
    """One choice of options, ready to be trained.

    Attributes:
        plan: the options, with what suits model and task where none were asked for.
        build: makes the network, each time with fresh weights.
        judging: the data, and what its task does with it.
        batches: the same as batches.
        ship: the trained network → the network that is judged and exported.
        reopen: a network with the weights of one that shipped → the same as it was trained.
        hooks: what the user brought to the training.
        lessons: what a teacher adds, where there is one.
        attack: what changes examples in training, where the network learns to bear that.
        threat: the attack that what ships is judged under, where it is.
        corrupts: whether it is judged on corrupted pictures, too.
        teach: a network and what tells it from others → lessons of that network; None where
            nothing learns from one.
    """

    plan: Plan
    build: Callable[[], keras.Model]
    judging: Judging
    batches: Batches
    ship: Callable[[keras.Model], keras.Model] = as_trained
    reopen: Callable[[keras.Model], keras.Model] = as_trained
    hooks: Hooks = NO_HOOKS
    lessons: Teaching | None = None
    attack: Attack | None = None
    threat: Attack | None = None
    corrupts: bool = False
    teach: Callable[[keras.Model, str], Teaching] | None = None

    def learning_from(self, network: keras.Model, *, digest: str) -> Experiment:
        """The same with a trained network as the teacher.

        Args:
            network: takes and gives what the experiment's own does.
            digest: tells it from others.
        """
        assert self.teach is not None, "a task without lessons distils no ensemble"
        return dataclasses.replace(self, lessons=self.teach(network, digest))

    @property
    def lesson_attack(self) -> Attack | None:
        """The attack on training examples, as long as it takes to its full radius here."""
        if self.attack is None:
            return None
        return self.attack.over(
            steps_per_epoch=self.batches.steps_per_epoch, epochs=self.plan.train.epochs
        )

    def taught_by(
        self, rows: Sequence[EpochRow], *, within: Experiment | None = None
    ) -> Experiment:
        """The same with the attack that some epochs of a training ended with.

        Args:
            rows: the epochs.
            within: the experiment that they are of, where it has a part of the examples: its epochs
                are shorter, so the radius grows for more of them.
        """
        attack = (within or self).lesson_attack
        if attack is None:
            return self
        return dataclasses.replace(self, attack=after(attack, rows))

    def with_hooks(self, hooks: Hooks) -> Experiment:
        """The same with objects of the user's, and without the options that these say."""
        plan = dataclasses.replace(self.plan, train=hooks.settle(self.plan.train))
        return dataclasses.replace(self, plan=plan, hooks=hooks)


@dataclass(frozen=True)
class SplitInputs(Generic[InputsT_co]):
    """The splits as model inputs, a row an example.

    Attributes:
        train: such as pictures, uint8 `(n, height, width, channels)`, or token ids, int32
            `(n, length)`.
        validation: the same.
        test: the same.
    """

    train: InputsT_co
    validation: InputsT_co
    test: InputsT_co


def read_inputs(
    splits: Splits[Any],
    read: Callable[[Any, str, int], InputsT],
    *,
    memory_bytes: int,
    array: Callable[[InputsT], Any] = lambda inputs: inputs,
) -> SplitInputs[InputsT]:
    """Every split as model inputs, in memory while that lasts; what two splits share is read once.

    Args:
        splits: the examples.
        read: (examples, name of the split, bytes left) → inputs, on disk beyond the bytes.
        memory_bytes: what all may take in memory.
        array: the array that such inputs hold; a memory map takes no memory.
    """
    left, inputs = memory_bytes, dict[str, InputsT]()
    for name in SPLITS:
        examples = getattr(splits, name)
        twin = next((each for each in inputs if getattr(splits, each) is examples), None)
        inputs[name] = inputs[twin] if twin else read(examples, name, left)
        values = array(inputs[name])
        left -= 0 if twin or isinstance(values, np.memmap) else values.nbytes
    return SplitInputs(**inputs)


def suitable_batch(amount: int, *, least: int, largest: int) -> int:
    """The power of two that gives about 50 steps an epoch, within bounds.

    Args:
        amount: what an epoch holds, in examples or in pieces of text.
        least: smallest batch.
        largest: largest batch.
    """
    size = 2 ** round(np.log2(max(amount / STEPS_AN_EPOCH, 1)))
    return int(min(max(size, least), largest))
