"""What ships, judged under attacks and on corrupted examples of the test split."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import keras
import numpy as np
import tensorflow as tf

from kerasapps.config.metric import Metric
from kerasapps.data.splits import Splits
from kerasapps.errors import ExportError
from kerasapps.evaluation.robustness import KERAS, Robustness
from kerasapps.export.artifact import Artifact
from kerasapps.export.verify import SCORERS, run_measurement
from kerasapps.files.npy import save_array
from kerasapps.models.outputs import answering
from kerasapps.preprocess.corruptions import CORRUPTIONS, STRENGTHS, corrupted
from kerasapps.process.quiet import without_tracing_warnings
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.training.adversarial import Attack
from kerasapps.workflow.attack_lesson import lesson_of
from kerasapps.workflow.experiment import Experiment, SplitInputs
from kerasapps.workflow.judging import Judged
from kerasapps.workflow.ship import draw_rows

FOLDER: Final = "robustness"
"""Of what files are asked, in the work folder."""
_MOST, _FEWEST = 1000, 100  # examples that are changed
_VALUES = 15_000_000  # of all of them, beyond which there are fewer
_BATCH = 100


class _Compared(Protocol):
    """How answers are compared; see `outputs.files.Compared`."""

    reference: np.ndarray
    metric: Metric
    share: Callable[..., float]


class Comparing(Protocol):
    """A `Judging` whose answers can be had of other inputs than the test split's own."""

    splits: Splits[Any]
    inputs: SplitInputs[Any]

    def compared(self, judged: Judged) -> _Compared:
        """How files are compared with the network."""

    def answering_network(self, network: keras.Model) -> keras.Model:
        """A trained network → one that gives scores."""

    def fit_options(self, network: keras.Model) -> Mapping[str, Any]:
        """With what it is trained."""


