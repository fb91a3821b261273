"""What `predict` is given as sounds, one or many, as a network takes them; no TensorFlow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.readers import Shape
from kerasapps.model_inputs import RawInput
from kerasapps.preprocess.sounds.load import Window, load_sound, windows_of
from kerasapps.preprocess.sounds.parts import chunks_of, split_sounds, stream_of
from kerasapps.preprocess.sounds.spec import SoundSpec


class SoundReader:
    """Sounds as samples of one rate.

    Args:
        manifest: of the bundle; its `input` holds the fields of `SoundSpec`.
    """

    def __init__(self, manifest: Manifest) -> None:
        self.spec = SoundSpec.from_dict(manifest.input)

    def split(self, inputs: Any) -> list[Any]:
        """One sound or several as a list of sounds."""
        return split_sounds(inputs)

    def read(self, raw: Any) -> np.ndarray:
        """float32 `(samples,)`."""
        return load_sound(raw, self.spec)

    def parts(self, raw: Any) -> Iterator[Window]:
        """The whole sound, or of one that is much longer than the network takes its parts."""
        return windows_of(raw, self.spec)

    def stream(self, raw: Any, *, hop: float) -> Iterator[Window]:
        """A window of the network's length every `hop` seconds."""
        return stream_of(raw, self.spec, hop=hop)

    def chunks(self, raw: Any, *, chunk: int) -> Iterator[np.ndarray]:
        """The sound as a microphone would give it, so many samples at a time."""
        return chunks_of(raw, self.spec, chunk=chunk)

    def reads_whole(self, raw: Any) -> bool:
        """Always: of a long sound every part is read."""
        return True

    @property
    def shape(self) -> Shape:
        """`(samples,)`."""
        return self.spec.shape

    def example(self) -> np.ndarray:
        """Noise: what is silent may be quicker."""
        noise = np.random.default_rng(0).normal(0, 0.1, self.spec.samples)
        return noise.astype(np.float32)

    def raw_example(self, folder: Path) -> RawInput:
        """The same: the SavedModel takes samples."""
        return self.example()
