"""The network for sounds: to be trained, in the form that converts, for streams."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import keras

from kerasapps.config import ModelConfig, TrainConfig
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.models.sound_common import SoundShape
from kerasapps.models.streaming import streaming_model
from kerasapps.preprocess.sounds.spec import SoundSpec
from kerasapps.recipes.audio_classification.architectures import build_classifier
from kerasapps.recipes.audio_classification.augmentation import hidden_stripes
from kerasapps.weights import give_weights


@dataclass(frozen=True)
class NetworkBuilder:
    """Builds the network, each time with fresh weights.

    Attributes:
        model: which architecture, and how large.
        shape: what it is built for.
    """

    model: ModelConfig
    shape: SoundShape

    @classmethod
    def of(
        cls,
        model: ModelConfig,
        audio: AudioConfig,
        spec: SoundSpec,
        *,
        outputs: int,
        train: TrainConfig,
    ) -> NetworkBuilder:
        """What builds a network for sounds of a rate and length, as the options say.

        Args:
            model: which architecture, and how large.
            audio: the front end, and whether it hears streams.
            spec: rate and length.
            outputs: how many numbers it gives for a sound.
            train: `dropout` is read.
        """
        shape = SoundShape(
            samples=spec.samples,
            rate=spec.rate,
            num_classes=outputs,
            dropout=train.dropout,
            features=audio.features,
            mels=audio.mels,
            window=audio.window_ms,
            hop=audio.hop_ms,
            causal=audio.streaming,
            specaugment=hidden_stripes(audio),
        )
        return cls(model, shape)

    def __call__(self) -> keras.Model:
        """The network for training."""
        return self._built(self.shape)

    def for_export(self, network: keras.Model) -> keras.Model:
        """`network` in the form that converts: recurrences unrolled.

        One without is as it is: it may have fewer filters than what would be built anew.
        """
        if not any(hasattr(layer, "unroll") for layer in network._flatten_layers()):
            return network
        copy = self._built(dataclasses.replace(self.shape, for_export=True))
        give_weights(copy, network.get_weights())
        return copy

    def for_streams(self, network: keras.Model, *, chunk: int) -> keras.Model:
        """`network` as it hears a stream, in chunks of so many samples; see `streaming_model`."""
        return streaming_model(self._built, self.shape, network, chunk)

    def check_streams(self, *, chunk: int) -> None:
        """Finds before a training what a stream in chunks of so many samples would fail of.

        Raises:
            ConfigError: if the network hears no streams, or not in such chunks.
        """
        self._built(dataclasses.replace(self.shape, chunk=chunk))

    def _built(self, shape: SoundShape) -> keras.Model:
        network: keras.Model = build_classifier(self.model, shape)
        return network
