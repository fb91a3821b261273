"""A translator's file, called step by step."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from kerasapps.deploy import translator_file
from kerasapps.deploy.translator_file import TFLiteTranslator, step_inputs
from kerasapps.errors import BundleError
from tests.tiny_translator import TinyTranslator


def test_what_the_file_has_room_for(translator: TinyTranslator) -> None:
    spec, stepper = translator.tokenizer.spec, TFLiteTranslator(translator.file("float32"))
    assert (stepper.max_source, stepper.max_target) == (spec.max_source, spec.max_target)
    assert stepper.target_pieces == translator.tokenizer.target_size


def test_a_step_is_that_of_the_signatures(translator: TinyTranslator) -> None:
    interpreter = Interpreter(model_path=str(translator.file("float32")))
    ids = translator.tokenizer.encode_source(translator.sources[0])
    row = np.zeros((1, translator.tokenizer.spec.max_source), np.int32)
    row[0, : len(ids)] = ids
    takes = interpreter.get_signature_runner("decode_step").get_input_details()
    by_hand = {
        name: np.zeros(details["shape"], details["dtype"])
        for name, details in takes.items()
        if name not in ("token", "position")
    }
    by_hand |= interpreter.get_signature_runner("encode")(source=row)
    stepper = TFLiteTranslator(translator.file("float32"))
    state = stepper.start(ids)
    for position, token in enumerate((2, 9, 5)):
        inputs = step_inputs(token, position, by_hand)
        assert inputs["token"].tolist() == [token] and inputs["position"] == position
        answer = dict(interpreter.get_signature_runner("decode_step")(**inputs))
        logits, state, attention = stepper.step(token, position, state)
        np.testing.assert_array_equal(logits, answer.pop("logits")[0])
        np.testing.assert_array_equal(attention, answer.pop("attention")[0])
        by_hand |= answer
        assert state.keys() == by_hand.keys()
        assert all((state[name] == by_hand[name]).all() for name in state)
    assert logits.shape == (stepper.target_pieces,) and logits.dtype == np.float32


def test_a_source_as_long_as_the_file_reads_is_taken(translator: TinyTranslator) -> None:
    stepper = TFLiteTranslator(translator.file("float32"))
    full = stepper.step(2, 0, stepper.start([5] * stepper.max_source))[2]
    assert (full > 0).all()


def test_room_for_a_translation_is_that_of_the_smallest_cache() -> None:
    shapes = {"cache_keys_0": (1, 2, 12, 8), "cache_keys_1": (1, 2, 10, 8), "memory": (1, 3, 8)}
    assert translator_file.cached_steps(shapes) == 10
    assert translator_file.cached_steps({"memory": shapes["memory"]}) is None


def test_what_encode_gives_is_not_overwritten_by_zeros() -> None:
    state = {"shape": np.array((1, 3)), "dtype": np.float32}
    inputs = {name: state for name in ("token", "position", "memory", "cache", "answer")}
    zeros = translator_file._zeros(inputs, {"memory": state, "cache": state})
    assert list(zeros) == ["answer"]
    np.testing.assert_array_equal(zeros["answer"], np.zeros((1, 3), np.float32))


def test_one_call_uses_as_many_threads_as_were_asked_for(
    translator: TinyTranslator, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    pool = translator_file.pool_interpreters

    def watched(path: Path, prepare: object, *, threads: int, small: int) -> object:
        asked.append((threads, small))
        return pool(path, prepare, threads=threads, small=small)  # type: ignore[arg-type]

    monkeypatch.setattr(translator_file, "pool_interpreters", watched)
    TFLiteTranslator(translator.file("float32"))
    TFLiteTranslator(translator.file("float32"), threads=2)
    assert asked == [(1, 10**6), (2, 10**6)]  # one interpreter below a megabyte


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    import tensorflow as tf

    module = tf.Module()
    serve = tf.function(lambda x: x + 1, input_signature=[tf.TensorSpec((1,), name="x")])
    module.serve = serve
    tf.saved_model.save(module, str(tmp_path / "saved"), signatures=serve)
    path = tmp_path / "other.tflite"
    path.write_bytes(tf.lite.TFLiteConverter.from_saved_model(str(tmp_path / "saved")).convert())
    with pytest.raises(BundleError, match=r"encode and decode_step.*serving_default"):
        TFLiteTranslator(path)


def test_a_source_that_is_not_cut_is_refused(translator: TinyTranslator) -> None:
    with pytest.raises(BundleError, match="16 pieces at most, got 17"):
        TFLiteTranslator(translator.file("float32")).start([5] * 17)


def test_a_state_can_be_gone_on_from_twice(translator: TinyTranslator) -> None:
    stepper = TFLiteTranslator(translator.file("float32"))
    first = stepper.start(translator.tokenizer.encode_source(translator.sources[0]))
    kept = {name: value.copy() for name, value in first.items()}
    before, second, _ = stepper.step(2, 0, first)
    stepper.step(9, 1, second)
    stepper.start([7, 3])
    again, _, _ = stepper.step(2, 0, first)
    np.testing.assert_array_equal(before, again)
    assert all((first[name] == kept[name]).all() for name in kept)


def test_a_step_says_the_same_whichever_way_the_file_is_called(
    translator: TinyTranslator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def logits() -> list[np.ndarray]:
        stepper = TFLiteTranslator(translator.file("float32"))
        state = stepper.start(translator.tokenizer.encode_source(translator.sources[0]))
        found = []
        for position, token in enumerate((2, 9, 5)):
            said, state, _ = stepper.step(token, position, state)
            found.append(said)
        return found

    direct = logits()
    # As for a file whose first subgraph is another: then a signature runner is called.
    monkeypatch.setattr(translator_file, "_places", lambda tensors: object())
    np.testing.assert_array_equal(direct, logits())
