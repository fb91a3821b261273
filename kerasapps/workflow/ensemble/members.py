"""The networks of an ensemble but the run's own; one that is trained is not trained again."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.data.splits import Splits
from kerasapps.errors import ConfigError, TrainingError
from kerasapps.export.network import float32_copy
from kerasapps.terminal.doing import Far, doing
from kerasapps.terminal.streams import tell
from kerasapps.training.checkpoint import read_best, write_best
from kerasapps.workflow.aside import (
    fit_aside,
    is_aside,
    prepare_aside,
    put_aside,
    values_aside,
    working_in,
)
from kerasapps.workflow.ensemble.dealing import Dealing
from kerasapps.workflow.ensemble.figures import Member
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.fit import start_network
from kerasapps.workflow.folds.figures import numbers_in
from kerasapps.workflow.judging import Judging
from kerasapps.workflow.order import Order
from kerasapps.workflow.run import Run


@dataclass(frozen=True)
class Others:
    """Networks of an ensemble, trained and put aside.

    Attributes:
        members: what they were and did, in the order of their seeds.
        places: their folders, with their weights.
        digests: of the weights of each.
        distils: whether a single network is to learn from the mean.
        prepare_first: makes the experiment of the first network, where it learns without a fold.
    """

    members: tuple[Member, ...]
    places: tuple[Path, ...]
    digests: tuple[str, ...]
    distils: bool
    prepare_first: Callable[[], Experiment] | None = None

    @property
    def of_folds(self) -> bool:
        """Whether each network learns without a fold of its own."""
        return self.prepare_first is not None

    def of_first(self, experiment: Experiment) -> Experiment:
        """How the first network is trained.

        Callbacks and a tracker hear of the network that learns from the mean, where there is one.

        Args:
            experiment: of the whole run.
        """
        hooks = experiment.hooks
        if self.distils:
            hooks = dataclasses.replace(hooks, callbacks=(), reporters=())
        own = experiment if self.prepare_first is None else self.prepare_first()
        return own.with_hooks(hooks)

    def weights(self, number: int) -> list[np.ndarray]:
        """The float32 weights of one, counted from 0, in the order of `network.weights`.

        Raises:
            TrainingError: if they cannot be read.
        """
        return [*read_best(self.places[number], self.members[number].epochs)]


def train_others(order: Order, splits: Splits[Any], *, run: Run) -> Others | None:
    """Trains the networks of an ensemble but the first; None where nobody asked for one.

    The first has the run's own seed and is trained as ever, after them; those here have the seeds
    behind it. Of folds each has its own, the first network the first. Each is prepared, trained and
    put aside before the next, so that one alone is in memory. The same call goes on where an
    earlier one was interrupted.

    Args:
        order: the run, with its model.
        splits: the examples; the test split is not looked at.
        run: its folder, which from now on is that of this run.

    Raises:
        ConfigError: if two come out equal, or there are too few examples for so many folds.
        TrainingError: if a training fails, or the folder holds those of other data.
    """
    count, first = order.repeat.ensemble, order.options["train"].seed
    if count is None:
        return None
    dealing = Dealing.of(splits, folds=count, seed=first) if order.repeat.deals else None
    _announce(order, count, examples=len(splits.train))
    run.begin_repeats(run.ensemble, order.settings)
    members, places, digests = [], [], list[str]()
    for number in range(1, count):
        place = run.ensemble / str(number + 1)
        learnt = splits if dealing is None else dealing.splits_of(number)
        if not is_aside(place):
            with doing(f"Network {number + 1} of {count}") as far, working_in(place):
                _train(order, learnt, seed=first + number, place=place, run=run, far=far)
        member, digest = _read(place, learnt.fingerprint)
        refuse_equal(digest, digests, order)
        members.append(member)
        places.append(place)
        digests.append(digest)
        judged_on = "validation" if dealing is None else f"fold {number + 1} of {count}:"
        metric = order.task.answer_to(splits).metric
        figure = metric.text(member.figures[metric.key])
        tell(f"  Network {number + 1}, seed {member.seed}: {judged_on} {metric.name} {figure}")
    prepare = None if dealing is None else partial(_prepare_first, order, dealing, run)
    return Others(tuple(members), tuple(places), tuple(digests), order.repeat.distils, prepare)


def refuse_equal(digest: str, others: Sequence[str], order: Order | None = None) -> None:
    """Raises `ConfigError` for a network that another equals to the last bit.

    Args:
        digest: of its weights.
        others: of those of the others.
        order: names the model.
    """
    if digest in others:
        model = "the model" if order is None else order.options["model"].model
        raise ConfigError(
            "RepeatConfig.ensemble: with another seed the same network came out, as nothing that "
            f"{model} learns here is drawn at random. Leave RepeatConfig.ensemble out, or give "
            "RepeatConfig.ensemble_of folds, of which each network learns from other examples."
        )


def digest_of(weights: Sequence[np.ndarray]) -> str:
    """SHA-256 of a network's weights."""
    digest = hashlib.sha256()
    for each in weights:
        digest.update(np.ascontiguousarray(each).tobytes())
    return digest.hexdigest()


