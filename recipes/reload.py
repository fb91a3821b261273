"""Task → how the data of a finished bundle is prepared again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kerasapps.deploy.manifest import Manifest

from . import image_classification, sentiment
from .image_steps import reload_pictures
from .prepared import Prepared
from .text_steps import reload_texts

RELOAD: Mapping[str, Callable[[Manifest, Any, Path], Prepared]] = MappingProxyType(
    {image_classification.TASK: reload_pictures, sentiment.TASK: reload_texts}
)
