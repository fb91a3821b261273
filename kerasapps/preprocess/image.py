"""One picture of any source becomes the uint8 array that a model takes; numpy and Pillow only.

The phone runner and the training pipeline call the same functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, get_args

import numpy as np
from PIL import Image

from kerasapps.config import ResizePolicy, choose
from kerasapps.config.kinds import PICTURE
from kerasapps.config.limits import LARGEST_SIDE
from kerasapps.data.images.decode import open_picture
from kerasapps.data.images.pixels import PixelScale, check_picture_shape
from kerasapps.data.images.upright import flatten_picture
from kerasapps.data.images.values import plain_picture
from kerasapps.errors import ConfigError
from kerasapps.preprocess.resampling import Box, Resample, antialiased

GREY_WEIGHTS = (19595, 38470, 7471)
"""Of red, green and blue, over their sum: what Pillow takes for ITU-R 601 luma."""


@dataclass(frozen=True)
class ImageSpec:
    """The picture that a model takes.

    Attributes:
        height: pixels.
        width: pixels.
        channels: 3 for RGB, 1 for grey.
        resize: `stretch` ignores the aspect; `crop` fills the frame and cuts off what stands out,
            centred; `pad` shows all of the picture, centred on black.

    Examples:
        >>> kerasapps.preprocess.ImageSpec(height=32, width=48, channels=3, resize="pad").shape
        (32, 48, 3)
    """

    height: int
    width: int
    channels: int
    resize: ResizePolicy = "stretch"

    def __post_init__(self) -> None:
        choose(self.resize, get_args(ResizePolicy), what="ImageSpec.resize")
        for name, fits in (
            ("height", _is_side(self.height)),
            ("width", _is_side(self.width)),
            ("channels", self.channels in (1, 3)),
        ):
            if not fits:
                raise ConfigError(f"ImageSpec.{name} cannot be {getattr(self, name)!r}")

    @property
    def shape(self) -> tuple[int, int, int]:
        """`(height, width, channels)`."""
        return self.height, self.width, self.channels

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a manifest."""
        return asdict(self)

    def explained(self) -> dict[str, Any]:
        """What `load_image` does, for programs of other people; see `docs/bundles.md`."""
        grey = {"grey_weights": list(GREY_WEIGHTS)} if self.channels == 1 else {}
        return {
            "kind": PICTURE,
            "height": self.height,
            "width": self.width,
            "channels": "rgb" if self.channels == 3 else "grey",
            "layout": "NHWC",
            "dtype_range": [0, 255],
            "order": ["transparency", "orientation", "channels", "resize"],
            "transparent_on": [255, 255, 255],
            "exif_orientation": True,
            **grey,
            "resize": self.resize,
            "filter": "triangle",
            "antialias": True,
            "rounding": "half up, after the horizontal and again after the vertical pass",
            "padding": [0, 0, 0],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ImageSpec:
        """The spec that `to_dict` described.

        Raises:
            ConfigError: if a field is missing, unknown or of a wrong value.
        """
        try:
            return cls(**values)
        except TypeError as error:
            raise ConfigError(f"not a picture specification: {dict(values)!r} ({error})") from error


def load_image(source: Any, spec: ImageSpec, *, resample: Resample = antialiased) -> np.ndarray:
    """A picture as the model takes it: uint8 `(spec.height, spec.width, spec.channels)`.

    Args:
        source: a file, encoded bytes, an open binary file, a Pillow image, or pixels `(h, w)`,
            `(h, w, 1 | 3 | 4)` of any scale that `PixelScale` takes; see `plain_picture`.
        spec: size, channels and aspect policy.
        resample: brings it to its size.

    Raises:
        DataError: if the source is no usable picture; it names the file.

    Examples:
        >>> spec = kerasapps.preprocess.ImageSpec(height=8, width=8, channels=1)
        >>> kerasapps.preprocess.load_image(np.zeros((20, 30, 3), np.uint8), spec).shape
        (8, 8, 1)
    """
    return fit_image(open_image(source, spec.channels), spec, resample=resample)


def open_image(source: Any, channels: int) -> Image.Image:
    """A picture of its own size, upright, of mode RGB or L.

    Args:
        source: see `load_image`.
        channels: 3 for RGB, 1 for grey.

    Raises:
        DataError: if the source is no usable picture; it names the file.
    """
    plain = plain_picture(source)
    if isinstance(plain, np.ndarray):
        return _from_array(plain, channels)
    return open_picture(plain, channels)


def fit_image(
    picture: Image.Image, spec: ImageSpec, *, resample: Resample = antialiased
) -> np.ndarray:
    """What `open_image` gave, as the model takes it; see `load_image`."""
    pixels = np.asarray(_resize(picture, spec, resample))
    return pixels if spec.channels == 3 else pixels[..., np.newaxis]


def is_reduced(size: tuple[int, int], spec: ImageSpec) -> bool:
    """Whether a picture of `(width, height)` pixels has more than the model takes."""
    return size[0] > spec.width or size[1] > spec.height


def choose_image_size(median: int) -> int:
    """The side of the square that suits pictures of a median short side: 32, 64, 128 or 160.

    Examples:
        >>> kerasapps.preprocess.choose_image_size(300)
        160
    """
    return next((size for size in (32, 64, 128) if median <= size), 160)


def _from_array(pixels: np.ndarray, channels: int) -> Image.Image:
    check_picture_shape(pixels.shape, what="the picture")
    pixels = PixelScale().to_uint8(pixels)
    if pixels.ndim == 3 and pixels.shape[-1] == 1:
        pixels = pixels[..., 0]
    return flatten_picture(Image.fromarray(np.ascontiguousarray(pixels)), channels)


def _resize(picture: Image.Image, spec: ImageSpec, resample: Resample) -> Image.Image:
    size = (spec.width, spec.height)
    if picture.size == size:
        return picture
    if spec.resize == "pad":
        return _pad(picture, size, resample)
    box = centre_box(picture.size, size) if spec.resize == "crop" else None
    return resample(picture, size, box)


def centre_box(have: tuple[int, int], want: tuple[int, int]) -> Box:
    """The part of a picture that `crop` takes; sizes are `(width, height)`."""
    scale = min(have[0] / want[0], have[1] / want[1])
    width, height = want[0] * scale, want[1] * scale
    # What was rounded may stand out by a millionth of a pixel, which Pillow refuses.
    left, top = max(0.0, (have[0] - width) / 2), max(0.0, (have[1] - height) / 2)
    return left, top, min(left + width, have[0]), min(top + height, have[1])


def padded_size(have: tuple[int, int], want: tuple[int, int]) -> tuple[int, int]:
    """How large the whole of a picture is in what `pad` makes; sizes are `(width, height)`."""
    scale = min(want[0] / have[0], want[1] / have[1])
    return max(1, round(have[0] * scale)), max(1, round(have[1] * scale))


def _pad(picture: Image.Image, want: tuple[int, int], resample: Resample) -> Image.Image:
    inner = padded_size(picture.size, want)
    frame = Image.new(picture.mode, want)
    frame.paste(resample(picture, inner), ((want[0] - inner[0]) // 2, (want[1] - inner[1]) // 2))
    return frame


def _is_side(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_SIDE