def validation_figures(network: Any, judging: Judging) -> dict[str, float]:
    """All numbers among a network's figures on the validation split, by dotted names."""
    return numbers_in(judging.on_validation().judge(network).figures.to_dict())


def _prepare_first(order: Order, dealing: Dealing, run: Run) -> Experiment:
    """What the run's own network learns from, beside all that what ships is judged by."""
    place = run.ensemble / "1"
    with doing(f"Preparing fold 1 of {dealing.folds}"), working_in(place):
        return prepare_aside(
            order.task,
            dealing.splits_of(0),
            order.options,
            hooks=order.hooks,
            place=place,
            owners=order.prepared_at_once,
        )


def _announce(order: Order, count: int, *, examples: int) -> None:
    minutes = order.options["train"].time_budget
    each = "" if minutes is None else f", {minutes:g} minutes each"
    seed = order.options["train"].seed
    ends = (
        f"a network like one of them learns what their mean answers{each and ', in as long'}"
        if order.repeat.distils
        else f"one network that holds them all, {count} times as large and slow, answers with "
        "their mean"
    )
    learnt = (
        f", each without one of {count} folds of the {examples:,} {order.task.noun} for training, "
        "which stands for validation meanwhile"
        if order.repeat.deals
        else ""
    )
    seeds = f"{seed} {'and' if count == 2 else 'to'} {seed + count - 1}"
    tell(f"Ensemble: {count} trainings with the seeds {seeds}{learnt}{each}; {ends}")


def _train(
    order: Order, splits: Splits[Any], *, seed: int, place: Path, run: Run, far: Far
) -> None:
    """One network, from examples to what is written of it."""
    train = dataclasses.replace(order.options["train"], seed=seed)
    options = {**order.options, "train": train}
    experiment = prepare_aside(order.task, splits, options, hooks=order.hooks, place=place)
    network, runtime = start_network(experiment, run.team)
    history = fit_aside(
        network,
        experiment,
        runtime=runtime,
        settings={**order.settings, "seed": seed},
        place=place,
        log_dir=run.logs / f"network-{place.name}",
        far=far,
    )
    plain = float32_copy(network, experiment.build)
    member = Member(
        seed, len(history.rows), history.seconds, validation_figures(plain, experiment.judging)
    )
    weights = plain.get_weights()
    write_best(place, member.epochs, weights)
    done = {
        "fingerprint": splits.fingerprint,
        "digest": digest_of(weights),
        **member.to_dict(),
    }
    put_aside(place, done)


def _read(place: Path, fingerprint: str) -> tuple[Member, str]:
    """What is written of a network that is trained, and the digest of its weights."""
    values = values_aside(place)
    if values.pop("fingerprint") != fingerprint:
        raise TrainingError(
            f"{place.parent} holds networks of other data: the data has changed since. Choose "
            f"another output folder, or delete {place.parent}."
        )
    digest = str(values.pop("digest"))
    member: Mapping[str, Any] = values
    return Member(**member), digest
