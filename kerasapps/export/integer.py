"""The int8 file of a network that is tried: as many integer operations as its answers can bear.

Pictures go through networks of convolutions, whose activations all fit 8 bits. Networks on texts
hold layer norms, softmaxes, and cell states that add up over a hundred steps, which do not. What a
network can bear is tried, not guessed: each form is compared with the float network on the
calibration examples, and the first that answers alike is taken. Inputs stay what they are: int32
token ids, float32 numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np

from kerasapps.deploy.feeds import feeds
from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.export.fake_quant.places import Learnt
from kerasapps.export.ranges import with_ranges
from kerasapps.export.score_steps import float_scores
from kerasapps.model_inputs import ModelInputs, each_of, load_inputs

# Operations on whole numbers in form 2; lookups keep the type of their table.
PRODUCTS = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "GATHER"})

SERVE = "serve"  # the first signature of a file that has two
ROW_CALLS = f"{__name__}:row_calls"

Alike: TypeAlias = Callable[[np.ndarray, np.ndarray], bool]
StaysFloat: TypeAlias = Callable[[bytes], list[str]]
MakeInteger: TypeAlias = Callable[[Callable[[], Any], Mapping[str, Any]], bytes]
"""A function that gives a fresh converter, and the job (see `convert_worker`) → the int8 file."""


class Trial(Protocol):
    """The calibration examples of a network, and how two of its files are compared on them."""

    def examples(self) -> Iterator[Any]:
        """What the converter's calibration runs, as `converter.representative_dataset` gives it."""

    def answers(self, path: Path) -> np.ndarray:
        """What a TFLite file answers to the examples; a row for each."""

    @property
    def alike(self) -> Alike:
        """Whether answers are as good as those of the float network, which come second."""


@dataclass(frozen=True)
class RowTrial:
    """One example in, scores out.

    Attributes:
        types: dtype of each of the network's inputs, by name.
        inputs: calibration examples, of any dtype: pictures may be bytes.
        alike: whether two files' scores, float32, `(n, …)`, are as good.
        twin: name of a second signature, and what it takes, by name, `(n, …)`.
    """

    types: Mapping[str, str]
    inputs: ModelInputs
    alike: Alike
    twin: tuple[str, Mapping[str, np.ndarray]] | None = None

    def examples(self) -> Iterator[Any]:
        """The value of every input, with a batch of 1; of two signatures with the name of each."""
        for example in each_of(self.inputs):
            values = feeds(tuple(self.types), example)
            taken = {name: values[name][None].astype(kind) for name, kind in self.types.items()}
            yield taken if self.twin is None else (SERVE, taken)
        if self.twin is not None:
            name, inputs = self.twin
            for place in range(len(next(iter(inputs.values())))):
                yield name, {each: values[place : place + 1] for each, values in inputs.items()}

    def answers(self, path: Path) -> np.ndarray:
        """Scores, float32, `(n, …)`."""
        model = TFLiteModel(path)
        return np.stack([model.scores(example) for example in each_of(self.inputs)])


def _nothing(content: bytes) -> list[str]:
    return []


def integer_rows(
    converter: Callable[[], Any],
    job: Mapping[str, Any],
    *,
    alike: Alike,
    stays_float: StaysFloat = _nothing,
) -> bytes:
    """The int8 file of a network with float scores.

    Args:
        converter: gives one of the float network, without optimizations set.
        job: `inputs`: name of each of the network's → its dtype; `calibration`: examples, as
            `save_inputs` wrote them; `folder`: for scratch files; `twin`, where a file has a second
            signature: its `name`, and `calibration`, .npz of what it takes.
        alike: see `RowTrial`.
        stays_float: see `integer_file`.
    """
    trial = _row_trial(job, alike)
    return integer_file(
        converter(),
        trial,
        folder=Path(job["folder"]),
        stays_float=stays_float,
        learnt=learnt_of(job),
    )


def row_calls(job: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, np.ndarray]]]:
    """The calibration examples as calls of the float32 file: its signature, and what it takes.

    Args:
        job: see `integer_rows`; `source`: the float32 file.
    """
    from ai_edge_litert.interpreter import Interpreter

    names = Interpreter(str(job["source"])).get_signature_list()
    for example in _row_trial(job, lambda answers, expected: True).examples():
        yield example if isinstance(example, tuple) else (next(iter(names)), example)


