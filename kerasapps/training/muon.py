"""Muon for hidden kernels, Adam for everything else."""

from __future__ import annotations

import re
from typing import Any

import keras
import tensorflow as tf
from keras import ops

from kerasapps.training.rate_factors import RateFactors, is_kernel

ADAM_RATE = 0.05
_PROJECTION_AXES = 3
_PROJECTIONS = re.compile(r"query|key|value")
_OUTER_LAYERS = re.compile(r"logits|embedding")


def matrix_shape(shape: tuple[int, ...], path: str) -> tuple[int, int]:
    """The inputs and outputs of a kernel as a matrix.

    The last axis of a kernel is its outputs, except in attention's query, key and value
    projections, `(dim, heads, head_dim)`.
    """
    split = 1 if len(shape) == _PROJECTION_AXES and _PROJECTIONS.search(path) else len(shape) - 1
    rows = columns = 1
    for axis, size in enumerate(shape):
        if axis < split:
            rows *= size
        else:
            columns *= size
    return rows, columns


@keras.saving.register_keras_serializable(package="kerasapps")
class HiddenMuon(RateFactors, keras.optimizers.Muon):
    """Muon on all hidden kernels, those of convolutions included, and Adam on the rest.

    Keras' own Muon takes Adam for every variable that has not exactly two axes, so a convolutional
    net would hardly use Muon at all. Here a kernel `(height, width, inputs, outputs)` is
    orthogonalised as the matrix `(height * width * inputs, outputs)`. Depthwise kernels hold no
    matrix (one output each) and keep Adam, as do biases, norms, embeddings and the layer named
    "logits". Adam's rate is `ADAM_RATE` times the learning rate: 0.02 becomes the usual 0.001.

    Attributes:
        product_dtype: of the products that orthogonalise; the reference takes bfloat16, which a
            processor without such arithmetic would only emulate.

    Reference: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks".
    """

    product_dtype = "float32"

    def __init__(self, **options: Any) -> None:
        # rms_rate=None: the update is scaled below, by the shape of the matrix.
        super().__init__(**{"adam_lr_ratio": ADAM_RATE, "rms_rate": None, **options})

    def _should_use_adamw(self, variable: Any) -> bool:
        if not is_kernel(variable) or _OUTER_LAYERS.search(variable.path):
            return True
        return min(matrix_shape(tuple(variable.shape), variable.path)) == 1

    def build(self, variables: Any) -> None:
        """Create the optimizer's variables and note the matrix form of every kernel."""
        self._matrices = {
            self._var_key(variable): matrix_shape(tuple(variable.shape), variable.path)
            for variable in variables
            if not self._should_use_adamw(variable)
        }
        super().build(variables)

    def _muon_update_step(self, gradient: Any, variable: Any, lr: Any, m: Any) -> None:
        self.assign(m, self.momentum * m + gradient)
        direction = gradient + self.momentum * m if self.nesterov else m
        inputs, outputs = self._matrices[self._var_key(variable)]
        matrix = ops.reshape(direction, (inputs, outputs))
        update = self.zeropower_via_newtonschulz5(matrix, self.ns_steps)
        scale = max(1.0, outputs / inputs) ** 0.5
        self.assign_sub(variable, ops.reshape(update, variable.shape) * (lr * scale))

    def zeropower_via_newtonschulz5(self, x: Any, steps: int) -> Any:
        """The nearly orthogonal matrix next to `x`, float32 `(inputs, outputs)`.

        Keras' iteration, but the products are with the smaller side's Gram matrix as it lies, which
        no transposed copy is needed for, and in `product_dtype`.
        """
        norm = tf.norm(x) + 1e-7
        x = tf.cast(x / norm, self.product_dtype)
        wide = x.shape[0] <= x.shape[1]
        a, b, c = (tf.cast(each, x.dtype) for each in (self.muon_a, self.muon_b, self.muon_c))
        for _ in range(steps):
            gram = tf.matmul(x, x, transpose_a=not wide, transpose_b=wide)
            mixed = b * gram + c * tf.matmul(gram, gram)
            x = a * x + (tf.matmul(mixed, x) if wide else tf.matmul(x, mixed))
        return tf.cast(x, tf.float32)

    def decay_factor(self, key: Any) -> float:
        """Adam's variables decay at Adam's rate."""
        ratio = 1.0 if key in self._matrices else self.adam_lr_ratio
        return super().decay_factor(key) * ratio
