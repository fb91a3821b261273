"""Where an attack changes pictures; imports TensorFlow."""

from __future__ import annotations

from kerasapps.training.adversarial import PixelSpace


def space(radius: float) -> PixelSpace:
    """The values of pixels, each by a share of their range."""
    return PixelSpace(radius)
