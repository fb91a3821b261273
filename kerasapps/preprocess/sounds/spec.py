"""The sound that a network takes: so many samples a second, and so many samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from kerasapps.config import choose
from kerasapps.config.kinds import SOUND
from kerasapps.config.limits import LARGEST_RATE, LONGEST_CLIP
from kerasapps.errors import ConfigError

Fit = Literal["centre", "start"]


@dataclass(frozen=True)
class SoundSpec:
    """The sound that a network takes.

    Attributes:
        rate: samples a second.
        samples: of a clip.
        fit: what a clip shows of a longer sound, and where a shorter one stands in it: its
            "centre", or its "start". Around a shorter one there is silence.

    Examples:
        >>> kerasapps.preprocess.SoundSpec(rate=16000, samples=8000).seconds
        0.5
    """

    rate: int
    samples: int
    fit: Fit = "centre"

    def __post_init__(self) -> None:
        choose(self.fit, get_args(Fit), what="SoundSpec.fit")
        for name, value, most in (
            ("rate", self.rate, LARGEST_RATE),
            ("samples", self.samples, LONGEST_CLIP),
        ):
            if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= most:
                raise ConfigError(f"SoundSpec.{name} cannot be {value!r}: 1 to {most} is possible.")

    @property
    def shape(self) -> tuple[int]:
        """`(samples,)`."""
        return (self.samples,)

    @property
    def seconds(self) -> float:
        """Of a clip."""
        return self.samples / self.rate

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a manifest."""
        return asdict(self)

    def explained(self) -> dict[str, Any]:
        """What `load_sound` does, for programs of other people; see `docs/bundles.md`."""
        return {
            "kind": SOUND,
            "rate": self.rate,
            "samples": self.samples,
            "channels": 1,
            "dtype": "float32",
            "dtype_range": [-1, 1],
            "order": ["mono", "resample", "fit"],
            "mono": "mean",
            "resample": "soxr_hq",
            "fit": self.fit,
            "padding": 0,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SoundSpec:
        """The spec that `to_dict` described.

        Raises:
            ConfigError: if a field is missing, unknown or of a wrong value.
        """
        try:
            return cls(**values)
        except TypeError as error:
            raise ConfigError(f"not a sound specification: {dict(values)!r} ({error})") from error
