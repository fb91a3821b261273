"""The architectures of a task: known by name, and how each is trained, before Keras is imported.

A task hands over one `Architectures` value; its builders are loaded when one is asked for.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from kerasapps.config.checks import choose
from kerasapps.config.own import (
    REFERENCE,
    OwnNetwork,
    check_reference,
    is_own,
    own_title,
    split_reference,
)
from kerasapps.config.presets import PRESET_PREFIX, check_preset
from kerasapps.config.pretrained import Pretrained, pretrained_source
from kerasapps.config.training import AUTO, ModelConfig
from kerasapps.errors import ConfigError, DependencyError

Family = Literal["conv", "depthwise", "attention", "dense"]
Ask = Callable[[Any], None]
"""Adds to a `kerasapps.tuning.spaces.Draft` what is searched with a model."""


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """A builder and the training that suits it where the user leaves a choice open.

    Attributes:
        builder: full name of the function that makes the network, such as
            `kerasapps.models.cnn.cnn`; the defaults of its parameters are the model's own numbers.
        family: what most of its work is, for the choice of precision and compiler.
        minutes: of training, at most, where nobody asks for epochs or minutes.
        space: what is searched with it where the user names nothing.
        training: option of `TrainConfig` → its value where nobody asks for another.
        limits: numbers that only its kind of network has, such as the longest input.
        passes: how often it sees the data, as a multiple of what is usual for its kind.
        from_labels: whether part of it is computed from labelled examples before it is trained.
        recurrent: whether it goes through its input step by step, in a loop.
    """

    builder: str
    family: Family
    minutes: float
    space: Ask
    training: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    passes: float = 1.0
    from_labels: bool = False
    recurrent: bool = False

    @property
    def build(self) -> Callable[..., Any]:
        """The builder; imports Keras."""
        module, _, name = self.builder.rpartition(".")
        build: Callable[..., Any] = getattr(importlib.import_module(module), name)
        return build

    @property
    def defaults(self) -> Mapping[str, Any]:
        """Option → the number that the model takes where the option is left open."""
        parameters = inspect.signature(self.build).parameters.values()
        return {each.name: each.default for each in parameters if each.default is not each.empty}


@dataclass(frozen=True)
class Architectures:
    """What `ModelConfig.model` may be for a task.

    Attributes:
        known: name → architecture, of those trained from scratch.
        preset: any pretrained one, whose builder takes its source first; None if there are none.
        pretrained: name → what is known of the pretrained ones that packages bring.
        auto: those among which the data decide where nobody names one, the usual one first; empty
            where nothing is left to the data.
        own: any network of the user's, whose builder takes what makes it first; None if there are
            none.
    """

    known: Mapping[str, Architecture]
    preset: Architecture | None = None
    pretrained: Mapping[str, Pretrained] = field(default_factory=dict)
    auto: tuple[str, ...] = ()
    own: Architecture | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Those trained from scratch."""
        return tuple(self.known)

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be asked for: what suits the data, a name, or any other pretrained one."""
        auto = (AUTO,) if self.auto else ()
        return *auto, *self.names, *self.pretrained_choices

    @property
    def help(self) -> str:
        """The same in a line, for the help of the option; of what there is none nothing is said."""
        pretrained = ", ".join(self.pretrained_choices)
        ways = [
            "architecture by name",
            *([f"pretrained: {pretrained}"] if pretrained else []),
            *([f"{AUTO}: what suits the data"] if self.auto else []),
            *([f"{REFERENCE}: a network of your own"] if self.own else []),
        ]
        return "; ".join(ways)

    @property
    def pretrained_choices(self) -> tuple[str, ...]:
        """What may be asked for of the pretrained ones."""
        others = () if self.preset is None else (f"{PRESET_PREFIX}NAME_OR_PATH",)
        return *self.pretrained, *others

    def is_pretrained(self, name: str) -> bool:
        """Whether it is one of `pretrained`, or `preset:NAME_OR_PATH`, if there is such or not."""
        return name in self.pretrained or name.startswith(PRESET_PREFIX)

    def check(self, name: str, *, option: str = "ModelConfig.model") -> None:
        """Make sure that there is such an architecture; no weights are loaded for it.

        Args:
            name: as it was given.
            option: where, for the message.

        Raises:
            ConfigError: for an unknown name, with the nearest one, or a preset or a file that there
                is not.
            DependencyError: for a pretrained one whose weights are not installed.
        """
        if self.own is not None and (reference := split_reference(name)) is not None:
            check_reference(*reference, option=option)
        elif self.own is not None and is_own(name):
            require_source(name)
        elif name in self.pretrained:
            if self.pretrained[name].find() is None:
                raise DependencyError(f"{option} {name!r}: {self.pretrained[name].missing}")
        elif self.preset is not None and self.is_pretrained(name):
            check_preset(name, option=option)
        else:
            self._choose(name, self.choices, option=option)

    def find(self, name: str) -> Architecture:
        """The architecture of that name, or of all pretrained ones, or of all of users' own.

        Raises:
            ConfigError: for an unknown name, with the nearest one.
        """
        if self.preset is not None and self.is_pretrained(name):
            return self.preset
        if self.own is not None and is_own(name):
            return self.own
        known = [each for each in self.choices if each != AUTO]
        return self.known[self._choose(name, known, option="ModelConfig.model")]

    def _choose(self, name: str, known: Sequence[str], *, option: str) -> str:
        if self.own is not None and ".py" in name:
            raise ConfigError(
                f"{option} {name!r} names no network: one of your own is {REFERENCE}, such as "
                "nets.py:build."
            )
        return choose(name, known, what=option)

    def build(self, config: ModelConfig, *arguments: Any, **options: Any) -> Any:
        """The network that `config` names.

        Args:
            config: its name, and the sizes that were asked for; the caller hands these on.
            arguments: of the builder, after a pretrained one's source.
            options: of the builder.

        Raises:
            ConfigError: for an unknown name, or a width, depth or kernel that it cannot have.
            DependencyError: for a pretrained one whose weights are not installed.
        """
        architecture = self.find(config.model)
        self.check_sizes(config)
        if architecture is self.own:
            return architecture.build(require_source(config.model), *arguments, **options)
        if architecture is not self.preset:
            return architecture.build(*arguments, **options)
        return architecture.build(pretrained_source(config.model), *arguments, **options)

    def check_sizes(self, config: ModelConfig) -> None:
        """Make sure that the model can have the width, depth and kernel; may import Keras.

        Raises:
            ConfigError: for sizes of a pretrained model or one of the user's, which has its own, or
                a kernel of one whose convolutions, if it has any, are of fixed sizes.
        """
        architecture = self.find(config.model)
        self.check_budget(config)
        if architecture is self.own and config.sizes:
            raise ConfigError(
                f"{' and '.join(config.sizes)} cannot change a network of your own "
                f"({own_title(config.model)}): leave it out; what build(hp) asks for is searched."
            )
        if architecture is self.preset and config.sizes:
            what, them = " and ".join(config.sizes), "them" if len(config.sizes) > 1 else "it"
            raise ConfigError(
                f"{what} cannot change a pretrained model ({config.model}): omit {them}."
            )
        if config.kernel is None or "kernel" in architecture.defaults:
            return
        able = [name for name, each in self.known.items() if "kernel" in each.defaults]
        offer = f"choose {' or '.join(able)}, or " if able else ""
        raise ConfigError(f"{config.model} has no choice of kernels: {offer}leave kernel out.")

    def check_budget(self, config: ModelConfig) -> None:
        """Make sure that the model has a width, where a budget is to find it.

        Raises:
            ConfigError: for a pretrained model or one of the user's, which is as large as it is.
        """
        if config.size_budget_kb is None or self.find(config.model) in self.known.values():
            return
        what = "a network of your own" if is_own(config.model) else "a pretrained model"
        raise ConfigError(
            f"size_budget_kb finds a width, and {what} ({own_title(config.model)}) has none to "
            f"choose: leave it out, or choose {' or '.join(self.names)}."
        )


def require_source(name: str) -> OwnNetwork:
    """The name of a network of the user's that can be built.

    Raises:
        ConfigError: if it was only read somewhere, such as in a manifest.
    """
    if isinstance(name, OwnNetwork):
        return name
    raise ConfigError(
        f"{name} is how a bundle names a network of its user's, whose code it does not hold: give "
        f"the network itself, as {REFERENCE} or in Python as model=…"
    )
