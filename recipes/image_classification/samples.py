"""Pictures that travel with a bundle: small files, of other sizes than the model's."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from kerasapps.data.sources.places import Place
from kerasapps.deploy.worked import EXAMPLES_FOLDER
from kerasapps.preprocess.image import ImageSpec, open_image
from kerasapps.workflow.samples import Sample

COLOURS = 128  # of a palette: half a byte a pixel
LARGER = 1.5  # than the model's input, so that what resizes is tested
LARGEST = 240  # pixels
MOST_BYTES = 9000  # of a file


def write_samples(paths: Sequence[Place], spec: ImageSpec, folder: Path) -> list[Sample]:
    """Writes small copies of pictures into a bundle's folder.

    Args:
        paths: encoded files.
        spec: the picture that the model takes.
        folder: of the bundle.
    """
    (folder / EXAMPLES_FOLDER).mkdir(exist_ok=True)
    side = min(LARGEST, int(LARGER * max(spec.height, spec.width)))
    samples = []
    for number, path in enumerate(paths, start=1):
        name = f"{EXAMPLES_FOLDER}/{number}.png"
        (folder / name).write_bytes(sample_png(path, side))
        samples.append(Sample(name, folder / name))
    return samples


def sample_png(path: Place, side: int) -> bytes:
    """A picture as PNG bytes of a few kB, upright, of few colours.

    Args:
        path: encoded.
        side: pixels of its longer side at most; fewer where the file would be too large.
    """
    picture = open_image(path, 3)
    while True:
        small = picture.copy()
        small.thumbnail((side, side))
        encoded = io.BytesIO()
        few = small.quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(encoded, "PNG", optimize=True)
        if encoded.tell() <= MOST_BYTES or side < 16:
            return encoded.getvalue()
        side = side * 3 // 4
