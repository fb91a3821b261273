"""A translator's two ONNX files in onnxruntime: a sentence in, then piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.deploy.formats import NEXT, ONNX_SUFFIX
from kerasapps.deploy.onnx_file import dtype_of, failing_onnx, pool_sessions
from kerasapps.deploy.translator_file import (
    DECODE_STEP,
    ENCODE,
    SMALL,
    State,
    cached_steps,
    source_row,
    step_inputs,
)
from kerasapps.errors import BundleError


class OnnxTranslator:
    """The files `encode.onnx` and `decode_step.onnx` of a folder; see `TFLiteTranslator`.

    Args:
        path: the folder.
        threads: threads that one inference may use.

    Raises:
        BundleError: if a file is missing, or is none that this runtime can load.
        DependencyError: if onnxruntime is not installed.
    """

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        self._path = path
        self._encoders, self._steppers = (
            pool_sessions(path / f"{name}{ONNX_SUFFIX}", threads=threads, small=SMALL)
            for name in (ENCODE, DECODE_STEP)
        )
        with self.lent() as network:
            self.max_source, self.max_target = network.max_source, network.max_target
            self.target_pieces = network.pieces

    @contextmanager
    def lent(self) -> Iterator[Lent]:
        """A session of each file, for a whole translation.

        Raises:
            BundleError: for whatever onnxruntime raises meanwhile.
        """
        with failing_onnx(self._path), ExitStack() as stack:
            yield Lent(*map(stack.enter_context, (self._encoders.lent(), self._steppers.lent())))


class Lent:
    """A session of each file; for one thread at a time."""

    def __init__(self, encoder: Any, stepper: Any) -> None:
        self._encoder, self._stepper = encoder, stepper
        self._takes = {each.name: each for each in stepper.get_inputs()}
        self._gives = [each.name.removeprefix(NEXT) for each in stepper.get_outputs()]
        logits = next((each for each in stepper.get_outputs() if each.name == "logits"), None)
        source = next((each for each in encoder.get_inputs() if each.name == "source"), None)
        if logits is None or source is None:
            raise BundleError(
                f"The files are no translator: {ENCODE} takes no source, or {DECODE_STEP} gives no "
                "logits. Export them again."
            )
        self.pieces, self.max_source = int(logits.shape[-1]), int(source.shape[-1])
        self.max_target = cached_steps({name: each.shape for name, each in self._takes.items()})

    def start(self, source_ids: Sequence[int] | np.ndarray) -> State:
        """See `TFLiteTranslator.start`."""
        given = [each.name for each in self._encoder.get_outputs()]
        answer = self._encoder.run(None, {"source": source_row(source_ids, self.max_source)})
        return {**self._zeros(given), **dict(zip(given, answer, strict=True))}

    def step(self, token: int, position: int, state: State) -> tuple[np.ndarray, State, np.ndarray]:
        """See `TFLiteTranslator.step`."""
        every = step_inputs(token, position, state)
        values = {name: every[name] for name in self._takes}  # of an LSTM, without the position
        answer = dict(zip(self._gives, self._stepper.run(None, values), strict=True))
        logits, attention = answer.pop("logits")[0], answer.pop("attention")[0]
        return logits, {**state, **answer}, attention

    def _zeros(self, given: Sequence[str]) -> Mapping[str, np.ndarray]:
        """What a first step takes that the encoder does not give."""
        missing = self._takes.keys() - {*given, "token", "position"}
        return {
            name: np.zeros([1, *self._takes[name].shape[1:]], dtype_of(self._takes[name]))
            for name in missing
        }
