"""How raw files become splits and model inputs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from kerasapps.config.checks import (
    INFINITY,
    check_encoding,
    check_file,
    choose,
    number,
    option,
    require,
)
from kerasapps.errors import ConfigError

ResizePolicy = Literal["stretch", "crop", "pad"]
AugmentPreset = Literal["none", "light", "strong"]
UnknownClasses = Literal["error", "skip"]
TokenizerKind = Literal["regex", "wordpiece"]


@dataclass(frozen=True, kw_only=True)
class LoadConfig:
    """How raw files become splits."""

    validation_split: float = option(0.1, "share of the data held out to stop training on")
    test_split: float = option(
        0.2, "share of the data held out for the final test (0: none, and nothing is proven)"
    )
    max_broken: float = option(
        0.05, "share of unreadable files that is skipped before it is an error"
    )
    unknown_classes: UnknownClasses = option(
        "error", "a class that training never saw: error or skip"
    )
    cache_mb: int = option(2048, "decoded data up to this size stays in memory, else on disk")

    def __post_init__(self) -> None:
        number(self, "validation_split", 0.001, 0.9)
        if self.test_split != 0:
            number(self, "test_split", 0.001, 0.9)
        require(
            self.validation_split + self.test_split < 1,
            self,
            "test_split",
            f"less than 1 together with validation_split ({self.validation_split:g})",
        )
        number(self, "max_broken", 0, 1)
        choose(self.unknown_classes, get_args(UnknownClasses), what="LoadConfig.unknown_classes")
        number(self, "cache_mb", 0, INFINITY, whole=True)


@dataclass(frozen=True, kw_only=True)
class ImageConfig:
    """How pictures become model inputs. An augmentation field of None takes the preset's value."""

    image_column: str | None = option(
        None, "column with the pictures or their files (default: guessed and printed)"
    )
    label_column: str | None = option(None, "column with the labels (default: guessed and printed)")
    image_size: int | str | None = option(
        None, "side in pixels, or HEIGHTxWIDTH such as 96x64 (default: suits the data)"
    )
    channels: int = option(3, "3 for colour, 1 for grey")
    resize: ResizePolicy = option("stretch", "stretch, crop (centre) or pad to the square")
    augment: AugmentPreset = option("light", "augmentation preset: none, light or strong")
    flip: bool | None = option(None, "mirror left to right")
    translate: float | None = option(None, "shift by up to this share of the size")
    rotation: float | None = option(None, "rotate by up to this many degrees")
    zoom: float | None = option(None, "zoom by up to this share")
    color: float | None = option(None, "brightness, contrast and saturation by up to this share")
    randaugment: int | None = option(None, "number of RandAugment operations per picture")
    erasing: float | None = option(None, "probability of erasing a random rectangle")
    mixup: float | None = option(None, "alpha of MixUp (0: off)")
    cutmix: float | None = option(None, "alpha of CutMix (0: off)")
    test_time_flip: bool = option(
        False, "answer with the mean of a picture and its mirror image: better, half as fast"
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "image_size", self._checked_size())
        require(self.channels in (1, 3), self, "channels", "1 or 3")
        choose(self.resize, get_args(ResizePolicy), what="ImageConfig.resize")
        choose(self.augment, get_args(AugmentPreset), what="ImageConfig.augment")
        limits = {
            "translate": 0.9,
            "rotation": 180,
            "zoom": 0.9,
            "color": 1,
            "erasing": 1,
            "mixup": 100,
            "cutmix": 100,
        }
        for field, high in limits.items():
            if getattr(self, field) is not None:
                number(self, field, 0, high)
        if self.randaugment is not None:
            number(self, "randaugment", 0, 10, whole=True)
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
        given: Any = self.image_size
        if given is None:
            return None
        sides = list(given) if isinstance(given, tuple | list) else [given]
        if isinstance(given, str) and re.fullmatch(r"[0-9]{1,5}([xX×][0-9]{1,5})?", given):
            sides = [int(side) for side in re.split("[xX×]", given)]
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

    text_column: str | None = option(None, "column with the texts (default: guessed and printed)")
    label_column: str | None = option(None, "column with the labels (default: guessed and printed)")
    encoding: str | None = option(
        None, "of files of text, such as cp1252 (default: UTF-8, else guessed and printed)"
    )
    tokenizer: TokenizerKind | None = option(
        None, "regex or wordpiece (default: the pretrained model's own, else what suits the script)"
    )
    lowercase: bool | None = option(
        None, "treat upper and lower case alike (default: the pretrained model's own, else yes)"
    )
    vocab_size: int = option(30_000, "different tokens that the model knows, at most")
    min_count: int = option(2, "a token seen less often in training is unknown")
    max_length: int | None = option(None, "tokens of a text that are read (default: suits both)")
    word_dropout: float | None = option(
        None, "share of the tokens hidden in training (default: the model's)"
    )
    word_vectors: str | None = option(
        None, "GloVe or word2vec text file with the first values of the embedding"
    )

    def __post_init__(self) -> None:
        if self.tokenizer is not None:
            choose(self.tokenizer, get_args(TokenizerKind), what="TextConfig.tokenizer")
        # 16 bits hold every id, so that hashes of neighbouring ids stay within int32 on a phone.
        number(self, "vocab_size", 10, 32_767, whole=True)
        number(self, "min_count", 1, INFINITY, whole=True)
        if self.max_length is not None:
            number(self, "max_length", 4, 4096, whole=True)
        if self.word_dropout is not None:
            number(self, "word_dropout", 0, 0.95)
        check_file(self, "word_vectors")
        check_encoding(self)
