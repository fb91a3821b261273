"""Passes of a file over all examples, shared by several processes: each opens the file itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.deploy.networks import FileModel, open_network
from kerasapps.model_inputs import ModelInputs, count_of, load_inputs, rows_of
from kerasapps.process.all_cores import ask_all


class Scorer:
    """A file's scores of examples on the disk, of which each is read when it is scored.

    Args:
        path: a TFLite or ONNX file.
        inputs: where `save_inputs` wrote the examples.
        threads: threads that one inference may use.
        model: the file, where this process has opened it.
    """

    def __init__(
        self, path: Path, inputs: Path, *, threads: int = 1, model: FileModel | None = None
    ) -> None:
        self._path, self._inputs, self._threads, self._model = path, inputs, threads, model
        self._examples: ModelInputs = load_inputs(inputs)

    def __reduce__(self) -> tuple[Any, ...]:
        return _scorer, (self._path, self._inputs, self._threads)

    def __len__(self) -> int:
        return count_of(self._examples)

    def __call__(self, row: int) -> np.ndarray:
        """Float32 scores of one example."""
        if self._model is None:
            self._model = open_network(self._path, threads=self._threads)
        return self._model.scores(rows_of(self._examples, row))

    def all(self, *, jobs: int | None = None) -> list[np.ndarray]:
        """Those of all examples, in their order; `jobs` as of `in_order`."""
        return ask_all(self, range(len(self)), jobs=jobs)


def _scorer(path: Path, inputs: Path, threads: int) -> Scorer:
    return Scorer(path, inputs, threads=threads)
