"""One TFLite file of a translator in the LiteRT interpreter: a sentence in, then piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.deploy.pool import failing_as_bundle, pool_interpreters
from kerasapps.errors import BundleError

ENCODE = "encode"
DECODE_STEP = "decode_step"
_CACHE = "cache_keys"

# A step of a smaller file takes microseconds, most of them in Python, which runs one thread at a
# time: two threads that hand it back and forth get two thirds of the answers of one.
SMALL = 1_000_000

State = Mapping[str, np.ndarray]
"""Memory and cache by the names of the file's tensors. No step changes one in place."""


class TFLiteTranslator:
    """A TFLite file with the signatures `encode` and `decode_step`, at batch 1.

    A state is a plain mapping of arrays and stays valid, so that beam search goes on from one state
    with several pieces; and any number of threads may ask at once, as each call may be answered by
    another interpreter (see `Pool`).

    Args:
        path: the file.
        threads: threads that one inference may use.

    Raises:
        BundleError: if the file has other signatures, or is none that this runtime can load.
    """

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        def prepare(interpreter: Any) -> Lent:
            signatures = sorted(interpreter.get_signature_list())
            if not {ENCODE, DECODE_STEP} <= set(signatures):
                raise BundleError(
                    f"{path} is no translator: it needs the signatures {ENCODE} and {DECODE_STEP}, "
                    f"and has {', '.join(signatures) or 'none'}. Export it again."
                )
            return Lent(interpreter)

        self._path = path
        self._networks = pool_interpreters(path, prepare, threads=threads, small=SMALL)
        with failing_as_bundle(path), self._networks.lent() as network:
            self._max_source, self._max_target = network.max_source, network.max_target
            self._pieces = network.pieces

    @property
    def max_source(self) -> int:
        """Pieces of a source that the file reads, end mark included."""
        return self._max_source

    @property
    def max_target(self) -> int | None:
        """Pieces of a translation that it has room for, end mark included; None: any number."""
        return self._max_target

    @property
    def target_pieces(self) -> int:
        """How many pieces its translations are made of."""
        return self._pieces

    @contextmanager
    def lent(self) -> Iterator[Lent]:
        """One interpreter, for a whole translation: threads that wait for one hold nobody up.

        Raises:
            BundleError: for whatever the interpreter raises meanwhile.
        """
        with failing_as_bundle(self._path), self._networks.lent() as network:
            yield network

    def start(self, source_ids: Sequence[int] | np.ndarray) -> State:
        """The state before the first step.

        Args:
            source_ids: pieces and end mark, int32; `max_source` of them at most.

        Raises:
            BundleError: if there are more.
        """
        with self.lent() as network:
            return network.start(source_ids)

    def step(self, token: int, position: int, state: State) -> tuple[np.ndarray, State, np.ndarray]:
        """Logits of the next piece, after one more piece of the translation.

        Args:
            token: at position 0 the start mark, then the piece before.
            position: how many pieces earlier steps have taken.
            state: as `start` or the step before returned it.

        Returns:
            Logits, float32, `(target_vocabulary,)`; the next state; and how much the step looked
            at each source piece, float32, `(max_source,)`.
        """
        with self.lent() as network:
            return network.step(token, position, state)


class Lent:
    """An interpreter with the two signatures; for one thread at a time.

    A signature runner resizes all inputs at each call, a fifth of the time of a step. The shapes
    here are fixed, and where `decode_step` is the file's first subgraph, as in what kerasapps
    exports, the interpreter itself is called. It refuses to run while a runner lives.
    """

    def __init__(self, interpreter: Any) -> None:
        self._interpreter = interpreter
        runner = interpreter.get_signature_runner(DECODE_STEP)
        inputs, outputs = runner.get_input_details(), runner.get_output_details()
        del runner
        self._inputs = {name: details["index"] for name, details in inputs.items()}
        self._outputs = [(name, details["index"]) for name, details in outputs.items()]
        self.pieces = int(outputs["logits"]["shape"][-1])
        self.max_target = cached_steps({name: each["shape"] for name, each in inputs.items()})
        encoder = interpreter.get_signature_runner(ENCODE)
        self.max_source = int(encoder.get_input_details()["source"]["shape"][-1])
        self._zeros = _zeros(inputs, encoder.get_output_details())
        del encoder
        self._is_first = _places(inputs.values()) == _places(interpreter.get_input_details())
        if self._is_first:
            interpreter.allocate_tensors()

    def start(self, source_ids: Sequence[int] | np.ndarray) -> State:
        """See `TFLiteTranslator.start`."""
        row = source_row(source_ids, self.max_source)
        return {**self._zeros, **self._interpreter.get_signature_runner(ENCODE)(source=row)}

    def step(self, token: int, position: int, state: State) -> tuple[np.ndarray, State, np.ndarray]:
        """See `TFLiteTranslator.step`."""
        answer = self._run(step_inputs(token, position, state))
        logits, attention = answer.pop("logits")[0], answer.pop("attention")[0]
        return logits, {**state, **answer}, attention

    def _run(self, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        interpreter = self._interpreter
        if not self._is_first:
            return dict(interpreter.get_signature_runner(DECODE_STEP)(**values))
        for name, value in values.items():
            interpreter.set_tensor(self._inputs[name], value)
        interpreter.invoke()
        return {name: interpreter.get_tensor(place) for name, place in self._outputs}


def _places(tensors: Iterable[Mapping[str, Any]]) -> set[tuple[str, int]]:
    return {(details["name"], details["index"]) for details in tensors}


def _zeros(
    inputs: Mapping[str, Mapping[str, Any]], encoded: Mapping[str, Mapping[str, Any]]
) -> State:
    """What a first step takes that `encode` does not give; files of older versions give all."""
    missing = inputs.keys() - encoded.keys() - {"token", "position"}
    return {name: np.zeros(inputs[name]["shape"], inputs[name]["dtype"]) for name in missing}


def cached_steps(shapes: Mapping[str, Sequence[int]]) -> int | None:
    """Steps that the cache of a transformer holds; a recurrent network has none.

    Args:
        shapes: of what a step takes, by name.
    """
    caches = [shape for name, shape in shapes.items() if name.startswith(_CACHE)]
    return min((int(shape[-2]) for shape in caches), default=None)


def source_row(source_ids: Sequence[int] | np.ndarray, length: int) -> np.ndarray:
    """A source as `encode` takes it, int32, `(1, length)`.

    Args:
        source_ids: pieces and end mark.
        length: that the file reads.

    Raises:
        BundleError: if there are more.
    """
    if len(source_ids) > length:
        raise BundleError(
            f"The file reads {length} pieces at most, got {len(source_ids)}; "
            "cut them with the bundle's tokenizer."
        )
    row = np.zeros((1, length), np.int32)
    row[0, : len(source_ids)] = source_ids
    return row


def step_inputs(token: int, position: int, state: State) -> dict[str, np.ndarray]:
    """What the signature `decode_step` takes, by name (see `TFLiteTranslator.step`)."""
    token_row, place = np.array([token], np.int32), np.array(position, np.int32)
    return {"token": token_row, "position": place, **state}
