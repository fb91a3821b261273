"""What can be done with a bundle for pictures; without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.readers import PictureReader
from kerasapps.deploy.schema import TaskRules
from kerasapps.preprocess.image import ImageSpec
from kerasapps.recipes.answering import (
    AnyBundle,
    load_answering,
)
from kerasapps.recipes.evaluating import evaluate_answers
from kerasapps.recipes.image_classification.explain import explain_picture as explain
from kerasapps.recipes.image_classification.predicting import picture_answers as answers
from kerasapps.recipes.image_classification.task import TASK

if TYPE_CHECKING:
    from kerasapps.export.artifact import Measurement
    from kerasapps.workflow.result import Showable

__all__ = ["RULES", "answers", "evaluate", "explain", "load", "timing"]

RULES = TaskRules(section=TASK.section, input=ImageSpec.from_dict, classes=True)


def load(manifest: Manifest, path: Path, *, artifact: str, threads: int = 1) -> AnyBundle:
    """A bundle with one of its files loaded, of the class that its answers need."""
    return load_answering(
        manifest,
        path,
        artifact=artifact,
        threads=threads,
        reader=PictureReader(manifest),
        load=load,
    )


def evaluate(
    bundle: AnyBundle, data: Any, *, options: Mapping[str, Any], max_broken: float, scratch: Path
) -> Showable:
    """Figures on pictures whose answers are known."""
    return evaluate_answers(
        TASK, bundle, data, options=options, max_broken=max_broken, scratch=scratch
    )


def timing(
    manifest: Manifest, model: Path, *, threads: int, folder: Path, callers: Sequence[int] = ()
) -> Measurement:
    """Latency and memory of one file; see `time_file`."""
    from kerasapps.outputs.timing import time_file

    reader = PictureReader(manifest)
    return time_file(model, reader=reader, threads=threads, folder=folder, callers=callers)
