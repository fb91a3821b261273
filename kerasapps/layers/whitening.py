"""A first layer that whitens image patches."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from kerasapps.layers.conv import Shape


@keras.saving.register_keras_serializable(package="kerasapps")
class WhitenedConv2D(keras.layers.Layer):
    """Convolution whose frozen kernels are the whitened principal directions of image patches.

    `adapt` sets the kernels to the eigenvectors of the patches' covariance, each divided by the
    square root of its eigenvalue and used twice, with either sign, so that an activation that
    follows loses nothing. Only the bias is trained. Before `adapt` the kernels are random
    orthogonal directions.

    Args:
        kernel_size: height and width of a patch; `2 * kernel_size**2 * channels` filters come out.
        strides: step of the kernel.
        epsilon: added to the eigenvalues, for inputs in units of about one standard deviation.

    Call arguments:
        inputs: float, `(batch, height, width, channels)`.

    Output:
        Float, `(batch, (height - kernel_size) // strides + 1,
        (width - kernel_size) // strides + 1, 2 * kernel_size**2 * channels)`.

    Reference: Jordan 2024 (arXiv 2404.00498), section 3.2; Page 2019 ("How to train your ResNet").

    Examples:
        >>> layer = kerasapps.layers.WhitenedConv2D(kernel_size=2)
        >>> layer(np.ones((2, 8, 8, 3), np.float32)).shape
        TensorShape([2, 7, 7, 24])
    """

    def __init__(
        self, kernel_size: int = 2, *, strides: int = 1, epsilon: float = 5e-4, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.kernel_size, self.strides, self.epsilon = kernel_size, strides, epsilon

    def build(self, input_shape: Shape) -> None:
        directions = self.kernel_size**2 * int(input_shape[-1] or 0)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(self.kernel_size, self.kernel_size, input_shape[-1], 2 * directions),
            initializer=keras.initializers.Orthogonal(),
            trainable=False,
        )
        self.bias = self.add_weight(name="bias", shape=(2 * directions,), initializer="zeros")
        self.built = True

    def call(self, inputs: Any) -> Any:
        # The frozen kernel and (for a first layer) the data need no gradient; none is computed.
        x = keras.ops.conv(inputs, self.kernel, strides=self.strides, padding="valid")
        return x + keras.ops.cast(self.bias, x.dtype)

    def adapt(self, images: Any, *, limit: int = 5000) -> None:
        """Sets the kernels from patches of `images`.

        Args:
            images: float, `(n, height, width, channels)`, scaled as the layer's inputs will be.
            limit: pictures used at most (the first ones).

        Raises:
            ValueError: if there are no pictures or they have other channels than the layer.
        """
        pictures = np.asarray(images[:limit], np.float32)
        if pictures.ndim != 4 or not len(pictures):
            raise ValueError(f"adapt needs (n, height, width, channels), got {pictures.shape}.")
        if not self.built:
            self.build((None, *pictures.shape[1:]))
        size, channels = self.kernel_size, int(self.kernel.shape[2])
        if pictures.shape[-1] != channels:
            raise ValueError(f"adapt needs {channels} channels, got {pictures.shape[-1]}.")
        directions = whitening_directions(_patches(pictures, size), epsilon=self.epsilon)
        kernel = directions.reshape(-1, size, size, channels).transpose(1, 2, 3, 0)
        self.kernel.assign(np.concatenate([kernel, -kernel], axis=-1))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        batch, height, width, channels = input_shape
        sides = [
            None if side is None else (side - self.kernel_size) // self.strides + 1
            for side in (height, width)
        ]
        return (batch, *sides, 2 * self.kernel_size**2 * int(channels or 0))

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "epsilon": self.epsilon,
        }


def _patches(images: np.ndarray, size: int, most: int = 2_000_000) -> np.ndarray:
    """Patches of `images` as rows, `(at most `most`, size * size * channels)`, evenly chosen."""
    windows = np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(1, 2))
    n, height, width, channels = windows.shape[:4]
    step = max(1, int(np.ceil(np.sqrt(n * height * width / most))))
    rows = windows[:, ::step, ::step].transpose(0, 1, 2, 4, 5, 3)
    return np.ascontiguousarray(rows).reshape(-1, size * size * channels)


def whitening_directions(patches: np.ndarray, *, epsilon: float) -> np.ndarray:
    """Eigenvectors of the patches' covariance over the root of their eigenvalues, largest first.

    Args:
        patches: float, `(n, d)`.
        epsilon: added to the eigenvalues.

    Returns:
        Float32, `(d, d)`, a direction a row.
    """
    # Uncentred, as in the reference: the mean is a direction of its own that the bias can shift.
    rows = patches.astype(np.float64)
    values, vectors = np.linalg.eigh(rows.T @ rows / len(rows))
    order = np.argsort(values)[::-1]
    scaled = vectors[:, order].T / np.sqrt(np.maximum(values[order], 0.0) + epsilon)[:, None]
    return np.asarray(scaled, np.float32)
