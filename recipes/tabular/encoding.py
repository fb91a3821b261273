"""How rows become the inputs of a network in training and in a SavedModel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import keras
import numpy as np
import tensorflow as tf

from kerasapps.data.rows.examples import RowExamples, RowSplits
from kerasapps.evaluation.sections import Section, Table
from kerasapps.evaluation.usage import Asked
from kerasapps.export.odd_inputs import OddInput
from kerasapps.export.saved_model import signature_names
from kerasapps.model_inputs import ModelInputs
from kerasapps.models.own_copies import unrolled
from kerasapps.outputs.classes.integer import SCORES
from kerasapps.outputs.classes.mistakes import ShownMistake, worst_mistakes
from kerasapps.outputs.reading import ShownExample
from kerasapps.preprocess.row_graph import RowGraph
from kerasapps.preprocess.row_spec import RowSpec
from kerasapps.preprocess.rows import encode_rows
from kerasapps.recipes.tabular.reader import saved_model_rows, shown_row
from kerasapps.recipes.tabular.report import ask_row, importance_section
from kerasapps.wording.counted import counted
from kerasapps.workflow.documents import audit_tables
from kerasapps.workflow.samples import Sample


@dataclass(frozen=True)
class RowEncoding:
    """How rows become numbers and ids; a `ClassReading` and a `NumberReading`.

    Attributes:
        columns: what becomes of each column.
        integer: what makes the int8 file, by what is answered; see `convert_network`.
    """

    columns: RowSpec
    integer: str = SCORES
    refuses: ClassVar[bool] = False
    has_front_end: ClassVar[bool] = False

    @property
    def arguments(self) -> Mapping[str, str]:
        """Column → name of the SavedModel's argument."""
        return signature_names(self.columns.names)

    @property
    def takes(self) -> Mapping[str, tf.DType]:
        """The SavedModel's arguments: one a column."""
        return dict(zip(self.arguments.values(), RowGraph(self.columns).takes, strict=True))

    @property
    def summary(self) -> str:
        """How many columns of which kind."""
        numbers, ids = self.columns.numbers, self.columns.ids
        values = counted(sum(ids), "value")
        parts = [counted(numbers, "number")] if numbers else []
        parts += [f"{counted(len(ids), 'category', 'categories')} of {values}"] if ids else []
        return f"{counted(len(self.columns.columns), 'column')} as {' and '.join(parts)}"

    @property
    def spec(self) -> Mapping[str, Any]:
        """The model's input for the manifest."""
        return {**self.columns.to_dict(), "arguments": dict(self.arguments)}

    def inputs(self, examples: RowExamples) -> dict[str, np.ndarray]:
        """Rows as the network takes them."""
        return encode_rows(examples.columns, self.columns).arrays

    def explained(self) -> Mapping[str, Any]:
        """The same, and what is done to get there, for programs of other people."""
        return self.columns.explained()

    def raw(self, examples: RowExamples) -> Sequence[Mapping[str, Any]]:
        """Rows as a SavedModel takes them."""
        return saved_model_rows(examples.columns, self.columns, self.arguments)

    def in_graph(self) -> RowGraph:
        """From columns to the network's inputs."""
        return RowGraph(self.columns)

    def convertible(self, network: keras.Model) -> keras.Model:
        """The network with recurrences written out, if it has some; else as it is."""
        return unrolled(network)

    def odd_inputs(self) -> Sequence[OddInput]:
        """No row is read otherwise in a graph."""
        return ()

    def audit(self, splits: RowSplits) -> list[Table]:
        """What was found in the rows."""
        return audit_tables(splits.audit)

    def asked(self, splits: RowSplits) -> Asked:
        """A row of the test split, as it is written."""
        return ask_row(splits.test.columns, self.columns, self.arguments)

    def mistakes(
        self, splits: RowSplits, network: keras.Model, probabilities: np.ndarray
    ) -> list[ShownMistake]:
        """The most confident wrong answers, as rows on a line."""
        labels, mistakes = splits.labels, worst_mistakes(splits.test.labels, probabilities)
        rows = self._told(splits.test, [each.index for each in mistakes])
        return [
            ShownMistake(
                true=labels[each.true],
                predicted=labels[each.predicted],
                confidence=each.confidence,
                text=row.text,
                source=row.source,
            )
            for each, row in zip(mistakes, rows, strict=True)
        ]

    def sections(
        self, splits: RowSplits, error: Callable[[ModelInputs, np.ndarray], float], *, unit: str
    ) -> list[Section]:
        """What each column is worth: how much worse the network is when it is mixed up."""
        return [importance_section(splits, self.columns, error, unit=unit)]

    def shown(
        self,
        examples: RowExamples,
        rows: Sequence[int],
        *,
        network: keras.Model,
        outputs: Sequence[int],
    ) -> list[ShownExample]:
        """Some rows, each on a line; what a column is worth is said of all together."""
        return self._told(examples, rows)

    def _told(self, examples: RowExamples, rows: Sequence[int]) -> list[ShownExample]:
        names = self.columns.names
        return [
            ShownExample(
                text=shown_row({name: examples.columns[name][row] for name in names}, names),
                source=examples.origin(row),
            )
            for row in rows
        ]

    def samples(self, examples: RowExamples, rows: Sequence[int], folder: Path) -> list[Sample]:
        """The cells of the columns that are used, as texts."""
        names = self.columns.names
        cells = [{name: examples.columns[name][row] for name in names} for row in rows]
        return [Sample(each, each) for each in cells]

    def write_files(self, folder: Path) -> None:
        """Nothing: the manifest holds all that a phone needs."""
