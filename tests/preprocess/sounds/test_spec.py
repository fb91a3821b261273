from __future__ import annotations

import pytest

from kerasapps.errors import ConfigError
from kerasapps.preprocess import SoundSpec


def test_a_spec_survives_a_manifest() -> None:
    spec = SoundSpec(rate=8000, samples=6400, fit="start")
    assert SoundSpec.from_dict(spec.to_dict()) == spec
    assert (spec.shape, spec.seconds) == ((6400,), 0.8)
    explained = spec.explained()
    assert explained["kind"] == "sound" and explained["fit"] == "start"
    assert (explained["rate"], explained["samples"], explained["channels"]) == (8000, 6400, 1)


@pytest.mark.parametrize(
    "values",
    [
        {"rate": 0, "samples": 10},
        {"rate": 8000, "samples": -1},
        {"rate": 8000, "samples": True},
        {"rate": 8000.5, "samples": 10},
        {"rate": 8000, "samples": 2**40},
        {"rate": 8000, "samples": 10, "fit": "end"},
        {"rate": 8000},
        {"rate": 8000, "samples": 10, "colour": 1},
    ],
)
def test_what_no_manifest_may_say(values: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=r"SoundSpec|sound specification"):
        SoundSpec.from_dict(values)
