"""Several networks as one: what it answers, and that it is taken apart and kept like any other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from kerasapps import models
from kerasapps.export.network import mirror_averaged
from kerasapps.models.ensemble import averaged, in_each_member, members_of, members_within
from kerasapps.models.feature_maps import class_maps
from kerasapps.models.tagger_common import crf_of
from kerasapps.outputs.several.criterion import uncertainty_of, with_uncertainty

SHAPE = (16, 16, 3)


def picture_network() -> keras.Model:
    return models.cnn(input_shape=SHAPE, num_classes=3, width=0.25, depth=0.5)


def row_network() -> keras.Model:
    return models.tabular_mlp(models.TabularShape(numbers=2, categories=(4,), outputs=3))


def tagger() -> keras.Model:
    shape = models.TaggerShape(
        words=20, characters=9, word_length=4, tags=("O", "B-A", "I-A"), width=0.1
    )
    network: keras.Model = models.cnn_crf(shape)
    layer = crf_of(network)
    assert layer is not None
    layer.set_weights([keras.random.normal(weight.shape) for weight in layer.get_weights()])
    return network


def crf_weights(network: keras.Model) -> list[np.ndarray]:
    layer = crf_of(network)
    assert layer is not None
    return [*layer.get_weights()]


def pictures() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (4, *SHAPE), dtype=np.uint8)


def rows() -> dict[str, np.ndarray]:
    draw = np.random.default_rng(0)
    numbers = draw.normal(size=(5, 2)).astype(np.float32)
    return {"numbers": numbers, "categories": draw.integers(0, 4, (5, 1)).astype(np.int32)}


def sentences() -> dict[str, np.ndarray]:
    draw = np.random.default_rng(0)
    return {
        "words": draw.integers(1, 20, (2, 6)).astype(np.int32),
        "characters": draw.integers(1, 9, (2, 6, 4)).astype(np.int32),
    }


@pytest.mark.parametrize(
    ("make", "examples"),
    [(picture_network, pictures()), (row_network, rows()), (tagger, sentences())],
)
def test_the_mean_is_kept_and_taken_apart(
    make: Callable[[], keras.Model], examples: Any, tmp_path: Path
) -> None:
    networks = [make() for _ in range(3)]
    together = averaged(networks)
    answers = [np.asarray(network(examples)) for network in networks]
    assert np.abs(answers[0] - answers[1]).max() > 1e-3
    np.testing.assert_allclose(together(examples), np.mean(answers, axis=0), atol=1e-5)
    assert together.count_params() >= 3 * networks[0].count_params() - 100

    together.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    np.testing.assert_allclose(loaded(examples), np.mean(answers, axis=0), atol=1e-5)
    for member, answer in zip(members_of(loaded), answers, strict=True):
        np.testing.assert_allclose(member(examples), answer, atol=1e-5)
    assert members_of(networks[0]) == ()


def test_chains_and_variances_are_those_of_all() -> None:
    networks = [tagger(), tagger()]
    mean = [np.mean(each, axis=0) for each in zip(*map(crf_weights, networks), strict=True)]
    together = averaged(networks)
    for found, wanted in zip(crf_weights(together), mean, strict=True):
        np.testing.assert_allclose(found, wanted)
    assert all(crf_of(member) is not None for member in members_of(together))

    several = [with_uncertainty(row_network(), 2) for _ in range(2)]
    for value, network in zip((1.0, 3.0), several, strict=True):
        uncertainty_of(network).set_weights([np.full(2, value, np.float32)])
    assert uncertainty_of(averaged(several)).get_weights()[0].tolist() == [2.0, 2.0]


def test_a_change_is_made_to_each_network() -> None:
    networks, seen = [picture_network(), picture_network()], []

    def doubled(network: keras.Model) -> keras.Model:
        seen.append(network)
        return keras.Model(network.input, network.output * 2)

    changed = in_each_member(averaged(networks), doubled)
    assert len(seen) == len(members_of(changed)) == 2
    np.testing.assert_allclose(
        changed(pictures()), 2 * averaged(networks)(pictures()), rtol=1e-4, atol=1e-5
    )
    in_each_member(networks[0], doubled)
    assert seen[2] is networks[0]


def test_a_mean_under_mixed_precision_is_float32_throughout() -> None:
    networks = [picture_network(), picture_network()]
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        together = averaged(networks)
    finally:
        keras.config.set_dtype_policy("float32")
    assert {layer.dtype_policy.name for layer in together._flatten_layers()} == {"float32"}


def test_all_networks_say_where_they_looked() -> None:
    networks = [picture_network(), picture_network()]
    each = [class_maps(network, pictures(), [0, 1, 2, 0]) for network in networks]
    together = class_maps(averaged(networks), pictures(), [0, 1, 2, 0])
    # Where one alone speaks for a class the other may speak against it: only sums are cut at 0.
    both = np.minimum(*each) > 0
    assert both.any()
    np.testing.assert_allclose(together[both], np.mean(each, axis=0)[both], rtol=1e-3, atol=1e-6)
    mirrored = class_maps(mirror_averaged(averaged(networks)), pictures(), [0, 1, 2, 0])
    assert mirrored.shape == together.shape and mirrored.any()
    assert len(members_within(mirror_averaged(averaged(networks)))) == 2
