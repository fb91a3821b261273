"""The networks of an ensemble but the run's own; one that is trained is not trained again."""

from __future__ import annotations

import dataclasses
import gc
import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from kerasapps.data.splits import Splits
from kerasapps.errors import ConfigError, TrainingError
from kerasapps.export.network import float32_copy
from kerasapps.files.whole import replaced
from kerasapps.terminal.doing import Far, doing
from kerasapps.terminal.logged import written_to
from kerasapps.terminal.streams import tell
from kerasapps.training import EpochRow
from kerasapps.training.checkpoint import read_best, write_best
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.ensemble.figures import Member
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.fit import fit_network, start_network
from kerasapps.workflow.folds.figures import numbers_in
from kerasapps.workflow.judging import Judging
from kerasapps.workflow.order import Order
from kerasapps.workflow.run import TRAINING, Run

_DONE: Final = "done.json"
_LOG: Final = "log.txt"


@dataclass(frozen=True)
class Others:
    """Networks of an ensemble, trained and put aside.

    Attributes:
        members: what they were and did, in the order of their seeds.
        places: their folders, with their weights.
        digests: of the weights of each.
        distils: whether a single network is to learn from the mean.
    """

    members: tuple[Member, ...]
    places: tuple[Path, ...]
    digests: tuple[str, ...]
    distils: bool

    def heard(self, experiment: Experiment) -> Experiment:
        """An experiment as the first network is trained with.

        Callbacks and a tracker hear of the network that learns from the mean, where there is one.
        """
        if not self.distils:
            return experiment
        hooks = dataclasses.replace(experiment.hooks, callbacks=(), reporters=())
        return dataclasses.replace(experiment, hooks=hooks)

    def weights(self, number: int) -> list[np.ndarray]:
        """The float32 weights of one, counted from 0, in the order of `network.weights`.

        Raises:
            TrainingError: if they cannot be read.
        """
        return [*read_best(self.places[number], self.members[number].epochs)]


def train_others(order: Order, splits: Splits[Any], *, run: Run) -> Others | None:
    """Trains the networks of an ensemble but the first; None where nobody asked for one.

    The first has the run's own seed and is trained as ever, after them; those here have the seeds
    behind it. Each is prepared, trained and put aside before the next, so that one alone is in
    memory. The same call goes on where an earlier one was interrupted.

    Args:
        order: the run, with its model.
        splits: the examples; the test split is not looked at.
        run: its folder, which from now on is that of this run.

    Raises:
        ConfigError: if two come out equal.
        TrainingError: if a training fails, or the folder holds those of other data.
    """
    count, first = order.repeat.ensemble, order.options["train"].seed
    if count is None:
        return None
    _announce(order, count)
    run.begin_repeats(run.ensemble, order.settings)
    members, places, digests = [], [], list[str]()
    for number in range(1, count):
        place = run.ensemble / str(number + 1)
        if not (place / _DONE).exists():
            place.mkdir(parents=True, exist_ok=True)
            with doing(f"Network {number + 1} of {count}") as far, written_to(place / _LOG):
                _train(order, splits, seed=first + number, place=place, run=run, far=far)
            gc.collect()  # a network and its data, before the next are there
        member, digest = _read(place, splits.fingerprint)
        refuse_equal(digest, digests, order)
        members.append(member)
        places.append(place)
        digests.append(digest)
        metric = order.task.answer_to(splits).metric
        figure = metric.text(member.figures[metric.key])
        tell(f"  Network {number + 1}, seed {member.seed}: validation {metric.name} {figure}")
    return Others(tuple(members), tuple(places), tuple(digests), order.repeat.distils)


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
            f"{model} learns here is drawn at random. Leave RepeatConfig.ensemble out."
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


def _announce(order: Order, count: int) -> None:
    minutes = order.options["train"].time_budget
    each = "" if minutes is None else f", {minutes:g} minutes each"
    seed = order.options["train"].seed
    ends = (
        f"a network like one of them learns what their mean answers{each and ', in as long'}"
        if order.repeat.distils
        else f"one network that holds them all, {count} times as large and slow, answers with "
        "their mean"
    )
    tell(f"Ensemble: {count} trainings with the seeds {seed} to {seed + count - 1}{each}; {ends}")


def _train(
    order: Order, splits: Splits[Any], *, seed: int, place: Path, run: Run, far: Far
) -> None:
    """One network, from examples to what is written of it."""
    prepared, training = place / "prepared", place / TRAINING
    train = dataclasses.replace(order.options["train"], seed=seed)
    options = {**order.options, "train": train}
    experiment = order.task.training.prepare(splits, options, Cache(prepared))
    experiment = experiment.with_hooks(order.hooks.without_callbacks())
    epochs = experiment.plan.train.epochs

    def told(row: EpochRow) -> bool:
        far(f"epoch {row.epoch + 1}" + (f"/{epochs}" if epochs else ""))  # which comes now
        return False

    network, runtime = start_network(experiment, run.team)
    history = fit_network(
        network,
        experiment,
        runtime=runtime,
        settings={**order.settings, "seed": seed},
        folder=training,
        log_dir=run.logs / f"network-{place.name}",
        pause=told,
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
    # Written last and renamed into place: where it stands, the rest is whole.
    with replaced(place / _DONE) as file:
        file.write(json.dumps(done).encode())
    for folder in (prepared, training):
        shutil.rmtree(folder, ignore_errors=True)


def _read(place: Path, fingerprint: str) -> tuple[Member, str]:
    """What is written of a network that is trained, and the digest of its weights."""
    values: dict[str, Any] = json.loads((place / _DONE).read_text(encoding="utf-8"))
    if values.pop("fingerprint") != fingerprint:
        raise TrainingError(
            f"{place.parent} holds networks of other data: the data has changed since. Choose "
            f"another output folder, or delete {place.parent}."
        )
    digest = str(values.pop("digest"))
    member: Mapping[str, Any] = values
    return Member(**member), digest
