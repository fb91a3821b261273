"""How raw files become splits and model inputs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from kerasapps.config.checks import (
    check_encoding,
    check_file,
    check_options,
    encoding_of_files,
    option,
    place,
    require,
)
from kerasapps.config.targets import (
    LabelLoss,
    TargetKind,
    check_targets,
    columns_of_target,
    kind_of_target,
    loss_of_labels,
)
from kerasapps.errors import ConfigError

ResizePolicy = Literal["stretch", "crop", "pad"]
AugmentPreset = Literal["none", "light", "strong"]
UnknownClasses = Literal["error", "skip"]
TokenizerKind = Literal["regex", "wordpiece"]


@dataclass(frozen=True, kw_only=True)
class LoadConfig:
    """How raw files become splits."""

    validation_split: float = option(
        0.1, "share of the data held out to stop training on", low=0.001, high=0.9
    )
    test_split: float = option(
        0.2,
        "share of the data held out for the final test (0: none, and nothing is proven)",
        low=0.001,
        high=0.9,
        off=0,
    )
    max_broken: float = option(
        0.05, "share of unreadable files that is skipped before it is an error", low=0, high=1
    )
    unknown_classes: UnknownClasses = option(
        "error",
        "a class that training never saw: error or skip",
        choices=get_args(UnknownClasses),
        asks=("evaluate",),
        asked="a class that the bundle does not know: error or skip (default: error)",
    )
    cache_mb: int = option(
        2048, "decoded data up to this size stays in memory, else on disk", low=0, whole=True
    )

    disk_cache: bool | None = option(
        None,
        "keep decoded data that does not stay in memory on disk (default: yes); else it is decoded "
        "again for each batch",
    )

    def __post_init__(self) -> None:
        check_options(self)
        require(
            self.validation_split + self.test_split < 1,
            self,
            "test_split",
            f"less than 1 together with validation_split ({self.validation_split:g})",
        )

    @property
    def on_disk(self) -> bool:
        """Whether decoded data may lie on disk."""
        return self.disk_cache is not False


@dataclass(frozen=True, kw_only=True)
class ImageConfig:
    """How pictures become model inputs. An augmentation field of None takes the preset's value.

    Where nothing mixes pictures and `augment` is as it is, a pretrained backbone gets `mixup` 0.2.
    """

    image_column: str | None = place(
        "column with the pictures or their files (default: guessed and printed)", answered=True
    )
    label_column: str | None = place("column with the labels (default: guessed and printed)")
    target_kind: TargetKind | None = kind_of_target()
    target_columns: tuple[str, ...] = columns_of_target()
    label_loss: LabelLoss | None = loss_of_labels()
    image_size: int | str | None = option(
        None, "side in pixels, or HEIGHTxWIDTH such as 96x64 (default: suits the data)"
    )
    channels: int = option(3, "3 for colour, 1 for grey")
    resize: ResizePolicy = option(
        "stretch", "stretch, crop (centre) or pad to the square", choices=get_args(ResizePolicy)
    )
    augment: AugmentPreset = option(
        "light", "augmentation preset: none, light or strong", choices=get_args(AugmentPreset)
    )
    flip: bool | None = option(None, "mirror left to right")
    translate: float | None = option(None, "shift by up to this share of the size", low=0, high=0.9)
    rotation: float | None = option(None, "rotate by up to this many degrees", low=0, high=180)
    zoom: float | None = option(None, "zoom by up to this share", low=0, high=0.9)
    color: float | None = option(
        None, "brightness, contrast and saturation by up to this share", low=0, high=1
    )
    randaugment: int | None = option(
        None, "number of RandAugment operations per picture", low=0, high=10, whole=True
    )
    erasing: float | None = option(None, "probability of erasing a random rectangle", low=0, high=1)
    mixup: float | None = option(
        None,
        "alpha of MixUp (0: off; default: 0.2 to fine-tune a pretrained backbone)",
        low=0,
        high=100,
    )
    cutmix: float | None = option(None, "alpha of CutMix (0: off)", low=0, high=100)
    resampling: bool | None = option(
        None, "reduce training pictures as phones and other libraries do, too"
    )
    jpeg: int | None = option(
        None,
        "encode training pictures again, as JPEG of this quality, 10 to 95, or better (0: not)",
        low=10,  # nothing writes less, which leaves little but flat blocks
        high=95,
        whole=True,
        off=0,
    )
    data_service: str | None = option(
        None,
        "a tf.data service that reads and decodes the training pictures, grpc://HOST:PORT",
        searched=False,
        identifies="given",
        service=True,
    )
    test_time_flip: bool | None = option(
        None,
        "answer with the mean of a picture and its mirror image: better, half as fast (default: "
        "with fast_resnet where training mirrors)",
        searched=False,
    )
    explain_signature: bool = option(
        False,
        "of classes: also make why.tflite, whose signature `why` says where answers are from",
        searched=False,
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "image_size", self._checked_size())
        require(self.channels in (1, 3), self, "channels", "1 or 3")
        check_options(self)
        check_targets(self)
        address = self.data_service
        fits = address is None or re.fullmatch(r"(grpc://)?[^/\s]+:[0-9]{1,5}", str(address))
        require(bool(fits), self, "data_service", "an address such as grpc://10.0.0.2:5050")
        trained_mirrored = self.augment != "none" if self.flip is None else self.flip
        if self.test_time_flip and not trained_mirrored:
            raise ConfigError(
                "test_time_flip takes mirror images, which training does not show "
                "here: leave it out, or turn flip on (--flip)."
            )

    @property
    def size(self) -> tuple[int, int] | None:
        """Height and width in pixels; None: what suits the data."""
        if self.image_size is None:
            return None
        height, _, width = str(self.image_size).partition("x")
        return int(height), int(width or height)

    def _checked_size(self) -> int | str | None:
        """The one way to write a size: a number for a square, else "96x64"."""
        size: Any = self.image_size
        if size is None:
            return None
        sides = list(size) if isinstance(size, tuple | list) else [size]
        if isinstance(size, str) and re.fullmatch(r"[0-9]{1,5}([xX×][0-9]{1,5})?", size):
            sides = [int(side) for side in re.split("[xX×]", size)]
        fits = 1 <= len(sides) <= 2 and all(
            isinstance(side, int) and not isinstance(side, bool) and 8 <= side <= 1024
            for side in sides
        )
        expected = "a whole number from 8 to 1024, or two as height and width (96x64)"
        require(fits, self, "image_size", expected)
        return sides[0] if len(set(sides)) == 1 else f"{sides[0]}x{sides[1]}"


@dataclass(frozen=True, kw_only=True)
class TextConfig:
    """How texts are found in the data and become token ids."""

    text_column: str | None = place(
        "column with the texts (default: guessed and printed)", answered=True
    )
    label_column: str | None = place("column with the labels (default: guessed and printed)")
    target_kind: TargetKind | None = kind_of_target()
    target_columns: tuple[str, ...] = columns_of_target()
    label_loss: LabelLoss | None = loss_of_labels()
    encoding: str | None = encoding_of_files()
    tokenizer: TokenizerKind | None = option(
        None,
        "regex or wordpiece (default: the pretrained model's own, else what suits the script)",
        choices=get_args(TokenizerKind),
    )
    lowercase: bool | None = option(
        None, "treat upper and lower case alike (default: the pretrained model's own, else yes)"
    )
    vocab_size: int = option(
        30_000,
        "different tokens that the model knows, at most",
        low=10,
        # 16 bits hold every id, so that hashes of neighbouring ids stay within int32 on a phone.
        high=32_767,
        whole=True,
    )
    min_count: int | None = option(
        None,
        "a token seen less often in training is unknown (default: 2, but 1 for words whose model "
        "judges rare ones by their characters)",
        low=1,
        whole=True,
    )
    max_length: int | None = option(
        None, "tokens of a text that are read (default: suits both)", low=4, high=4096, whole=True
    )
    word_dropout: float | None = option(
        None, "share of the tokens hidden in training (default: the model's)", low=0, high=0.95
    )
    word_vectors: str | None = option(
        None, "GloVe or word2vec text file with the first values of the embedding"
    )

    def __post_init__(self) -> None:
        check_options(self)
        check_file(self, "word_vectors")
        check_encoding(self)
        check_targets(self)
