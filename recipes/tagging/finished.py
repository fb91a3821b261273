"""What can be done with a bundle for entities; without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.tags.examples import TagExamples
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.schema import TaskRules
from kerasapps.errors import BundleError, DataError
from kerasapps.outputs.tags.bundle import TagBundle
from kerasapps.outputs.tags.figures import TagMetrics, tag_metrics
from kerasapps.outputs.tags.predicting import tag_answers
from kerasapps.outputs.tags.reader import WordReader
from kerasapps.preprocess.words.encoders import word_spec
from kerasapps.process.all_cores import ask_all
from kerasapps.recipes.tagging.task import TASK
from kerasapps.workflow.answers import Answers
from kerasapps.workflow.bulk.texts import classified_column, feed_of_texts
from kerasapps.workflow.held_out import usable_examples
from kerasapps.workflow.inputs import gather_texts

if TYPE_CHECKING:
    from kerasapps.export.artifact import Measurement

__all__ = ["RULES", "answers", "evaluate", "explain", "load", "timing"]

RULES = TaskRules(section=TASK.section, input=word_spec, classes=True)


def load(manifest: Manifest, path: Path, *, artifact: str, threads: int = 1) -> TagBundle:
    """A bundle with one of its files loaded; see `TagBundle`."""
    return TagBundle(manifest, path, artifact=artifact, load=load, threads=threads)


def evaluate(
    bundle: TagBundle, data: Any, *, options: Mapping[str, Any], max_broken: float, scratch: Path
) -> TagMetrics:
    """Precision, recall and F1 of one of a bundle's files, on the test split if it is known.

    Args:
        bundle: with the file loaded.
        data: any form that training takes.
        options: fields of `TaggingConfig` that say how the data is read.
        max_broken: share of broken sentences that is skipped before it is an error.
        scratch: where sentences are written while they are read.

    Raises:
        DataError: if the data cannot be used.
    """
    examples: TagExamples = usable_examples(
        TASK,
        bundle.manifest,
        data,
        options=options,
        max_broken=max_broken,
        scratch=scratch,
    )
    if not len(examples):
        raise DataError("the data holds no usable sentence.")
    return tag_metrics(examples.tags, ask_all(bundle.tag, examples.sentences))


def timing(
    manifest: Manifest, model: Path, *, threads: int, folder: Path, callers: Sequence[int] = ()
) -> Measurement:
    """Latency and memory of one file; see `time_file`."""
    from kerasapps.outputs.timing import time_file

    reader = WordReader(manifest)
    return time_file(model, reader=reader, threads=threads, folder=folder, callers=callers)


def explain(bundle: TagBundle, value: Any, *, label: str | None) -> Any:
    """Nothing is explained.

    Raises:
        BundleError: always.
    """
    raise BundleError(f"{bundle.manifest.folder} marks entities, which are not explained.")


def answers(bundle: TagBundle, options: Mapping[str, Any]) -> Answers:
    """How texts are answered; `options` are those of `predict` that were given."""
    encoding = TaggingConfig(encoding=options.get("encoding")).encoding
    shown = tag_answers(bundle, gather=partial(gather_texts, encoding=encoding))
    choice = classified_column(None)
    stream = partial(feed_of_texts, encoding=encoding, choice=choice)
    return replace(shown, stream=stream, in_shards=True)
