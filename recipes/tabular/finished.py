"""What can be done with a bundle for table rows; without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasapps.data.rows.config import TabularConfig
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.schema import TaskRules
from kerasapps.export.artifact import Measurement
from kerasapps.outputs.timing import time_file
from kerasapps.preprocess.row_spec import RowSpec
from kerasapps.recipes.answering import (
    AnyBundle,
    load_answering,
    show_answers,
)
from kerasapps.recipes.evaluating import evaluate_answers
from kerasapps.recipes.tabular.data import known_rows
from kerasapps.recipes.tabular.explain import explain_row as explain
from kerasapps.recipes.tabular.feed import feed_of_rows, rows_of
from kerasapps.recipes.tabular.reader import RowReader, described, gather_rows
from kerasapps.recipes.tabular.task import TASK
from kerasapps.workflow.answers import Answers

if TYPE_CHECKING:
    from kerasapps.workflow.result import Showable

__all__ = ["RULES", "answers", "evaluate", "explain", "load", "timing"]

RULES = TaskRules(section=TASK.section, input=described, shares=False)


def load(manifest: Manifest, path: Path, *, artifact: str, threads: int = 1) -> AnyBundle:
    """A bundle with one of its files loaded, of the class that its answers need."""
    return load_answering(
        manifest,
        path,
        artifact=artifact,
        threads=threads,
        reader=RowReader(manifest),
        load=load,
    )


def evaluate(
    bundle: AnyBundle, data: Any, *, options: Mapping[str, Any], max_broken: float, scratch: Path
) -> Showable:
    """Figures on rows whose answers are known."""
    spec = RowSpec.from_dict(bundle.manifest.input)
    columns = bundle.manifest.settings[TASK.section].get("target_columns", ())

    def digest(examples: Any) -> Any:
        lacks = [name for row in examples.inputs[:1] for name in spec.names if name not in row]
        # That a column lacks is said where the rows are answered.
        return None if lacks else known_rows(examples, spec.names)

    return evaluate_answers(
        TASK,
        bundle,
        data,
        options=options,
        max_broken=max_broken,
        scratch=scratch,
        usual={} if columns else {"target": spec.target},
        digest=digest,
        with_auc=True,
    )


def timing(
    manifest: Manifest, model: Path, *, threads: int, folder: Path, callers: Sequence[int] = ()
) -> Measurement:
    """Latency and memory of one file in a fresh process."""
    reader = RowReader(manifest)
    return time_file(model, reader=reader, threads=threads, folder=folder, callers=callers)


def answers(bundle: AnyBundle, options: Mapping[str, Any]) -> Answers:
    """How the rows of tables are answered; `options` are those of `predict` that were given."""
    encoding = TabularConfig(encoding=options.get("encoding")).encoding
    gather = partial(gather_rows, reader=bundle.reader, encoding=encoding)
    shown = show_answers(bundle, kind="row", gather=gather, options=options)
    stream = partial(feed_of_rows, reader=bundle.reader, encoding=encoding)
    return replace(shown, stream=stream, of_frame=rows_of)
