"""One ONNX file in onnxruntime: one example in, float scores out."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config.export import has_onnx, require_onnx
from kerasapps.deploy.feeds import as_channels, feeds
from kerasapps.deploy.formats import ONNX_SUFFIX
from kerasapps.deploy.pool import Pool, pool_networks
from kerasapps.errors import BundleError, KerasAppsError
from kerasapps.model_inputs import ModelInputs

_TYPES = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(float16)": "float16",
    "tensor(int32)": "int32",
    "tensor(int64)": "int64",
    "tensor(int8)": "int8",
    "tensor(uint8)": "uint8",
    "tensor(bool)": "bool",
}
_QUIET = 3  # errors, and nothing less
_WEIGHTS_IN = "session.model_external_initializers_file_folder_path"


class OnnxModel:
    """An ONNX file with one input or several at batch 1 (see `feeds`), and outputs of scores.

    Several outputs are given as one row, in the order of their names. Any number of threads may ask
    it at once (see `Pool`).

    Args:
        path: the file.
        threads: threads that one inference may use.

    Raises:
        BundleError: if the file is none that this runtime can load.
        DependencyError: if onnxruntime is not installed.
    """

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        self._path = path
        self._sessions = pool_sessions(path, threads=threads)
        with self._sessions.lent() as session:
            inputs, outputs = session.get_inputs(), session.get_outputs()
        with failing_onnx(path, how="is no network from one example to scores"):
            self._outputs = {
                each.name: int(each.shape[-1])
                for each in sorted(outputs, key=lambda output: str(output.name))
            }
            (self._score_dtype,) = {dtype_of(each) for each in outputs}
            self._dtypes = {each.name: dtype_of(each) for each in inputs}
        self._shapes = {each.name: tuple(each.shape[1:]) for each in inputs}

    @property
    def input_dtypes(self) -> Mapping[str, np.dtype[Any]]:
        """What each of the file's inputs takes."""
        return self._dtypes

    @property
    def input_shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shape of each of its inputs, without the batch."""
        return self._shapes

    @property
    def classes(self) -> int:
        """How many scores it gives, in all."""
        return sum(self._outputs.values())

    @property
    def outputs(self) -> Mapping[str, int]:
        """Name of each output, in order → how many scores it gives."""
        return self._outputs

    @property
    def score_dtype(self) -> np.dtype[Any]:
        """What the file's scores are."""
        return self._score_dtype

    def scores(self, example: ModelInputs) -> np.ndarray:
        """Scores of one raw input.

        Args:
            example: as of `TFLiteModel.scores`.

        Returns:
            float32, `(num_classes,)`.

        Raises:
            BundleError: if the file wants inputs that cannot be made from the example, or fails.
        """
        values = {
            name: as_channels(each, self._shapes[name])[None].astype(self._dtypes[name])
            for name, each in feeds(tuple(self._dtypes), example).items()
        }
        with failing_onnx(self._path), self._sessions.lent() as session:
            rows = [each[0] for each in session.run([*self._outputs], values)]
        return rows[0] if len(rows) == 1 else np.concatenate(rows)


def pool_sessions(path: Path, *, threads: int = 1, small: int = 0) -> Pool[Any]:
    """Sessions of one file, as many as keep the cores busy; see `pool_networks`.

    Args:
        path: the ONNX file.
        threads: threads that one inference may use.
        small: a file of fewer bytes gets one session, whatever the cores.

    Raises:
        BundleError: if the file cannot be read, or is none that this runtime can load.
        ConfigError: for a number of threads that no machine has.
        DependencyError: if onnxruntime is not installed.
    """
    require_onnx("onnxruntime")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = _QUIET
    # Weights that a file keeps outside of itself are looked for beside it, not where one works.
    options.add_session_config_entry(_WEIGHTS_IN, str(path.parent.absolute()))

    def open_session(content: bytes) -> Any:
        with failing_onnx(path, how="cannot be loaded by this onnxruntime"):
            return onnxruntime.InferenceSession(
                content, options, providers=["CPUExecutionProvider"]
            )

    return pool_networks(path, open_session, threads=threads, small=small)


@contextmanager
def failing_onnx(
    path: Path, *, how: str = "fails on an input that the bundle says it takes"
) -> Iterator[None]:
    """What onnxruntime cannot load or run is the bundle's fault.

    Raises:
        BundleError: for whatever onnxruntime raises, whose errors have no class in common.
    """
    try:
        yield
    except KerasAppsError:
        raise
    except Exception as error:
        reason = str(error).strip().partition("\n")[0]
        raise BundleError(
            f"{path} {how} ({reason}). Make the bundle again, or use another of its files."
        ) from error


def dtype_of(tensor: Any) -> np.dtype[Any]:
    """Of an input or output of a session."""
    return np.dtype(_TYPES[tensor.type])


def describe_onnx(path: Path) -> dict[str, Any] | None:
    """The `runtime` of an ONNX artifact in a `bundle.json`; see `docs/bundles.md`.

    Args:
        path: the file, or a translator's folder, each of whose files is a signature.

    Returns:
        The tensors of each file; None where onnxruntime is not installed.
    """
    if not has_onnx("onnxruntime"):
        return None
    files = sorted(path.glob(f"*{ONNX_SUFFIX}")) if path.is_dir() else [path]
    signatures = [_signature(file) for file in files]
    return {"format": "onnx", "min_runtime_version": None, "signatures": signatures}


def _signature(file: Path) -> dict[str, Any]:
    with pool_sessions(file, small=sys.maxsize).lent() as session:
        sides = {"inputs": session.get_inputs(), "outputs": session.get_outputs()}
    return {"name": file.stem} | {side: [*map(_described, each)] for side, each in sides.items()}


def _described(tensor: Any) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "tensor": tensor.name,
        "shape": [side if isinstance(side, int) else -1 for side in tensor.shape],
        "dtype": str(dtype_of(tensor)),
        "scale": None,
        "zero_point": None,
    }
