"""Every option of a recipe, as frozen dataclasses that check their fields on creation.

The command line is generated from these classes: a field `batch_size` is the option
`--batch-size`, its default the field's, its help the field's `help`.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from kerasapps.errors import ConfigError

ResizePolicy = Literal["stretch", "crop", "pad"]
AugmentPreset = Literal["none", "light", "strong"]
UnknownClasses = Literal["error", "skip"]
DEFAULT_TEXT_MODEL = "bag_of_ngrams"
TokenizerKind = Literal["regex", "wordpiece"]
Optimizer = Literal["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad", "muon"]
Schedule = Literal["constant", "cosine", "linear", "one_cycle", "step"]
Precision = Literal["auto", "float32", "bfloat16", "float16"]
Xla = Literal["auto", "on", "off"]
Quantization = Literal["float32", "float16", "dynamic", "int8"]


def option(default: Any, text: str) -> Any:
    """A dataclass field with the help text that the command line and the docs show."""
    return dataclasses.field(default=default, metadata={"help": text})


def choose(value: str, known: Iterable[str], *, what: str) -> str:
    """`value` when it is one of `known`.

    Raises:
        ConfigError: otherwise, listing the known values and the nearest match.
    """
    names = list(known)
    if value in names:
        return value
    near = difflib.get_close_matches(str(value), names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise ConfigError(f"{what} {value!r} is not known.{hint} Known: {', '.join(names)}.")


def _require(condition: bool, config: object, field: str, expected: str) -> None:
    if not condition:
        raise ConfigError(
            f"{type(config).__name__}.{field} must be {expected}, got {getattr(config, field)!r}."
        )


def _number(config: object, field: str, low: float, high: float, *, whole: bool = False) -> None:
    value = getattr(config, field)
    kind = int if whole else (int, float)
    fits = isinstance(value, kind) and not isinstance(value, bool) and low <= value <= high
    noun = "a whole number" if whole else "a number"
    limit = f"from {low:g} to {high:g}" if high != float("inf") else f"of at least {low:g}"
    _require(fits, config, field, f"{noun} {limit}")


_INFINITY = float("inf")


@dataclass(frozen=True, kw_only=True)
class LoadConfig:
    """How raw files become splits."""

    validation_split: float = option(0.1, "share of the data held out to stop training on")
    test_split: float = option(0.2, "share of the data held out for the final test")
    max_broken: float = option(
        0.05, "share of unreadable files that is skipped before it is an error"
    )
    unknown_classes: UnknownClasses = option(
        "error", "a class that training never saw: error or skip"
    )
    cache_mb: int = option(2048, "decoded data up to this size stays in memory, else on disk")

    def __post_init__(self) -> None:
        _number(self, "validation_split", 0.001, 0.9)
        _number(self, "test_split", 0.001, 0.9)
        _require(
            self.validation_split + self.test_split < 1,
            self,
            "test_split",
            f"less than 1 together with validation_split ({self.validation_split:g})",
        )
        _number(self, "max_broken", 0, 1)
        choose(self.unknown_classes, get_args(UnknownClasses), what="LoadConfig.unknown_classes")
        _number(self, "cache_mb", 0, _INFINITY, whole=True)


@dataclass(frozen=True, kw_only=True)
class ImageConfig:
    """How pictures become model inputs. An augmentation field of None takes the preset's value."""

    image_size: int | None = option(None, "height and width in pixels (default: suits the data)")
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

    def __post_init__(self) -> None:
        if self.image_size is not None:
            _number(self, "image_size", 8, 1024, whole=True)
        _require(self.channels in (1, 3), self, "channels", "1 or 3")
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
                _number(self, field, 0, high)
        if self.randaugment is not None:
            _number(self, "randaugment", 0, 10, whole=True)


