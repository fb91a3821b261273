"""Where in a picture its answer is from; without TensorFlow, unless Grad-CAM is asked for."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kerasapps.config.explaining import ExplainConfig
from kerasapps.deploy.runner import Bundle
from kerasapps.errors import DataError
from kerasapps.evaluation.parts import Agreement
from kerasapps.evaluation.saliency.drawing import overlay, png_bytes, save_picture
from kerasapps.evaluation.saliency.maps import (
    Box,
    coarse_grid,
    strongest_box,
)
from kerasapps.evaluation.shown import Line, Shown
from kerasapps.preprocess.image import ImageSpec, open_image
from kerasapps.preprocess.placed_back import over_original
from kerasapps.process.training_stack import needing_training, require_training
from kerasapps.recipes.answering import OneBundle
from kerasapps.recipes.explained import COARSE, explained_output
from kerasapps.recipes.image_classification.found_maps import (
    CAM,
    CELLS,
    GRADCAM,
    RISE,
    found_map,
)
from kerasapps.recipes.image_classification.looking_inside import InnerMaps, look_inside
from kerasapps.wording.harmless import printable
from kerasapps.workflow.result import Showable

NO_MAP = f"Nothing in the picture raises the answer. {COARSE}"
_EXPLAINS = {GRADCAM: "keras", CAM: "why"}  # in place of the file that answers
_SHADES = " ░▒▓█"
_ROWS, _COLUMNS = ("top", "middle", "bottom"), ("left", "centre", "right")
_LEAST_SHOWN = 256  # pixels of the longer side of what is saved
_LOOKED_AT = 256  # pixels of the longer side on which boxes are found


@dataclass(frozen=True, eq=False)
class PictureExplanation:
    """Where in a picture an answer is from.

    Attributes:
        picture: what was answered, as it was given.
        label: the label explained; empty where the answer is a number.
        score: its probability, or the number.
        method: `rise`, `gradcam` or `cam`.
        artifact: the file that was explained: of `gradcam` "keras", of `cam` "why".
        map: float32 `(height, width)` of the picture as the model takes it, 0 to 1: what spoke for
            the label, or raised the number.
        over: the same over the picture as it is, `(height, width)` of that.
        box: around the strongest fifth of it, in pixels of that; None where nothing speaks for it.
        agreement: of `gradcam` and `cam` with `rise`.
        original: the picture, upright.
    """

    picture: str
    label: str
    score: float
    method: str
    artifact: str
    map: NDArray[np.float32] = field(repr=False)
    over: NDArray[np.float32] = field(repr=False)
    box: Box | None
    agreement: Agreement | None
    original: Image.Image = field(repr=False)

    def overlay(self) -> Image.Image:
        """The picture, grey, with the map in colours; a small one is enlarged."""
        width, height = self.original.size
        factor = max(1, _LEAST_SHOWN // max(width, height))
        size = width * factor, height * factor
        map_ = Image.fromarray(self.over).resize(size, Image.Resampling.BILINEAR)
        return overlay(self.original.resize(size, Image.Resampling.NEAREST), np.asarray(map_))

    def save(self, path: Path | str) -> None:
        """Writes the picture with the map in colours, as PNG or JPEG.

        Raises:
            ConfigError: if the name ends in something else, or it cannot be written.
        """
        save_picture(self.overlay(), path)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for `json.dumps`: the box, and the means over a coarse grid."""
        return {
            "picture": self.picture,
            "label": self.label,
            "score": self.score,
            "method": self.method,
            "artifact": self.artifact,
            "width": self.original.width,
            "height": self.original.height,
            "box": None if self.box is None else vars(self.box),
            "grid": coarse_grid(self.over, cells=CELLS).round(4).tolist(),
            "agreement": None if self.agreement is None else vars(self.agreement),
        }

    def data_url(self, *, largest: int) -> str:
        """The picture with the map, as a browser shows it; scaled down to so many pixels a side."""
        drawn = self.overlay()
        drawn.thumbnail((largest, largest))
        encoded = base64.b64encode(png_bytes(drawn)).decode("ascii")
        return f"data:image/png;base64,{encoded}"

    def shown(self) -> Shown:
        """The map as shades, and what share of it each ninth of the picture has."""
        ninths = coarse_grid(self.over, cells=3)
        shares = ninths / ninths.sum() if ninths.sum() else ninths
        rows = [
            (float(share), f"{_ROWS[row]} {_COLUMNS[column]}")
            for (row, column), share in np.ndenumerate(shares)
            if share >= 0.005
        ]
        width, height = self.original.size
        box, lines = self.box, []
        if box is not None:
            lines.append(
                f"Strongest fifth: {box.left} to {box.right} from the left, {box.top} to "
                f"{box.bottom} from above, of {width} x {height} pixels"
            )
        if self.agreement is not None:
            lines.append(self.agreement.line)
        return Shown(
            title="Where the probability is from" if self.label else "What raises the number",
            columns=("part of the picture", "share"),
            rows=[[name, f"{share:.1%}"] for share, name in sorted(rows, reverse=True)],
            lead=[
                *_shades(coarse_grid(self.over, cells=CELLS)),
                f"{self.label} {self.score:.1%}" if self.label else f"{self.score:.6g}",
            ],
            lines=lines or [NO_MAP],
        )


