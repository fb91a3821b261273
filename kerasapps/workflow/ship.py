"""From a trained network to judged files."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from kerasapps.config import ExportConfig, ModelConfig
from kerasapps.config.export import AUTO
from kerasapps.export.artifact import Artifact
from kerasapps.export.bundle import withhold_failed
from kerasapps.export.metadata.describe import Described, describe_files
from kerasapps.export.network import float32_copy
from kerasapps.terminal.doing import doing
from kerasapps.workflow.better_int8 import INT8, FileMaking, better_int8
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.fine_tuning import FineTuning
from kerasapps.workflow.judging import Judged, Judging
from kerasapps.workflow.ladder import climb
from kerasapps.workflow.size_budget import within_budget


def draw_rows(total: int, count: int, *, seed: int) -> NDArray[np.int64]:
    """`count` rows of `total` drawn at random, in order; all of them where there are fewer.

    Args:
        total: rows there are.
        count: rows wanted, such as examples to calibrate with.
        seed: of the draw.

    Returns:
        int64, `(min(count, total),)`, rising.
    """
    return np.sort(np.random.default_rng(seed).permutation(total)[:count])


def judge_network(network: keras.Model, experiment: Experiment) -> Judged:
    """The network as it ships, and its answers on the test split, which is opened here."""
    with doing(f"Judging on the {experiment.judging.splits.judged_on} split"):
        return experiment.judging.judge(shipped_network(network, experiment))


def shipped_network(network: keras.Model, experiment: Experiment) -> keras.Model:
    """The trained network as it ships: float32, on one device."""
    return experiment.ship(float32_copy(network, experiment.build))


def export_and_verify(
    judged: Judged,
    judging: Judging,
    *,
    config: ExportConfig,
    seed: int,
    folder: Path,
    fine_tuning: FineTuning | None = None,
    model: ModelConfig = ModelConfig(),
) -> tuple[Artifact, ...]:
    """Exports the network in every form asked for and judges each file; failures are withheld.

    Args:
        judged: the trained network, float32, and its answers on the test split.
        judging: the data, and how its task exports and verifies.
        config: which forms, and the tolerance.
        seed: of the choice of calibration examples.
        folder: scratch space; emptied first.
        fine_tuning: of the network for its int8 file; None where it is not trained on.
        model: has the budget of the smallest file, where there is one.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    described = description_of(judging, judged, folder / "beside")
    describe = functools.partial(describe_files, described=described)
    if AUTO in config.quantization:
        chosen = climb(
            judged,
            judging,
            config=config,
            seed=seed,
            folder=folder,
            describe=describe,
            fine_tuning=fine_tuning,
        )
        return withhold_failed(chosen)
    asked = [*config.quantization, *(["saved_model"] if config.saved_model else [])]
    with doing(f"Exporting {', '.join(asked) or 'nothing'}"):
        candidates = judging.export(judged, config=config, seed=seed, folder=folder)
        describe(candidates)
    tolerance = judging.answer.metric.tolerance if config.tolerance is None else config.tolerance
    verified = judging.verify(candidates, judged, tolerance=tolerance, folder=folder / "gate")
    if fine_tuning is not None and fine_tuning.is_asked:
        making = FileMaking(judging, config, seed, tolerance, folder, describe)
        verified = tuple(
            better_int8(each, judged, fine_tuning=fine_tuning, making=making)
            if each.name == INT8
            else each
            for each in verified
        )
    verified = within_budget(verified, model=model, export=config)
    return verified if config.keep_failed else withhold_failed(verified)


def description_of(judging: Judging, judged: Judged, folder: Path) -> Described:
    """What the files say of themselves, with what a phone needs beside them in a new `folder`."""
    folder.mkdir()
    judging.write_files(judged, folder)
    answer = judging.answering(judged)
    return Described(judging.preprocessing, answer, judging.splits.labels, folder)
