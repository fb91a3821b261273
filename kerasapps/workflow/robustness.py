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
class Subject:
    """What is judged under attacks and noise.

    Attributes:
        network: from model inputs to what is learnt by, such as logits.
        answers: from model inputs to scores.
        loss: outputs of the former and targets → a scalar, which attacks make large.
        share: scores of the examples → the figure, in order.
        files: name → place of each file that is judged, too.
    """

    network: keras.Model
    answers: keras.Model
    loss: Callable[[Any, Any], Any]
    share: Callable[[np.ndarray], float]
    files: Mapping[str, Path]


@dataclass(frozen=True)
class Known:
    """Examples whose answers are known.

    Attributes:
        inputs: as the network takes them, `(m, …)`.
        targets: float32 `(m, k)`.
    """

    inputs: np.ndarray
    targets: np.ndarray


def drawn_rows(count: int, shape: Sequence[int], *, seed: int) -> np.ndarray:
    """Places of the examples that are judged, int64 `(m,)`: fewer where each is large.

    Args:
        count: how many there are.
        shape: of the input of one.
        seed: of the draw.
    """
    most = int(np.clip(_VALUES // int(np.prod(shape)), _FEWEST, _MOST))
    return draw_rows(count, most, seed=seed)


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
    network, compared = judged.network, comparing.compared(judged)
    inputs, labels = comparing.inputs.test, np.asarray(comparing.splits.test.labels)
    rows = drawn_rows(len(inputs), inputs.shape[1:], seed=seed)
    width = len(comparing.splits.labels)
    targets = np.eye(width)[labels[rows]] if labels.ndim == 1 else labels[rows]
    score = comparing.fit_options(network)["criterion"].score
    figures = measure_robustness(
        Subject(
            network,
            comparing.answering_network(network),
            loss=lambda outputs, targets: score(outputs, targets).loss,
            share=lambda scores: compared.share(scores, rows),
            files={
                each.name: each.path
                for each in artifacts
                if each.passed and each.path is not None and not each.path.is_dir()
            },
        ),
        Known(np.array(inputs[rows]), targets.astype(np.float32)),
        threat=threat,
        corrupts=experiment.corrupts,
        seed=seed,
        folder=folder,
    )
    return dataclasses.replace(figures, lesson=lesson_of(network, experiment))


def measure_robustness(
    subject: Subject,
    known: Known,
    *,
    threat: Attack | None,
    corrupts: bool,
    seed: int,
    folder: Path,
) -> Robustness:
    """The figures of a network and its files on the same examples, changed in all ways.

    Args:
        subject: what is judged.
        known: the examples.
        threat: the attack; None: there is none.
        corrupts: whether they are corrupted, as pictures may be.
        seed: of what is random.
        folder: scratch space; emptied first, and removed.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    what = "under attack" if threat is not None else "on corrupted examples"
    with doing(f"Judging {what}"), without_tracing_warnings():
        blocks = {"plain": known.inputs}
        scores: dict[str, np.ndarray] = {}
        if threat is not None:
            scores["attacked"], changed = _attacked(threat, subject, known)
            blocks |= {} if changed is None else {"attacked": changed}
        blocks |= dict(_corrupted(known.inputs, seed=seed)) if corrupts else {}
        answer = answering(subject.answers)
        scores = {name: answer(block) for name, block in blocks.items()} | scores
        figures = {KERAS: _shares(scores, subject)}
        if len(blocks) > 1:  # else no file takes what was changed
            for name, scores in _of_files(subject.files, blocks, folder):
                figures[name] = _shares(scores, subject)
    shutil.rmtree(folder, ignore_errors=True)
    return _gathered(figures, len(known.inputs), threat)


def _attacked(
    threat: Attack, subject: Subject, known: Known
) -> tuple[np.ndarray, np.ndarray | None]:
    """Scores under attack, and the examples that files are asked; None where these take none."""

    @tf.function(reduce_retracing=True, autograph=False)
    def attack(x: Any, y: Any, moment: Any) -> tuple[Any, Any]:
        change = threat.change(
            subject.network, x, lambda outputs: subject.loss(outputs, y), moment=moment
        )
        scores = threat.space.answer(subject.answers, x, change, training=False)
        return tf.cast(scores, tf.float32), change

    scores, changed = [], []
    for start in range(0, len(known.inputs), _BATCH):
        batch = slice(start, start + _BATCH)
        inputs = known.inputs[batch]
        found, change = attack(
            tf.constant(inputs), tf.constant(known.targets[batch]), tf.constant(start)
        )
        scores.append(found.numpy())
        change = tf.nest.map_structure(lambda each: each.numpy(), change)
        changed.append(threat.space.applied(inputs, change))
    whole = [each for each in changed if each is not None]
    return np.concatenate(scores), np.concatenate(whole) if whole else None


def _corrupted(pictures: np.ndarray, *, seed: int) -> Iterator[tuple[str, np.ndarray]]:
    """Each corruption in each strength."""
    for kind in CORRUPTIONS:
        for strength in STRENGTHS:
            yield _name(kind, strength), corrupted(pictures, kind, strength, seed=seed)


def _of_files(
    files: Mapping[str, Path], blocks: Mapping[str, np.ndarray], folder: Path
) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    """Name of each file that takes what the network takes → its scores of each block."""
    inputs = folder / "inputs.npy"
    save_array(inputs, np.concatenate([*blocks.values()]))
    ends = np.cumsum([len(block) for block in blocks.values()])
    for name, path in files.items():
        target = folder / f"{name}.scores.npy"
        job = {"model": str(path), "inputs": str(inputs), "scores": str(target)}
        try:
            run_measurement(SCORERS.of(path), job, folder / name)
        except ExportError as error:
            tell(f"{name} was not judged under attacks and noise: {error}")
            continue
        parts = np.split(np.load(target, allow_pickle=False), ends[:-1])
        yield name, dict(zip(blocks, parts, strict=True))


def _shares(scores: Mapping[str, np.ndarray], subject: Subject) -> dict[str, float]:
    return {name: subject.share(each) for name, each in scores.items()}


def _gathered(
    figures: Mapping[str, Mapping[str, float]], examples: int, threat: Attack | None
) -> Robustness:
    """The figures of all files by what was done to the examples."""

    def of(name: str) -> dict[str, float]:
        return {who: shares[name] for who, shares in figures.items() if name in shares}

    kinds = [kind for kind in CORRUPTIONS if _name(kind, 1) in figures[KERAS]]
    return Robustness(
        examples=examples,
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
