from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.layers import LogMel, mel
from kerasapps.spectra import MelBands, log_mel, mel_energies
from tests.layers import tflite
from tests.layers.check_layer import check_layer
from tests.values import defaults_of


def sounds(samples: int, count: int = 3) -> np.ndarray:
    """Loud, quiet, and a tone that rises."""
    noise = np.random.default_rng(0).normal(size=(count, samples)) * [[0.3], [1e-3], [0]]
    noise[2] = np.sin(np.arange(samples) ** 2 / (3 * samples))
    return noise.astype(np.float32)


def test_log_mel() -> None:
    check_layer(LogMel(2000, mels=6), (2, 230), output_shape=(2, 11, 6), tolerance=1e-3)


@pytest.mark.parametrize("rate", [8000, 11025, 16000])
@pytest.mark.parametrize("padding", ["centre", "causal"])
def test_values_are_those_of_plain_transforms(rate: int, padding: mel.Padding) -> None:
    layer, heard = LogMel(rate, padding=padding), sounds(rate // 4 + 7)
    expected = log_mel(heard, MelBands(rate=rate), causal=padding == "causal")
    np.testing.assert_allclose(layer(heard), expected, atol=1e-3)


def test_a_stream_hears_what_a_clip_hears() -> None:
    heard, bands = sounds(1600), MelBands(rate=8000)
    whole = np.asarray(LogMel(8000, padding="causal")(heard))
    past = np.pad(heard, ((0, 0), (bands.overlap, 0)))
    step = LogMel(8000, padding="none")
    parts = [step(past[:, at : at + 160 + bands.overlap]) for at in range(0, 1600, 160)]
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, atol=1e-5)


def test_energies_are_not_logarithms() -> None:
    layer, heard = LogMel(8000, scale="energy", mels=20), sounds(800)
    expected = mel_energies(heard, MelBands(rate=8000, mels=20))
    np.testing.assert_allclose(layer(heard), expected, rtol=1e-3, atol=1e-9)


@pytest.mark.parametrize("rate", [8000, 16_000, 48_000])
def test_its_constants_are_few_and_in_small_pieces(rate: int) -> None:
    """A matrix from each frame to each bin would be 400 × 402 of them at 16,000 a second."""
    constants = mel.transform_constants(MelBands(rate=rate))
    groups = [filters for *_, filters in constants.groups]
    assert sum(each.shape[1] for each in groups) == 40
    assert max(each.size for each in groups) < 1024
    matrices = [constants.first, constants.second, constants.cosines, constants.sines, *groups]
    assert sum(each.size for each in matrices) < rate / 2


def test_nothing_of_it_is_rounded_where_weights_are(tmp_path: Path) -> None:
    """Dynamic files have weights of 8 bits, which would drown what is quiet."""
    model = keras.Sequential([keras.Input((1600,)), LogMel(16_000)])
    converter = tf.lite.TFLiteConverter.from_saved_model(str(tflite.export(model, tmp_path)))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    heard = sounds(1600)
    actual = tflite.run(converter.convert(), heard)
    np.testing.assert_allclose(actual, model(heard), atol=1e-3)


def test_what_it_refuses() -> None:
    with pytest.raises(ValueError, match=r"padding must be one of 'centre'.*got 'same'"):
        LogMel(8000, padding="same")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"scale must be one of 'log', 'energy', got 'db'"):
        LogMel(8000, scale="db")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least 80 samples, got 79"):
        LogMel(8000)(np.zeros((1, 79), np.float32))


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(mel) == {
        "LogMel": {"mels": 40, "window": 25.0, "hop": 10.0, "padding": "centre", "scale": "log"}
    }
