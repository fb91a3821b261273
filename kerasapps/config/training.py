"""Which model, and how it is trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from kerasapps.config.checks import INFINITY, choose, number, option, require

DEFAULT_TEXT_MODEL = "bag_of_ngrams"
Optimizer = Literal["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad", "muon"]
Schedule = Literal["constant", "cosine", "inverse_sqrt", "linear", "one_cycle", "step"]
Precision = Literal["auto", "float32", "bfloat16", "float16"]
Xla = Literal["auto", "on", "off"]
Monitor = Literal["accuracy", "loss", "macro_f1", "bleu"]


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """Which architecture, and how large."""

    model: str = option("mobile_cnn", "architecture by name, or preset:NAME_OR_PATH")
    width: float = option(1.0, "multiplies the number of channels")
    depth: float = option(1.0, "multiplies the number of layers of a stage")
    kernel: int | None = option(None, "side of the convolutions' kernels (default: the model's)")

    def __post_init__(self) -> None:
        require(isinstance(self.model, str) and bool(self.model), self, "model", "a name")
        number(self, "width", 0.05, 8)
        number(self, "depth", 0.05, 8)
        if self.kernel is not None:
            number(self, "kernel", 1, 15, whole=True)


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
        None,
        "constant, cosine, inverse_sqrt, linear, one_cycle or step (default: the model's, mostly "
        "cosine)",
    )
    warmup: float | None = option(
        None, "share of training in which the rate rises from 0 (default: 0.05; translation 0.1)"
    )
    l1: float = option(0.0, "L1 penalty on kernels")
    l2: float = option(0.0, "L2 penalty on kernels")
    beta_2: float | None = option(
        None, "Adam's decay of squared gradients (default: 0.999; translation 0.98)"
    )
    weight_decay: float | None = option(None, "decoupled weight decay (default: the optimizer's)")
    dropout: float | None = option(None, "dropout before the head (default: the model's)")
    label_smoothing: float | None = option(
        None, "share of the target spread over all classes (default: 0; translation 0.1)"
    )
    class_weights: str | Mapping[str, float] | None = option(
        None, '"balanced", or a weight per label'
    )
    monitor: Monitor | None = option(
        None,
        "what the best epoch has the best of on validation: accuracy, loss, (classifiers) macro_f1 "
        "or (translation) bleu (default: accuracy; translation bleu)",
    )
    early_stopping: int | None = option(
        None,
        "epochs without a better validation loss, macro-F1 or BLEU (where monitored) before "
        "stopping (0: never; default: 10, but at least 100 steps)",
    )
    clip_norm: float | None = option(None, "clip the global gradient norm to this")
    ema: float | None = option(None, "decay of an exponential moving average of the weights")
    average_checkpoints: int | None = option(
        None, "epochs whose weights are averaged (default: 1; translation 5)"
    )
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
                number(self, field, 1, INFINITY, whole=True)
        if self.head_epochs is not None:
            number(self, "head_epochs", 0, INFINITY, whole=True)
        choose(self.optimizer, get_args(Optimizer), what="TrainConfig.optimizer")
        if self.schedule is not None:
            choose(self.schedule, get_args(Schedule), what="TrainConfig.schedule")
        choose(self.precision, get_args(Precision), what="TrainConfig.precision")
        choose(self.xla, get_args(Xla), what="TrainConfig.xla")
        for field, low, high in (
            ("learning_rate", 1e-9, 100),
            ("weight_decay", 0, 1),
            ("warmup", 0, 1),
            ("beta_2", 0.5, 0.999999),
            ("label_smoothing", 0, 0.95),
            ("dropout", 0, 0.95),
            ("clip_norm", 1e-9, INFINITY),
            ("ema", 0.5, 0.99999),
            ("time_budget", 0.01, INFINITY),
        ):
            if getattr(self, field) is not None:
                number(self, field, low, high)
        for field, high in (
            ("l1", 1),
            ("l2", 1),
            ("fine_tune_rate", 1),
            ("layer_decay", 1),
        ):
            number(self, field, 0, high)
        if self.monitor is not None:
            choose(self.monitor, get_args(Monitor), what="TrainConfig.monitor")
        if self.average_checkpoints is not None:
            number(self, "average_checkpoints", 1, 100, whole=True)
        if self.early_stopping is not None:
            number(self, "early_stopping", 0, INFINITY, whole=True)
        number(self, "seed", 0, 2**31 - 1, whole=True)
        weights = self.class_weights
        fits = weights is None or weights == "balanced" or isinstance(weights, Mapping)
        require(fits, self, "class_weights", '"balanced" or a mapping from label to weight')
