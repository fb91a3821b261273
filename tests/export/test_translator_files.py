"""TFLite files of a translator: both signatures, and in every mode what Keras says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from kerasapps.deploy.translator_file import TFLiteTranslator
from kerasapps.errors import ExportError
from kerasapps.export.integer import operations
from kerasapps.export.integer_pairs import PairTrial
from kerasapps.export.translator_files import LOOPS, export_translator_tflite, padded
from kerasapps.models.translator import State, Translator, TranslatorShape
from tests.tiny_translator import MODES, TinyTranslator, check_tensors


def teacher_forced(
    path: Path, source: np.ndarray, target: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Logits and attention of every step."""
    stepper = TFLiteTranslator(path)
    state = stepper.start(source)
    logits, attention = [], []
    for position, token in enumerate([2, *target[:-1].tolist()]):
        scores, state, looked = stepper.step(token, position, state)
        logits.append(scores)
        attention.append(looked)
    return np.stack(logits), np.stack(attention)


@pytest.mark.parametrize(
    ("mode", "tolerance"), [("float32", 1e-5), ("float16", 5e-3), ("dynamic", 0.1), ("int8", 0.3)]
)
def test_every_mode_gives_the_logits_of_keras(
    translator: TinyTranslator, mode: str, tolerance: float
) -> None:
    tokenizer = translator.tokenizer
    for index in (0, 17, 59):
        source = tokenizer.encode_source(translator.sources[index])
        target = tokenizer.encode_target(translator.targets[index])
        logits, attention = teacher_forced(translator.file(mode), source, target)
        target_in = np.array([[2, *target[:-1]]], np.int32)
        expected = translator.network((source[None], target_in)).numpy()[0]
        assert np.abs(logits - expected).mean() < tolerance * np.abs(expected).mean()
        np.testing.assert_allclose(attention.sum(1), 1, atol=0.05)
        assert attention[:, len(source) :].max(initial=0) < 0.01


@pytest.mark.parametrize("mode", MODES)
def test_what_goes_in_and_out_is_what_browsers_take(translator: TinyTranslator, mode: str) -> None:
    check_tensors(translator.file(mode))


def test_files_hold_neither_loops_nor_foreign_operations(translator: TinyTranslator) -> None:
    for mode in MODES:
        names = operations(translator.file(mode).read_bytes())
        assert not names & (LOOPS | {"CUSTOM"})


def test_both_signatures_have_static_shapes_and_share_their_weights(
    translator: TinyTranslator,
) -> None:
    interpreter = Interpreter(model_path=str(translator.file("float32")))
    assert sorted(interpreter.get_signature_list()) == ["decode_step", "encode"]
    step = interpreter.get_signature_runner("decode_step")
    inputs, outputs = step.get_input_details(), step.get_output_details()
    assert tuple(inputs["token"]["shape"]) == (1,) and tuple(inputs["position"]["shape"]) == ()
    assert outputs["logits"]["shape"].tolist() == [1, translator.tokenizer.target_size]
    assert outputs["attention"]["shape"].tolist() == [1, 16]
    cache = set(outputs) - {"logits", "attention"}
    assert cache and cache < set(inputs)
    assert not cache & set(interpreter.get_signature_runner("encode").get_output_details())
    assert all(inputs[name]["shape"].tolist() == outputs[name]["shape"].tolist() for name in cache)
    weights = sum(4 * int(np.prod(each.shape)) for each in translator.network.weights)
    assert translator.file("float32").stat().st_size < 1.3 * weights + 60_000


def test_smaller_modes_make_smaller_files(translator: TinyTranslator) -> None:
    sizes = {mode: translator.file(mode).stat().st_size for mode in MODES}
    assert sizes["float16"] < 0.75 * sizes["float32"]
    assert max(sizes["dynamic"], sizes["int8"]) < sizes["float16"]


def test_a_trial_tells_a_spoilt_file_from_a_good_one(translator: TinyTranslator) -> None:
    tokenizer, count = translator.tokenizer, 12
    trial = PairTrial(
        padded([tokenizer.encode_source(each) for each in translator.sources[:count]], 16),
        padded([tokenizer.encode_target(each) for each in translator.targets[:count]], 12),
        translator.file("float32"),
    )
    expected = trial.answers(translator.file("float32"))
    steps = sum(len(tokenizer.encode_target(each)) for each in translator.targets[:count])
    assert expected.shape == (steps, 2)
    assert sum(1 for _ in trial.examples()) == steps + count
    assert trial.alike(expected, expected)
    assert not trial.alike(expected + np.array([0, 0.03]), expected)
    flipped = expected.copy()
    flipped[: steps // 10, 0] += 1
    assert not trial.alike(flipped, expected)
    assert not trial.alike(np.full_like(expected, np.nan), expected)


class Endless(Translator):
    """Steps through a loop that no converter unrolls."""

    def __init__(self) -> None:
        shape = TranslatorShape(
            source_vocabulary=8, target_vocabulary=8, joint=False, max_source=4, max_target=4
        )
        super().__init__(shape)

    def encode(self, source: tf.Tensor) -> tuple[State, State]:
        return {"words": tf.cast(source, tf.float32)}, {"last": tf.zeros((1, 8))}

    def decode_step(
        self, tokens: tf.Tensor, position: tf.Tensor, memory: State, cache: State
    ) -> tuple[tf.Tensor, State, tf.Tensor]:
        (last,) = tf.while_loop(
            lambda x: tf.reduce_sum(x) < tf.reduce_sum(memory["words"]),
            lambda x: (x + tf.cast(tokens, tf.float32),),
            (cache["last"],),
        )
        return last, {"last": last}, memory["words"]


@pytest.mark.usefixtures("convert_here")
def test_a_loop_is_refused_with_its_name(tmp_path: Path) -> None:
    pair = (np.array([4, 3], np.int32), np.array([5, 3], np.int32))
    (found,) = export_translator_tflite(
        Endless(), folder=tmp_path, modes=("float32",), calibration=[pair]
    ).values()
    assert isinstance(found, ExportError)
    assert "float32" in str(found) and "WHILE" in str(found)
