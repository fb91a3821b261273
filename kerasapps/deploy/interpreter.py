"""One TFLite file in the LiteRT interpreter: one example in, float scores out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.deploy.feeds import as_channels, feeds
from kerasapps.deploy.pool import failing_as_bundle, pool_interpreters
from kerasapps.model_inputs import ModelInputs


class TFLiteModel:
    """A TFLite file with one input or several at batch 1 (see `feeds`), and outputs of scores.

    Several outputs are given as one row, in the order of their names. Any number of threads may ask
    it at once (see `Pool`).

    Args:
        path: the file.
        threads: threads that one inference may use.

    Raises:
        BundleError: if the file is none that this runtime can load.
    """

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        self._networks = pool_interpreters(path, _Network, threads=threads)
        self._path = path
        with self._networks.lent() as network:
            self._inputs, self._outputs = network.inputs, network.outputs

    @property
    def input_dtypes(self) -> Mapping[str, np.dtype[Any]]:
        """What each of the file's inputs takes."""
        return {name: np.dtype(tensor["dtype"]) for name, tensor in self._inputs.items()}

    @property
    def input_shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shape of each of its inputs, without the batch."""
        return {name: tuple(map(int, each["shape"][1:])) for name, each in self._inputs.items()}

    @property
    def classes(self) -> int:
        """How many scores it gives, in all."""
        return sum(self.outputs.values())

    @property
    def outputs(self) -> Mapping[str, int]:
        """Name of each output, in order → how many scores it gives."""
        return {name: int(each["shape"][-1]) for name, each in self._outputs.items()}

    @property
    def score_dtype(self) -> np.dtype[Any]:
        """What the file's scores are before they are put on a scale of 0 to 1."""
        return np.dtype(next(iter(self._outputs.values()))["dtype"])

    def scores(self, example: ModelInputs) -> np.ndarray:
        """Scores of one raw input.

        Args:
            example: one raw input without the batch: a picture, uint8, 0 to 255, token ids,
                int32, `(length,)`, or an array for each of the file's inputs. A grey picture has
                one channel, whichever of one and three the file takes.

        Returns:
            float32, `(num_classes,)`.

        Raises:
            BundleError: if the file wants inputs that cannot be made from the example, or fails.
        """
        with failing_as_bundle(self._path), self._networks.lent() as network:
            return network.scores(example)


class _Network:
    """An interpreter with its tensors; for one thread at a time."""

    def __init__(self, interpreter: Any) -> None:
        interpreter.allocate_tensors()
        self._interpreter = interpreter
        self.inputs = _named_inputs(interpreter)
        self.outputs = _named_outputs(interpreter)
        self._read = [(each["index"], _dequantizer(each)) for each in self.outputs.values()]
        self._quantize = {name: _quantizer(details) for name, details in self.inputs.items()}

    def scores(self, example: ModelInputs) -> np.ndarray:
        for name, values in feeds(tuple(self.inputs), example).items():
            details = self.inputs[name]
            taken = as_channels(values, details["shape"][1:])
            self._interpreter.set_tensor(details["index"], self._quantize[name](taken)[None])
        self._interpreter.invoke()
        rows = [real(self._interpreter.get_tensor(place)[0]) for place, real in self._read]
        scores: np.ndarray = rows[0] if len(rows) == 1 else np.concatenate(rows)
        return scores


def _named_inputs(interpreter: Any) -> dict[str, dict[str, Any]]:
    """The details of each input tensor under its name in the signature."""
    signatures = interpreter.get_signature_list()
    if not signatures:
        return {details["name"]: details for details in interpreter.get_input_details()}
    runner = interpreter.get_signature_runner(next(iter(signatures)))
    named: dict[str, dict[str, Any]] = runner.get_input_details()
    return named


def _named_outputs(interpreter: Any) -> dict[str, dict[str, Any]]:
    """The details of each output tensor under its name in the signature, by name where several."""
    details = interpreter.get_output_details()
    signatures = interpreter.get_signature_list()
    if len(details) == 1 or not signatures:
        return {details[0]["name"]: details[0]}
    runner = interpreter.get_signature_runner(next(iter(signatures)))
    return dict(sorted(runner.get_output_details().items()))


def _quantizer(details: dict[str, Any]) -> Any:
    """From raw values to the input tensor's: a cast, or the tensor's own scale."""
    dtype, (scale, zero) = details["dtype"], details["quantization"]
    if zero == 0 and (scale == 0 or abs(scale - 1) < 1e-5):
        return lambda values: values.astype(dtype, copy=False)
    limits = np.iinfo(dtype)
    return lambda values: np.clip(
        np.round(values.astype(np.float32) / scale) + zero, limits.min, limits.max
    ).astype(dtype)


def _dequantizer(details: dict[str, Any]) -> Any:
    scale, zero = details["quantization"]
    if details["dtype"] == np.float32:
        return lambda values: values
    return lambda values: (values.astype(np.float32) - zero) * np.float32(scale)