@dataclass(frozen=True)
class _Sample:
    """Examples of the test split.

    Attributes:
        rows: their places, int64 `(m,)`.
        inputs: as the network takes them, `(m, …)`.
        targets: float32 `(m, k)`.
    """

    rows: np.ndarray
    inputs: np.ndarray
    targets: np.ndarray

    @classmethod
    def of(cls, judging: Comparing, *, seed: int) -> _Sample:
        """A draw of them, fewer where each is large."""
        inputs, labels = judging.inputs.test, np.asarray(judging.splits.test.labels)
        values = int(np.prod(inputs.shape[1:]))
        most = int(np.clip(_VALUES // values, _FEWEST, _MOST))
        rows = draw_rows(len(inputs), most, seed=seed)
        width = len(judging.splits.labels)
        targets = np.eye(width)[labels[rows]] if labels.ndim == 1 else labels[rows]
        return cls(rows, np.array(inputs[rows]), targets.astype(np.float32))


def judge_robustness(
    judged: Judged,
    experiment: Experiment,
    artifacts: Sequence[Artifact],
    *,
    folder: Path,
) -> Robustness | None:
    """Figures under attack and on corrupted pictures; None where neither is asked for.

    Args:
        judged: the network as it ships.
        experiment: the data, and what is asked for.
        artifacts: the files, of which those that passed are judged.
        folder: scratch space; emptied first, and removed.
    """
    threat = experiment.threat
    if threat is None and not experiment.corrupts:
        return None
    judging: Any = experiment.judging
    comparing: Comparing = judging
    seed = experiment.plan.train.seed
    sample = _Sample.of(comparing, seed=seed)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    what = "under attack" if threat is not None else "on corrupted examples"
    with doing(f"Judging {what}"), without_tracing_warnings():
        blocks = {"plain": sample.inputs}
        scores: dict[str, np.ndarray] = {}
        if threat is not None:
            scores["attacked"], changed = _attacked(threat, judged, comparing, sample)
            blocks |= {} if changed is None else {"attacked": changed}
        blocks |= dict(_corrupted(sample.inputs, seed=seed)) if experiment.corrupts else {}
        answer = answering(comparing.answering_network(judged.network))
        scores = {name: answer(block) for name, block in blocks.items()} | scores
        figures = {KERAS: _shares(scores, sample, comparing.compared(judged))}
        if len(blocks) > 1:  # else no file takes what was changed
            for name, scores in _of_files(artifacts, blocks, folder):
                figures[name] = _shares(scores, sample, comparing.compared(judged))
        lesson = lesson_of(judged.network, experiment)
    shutil.rmtree(folder, ignore_errors=True)
    return dataclasses.replace(_gathered(figures, sample, threat), lesson=lesson)


def _attacked(
    threat: Attack, judged: Judged, judging: Comparing, sample: _Sample
) -> tuple[np.ndarray, np.ndarray | None]:
    """Scores under attack, and the examples that files are asked; None where these take none."""
    network, scoring = judged.network, judging.answering_network(judged.network)
    score = judging.fit_options(network)["criterion"].score

    @tf.function(reduce_retracing=True, autograph=False)
    def attack(x: Any, y: Any, moment: Any) -> tuple[Any, Any]:
        change = threat.change(network, x, lambda outputs: score(outputs, y).loss, moment=moment)
        scores = threat.space.answer(scoring, x, change, training=False)
        return tf.cast(scores, tf.float32), change

    scores, changed = [], []
    for start in range(0, len(sample.rows), _BATCH):
        batch = slice(start, start + _BATCH)
        inputs = sample.inputs[batch]
        found, change = attack(
            tf.constant(inputs), tf.constant(sample.targets[batch]), tf.constant(start)
        )
        scores.append(found.numpy())
        change = tf.nest.map_structure(lambda each: each.numpy(), change)
        changed.append(threat.space.applied(inputs, change))
    known = [each for each in changed if each is not None]
    return np.concatenate(scores), np.concatenate(known) if known else None


def _corrupted(pictures: np.ndarray, *, seed: int) -> Iterator[tuple[str, np.ndarray]]:
    """Each corruption in each strength."""
    for kind in CORRUPTIONS:
        for strength in STRENGTHS:
            yield _name(kind, strength), corrupted(pictures, kind, strength, seed=seed)


def _of_files(
    artifacts: Sequence[Artifact], blocks: Mapping[str, np.ndarray], folder: Path
) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    """Name of each file that takes what the network takes → its scores of each block."""
    inputs = folder / "inputs.npy"
    save_array(inputs, np.concatenate([*blocks.values()]))
    ends = np.cumsum([len(block) for block in blocks.values()])
    for artifact in artifacts:
        if not artifact.passed or artifact.path is None or artifact.path.is_dir():
            continue
        target = folder / f"{artifact.name}.scores.npy"
        job = {"model": str(artifact.path), "inputs": str(inputs), "scores": str(target)}
        try:
            run_measurement(SCORERS.of(artifact.path), job, folder / artifact.name)
        except ExportError as error:
            tell(f"{artifact.name} was not judged under attacks and noise: {error}")
            continue
        parts = np.split(np.load(target, allow_pickle=False), ends[:-1])
        yield artifact.name, dict(zip(blocks, parts, strict=True))


def _shares(
    scores: Mapping[str, np.ndarray], sample: _Sample, compared: _Compared
) -> dict[str, float]:
    return {name: compared.share(each, sample.rows) for name, each in scores.items()}


def _gathered(
    figures: Mapping[str, Mapping[str, float]], sample: _Sample, threat: Attack | None
) -> Robustness:
    """The figures of all files by what was done to the examples."""

    def of(name: str) -> dict[str, float]:
        return {who: shares[name] for who, shares in figures.items() if name in shares}

    kinds = [kind for kind in CORRUPTIONS if _name(kind, 1) in figures[KERAS]]
    return Robustness(
        examples=len(sample.rows),
        plain=of("plain"),
        radius=None if threat is None else threat.space.radius,
        steps=0 if threat is None else threat.steps,
        attacked=of("attacked"),
        corrupted={
            kind: {
                who: tuple(shares[_name(kind, strength)] for strength in STRENGTHS)
                for who, shares in figures.items()
            }
            for kind in kinds
        },
    )


def _name(kind: str, strength: int) -> str:
    return f"{kind} {strength}"
