"""What an int8 translator is tried on: sentence pairs whose translations it is led through."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.deploy.hypotheses import START
from kerasapps.deploy.translator_file import DECODE_STEP, ENCODE, TFLiteTranslator, step_inputs
from kerasapps.export.integer import integer_file

PAIRS = f"{__name__}:integer_pairs"
PAIR_CALLS = f"{__name__}:pair_calls"
LEAST_AGREEMENT = 0.95
LARGEST_LOSS = 0.02


@dataclass(frozen=True)
class PairTrial:
    """Source ids in, the likelihood of every piece of the reference translation out.

    Answers are alike when the float file's favourite piece stays the favourite at 95 % of the
    steps or more, and the references become less likely by 0.02 nats a piece or less: 2 % of
    perplexity.

    Attributes:
        sources: int32, `(n, max_source)`, padded with 0.
        targets: int32, `(n, max_target)`, padded with 0; their end marks included.
        float_file: the float TFLite file, which makes the states that steps are calibrated on.
    """

    sources: np.ndarray
    targets: np.ndarray
    float_file: Path

    def examples(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """Signature and inputs of every call that translating the pairs takes."""
        translator = TFLiteTranslator(self.float_file)
        for source, target in self._pairs():
            yield ENCODE, {"source": source[None]}
            state = translator.start(source)
            for position, token in enumerate(_inputs(target)):
                yield DECODE_STEP, step_inputs(token, position, state)
                _, state, _ = translator.step(token, position, state)

    def answers(self, path: Path) -> np.ndarray:
        """Of each step the likeliest piece and the loss of the reference's: float64, `(n, 2)`."""
        translator, rows = TFLiteTranslator(path), []
        for source, target in self._pairs():
            state = translator.start(source)
            for position, token in enumerate(_inputs(target)):
                logits, state, _ = translator.step(token, position, state)
                rows.append((logits.argmax(), _loss(logits, target[position])))
        return np.asarray(rows, np.float64)

    def alike(self, answers: np.ndarray, expected: np.ndarray) -> bool:
        """Whether a file is as good as the float file."""
        agreement = np.mean(answers[:, 0] == expected[:, 0])
        loss = np.mean(answers[:, 1] - expected[:, 1])
        # Not the other way round: a loss that is no number fails too.
        return bool(agreement >= LEAST_AGREEMENT and loss <= LARGEST_LOSS)

    def _pairs(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for source, target in zip(self.sources, self.targets, strict=True):
            yield np.array(source), target[target != 0]


def integer_pairs(converter: Callable[[], Any], job: Mapping[str, Any]) -> bytes:
    """The int8 file of a translator.

    Args:
        converter: gives one of the float network, without optimizations set.
        job: `calibration`: .npz with `sources` and `targets`, see `PairTrial`; `folder`: for
            scratch files.
    """
    folder = Path(job["folder"])
    float_file = folder / "uncalibrated.tflite"
    float_file.write_bytes(converter().convert())
    return integer_file(converter(), _pair_trial(job, float_file), folder=folder)


def pair_calls(job: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, np.ndarray]]]:
    """The calls of the float32 file that translating the calibration pairs takes.

    Args:
        job: see `integer_pairs`; `source`: the float32 file.
    """
    return _pair_trial(job, Path(job["source"])).examples()


def _pair_trial(job: Mapping[str, Any], float_file: Path) -> PairTrial:
    calibration = np.load(job["calibration"])
    return PairTrial(calibration["sources"], calibration["targets"], float_file)


def _inputs(target: np.ndarray) -> list[int]:
    return [START, *target[:-1].tolist()]


def _loss(logits: np.ndarray, piece: int) -> float:
    """Minus the logarithm of the probability of `piece`."""
    logits = logits.astype(np.float64)
    top = logits.max()
    return float(top + np.log(np.exp(logits - top).sum()) - logits[piece])
