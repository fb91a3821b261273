"""The options of sounds."""

import pytest

from kerasapps.data.sounds.config import AudioConfig
from kerasapps.errors import ConfigError


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"group_pattern": "("}, "no regular expression"),
        ({"group_pattern": "abc"}, "with one group"),
        ({"group_pattern": "(a)", "group_column": "speaker"}, "keep one of them"),
        ({"unknown": "cat", "wanted": "dog"}, "keep one of them"),
        ({"unknown": ("",)}, "names of classes"),
        ({"sound_column": ""}, "a column's name"),
        ({"hop_ms": 40, "window_ms": 30}, "would not be heard"),
        ({"sample_rate": 100}, "from 4000 to 48000"),
    ],
)
def test_refused(options, reason):
    with pytest.raises(ConfigError, match=reason):
        AudioConfig(**options)


def test_names_are_kept_once():
    assert AudioConfig(unknown=["cat", "dog", "cat"]).unknown == ("cat", "dog")