@dataclass(frozen=True, kw_only=True)
class TextConfig:
    """How texts are found in the data and become token ids."""

    text_column: str | None = option(None, "column with the texts (default: guessed and printed)")
    label_column: str | None = option(None, "column with the labels (default: guessed and printed)")
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
        _number(self, "vocab_size", 10, 32_767, whole=True)
        _number(self, "min_count", 1, _INFINITY, whole=True)
        if self.max_length is not None:
            _number(self, "max_length", 4, 4096, whole=True)
        if self.word_dropout is not None:
            _number(self, "word_dropout", 0, 0.95)


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """Which architecture, and how large."""

    model: str = option("mobile_cnn", "architecture by name, or preset:NAME_OR_PATH")
    width: float = option(1.0, "multiplies the number of channels")
    depth: float = option(1.0, "multiplies the number of layers of a stage")

    def __post_init__(self) -> None:
        _require(isinstance(self.model, str) and bool(self.model), self, "model", "a name")
        _number(self, "width", 0.05, 8)
        _number(self, "depth", 0.05, 8)


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """How a model is trained."""

    epochs: int | None = option(
        None, "passes over the training split (default: suits model and data)"
    )
    batch_size: int | None = option(None, "examples per step (default: suits the data)")
    optimizer: Optimizer = option(
        "adamw", "sgd, momentum, nesterov, adam, adamw, rmsprop, adagrad or muon"
    )
    learning_rate: float | None = option(None, "peak learning rate (default: the optimizer's)")
    schedule: Schedule | None = option(
        None, "constant, cosine, linear, one_cycle or step (default: the model's, mostly cosine)"
    )
    warmup: float = option(0.05, "share of training in which the rate rises from 0")
    l1: float = option(0.0, "L1 penalty on kernels")
    l2: float = option(0.0, "L2 penalty on kernels")
    weight_decay: float | None = option(None, "decoupled weight decay (default: the optimizer's)")
    dropout: float | None = option(None, "dropout before the head (default: the model's)")
    label_smoothing: float = option(0.0, "share of the target spread over all classes")
    class_weights: str | Mapping[str, float] | None = option(
        None, '"balanced", or a weight per label'
    )
    early_stopping: int = option(
        10, "epochs without a better validation loss before stopping (0: never)"
    )
    clip_norm: float | None = option(None, "clip the global gradient norm to this")
    ema: float | None = option(None, "decay of an exponential moving average of the weights")
    precision: Precision = option("auto", "auto, float32, bfloat16 or float16 (mixed)")
    xla: Xla = option("auto", "compile with XLA: auto, on or off")
    head_epochs: int | None = option(None, "with a pretrained backbone: epochs with it frozen")
    fine_tune_rate: float = option(
        0.1, "with a pretrained backbone: its share of the learning rate"
    )
    layer_decay: float = option(
        0.75, "with a pretrained backbone: rate factor per stage towards the input"
    )
    seed: int = option(0, "seed of splits, weights, shuffling and augmentation")
    deterministic: bool = option(False, "bit-for-bit repeatable on one machine, slower")
    time_budget: float | None = option(None, "minutes of training; the schedule ends with them")
    tensorboard: bool = option(False, "write TensorBoard logs beside the run")

    def __post_init__(self) -> None:
        for field in ("epochs", "batch_size"):
            if getattr(self, field) is not None:
                _number(self, field, 1, _INFINITY, whole=True)
        if self.head_epochs is not None:
            _number(self, "head_epochs", 0, _INFINITY, whole=True)
        choose(self.optimizer, get_args(Optimizer), what="TrainConfig.optimizer")
        if self.schedule is not None:
            choose(self.schedule, get_args(Schedule), what="TrainConfig.schedule")
        choose(self.precision, get_args(Precision), what="TrainConfig.precision")
        choose(self.xla, get_args(Xla), what="TrainConfig.xla")
        for field, low, high in (
            ("learning_rate", 1e-9, 100),
            ("weight_decay", 0, 1),
            ("dropout", 0, 0.95),
            ("clip_norm", 1e-9, _INFINITY),
            ("ema", 0.5, 0.99999),
            ("time_budget", 0.01, _INFINITY),
        ):
            if getattr(self, field) is not None:
                _number(self, field, low, high)
        for field, high in (
            ("warmup", 1),
            ("l1", 1),
            ("l2", 1),
            ("label_smoothing", 0.95),
            ("fine_tune_rate", 1),
            ("layer_decay", 1),
        ):
            _number(self, field, 0, high)
        _number(self, "early_stopping", 0, _INFINITY, whole=True)
        _number(self, "seed", 0, 2**31 - 1, whole=True)
        weights = self.class_weights
        fits = weights is None or weights == "balanced" or isinstance(weights, Mapping)
        _require(fits, self, "class_weights", '"balanced" or a mapping from label to weight')


@dataclass(frozen=True, kw_only=True)
class TuneConfig:
    """A hyperparameter search before the final training."""

    trials: int = option(10, "number of models to try")

    def __post_init__(self) -> None:
        _number(self, "trials", 1, _INFINITY, whole=True)


@dataclass(frozen=True, kw_only=True)
class ExportConfig:
    """Which files to make, and how far they may fall behind the Keras model."""

    quantization: tuple[Quantization, ...] = option(
        get_args(Quantization), "TFLite file to make: float32, float16, dynamic, int8 (repeatable)"
    )
    saved_model: bool = option(True, "also write a SavedModel")
    tolerance: float = option(1.0, "points of accuracy that an exported file may lose")
    calibration: int = option(256, "training examples that set the int8 ranges")
    keep_failed: bool = option(False, "keep files that failed verification, marked as failed")

    def __post_init__(self) -> None:
        if isinstance(self.quantization, str):
            object.__setattr__(self, "quantization", (self.quantization,))
        names = tuple(dict.fromkeys(self.quantization))
        for name in names:
            choose(name, get_args(Quantization), what="ExportConfig.quantization")
        object.__setattr__(self, "quantization", names)
        _number(self, "tolerance", 0, 100)
        _number(self, "calibration", 200, _INFINITY, whole=True)
