"""What resizing by an app costs: the labels of a bundle's file, by each way of reducing pictures.

python benchmarks/resizing.py RUN PICTURES

PICTURES holds a folder of pictures a class, of which the model has seen none.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image
from results import record

from kerasapps import load_bundle
from kerasapps.data.sources.picture_formats import is_picture_file
from kerasapps.data.sources.walk import files_below
from kerasapps.preprocess.image import fit_image, open_image
from kerasapps.preprocess.resampling import OTHER_WAYS, PHONE, Box, Resample, antialiased


def halved(picture: Image.Image, size: tuple[int, int], box: Box | None = None) -> Image.Image:
    """By halves while there are two pixels for one, then once to the size; all as a phone does."""
    if box is not None:
        picture = picture.crop(tuple(round(edge) for edge in box))
    while picture.width >= 2 * size[0] and picture.height >= 2 * size[1]:
        picture = PHONE(picture, (picture.width // 2, picture.height // 2))
    return PHONE(picture, size)


WAYS: Mapping[str, Resample] = {
    "as in training": antialiased,
    **OTHER_WAYS,
    "bilinear, halved first": halved,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--artifact", default="int8")
    arguments = parser.parse_args()
    bundle = load_bundle(arguments.run, artifact=arguments.artifact)
    spec = bundle.reader.spec
    files = [each for each in files_below(arguments.pictures) if is_picture_file(each)]
    truth = np.array([bundle.labels.index(file.parent.name) for file in files])
    pictures = [open_image(file, spec.channels) for file in files]
    rows, usual = [], None
    for name, way in WAYS.items():
        scores = [bundle.scores(fit_image(each, spec, resample=way)) for each in pictures]
        labels = np.argmax(scores, axis=1)
        usual = labels if usual is None else usual
        rows.append(
            {
                "resized": name,
                "accuracy": f"{np.mean(labels == truth):.2%}",
                "same label": f"{np.mean(labels == usual):.2%}",
                "n": len(files),
                "file": arguments.artifact,
            }
        )
    print(record(f"Resizing to {spec.width} by {spec.height}", rows))


if __name__ == "__main__":
    main()
