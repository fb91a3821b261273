"""One file that answers one example, whatever runs it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np

from kerasapps.config.export import require_onnx
from kerasapps.deploy.formats import format_of
from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.deploy.onnx_file import OnnxModel
from kerasapps.model_inputs import ModelInputs

FileModel: TypeAlias = TFLiteModel | OnnxModel


class Scoring(Protocol):
    """What a bundle asks of its file: scores of one example."""

    @property
    def input_dtypes(self) -> Mapping[str, np.dtype[Any]]:
        """What each of its inputs takes."""

    @property
    def input_shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shape of each of its inputs, without the batch."""

    @property
    def outputs(self) -> Mapping[str, int]:
        """Name of each output, in order → how many scores it gives."""

    @property
    def classes(self) -> int:
        """How many scores it gives, in all."""

    @property
    def score_dtype(self) -> np.dtype[Any]:
        """What its scores are before they are put on a scale of 0 to 1."""

    def scores(self, example: ModelInputs) -> np.ndarray:
        """Scores of one example, float32, those of several outputs in one row."""


def open_network(path: Path, *, threads: int = 1) -> FileModel:
    """A TFLite or ONNX file, ready to answer.

    Args:
        path: the file.
        threads: threads that one inference may use.

    Raises:
        BundleError: if the file is none that its runtime can load.
        DependencyError: if its runtime is not installed.
    """
    kind = OnnxModel if format_of(path) == "onnx" else TFLiteModel
    return kind(path, threads=threads)


def import_runtime(path: Path) -> None:
    """Imports what runs a file, so that only the file's own memory is measured after.

    Raises:
        DependencyError: if it is not installed.
    """
    if format_of(path) == "onnx":
        require_onnx("onnxruntime")
        importlib.import_module("onnxruntime")
    else:
        importlib.import_module("ai_edge_litert.interpreter")
