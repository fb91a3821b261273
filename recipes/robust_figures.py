"""How a finished bundle does under attacks and on corrupted examples.

TensorFlow is imported only where that is asked for.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from kerasapps.config import RobustConfig
from kerasapps.config.metric import Answer
from kerasapps.config.robust import JUDGED
from kerasapps.deploy.runner import Bundle
from kerasapps.errors import ConfigError
from kerasapps.outputs.classes.labelled import Labelled, place_labels
from kerasapps.outputs.labels.bundle import LabelBundle
from kerasapps.outputs.labels.labelled import LabelledSets, truth_of
from kerasapps.process.training_stack import require_training
from kerasapps.terminal.streams import hushed
from kerasapps.workflow.options import options_of
from kerasapps.workflow.result import Showable
from kerasapps.workflow.task import Task

if TYPE_CHECKING:
    import keras

    from kerasapps.evaluation.robustness import Robustness
    from kerasapps.evaluation.shown import Shown
    from kerasapps.workflow.robustness import Subject

_RightOrWrong: TypeAlias = Bundle | LabelBundle


@dataclass(frozen=True)
class RobustFigures:
    """What the answers of a bundle are worth, and what they are under attacks and noise.

    Attributes:
        figures: of the file that was asked, on the examples as they are.
        robustness: of that file and of the Keras model that it was made of.
        answer: by whose metric that is.
        noun: what the examples are, in the plural.
    """

    figures: Showable
    robustness: Robustness
    answer: Answer
    noun: str

    def to_dict(self) -> dict[str, Any]:
        """The figures, with those under attacks and noise as `robustness`."""
        return {**self.figures.to_dict(), "robustness": self.robustness.to_dict()}

    def shown(self) -> Shown:
        """A table of both, below what is shown of the figures."""
        table = self.robustness.shown(self.answer.metric, noun=self.noun)
        return dataclasses.replace(table, before=[self.figures.shown()])


def robust_asked(task: Task, bundle: Any, options: Mapping[str, Any]) -> RobustConfig | None:
    """What is asked for; None where nothing is. What cannot be is refused before data are read.

    Args:
        task: of the bundle.
        bundle: with a file loaded.
        options: those that were given.

    Raises:
        ConfigError: if the bundle does not answer so, or its network cannot be attacked so.
        DependencyError: if what trains is not installed.
    """
    given = {name: options.get(name) for name in JUDGED}
    # A radius of 0 is one that was asked for.
    asked = {name: each for name, each in given.items() if each is not None and each is not False}
    if not asked:
        return None
    if not isinstance(bundle, _RightOrWrong):
        raise ConfigError(
            f"RobustConfig.{next(iter(asked))} is for one class or a set of labels; "
            f"{bundle.manifest.folder} answers otherwise: leave it out."
        )
    robust = RobustConfig(**asked)
    if robust.judged is not None:
        model = options_of(task, bundle.manifest)["model"]
        task.planning.check_attacks(robust, model=model)
    require_training("Judging a bundle under attacks and noise")
    return robust


def robust_figures(
    figures: Showable,
    known: Labelled | LabelledSets,
    bundle: _RightOrWrong,
    *,
    task: Task,
    robust: RobustConfig,
    scratch: Path,
) -> RobustFigures:
    """The figures, with those of the Keras model and the file under attacks and noise.

    Args:
        figures: on the examples as they are.
        known: the examples.
        bundle: with the file loaded.
        task: of the bundle.
        robust: what is asked for.
        scratch: for what the file is asked.

    Raises:
        BundleError: if Keras cannot load the model.
    """
    from kerasapps.training.adversarial import JUDGING_STEPS, Attack
    from kerasapps.workflow.extension import finished_network
    from kerasapps.workflow.robustness import FOLDER, Known, drawn_rows, measure_robustness

    manifest = bundle.manifest
    network, seed = finished_network(manifest), manifest.settings["train"]["seed"]
    inputs, targets = _known_answers(known, bundle)
    reader: Any = bundle.reader  # of pictures or texts: of one array each
    rows = drawn_rows(len(inputs), reader.shape, seed=seed)
    targets = targets[rows]
    arrays = np.stack([reader.read(inputs[row]) for row in rows])
    threat = None
    if robust.judged is not None:
        threat = Attack(task.attacks.space(robust.judged), seed, JUDGING_STEPS)
    robustness = measure_robustness(
        _subject(network, targets, bundle),
        Known(arrays, targets.astype(np.float32)),
        threat=threat,
        corrupts=robust.corrupts,
        seed=seed,
        folder=scratch / FOLDER,
    )
    return RobustFigures(figures, robustness, task.answer_of(manifest), task.noun)


def _known_answers(
    known: Labelled | LabelledSets, bundle: _RightOrWrong
) -> tuple[list[Any], np.ndarray]:
    """Raw inputs, and whether each has each label, bool `(n, labels)`; others were told of."""
    with hushed():
        if isinstance(known, LabelledSets):
            return [*known.inputs], truth_of(known, bundle.labels, unknown_classes="skip")
        inputs, places = place_labels(known, bundle.labels, unknown_classes="skip")
    return inputs, np.eye(len(bundle.labels), dtype=bool)[places]


def _subject(network: keras.Model, truth: np.ndarray, bundle: _RightOrWrong) -> Subject:
    """The Keras model of a bundle and its file.

    Args:
        network: from inputs to logits.
        truth: whether each example has each label, bool `(n, labels)`.
        bundle: with the file loaded.
    """
    from kerasapps.deploy.opening import runnable_file
    from kerasapps.export.network import scoring_model
    from kerasapps.outputs.classes.criterion import CLASS_CRITERION
    from kerasapps.outputs.labels.chosen import scored_labels
    from kerasapps.outputs.labels.criterion import label_criterion
    from kerasapps.outputs.labels.figures import micro_f1
    from kerasapps.workflow.robustness import Subject

    files = {bundle.artifact: runnable_file(bundle.manifest, bundle.artifact)}
    if isinstance(bundle, LabelBundle):
        thresholds = bundle.thresholds
        return Subject(
            network,
            scored_labels(network),
            loss=lambda outputs, y: label_criterion("cross_entropy").score(outputs, y).loss,
            share=lambda scores: micro_f1(truth, scores >= thresholds),
            files=files,
        )
    return Subject(
        network,
        scoring_model(network),
        loss=lambda outputs, y: CLASS_CRITERION.score(outputs, y).loss,
        share=lambda scores: float(np.mean(scores.argmax(1) == truth.argmax(1))),
        files=files,
    )
