"""Trainings beside that of the network that ships: what comes of each is put aside in a folder.

A place that is done is not worked in again, and one that was interrupted goes on.
"""

from __future__ import annotations

import gc
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import keras

from kerasapps.data.splits import Splits
from kerasapps.files.whole import replaced
from kerasapps.terminal.doing import Far
from kerasapps.terminal.logged import written_to
from kerasapps.training import EpochRow, History, Runtime
from kerasapps.training.hooks import Hooks
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.fit import fit_network
from kerasapps.workflow.run import TRAINING
from kerasapps.workflow.steps import Options
from kerasapps.workflow.task import Task

_DONE: Final = "done.json"
_LOG: Final = "log.txt"
_PREPARED: Final = "prepared"


def is_aside(place: Path) -> bool:
    """Whether all is there that came of a training."""
    return (place / _DONE).exists()


@contextmanager
def working_in(place: Path) -> Iterator[None]:
    """Within the block a training is done; its messages go to a file.

    Args:
        place: its folder; made if missing.
    """
    place.mkdir(parents=True, exist_ok=True)
    with written_to(place / _LOG):
        yield
    gc.collect()  # a network and its data, before the next are there


def prepare_aside(
    task: Task,
    splits: Splits[Any],
    options: Options,
    *,
    hooks: Hooks,
    place: Path,
    owners: int = 1,
) -> Experiment:
    """The experiment of a training, of which callbacks do not hear.

    Args:
        task: what is trained.
        splits: its examples.
        options: of it.
        hooks: objects of the user's.
        place: keeps what is prepared until it is done.
        owners: experiments that are there at the same time; see `Cache`.
    """
    cache = Cache(place / _PREPARED, owners=owners)
    experiment = task.training.prepare(splits, options, cache)
    return experiment.with_hooks(hooks.without_callbacks())


def fit_aside(
    network: keras.Model,
    experiment: Experiment,
    *,
    runtime: Runtime,
    settings: Mapping[str, object],
    place: Path,
    log_dir: Path,
    far: Far,
) -> History:
    """Trains a network, see `fit_network`, and tells which epoch comes.

    Args:
        network: with fresh weights.
        experiment: the data, and how to train.
        runtime: how to compile.
        settings: what identifies the training.
        place: keeps its checkpoints until it is done.
        log_dir: for TensorBoard logs.
        far: is told how far it is.
    """
    epochs = experiment.plan.train.epochs

    def told(row: EpochRow) -> bool:
        far(f"epoch {row.epoch + 1}" + (f"/{epochs}" if epochs else ""))  # which comes now
        return False

    return fit_network(
        network,
        experiment,
        runtime=runtime,
        settings=settings,
        folder=place / TRAINING,
        log_dir=log_dir,
        pause=told,
    )


def put_aside(place: Path, values: Mapping[str, Any], *, scratch: tuple[str, ...] = ()) -> None:
    """Marks a training as done, and removes what it needed until then.

    Args:
        place: its folder, with all files that are to stay.
        values: JSON-able, that are to be known of it; see `values_aside`.
        scratch: names of further folders there to be removed.
    """
    # Written last and renamed into place: where it stands, the rest is whole.
    with replaced(place / _DONE) as file:
        file.write(json.dumps(values).encode())
    for name in (_PREPARED, TRAINING, *scratch):
        shutil.rmtree(place / name, ignore_errors=True)


def values_aside(place: Path) -> dict[str, Any]:
    """What `put_aside` was given for a place."""
    values: dict[str, Any] = json.loads((place / _DONE).read_text(encoding="utf-8"))
    return values
