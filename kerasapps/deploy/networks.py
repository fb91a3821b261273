"""One file that answers one example, whatever runs it."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TypeAlias

from kerasapps.config.export import require_onnx
from kerasapps.deploy.formats import format_of
from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.deploy.onnx_file import OnnxModel

FileModel: TypeAlias = TFLiteModel | OnnxModel


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
