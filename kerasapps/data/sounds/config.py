"""How sounds are found in the data and become model inputs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from kerasapps.config.checks import check_options, option, place, require
from kerasapps.config.data import AugmentPreset
from kerasapps.config.targets import (
    LabelLoss,
    TargetKind,
    check_targets,
    columns_of_target,
    kind_of_target,
    loss_of_labels,
)
from kerasapps.errors import ConfigError

SoundFeatures = Literal["log_mel", "pcen"]
UNKNOWN = "_unknown_"
SILENCE = "_silence_"
_COLUMNS = ("sound_column", "label_column", "start_column", "end_column", "group_column")
_NAMES = ("unknown", "wanted")


@dataclass(frozen=True, kw_only=True)
class AudioConfig:
    """How sounds become model inputs. An augmentation field of None takes the preset's value."""

    sound_column: str | None = place(
        "column with the sound files (default: guessed and printed)", answered=True
    )
    label_column: str | None = place("column with the labels (default: guessed and printed)")
    target_kind: TargetKind | None = kind_of_target()
    target_columns: tuple[str, ...] = columns_of_target()
    label_loss: LabelLoss | None = loss_of_labels()
    start_column: str | None = place(
        "column with the second at which a clip begins (default: guessed by its name and printed)"
    )
    end_column: str | None = place(
        "column with the second at which a clip ends (default: guessed by its name and printed)"
    )
    group_column: str | None = option(
        None,
        "column of what must not be in two splits, such as the speaker",
        searched=False,
        asks=("check",),
    )
    group_pattern: str | None = option(
        None,
        "regular expression with one group that takes the speaker, or what else must not be in two "
        "splits, out of a file's name: '_([a-z]+)_' of 7_jackson_32.wav",
        searched=False,
        asks=("check",),
    )
    unknown: tuple[str, ...] = option(
        (),
        f"class that is pooled with others as {UNKNOWN} (repeatable)",
        searched=False,
        asks=("check", "evaluate"),
    )
    wanted: tuple[str, ...] = option(
        (),
        f"class to tell apart; all that are not named are pooled as {UNKNOWN} (repeatable)",
        searched=False,
        asks=("check", "evaluate"),
    )
    background: str | None = option(
        None,
        "folder of noise without classes (default: _background_noise_ in the data, if there is "
        "one): mixed into training, and cut into clips of silence",
        searched=False,
        asks=("check",),
    )
    silence: float | None = option(
        None,
        f"clips of the class {SILENCE} that are made, as a share of the others (default: as many "
        "as a usual class has where there is noise, else none)",
        low=0,
        high=1,
        searched=False,
        asks=("check",),
    )
    sample_rate: int | None = option(
        None,
        "samples a second that the model hears (default: suits the data, at most 16000)",
        low=4000,
        high=48_000,
        whole=True,
    )
    clip_seconds: float | None = option(
        None, "length of what the model hears at once (default: suits the data)", low=0.1, high=60
    )
    features: SoundFeatures = option(
        "log_mel",
        "what the network makes of the samples: log_mel, or pcen, which adapts to loudness",
        choices=get_args(SoundFeatures),
    )
    mels: int = option(40, "bands of pitch", low=8, high=256, whole=True)
    window_ms: float = option(25.0, "length of a frame, in milliseconds", low=5, high=200)
    hop_ms: float = option(10.0, "from frame to frame, in milliseconds", low=2, high=200)
    augment: AugmentPreset = option(
        "light", "augmentation preset: none, light or strong", choices=get_args(AugmentPreset)
    )
    shift: float | None = option(None, "shift by up to this many seconds", low=0, high=10)
    gain: float | None = option(
        None, "louder or softer by up to this many decibels", low=0, high=60
    )
    noise: float | None = option(None, "probability of mixing in noise", low=0, high=1)
    speed: float | None = option(
        None, "faster or slower by up to this share, pitch included", low=0, high=0.5
    )
    specaugment: int | None = option(
        None, "bands of time and of pitch that are hidden in each clip", low=0, high=8, whole=True
    )
    mixup: float | None = option(None, "alpha of MixUp (0: off)", low=0, high=100)
    streaming: bool = option(
        False,
        "also make a model that hears a few milliseconds at a time and keeps its state (causal "
        "models only)",
        searched=False,
    )
    stream_ms: int = option(
        20, "what that model hears at a time, in milliseconds", low=10, high=1000, whole=True
    )
    smoothing_ms: int = option(
        300,
        "over how long the answers to a stream are averaged, in milliseconds",
        low=0,
        high=10_000,
        whole=True,
        searched=False,
    )
    threshold: float | None = option(
        None,
        "score from which a stream's answer is a detection (default: suits the validation split)",
        low=0,
        high=1,
        searched=False,
    )

    def __post_init__(self) -> None:
        check_options(self)
        for field in _COLUMNS:
            value = getattr(self, field)
            fits = isinstance(value, str) and bool(value)
            require(value is None or fits, self, field, "a column's name")
        for field in _NAMES:
            names = getattr(self, field)
            fits = all(isinstance(name, str) and name for name in names)
            require(fits, self, field, "names of classes")
        check_targets(self)
        self._check_pattern()
        if self.unknown and self.wanted:
            raise ConfigError(
                "unknown names the classes that are pooled and wanted those that are not: keep one "
                "of them."
            )
        if self.hop_ms > self.window_ms:
            raise ConfigError(
                f"hop_ms ({self.hop_ms:g}) is longer than window_ms ({self.window_ms:g}), so that "
                "samples between the frames would not be heard: make it at most as long."
            )

    @property
    def says_groups(self) -> bool:
        """Whether somebody says what must not be in two splits."""
        return self.group_column is not None or self.group_pattern is not None

    def _check_pattern(self) -> None:
        if self.group_pattern is None:
            return
        pattern = self.group_pattern
        require(isinstance(pattern, str), self, "group_pattern", "a regular expression")
        try:
            groups = re.compile(pattern).groups
        except re.error as error:
            raise ConfigError(
                f"AudioConfig.group_pattern {pattern!r} is no regular expression: {error}."
            ) from error
        require(groups == 1, self, "group_pattern", "a regular expression with one group (…)")
        if self.group_column is not None:
            raise ConfigError(
                "group_column and group_pattern both say what must not be in two splits: keep one "
                "of them."
            )
