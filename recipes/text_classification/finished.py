"""What can be done with a bundle for texts; without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasapps.config import TextConfig
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.readers import TextReader
from kerasapps.deploy.runner import Bundle
from kerasapps.deploy.schema import TaskRules
from kerasapps.outputs.classes.finished import evaluate_classes
from kerasapps.outputs.classes.predicting import label_answers
from kerasapps.preprocess.tokenizers.spec import TokenizerSpec
from kerasapps.recipes.text_classification.explain import explain_words as explain
from kerasapps.recipes.text_classification.task import TASK
from kerasapps.workflow.answers import Answers
from kerasapps.workflow.inputs import gather_texts

if TYPE_CHECKING:
    from kerasapps.export.artifact import Measurement
    from kerasapps.outputs.classes.metrics import ClassificationMetrics

__all__ = ["RULES", "answers", "evaluate", "explain", "load", "timing"]

RULES = TaskRules(section=TASK.section, input=TokenizerSpec.from_dict, classes=True)


def load(manifest: Manifest, path: Path, *, artifact: str, threads: int = 1) -> Bundle:
    """A bundle with one of its files loaded; see `Bundle`."""
    reader = TextReader(manifest)
    return Bundle(manifest, path, artifact=artifact, reader=reader, load=load, threads=threads)


def evaluate(
    bundle: Bundle, data: Any, *, options: Mapping[str, Any], max_broken: float, scratch: Path
) -> ClassificationMetrics:
    """Figures on labelled texts; see `evaluate_classes`."""
    return evaluate_classes(
        TASK, bundle, data, options=options, max_broken=max_broken, scratch=scratch
    )


def timing(
    manifest: Manifest, model: Path, *, threads: int, folder: Path, callers: Sequence[int] = ()
) -> Measurement:
    """Latency and memory of one file; see `time_file`."""
    from kerasapps.outputs.timing import time_file

    reader = TextReader(manifest)
    return time_file(model, reader=reader, threads=threads, folder=folder, callers=callers)


def answers(bundle: Bundle, options: Mapping[str, Any]) -> Answers:
    """How texts are labelled; `options` are those of `predict` that were given."""
    encoding = TextConfig(encoding=options.get("encoding")).encoding
    gather = partial(gather_texts, encoding=encoding)
    return label_answers(bundle, kind="text", gather=gather, options=options)
