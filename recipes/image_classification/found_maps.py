"""The map of a picture, by each of the methods; Grad-CAM alone takes TensorFlow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kerasapps import machine
from kerasapps.config.explaining import SAMPLES, ExplainConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.deploy.why_file import WHY_FILE, WhyFile
from kerasapps.errors import ConfigError
from kerasapps.evaluation.parts import Agreement
from kerasapps.evaluation.saliency.maps import coarse_grid, unit_map
from kerasapps.evaluation.saliency.rise import rise
from kerasapps.process.training_stack import needing_training, require_training
from kerasapps.recipes.answering import OneBundle

RISE, GRADCAM, CAM = "rise", "gradcam", "cam"
CELLS = 8  # of the grid along a side


def found_map(
    bundle: OneBundle, pixels: NDArray[np.uint8], number: int, how: ExplainConfig
) -> tuple[NDArray[np.float32], Agreement | None]:
    """A map from 0 to 1, `(height, width)`, and how far another method agrees."""
    # They refuse what they cannot do before the file is asked so often.
    found = None
    if how.method == GRADCAM:
        found = _gradcam(bundle, pixels, number)
    elif how.method == CAM:
        found = _cam(bundle, pixels, number)
    by_hiding = unit_map(
        rise(
            lambda shown: float(bundle.run(shown)[number]),  # type: ignore[arg-type]
            pixels,
            samples=how.samples or SAMPLES,
            threads=len(machine.usable_cores()),
        )
    )
    if found is None:
        return by_hiding, None
    grids = [coarse_grid(each, cells=CELLS) for each in (found, by_hiding)]
    return found, Agreement.of(RISE, *grids)


def _gradcam(bundle: OneBundle, pixels: NDArray[np.uint8], number: int) -> NDArray[np.float32]:
    require_training("The method gradcam")
    with needing_training("The method gradcam"):
        from kerasapps.models.feature_maps import class_maps
        from kerasapps.workflow.extension import finished_network

        network = finished_network(bundle.manifest)
        (found,) = class_maps(network, pixels[None], [number + _first_output(bundle)])
    return scaled_up(found, pixels.shape[:2])


def _cam(bundle: OneBundle, pixels: NDArray[np.uint8], number: int) -> NDArray[np.float32]:
    manifest = bundle.manifest
    if WHY_FILE not in manifest.files:
        raise ConfigError(
            f"The method cam asks {WHY_FILE}, which {manifest.folder} has not: train with "
            "explain_signature, or take rise."
        )
    _, maps = WhyFile(manifest.file(WHY_FILE)).explain(pixels)
    return scaled_up(np.maximum(maps[..., number], 0), pixels.shape[:2])


def scaled_up(values: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """A coarse map as one from 0 to 1 of more pixels, `(height, width)`, smooth between."""
    image = Image.fromarray(np.ascontiguousarray(values, np.float32))
    larger = image.resize((shape[1], shape[0]), Image.Resampling.BILINEAR)
    return unit_map(np.asarray(larger, np.float32))


def _first_output(bundle: OneBundle) -> int:
    """Where the outputs of a bundle's answer begin among those of the network."""
    several = read_manifest(bundle.manifest.folder).answer.get("answers")
    if several is None:
        return 0
    before = list(several)[: list(several).index(bundle.manifest.target)]
    return sum(len(several[name].get("labels", ())) or 1 for name in before)
