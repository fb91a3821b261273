"""Which model, and how it is trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from kerasapps.config.checks import Bounds, check_options, option, require
from kerasapps.config.devices import parse_devices

Optimizer = Literal["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad", "muon"]
Schedule = Literal["constant", "cosine", "inverse_sqrt", "linear", "one_cycle", "step"]
Precision = Literal["auto", "float32", "bfloat16", "float16"]
Xla = Literal["auto", "on", "off"]
AUTO: Final = "auto"
"""In place of an architecture's name: the one that suits the data."""
NARROWEST: Final = 0.05
"""Of a model's width."""
SHORTEST: Final = 0.01
"""Minutes of a training."""
_WEIGHT: Final = Bounds(0, 1e6)


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """Which architecture, and how large."""

    model: str = option(AUTO, "architecture by name")
    width: float = option(1.0, "multiplies the number of channels", low=NARROWEST, high=8)
    depth: float = option(1.0, "multiplies the number of layers of a stage", low=0.05, high=8)
    kernel: int | None = option(
        None, "side of the convolutions' kernels (default: the model's)", low=1, high=15, whole=True
    )
    size_budget_kb: float | None = option(
        None,
        "kilobytes (10³ bytes) that the smallest TFLite file may have: the width is then the "
        "largest up to width whose file fits, found before training by converting",
        low=1,
        searched=False,
    )

    def __post_init__(self) -> None:
        require(isinstance(self.model, str) and bool(self.model), self, "model", "a name")
        check_options(self)

    @property
    def sizes(self) -> Mapping[str, Any]:
        """`width`, `depth` and `kernel`, each only if it is not what every network has anyway."""
        plain = {"width": 1.0, "depth": 1.0, "kernel": None}
        return {name: getattr(self, name) for name in plain if getattr(self, name) != plain[name]}


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """How a model is trained."""

    epochs: int | None = option(
        None,
        "passes over the training split (default: as long as validation gains)",
        low=1,
        whole=True,
    )
    batch_size: int | None = option(
        None, "examples per step (default: suits the data)", low=1, whole=True
    )
    optimizer: Optimizer | None = option(
        None,
        "sgd, momentum, nesterov, adam, adamw, rmsprop, adagrad or muon (default: what suits the "
        "model, mostly adamw)",
        choices=get_args(Optimizer),
    )
    learning_rate: float | None = option(
        None, "peak learning rate (default: the optimizer's)", low=1e-9, high=100
    )
    schedule: Schedule | None = option(
        None,
        "constant, cosine, inverse_sqrt, linear, one_cycle or step (default: held while validation "
        "gains, then down to 0; with epochs or a time budget mostly cosine; inverse_sqrt of "
        "translators)",
        choices=get_args(Schedule),
    )
    warmup: float | None = option(
        None,
        "share of training in which the rate rises from 0 (default: what suits the task, mostly "
        "0.05)",
        low=0,
        high=1,
    )
    l1: float = option(0.0, "L1 penalty on kernels", low=0, high=1)
    l2: float = option(0.0, "L2 penalty on kernels", low=0, high=1)
    beta_2: float | None = option(
        None,
        "Adam's decay of squared gradients (default: what suits the task, mostly 0.999)",
        low=0.5,
        high=0.999999,
    )
    weight_decay: float | None = option(
        None, "decoupled weight decay (default: the optimizer's)", low=0, high=1
    )
    dropout: float | None = option(
        None, "dropout before the head (default: the model's)", low=0, high=0.95
    )
    label_smoothing: float | None = option(
        None,
        "share of the target spread over all classes (default: what suits the task, mostly 0)",
        low=0,
        high=0.95,
    )
    class_weights: str | Mapping[str, float] | None = option(
        None, '"balanced", or a weight per label'
    )
    monitor: str | None = option(
        None,
        "what the best epoch has the best of on validation: loss, a figure that the task is "
        "judged by, or in Python val_NAME of your metrics (default: what suits the task)",
        searched=False,
    )
    early_stopping: int | None = option(
        None,
        "epochs without a gain on validation before the rate falls to 0, or where epochs, minutes "
        "or a schedule are set before stopping (0: never; default: what suits the data)",
        low=0,
        whole=True,
    )
    clip_norm: float | None = option(None, "clip the global gradient norm to this", low=1e-9)
    ema: float | None = option(
        None, "decay of an exponential moving average of the weights", low=0.5, high=0.99999
    )
    average_checkpoints: int | None = option(
        None,
        "epochs whose weights are averaged (default: what suits the task, mostly 1)",
        low=1,
        high=100,
        whole=True,
    )
    precision: Precision = option(
        "auto", "auto, float32, bfloat16 or float16 (mixed)", choices=get_args(Precision)
    )
    xla: Xla = option("auto", "compile with XLA: auto, on or off", choices=get_args(Xla))
    devices: str = option(
        "auto",
        "auto (the first GPU, else the CPU; of several machines every GPU), cpu, gpu (every GPU of "
        "this machine), gpu:0,1 (these), or cpu:N (the CPU in N parts, for tests): each takes its "
        "part of every batch",
        searched=False,
        identifies=False,
    )
    head_epochs: int | None = option(
        None,
        "with a pretrained backbone: passes over the data for its new head, with it frozen",
        low=0,
        whole=True,
    )
    fine_tune_rate: float = option(
        0.1, "with a pretrained backbone: its share of the learning rate", low=0, high=1
    )
    layer_decay: float = option(
        0.75, "with a pretrained backbone: rate factor per stage towards the input", low=0, high=1
    )
    seed: int = option(
        0,
        "seed of splits, weights, shuffling and augmentation",
        low=0,
        high=2**31 - 1,
        whole=True,
        searched=False,
    )
    deterministic: bool = option(
        False, "bit-for-bit repeatable on one machine, slower", searched=False
    )
    time_budget: float | None = option(
        None, "minutes of training; the schedule ends with them", low=SHORTEST, searched=False
    )
    checkpoint_minutes: float = option(
        10.0,
        "minutes after which a checkpoint is written within an epoch (0: after epochs only)",
        low=0.001,
        off=0,
        searched=False,
        identifies=False,
    )
    tensorboard: bool = option(False, "write TensorBoard logs beside the run", searched=False)

    def __post_init__(self) -> None:
        check_options(self)
        parse_devices(self.devices)
        weights = self.class_weights
        fits = weights is None or weights == "balanced" or isinstance(weights, Mapping)
        require(fits, self, "class_weights", '"balanced" or a mapping from label to weight')
        if isinstance(weights, Mapping):
            fits = all(_WEIGHT.hold(weight) for weight in weights.values())
            require(fits, self, "class_weights", f"{_WEIGHT.words} for each label that it names")