def explain_picture(
    bundle: OneBundle, picture: Any, *, label: str | None, how: ExplainConfig
) -> Showable:
    """Where in a picture its answer is from, or what a layer makes of it.

    Args:
        bundle: with the file loaded.
        picture: one picture in any form that `predict` takes.
        label: the label to explain, None for the likeliest.
        how: the method, or the layer.

    Raises:
        ConfigError: if there is no such label or layer, one is asked of numbers, or the network has
            no feature map that Grad-CAM could take.
        DataError: if it is no picture, or several.
        DependencyError: if Grad-CAM or a layer is asked for, and TensorFlow is not installed.
    """
    raw = one_picture(picture, bundle)
    spec: ImageSpec = bundle.reader.spec
    pixels = bundle.reader.read(raw)
    if how.layer is not None:
        return _inside(bundle, pixels, how)
    scores = bundle.run(pixels)
    if isinstance(bundle, Bundle):
        bundle.checked(scores)
    number = explained_output(bundle, scores, label)
    found, agreement = found_map(bundle, pixels, number, how)
    original = open_image(raw, 3)
    over = over_original(found, spec, original.size)
    labels = bundle.manifest.labels
    method = how.method or RISE
    return PictureExplanation(
        picture=_name(picture),
        label=labels[number] if labels else "",
        score=float(scores[number]),
        method=method,
        artifact=_EXPLAINS.get(method, bundle.artifact),
        map=found,
        over=over,
        box=_box(over),
        agreement=agreement,
        original=original,
    )


def one_picture(picture: Any, bundle: OneBundle) -> Any:
    """The one picture that was given.

    Raises:
        DataError: if there are several, or a folder of them.
    """
    if isinstance(picture, str | Path) and Path(picture).is_dir():
        raise DataError(
            f"{printable(picture)} is a folder, and one picture is explained at a time: name "
            "one in it."
        )
    pictures = bundle.reader.split(picture)
    if len(pictures) != 1:
        raise DataError(f"one picture is explained at a time, and {len(pictures):,} were given.")
    return pictures[0]


def _inside(bundle: OneBundle, pixels: NDArray[np.uint8], how: ExplainConfig) -> InnerMaps:
    require_training("Looking into a network")
    with needing_training("Looking into a network"):
        from kerasapps.workflow.extension import finished_network

        assert how.layer is not None
        network = finished_network(bundle.manifest)
        return look_inside(network, pixels, layer=how.layer, filters=how.filters)


def _box(over: NDArray[np.float32]) -> Box | None:
    """The box of the strongest fifth, found on a smaller map."""
    height, width = over.shape
    scale = min(1.0, _LOOKED_AT / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    box = strongest_box(np.asarray(Image.fromarray(over).resize(size, Image.Resampling.BOX)))
    if box is None:
        return None
    across, down = width / size[0], height / size[1]
    return Box(
        round(box.left * across),
        round(box.top * down),
        round(box.right * across),
        round(box.bottom * down),
    )


def _shades(grid: NDArray[np.float64]) -> list[Line]:
    most = grid.max()
    if not most > 0:
        return []
    steps = np.ceil(grid / most * (len(_SHADES) - 1) - 0.5).astype(int)
    return ["".join(2 * _SHADES[step] for step in row) for row in steps]


def _name(picture: Any) -> str:
    return str(picture) if isinstance(picture, str) or hasattr(picture, "__fspath__") else "picture"
