"""What can be done with a bundle for table rows; without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from kerasapps.data.rows.config import TabularConfig
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.runner import Bundle
from kerasapps.deploy.schema import TaskRules
from kerasapps.errors import ConfigError
from kerasapps.export.artifact import Measurement
from kerasapps.outputs.classes.finished import evaluate_classes
from kerasapps.outputs.classes.metrics import ClassificationMetrics
from kerasapps.outputs.classes.predicting import label_answers
from kerasapps.outputs.numbers.bundle import NumberBundle
from kerasapps.outputs.numbers.figures import NumberMetrics
from kerasapps.outputs.numbers.finished import evaluate_numbers
from kerasapps.outputs.numbers.predicting import number_answers
from kerasapps.outputs.timing import time_file
from kerasapps.preprocess.row_spec import RowSpec
from kerasapps.recipes.tabular.data import known_rows
from kerasapps.recipes.tabular.explain import explain_row as explain
from kerasapps.recipes.tabular.reader import RowReader, described, gather_rows
from kerasapps.recipes.tabular.task import TASK
from kerasapps.workflow.answers import Answers

__all__ = ["RULES", "answers", "evaluate", "explain", "load", "timing"]

RULES = TaskRules(section=TASK.section, input=described, shares=False)


def load(
    manifest: Manifest, path: Path, *, artifact: str, threads: int = 1
) -> Bundle | NumberBundle:
    """A bundle with one of its files loaded; see `Bundle` and `NumberBundle`."""
    kind = Bundle if manifest.labels else NumberBundle
    return kind(
        manifest,
        path,
        artifact=artifact,
        reader=RowReader(manifest),
        load=load,
        threads=threads,
    )


def evaluate(
    bundle: Bundle | NumberBundle,
    data: Any,
    *,
    options: Mapping[str, Any],
    max_broken: float,
    scratch: Path,
) -> ClassificationMetrics | NumberMetrics:
    """Figures on rows whose answers are known; see `evaluate_classes` and `evaluate_numbers`."""
    spec = RowSpec.from_dict(bundle.manifest.input)

    def digest(examples: Any) -> Any:
        lacks = [name for row in examples.inputs[:1] for name in spec.names if name not in row]
        # That a column lacks is said where the rows are answered.
        return None if lacks else known_rows(examples, spec.names)

    asked: dict[str, Any] = {
        "digest": digest,
        "options": options,
        "max_broken": max_broken,
        "scratch": scratch,
        "usual": {
            "target": spec.target,
            "answer": "class" if bundle.manifest.labels else "number",
        },
    }
    if isinstance(bundle, Bundle):
        return evaluate_classes(TASK, bundle, data, with_auc=True, **asked)
    if "unknown_classes" in options:
        raise ConfigError(f"unknown_classes is for classes; {bundle.manifest.folder} has none.")
    return evaluate_numbers(TASK, bundle, data, **asked)


def timing(
    manifest: Manifest, model: Path, *, threads: int, folder: Path, callers: Sequence[int] = ()
) -> Measurement:
    """Latency and memory of one file in a fresh process."""
    reader = RowReader(manifest)
    return time_file(model, reader=reader, threads=threads, folder=folder, callers=callers)


def answers(bundle: Bundle | NumberBundle, options: Mapping[str, Any]) -> Answers:
    """How the rows of tables are answered; `options` are those of `predict` that were given.

    Raises:
        ConfigError: if more labels are asked for of a bundle that has none.
    """
    encoding = TabularConfig(encoding=options.get("encoding")).encoding
    gather = partial(gather_rows, reader=bundle.reader, encoding=encoding)
    if isinstance(bundle, Bundle):
        labels = label_answers(bundle, kind="row", gather=gather, options=options)
        return replace(labels, as_table=True)
    if "top_k" in options:
        raise ConfigError(f"top_k is for classes; {bundle.manifest.folder} answers numbers.")
    return number_answers(bundle, kind="row", gather=gather)
