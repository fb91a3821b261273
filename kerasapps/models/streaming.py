"""The twin of a causal network on sounds that hears a stream, a few milliseconds at a time.

It has the weights of the network on whole clips, and beside the chunk it takes what each layer
remembers: a tensor for each, zeros before the first chunk. It gives the logits of the clip that
ends with this chunk, and what is to be remembered for the next. There are no loops in it, so it
becomes a file for phones as any network does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps.models.sound_common import SOUND, SoundShape
from kerasapps.weights import give_weights

LOGITS = "logits"
"""Name of the answer, among the states."""


def streaming_model(
    build: Callable[[SoundShape], keras.Model],
    shape: SoundShape,
    network: keras.Model,
    chunk_samples: int,
) -> keras.Model:
    """The twin of a network that hears a stream.

    After as many samples as a clip has the answer is that to the whole clip. Later answers are
    those to the last clip's length of the stream; what its first frames are made of reaches back a
    little before it, where a clip would have silence. A GRU remembers all that came before, so that
    its later answers are only near those to a clip of its own.

    Args:
        build: made the network.
        shape: of which, causal.
        network: on whole clips, trained.
        chunk_samples: heard at a time, a whole number of hops (and of the network's strides).

    Returns:
        A model from `{"sound": (batch, chunk_samples), NAME_state: …}` to `{"logits": (batch,
        num_classes), NAME_state: …}`, all float32; each state goes in as it came out.

    Raises:
        ConfigError: if the network is not causal, or the chunk does not fit it.

    Examples:
        >>> shape = kerasapps.models.SoundShape(
        ...     samples=8000, rate=8000, num_classes=3, width=0.25, causal=True
        ... )
        >>> network = kerasapps.models.ds_cnn(shape)
        >>> twin = kerasapps.models.streaming_model(kerasapps.models.ds_cnn, shape, network, 160)
        >>> twin.output["logits"].shape
        (None, 3)
    """
    twin = build(dataclasses.replace(shape, chunk=chunk_samples))
    give_weights(twin, network.get_weights())
    return twin


def first_states(twin: keras.Model, batch: int = 1) -> dict[str, np.ndarray]:
    """What a stream remembers before its first chunk: zeros, float32, by the name of each state."""
    return {
        name: np.zeros((batch, *tensor.shape[1:]), np.float32)
        for name, tensor in twin.input.items()
        if name != SOUND
    }


def stream_clip(twin: keras.Model, sounds: np.ndarray) -> Iterator[np.ndarray]:
    """The logits after each chunk.

    Args:
        twin: see `streaming_model`.
        sounds: float32 `(n, samples)`; what is no whole chunk at the end is not heard.

    Yields:
        float32 `(n, num_classes)`.
    """
    for _, given in _steps(twin, sounds):
        yield given[LOGITS].numpy()


def stream_states(
    twin: keras.Model, sounds: np.ndarray, *, most: int
) -> Iterator[dict[str, np.ndarray]]:
    """What the twin takes with some of the chunks, the first and the last among them.

    Args:
        twin: see `streaming_model`.
        sounds: float32 `(n, samples)`.
        most: chunks.

    Yields:
        float32 `(n, …)` by name: the chunk, and what is remembered before it.
    """
    count = sounds.shape[1] // int(twin.input[SOUND].shape[1])
    wanted = set(np.linspace(0, count - 1, min(most, count)).round().astype(int).tolist())
    for place, (taken, _) in enumerate(_steps(twin, sounds)):
        if place in wanted:
            yield {name: np.asarray(values) for name, values in taken.items()}


def _steps(twin: keras.Model, sounds: np.ndarray) -> Iterator[tuple[Any, Any]]:
    """What the twin takes with each whole chunk, and what it gives."""
    chunk = int(twin.input[SOUND].shape[1])
    step = tf.function(lambda taken: twin(taken, training=False), autograph=False)
    states = {name: tf.constant(each) for name, each in first_states(twin, len(sounds)).items()}
    for start in range(0, sounds.shape[1] - chunk + 1, chunk):
        taken = {SOUND: tf.constant(sounds[:, start : start + chunk]), **states}
        given = step(taken)
        states = {name: given[name] for name in states}
        yield taken, given