def _row_trial(job: Mapping[str, Any], alike: Alike) -> RowTrial:
    twin = job.get("twin")
    return RowTrial(
        job["inputs"],
        load_inputs(Path(job["calibration"])),
        alike,
        twin and (twin["name"], dict(np.load(twin["calibration"]))),
    )


def learnt_of(job: Mapping[str, Any]) -> Learnt | None:
    """The ranges that a network has learnt, where it has."""
    path = job.get("learnt")
    return None if path is None else Learnt.load(Path(path))


def integer_file(
    converter: Any,
    trial: Trial,
    *,
    folder: Path,
    stays_float: StaysFloat = _nothing,
    learnt: Learnt | None = None,
) -> bytes:
    """The most integer TFLite file that keeps the answers. Of these forms the first that does:

    1. every operation on int8, with ranges from the calibration examples, that has such a kernel;
    2. matrix products, convolutions and lookups so, the rest on float32;
    3. int8 weights, and matrix products on int8 with ranges found at each call ("dynamic").

    The trial says whether a form keeps them. It is not asked of a network that has learnt its
    ranges: that was trained as the first form computes, and may be another without rounding. All
    take what the float network takes and give float32 scores, of many classes in finer steps (see
    `score_steps`).

    Args:
        converter: of a float network, without optimizations set.
        trial: its calibration examples.
        folder: for scratch files.
        stays_float: a file of the float network → what is on float32 in the first two forms.
        learnt: ranges of activations, in place of those that the examples have.
    """
    import tensorflow as tf

    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    calibrated = _calibrate(converter, trial)
    if learnt is not None:
        calibrated = with_ranges(calibrated, learnt.ranges_in(calibrated))
    expected = _answers(calibrated, trial, folder)
    kept = stays_float(calibrated)
    for integer in (operations(calibrated), PRODUCTS):
        content = quantize(calibrated, integer, but=kept)
        if learnt is not None or trial.alike(_answers(content, trial, folder), expected):
            return content
    converter.representative_dataset = None
    converter._experimental_calibrate_only = False
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    dynamic: bytes = converter.convert()
    return dynamic


def operations(content: bytes) -> frozenset[str]:
    """Names of the builtin operations in a TFLite file."""
    from ai_edge_litert import schema_py_generated as schema
    from ai_edge_litert.tools import flatbuffer_utils

    names = {number: name for name, number in vars(schema.BuiltinOperator).items()}
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    return frozenset(names[code.builtinCode] for code in model.operatorCodes)


def _calibrate(converter: Any, trial: Trial) -> bytes:
    """The float network with the range of every activation."""
    import tensorflow as tf

    builtins = tf.lite.OpsSet
    converter.target_spec.supported_ops = [builtins.TFLITE_BUILTINS_INT8, builtins.TFLITE_BUILTINS]
    converter.representative_dataset = trial.examples
    # The steps that tf.lite's QuantizationDebugger takes, without its second, instrumented file.
    converter._experimental_calibrate_only = True
    calibrated: bytes = converter.convert()
    return calibrated


def quantize(
    calibrated: bytes, integer: Collection[str] | None = None, *, but: Sequence[str] = ()
) -> bytes:
    """A calibrated file on whole numbers, all but its input, its output and `float_scores`.

    Args:
        calibrated: the float network with the range of every activation.
        integer: names of the operations that may be on int8; all by default.
        but: names of what some operations give that may not.
    """
    from tensorflow.lite.python.convert import mlir_quantize

    return bytes(
        mlir_quantize(
            calibrated,
            disable_per_channel=False,
            fully_quantize=False,
            denylisted_ops=[] if integer is None else sorted(operations(calibrated) - set(integer)),
            denylisted_nodes=[*float_scores(calibrated), *but],
        )
    )


def _answers(content: bytes, trial: Trial, folder: Path) -> np.ndarray:
    path = folder / "candidate.tflite"
    path.write_bytes(content)
    return trial.answers(path)
