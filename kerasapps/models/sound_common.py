"""What every network on sounds needs: PCM in, frames of bands, and how it meets time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import keras

from kerasapps.errors import ConfigError
from kerasapps.layers.mel import LogMel
from kerasapps.layers.normalization import FusedBatchNorm
from kerasapps.layers.pcen import Pcen
from kerasapps.layers.spec_augment import SpecAugment
from kerasapps.spectra import MelBands

Features = Literal["log_mel", "pcen"]
SOUND = "sound"
"""Name of the input."""

_CELLS = 4  # axes of `(batch, frames, bands, channels)`


@dataclass(frozen=True, kw_only=True)
class SoundShape:
    """What a network on sounds is built for, beside its own architecture.

    Attributes:
        samples: of a clip.
        rate: samples a second.
        num_classes: number of logits.
        width: multiplies the channels of the network.
        depth: multiplies its blocks.
        kernel: frames that a convolution looks at, or None for the network's own.
        dropout: before the head, or None for the network's own.
        features: "log_mel", or "pcen", which sets each band against its own running mean.
        mels: bands of frequencies.
        window: milliseconds that a frame sees.
        hop: milliseconds from a frame to the next.
        causal: nothing looks ahead in time, so that the network can hear a stream.
        specaugment: stripes of frames, and as many of bands, that are hidden in training.
        for_export: build for conversion to TFLite: recurrences unrolled. The weights are those of
            the network built without it, in the same order.
        chunk: samples of a stream that are heard at a time, or None for whole clips; needs
            `causal`. The network then takes and gives its states too. The weights are those of the
            network on whole clips, in the same order.

    Examples:
        >>> shape = kerasapps.models.SoundShape(samples=8000, rate=8000, num_classes=3, width=0.25)
        >>> kerasapps.models.ds_cnn(shape).output_shape
        (None, 3)
    """

    samples: int
    rate: int
    num_classes: int
    width: float = 1.0
    depth: float = 1.0
    kernel: int | None = None
    dropout: float | None = None
    features: Features = "log_mel"
    mels: int = 40
    window: float = 25.0
    hop: float = 10.0
    causal: bool = False
    specaugment: int = 0
    for_export: bool = False
    chunk: int | None = None

    @property
    def bands(self) -> MelBands:
        """How a clip becomes frames."""
        return MelBands(rate=self.rate, mels=self.mels, window_ms=self.window, hop_ms=self.hop)

    @property
    def frames(self) -> int:
        """Of a clip."""
        return self.bands.frames(self.samples)


def refuse_causal(shape: SoundShape, name: str) -> None:
    """Raises a ConfigError if a network that sees a whole clip at once is asked to be causal."""
    if shape.causal:
        raise ConfigError(
            f"{name} looks at a whole clip at once, so it cannot hear a stream: choose ds_cnn, "
            "bc_resnet, matchbox or crnn."
        )


class Timeline:
    """Where a network meets time: zeros around a clip, or what a stream was before.

    A network on whole clips pads. Its twin for streams, built by the same code, has an input and an
    output in each such place instead: the last frames before the chunk.

    Args:
        shape: what the network is built for.

    Raises:
        ConfigError: if the clip is too short, or the chunk no whole number of hops.
    """

    def __init__(self, shape: SoundShape) -> None:
        self.shape, self.frames = shape, shape.frames
        self._before: dict[str, Any] = {}
        self._after: dict[str, Any] = {}
        hop = shape.bands.hop
        if shape.num_classes < 1 or not self.frames:
            raise ConfigError(
                f"A network on sounds needs a class and a clip of {hop} samples at least, got "
                f"{shape.num_classes} classes and {shape.samples} samples."
            )
        if shape.chunk is not None and (not shape.causal or shape.chunk % hop or shape.chunk < hop):
            raise ConfigError(
                f"A stream is heard by a causal network in chunks of whole hops, which are {hop} "
                f"samples; got {shape.chunk} samples."
            )

    @property
    def streams(self) -> bool:
        """Whether this is the twin for streams."""
        return self.shape.chunk is not None

    def listen(self) -> Any:
        """The network's input as frames of bands, float32, `(batch, frames, mels)`, normalized."""
        shape, bands = self.shape, self.shape.bands
        self._sound = keras.Input((shape.chunk or shape.samples,), dtype="float32", name=SOUND)
        sound = self.past(self._sound, bands.overlap, "sound") if self.streams else self._sound
        padding: Any = "none" if self.streams else "causal" if shape.causal else "centre"
        x = LogMel(
            shape.rate,
            mels=shape.mels,
            window=shape.window,
            hop=shape.hop,
            padding=padding,
            scale="energy" if shape.features == "pcen" else "log",
            dtype="float32",
            name="features",
        )(sound)
        if shape.features == "pcen":
            x = self._pcen(x)
        x = keras.layers.Normalization(axis=-1, name="normalization", dtype="float32")(x)
        if shape.specaugment:
            x = SpecAugment(stripes=shape.specaugment, name="specaugment")(x)
        return x

    def _pcen(self, energies: Any) -> Any:
        layer = Pcen(name="pcen", dtype="float32")
        if not self.streams:
            return layer(energies)
        state = self._state("pcen", (1 + self.shape.mels,))
        outputs, self._after["pcen"] = layer(energies, state)
        return outputs

    def _state(self, name: str, shape: tuple[int, ...]) -> Any:
        self._before[name] = keras.Input(shape, dtype="float32", name=f"{name}_state")
        return self._before[name]

    def recurrence(self, layer: keras.layers.GRU, x: Any) -> Any:
        """The outputs of a recurrence over a chunk, which goes on from its state.

        Args:
            layer: gives its sequence and its state.
            x: `(batch, frames, channels)`.
        """
        x, self._after[layer.name] = layer(x, initial_state=self._state(layer.name, (layer.units,)))
        return x

    def past(self, x: Any, count: int, name: str) -> Any:
        """What came before a chunk, put before it along the axis of time.

        Args:
            x: `(batch, time, …)`.
            count: values of time to remember.
            name: of the place in the network.
        """
        if not count:
            return x
        state = self._state(name, (count, *x.shape[2:]))
        joined = keras.layers.Concatenate(axis=1, name=f"{name}_joined", dtype="float32")(
            [state, x]
        )
        self._after[name] = joined[:, -count:]
        return joined

    def surround(
        self,
        x: Any,
        *,
        kernel: tuple[int, int],
        name: str,
        strides: tuple[int, int] = (1, 1),
        dilation: int = 1,
    ) -> Any:
        """What a convolution without padding needs around its input.

        A causal one sees its own frames and those before, and the last of its own with a stride.

        Args:
            x: `(batch, frames, bands, channels)`.
            kernel: of the convolution: frames and bands.
            name: of the convolution.
            strides: of the convolution.
            dilation: of the frames.

        Raises:
            ConfigError: if a chunk of a stream is no whole number of strides.
        """
        before, after = self._around((kernel[0] - 1) * dilation + 1 - strides[0])
        bands = max((-(-x.shape[2] // strides[1]) - 1) * strides[1] + kernel[1] - x.shape[2], 0)
        if self.streams:
            if x.shape[1] % strides[0]:
                raise ConfigError(
                    f"A chunk of {self.shape.chunk} samples is too short for this network: each "
                    f"must have {strides[0]} times as many, or a multiple of that."
                )
            x, before, after = self.past(x, before, name), 0, 0
        # A clip whose frames do not fill the last stride is filled up, as "same" padding does.
        after += -self.frames % strides[0] if not self.streams else 0
        self.frames = -(-self.frames // strides[0])
        ends = ((before, after), (bands // 2, bands - bands // 2))
        if not any(map(any, ends)):
            return x
        return keras.layers.ZeroPadding2D(ends, name=f"{name}_ends")(x)

    def _around(self, context: int) -> tuple[int, int]:
        context = max(0, context)
        return (context, 0) if self.shape.causal else (context // 2, context - context // 2)

    def mean(self, x: Any, name: str = "pool") -> Any:
        """The mean over a clip's length, `(batch, channels)`, of a stream that of its last frames.

        Args:
            x: `(batch, frames, channels)`, or with bands, whose mean is taken first.
            name: of the layer.
        """
        if len(x.shape) == _CELLS:
            x = keras.ops.mean(x, axis=2)
        if self.streams:
            x = self.past(x, self.frames - x.shape[1], name)
        return keras.layers.GlobalAveragePooling1D(name=name)(x)

    def model(self, outputs: Any, name: str) -> keras.Model:
        """The network: of clips from a sound to logits, of a stream with all states by name.

        Args:
            outputs: logits.
            name: of the network.
        """
        if not self.streams:
            return keras.Model(self._sound, outputs, name=name)
        states = {f"{place}_state": state for place, state in self._before.items()}
        after = {f"{place}_state": self._after[place] for place in self._before}
        return keras.Model(
            {SOUND: self._sound, **states}, {"logits": outputs, **after}, name=f"{name}_stream"
        )


def convolve(
    timeline: Timeline,
    x: Any,
    filters: int | None,
    kernel: tuple[int, int],
    *,
    name: str,
    strides: tuple[int, int] = (1, 1),
    dilation: int = 1,
    activation: str | None = "relu",
) -> Any:
    """A convolution over frames and bands, batch normalization and an activation.

    Args:
        timeline: of the network.
        x: `(batch, frames, bands, channels)`.
        filters: channels that come out; None: one kernel for each channel that comes in.
        kernel: frames and bands.
        name: of the convolution.
        strides: of frames and bands.
        dilation: of the frames.
        activation: Keras name, or None.
    """
    x = timeline.surround(x, kernel=kernel, name=name, strides=strides, dilation=dilation)
    common: dict[str, Any] = {
        "strides": strides,
        "dilation_rate": (dilation, 1),
        "use_bias": False,
        "name": name,
    }
    if filters is None:
        layer = keras.layers.DepthwiseConv2D(kernel, depthwise_initializer="he_normal", **common)
    else:
        layer = keras.layers.Conv2D(filters, kernel, kernel_initializer="he_normal", **common)
    x = FusedBatchNorm(name=f"{name}_norm")(layer(x))
    return x if activation is None else keras.layers.Activation(activation, name=f"{name}_act")(x)


def as_picture(x: Any) -> Any:
    """Frames of bands as a picture of one channel: `(batch, frames, bands, 1)`."""
    return keras.ops.expand_dims(x, -1)
