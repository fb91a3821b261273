"""What can be done with a bundle for texts; without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasapps.config import TextConfig
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.readers import TextReader
from kerasapps.deploy.schema import TaskRules
from kerasapps.preprocess.tokenizers.spec import TokenizerSpec
from kerasapps.recipes.answering import (
    AnyBundle,
    load_answering,
    show_answers,
)
from kerasapps.recipes.evaluating import evaluate_answers
from kerasapps.recipes.text_classification.explain import explain_words as explain
from kerasapps.recipes.text_classification.task import TASK
from kerasapps.workflow.answers import Answers
from kerasapps.workflow.bulk.texts import classified_column, feed_of_texts
from kerasapps.workflow.inputs import gather_texts

if TYPE_CHECKING:
    from kerasapps.export.artifact import Measurement
    from kerasapps.workflow.result import Showable

__all__ = ["RULES", "answers", "evaluate", "explain", "load", "timing"]

RULES = TaskRules(section=TASK.section, input=TokenizerSpec.from_dict, classes=True)


def load(manifest: Manifest, path: Path, *, artifact: str, threads: int = 1) -> AnyBundle:
    """A bundle with one of its files loaded, of the class that its answers need."""
    return load_answering(
        manifest,
        path,
        artifact=artifact,
        threads=threads,
        reader=TextReader(manifest),
        load=load,
    )


def evaluate(
    bundle: AnyBundle, data: Any, *, options: Mapping[str, Any], max_broken: float, scratch: Path
) -> Showable:
    """Figures on texts whose answers are known."""
    return evaluate_answers(
        TASK, bundle, data, options=options, max_broken=max_broken, scratch=scratch
    )


def timing(
    manifest: Manifest, model: Path, *, threads: int, folder: Path, callers: Sequence[int] = ()
) -> Measurement:
    """Latency and memory of one file; see `time_file`."""
    from kerasapps.outputs.timing import time_file

    reader = TextReader(manifest)
    return time_file(model, reader=reader, threads=threads, folder=folder, callers=callers)


def answers(bundle: AnyBundle, options: Mapping[str, Any]) -> Answers:
    """How texts are answered; `options` are those of `predict` that were given."""
    encoding = TextConfig(encoding=options.get("encoding")).encoding
    gather = partial(gather_texts, encoding=encoding)
    shown = show_answers(bundle, kind="text", gather=gather, options=options)
    choice = classified_column(options.get("text_column"))
    stream = partial(feed_of_texts, encoding=encoding, choice=choice)
    return replace(shown, stream=stream, in_shards=True)
