"""What a layer of a network makes of a picture, and by which filters."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kerasapps.evaluation.saliency.drawing import coloured, save_picture, tiles
from kerasapps.evaluation.shown import Shown

if TYPE_CHECKING:
    import keras

MOST_TILES = 256
MOST_ROWS = 12
_COLOURS = 3  # channels of a kernel that is shown in its own colours


@dataclass(frozen=True, eq=False)
class InnerMaps:
    """What a layer makes of a picture, a map a channel; or its filters.

    Attributes:
        layer: its name.
        kind: "map" or "filter".
        values: float32 `(channels, height, width)`, or `(filters, inputs, height, width)`.
    """

    layer: str
    kind: str
    values: NDArray[np.float32] = field(repr=False)

    def save(self, path: Path | str) -> None:
        """Writes all of them beside each other, each on its own scale; 256 at most.

        Raises:
            ConfigError: if the name does not end in .png, .jpg or .jpeg, or it cannot be written.
        """
        save_picture(self.sheet(), path)

    def sheet(self) -> Image.Image:
        """The same as a picture."""
        return tiles([_tile(each) for each in self.values[:MOST_TILES]])

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for `json.dumps`: what is there, and how strong each is."""
        return {
            "layer": self.layer,
            "kind": self.kind,
            "shape": list(self.values.shape),
            "means": self._means().round(6).tolist(),
        }

    def shown(self) -> Shown:
        """The strongest in a table."""
        means = self._means()
        flat = self.values.reshape(len(self.values), -1)
        order = np.argsort(-means, kind="stable")[:MOST_ROWS]
        count, *size = self.values.shape
        return Shown(
            title=f"The strongest {self.kind}s",
            columns=(self.kind, "mean size", "lowest", "highest"),
            rows=[
                [str(place), *(f"{value:.4g}" for value in (means[place], low, high))]
                for place in map(int, order)
                for low, high in [(flat[place].min(), flat[place].max())]
            ],
            lead=[f"{self.layer}: {count} {self.kind}s of {' x '.join(map(str, size))}"],
            lines=["--output FILE.png shows all of them." if count <= MOST_TILES else
                   f"--output FILE.png shows the first {MOST_TILES}."],
        )  # fmt: skip

    def _means(self) -> NDArray[np.float32]:
        means: NDArray[np.float32] = np.abs(self.values).reshape(len(self.values), -1).mean(axis=1)
        return means


def look_inside(
    network: keras.Model, pixels: NDArray[np.uint8], *, layer: str, filters: bool
) -> InnerMaps:
    """What a layer makes of a picture, or its filters; with TensorFlow.

    Args:
        network: of a bundle.
        pixels: uint8 `(height, width, channels)`.
        layer: its name, also within a network in the network.
        filters: whether the filters are wanted.

    Raises:
        ConfigError: if there is no such layer; those that there are are listed.
    """
    from kerasapps.models.feature_maps import feature_maps, filters_of

    if filters:
        kernels = filters_of(network, pixels.shape, layer)
        return InnerMaps(layer, "filter", np.ascontiguousarray(kernels.transpose(3, 2, 0, 1)))
    maps = feature_maps(network, pixels, layer)
    return InnerMaps(layer, "map", np.ascontiguousarray(maps.transpose(2, 0, 1)))


def _tile(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A map in colours; a filter of three inputs as it is, of more their mean."""
    if values.ndim == 2:
        return coloured(_scaled(values))
    if len(values) == _COLOURS:
        return np.rint(255 * _scaled(values)).astype(np.uint8).transpose(1, 2, 0)
    return coloured(_scaled(values.mean(axis=0)))


def _scaled(values: NDArray[np.float32]) -> NDArray[np.float32]:
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if high > low else np.zeros_like(values)
