from __future__ import annotations

import numpy as np
import pytest

from kerasapps.layers import SpecAugment, spec_augment
from tests.layers.check_layer import check_layer
from tests.values import defaults_of


def test_spec_augment() -> None:
    check_layer(SpecAugment(), (2, 9, 8), output_shape=(2, 9, 8))


def test_whole_stripes_are_hidden_in_training_only() -> None:
    layer, ones = SpecAugment(stripes=1, time=0.5, frequency=0.25, seed=0), np.ones((200, 20, 16))
    np.testing.assert_array_equal(layer(ones), ones)
    seen = np.asarray(layer(ones, training=True))
    frames, bands = seen.max(axis=2), seen.max(axis=1)
    np.testing.assert_array_equal(seen, frames[:, :, None] * bands[:, None, :])
    for stripes, most in ((frames, 10), (bands, 4)):
        hidden = (stripes == 0).sum(axis=1)
        assert hidden.max() <= most and 0.35 * most < hidden.mean() < 0.65 * most
        # One stripe: hidden places are neighbours.
        assert (np.abs(np.diff(stripes, axis=1)).sum(axis=1) <= 2).all()
    # None hangs over the end: both ends are hidden as rarely.
    assert max((frames == 0).mean(axis=0)[[0, -1]]) < 0.1
    assert len(np.unique(seen, axis=0)) > 100


@pytest.mark.parametrize("options", [{"stripes": 0}, {"time": 1.5}, {"frequency": -0.1}])
def test_what_it_refuses(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="needs a stripe or more and shares from 0 to 1"):
        SpecAugment(**options)  # type: ignore[arg-type]


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(spec_augment) == {
        "SpecAugment": {"stripes": 2, "time": 0.2, "frequency": 0.2, "seed": None}
    }
