"""What the blocks of a transformer share: norms, residual paths, and the perceptron."""

from __future__ import annotations

from typing import Any, Literal, get_args

import keras

from kerasapps.layers.activation import activation_layer

NormPlace = Literal["pre", "post"]


class TransformerParts(keras.layers.Layer):
    """The base of encoder and decoder blocks.

    Each part is added to its input. With `norm="pre"` a part gets its input normalized, which
    trains without a long warm-up; with `"post"` the sum is normalized.

    Args:
        num_heads: of attention.
        expansion: hidden units of the perceptron as a multiple of the channels.
        dropout: of the parts' outputs, in training.
        attention_dropout: of the attention weights, in training (default: as `dropout`).
        activation: of the perceptron.
        norm: `"pre"` or `"post"`.

    Raises:
        ValueError: for another `norm`.

    Reference: Vaswani et al. 2017, section 3.1; Xiong et al. 2020, section 3.2 (pre-norm).
    """

    def __init__(
        self,
        num_heads: int,
        *,
        expansion: float = 4,
        dropout: float = 0.0,
        attention_dropout: float | None = None,
        activation: str = "gelu",
        norm: NormPlace = "pre",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if norm not in get_args(NormPlace):
            raise ValueError(
                f"{type(self).__name__}.norm must be one of {get_args(NormPlace)}, got {norm!r}."
            )
        self.supports_masking = True
        self.num_heads, self.expansion, self.norm = num_heads, expansion, norm
        self.dropout, self.attention_dropout = dropout, attention_dropout
        self.activation = activation

    def _norm(self, name: str, channels: int) -> keras.layers.LayerNormalization:
        layer = keras.layers.LayerNormalization(name=name, dtype=self.dtype_policy)
        layer.build((None, None, channels))
        return layer

    def _attention_options(self, name: str) -> dict[str, Any]:
        rate = self.dropout if self.attention_dropout is None else self.attention_dropout
        return {
            "num_heads": self.num_heads,
            "dropout": rate,
            "name": name,
            "dtype": self.dtype_policy,
        }

    def _build_perceptron(self, channels: int) -> None:
        policy, hidden = self.dtype_policy, int(channels * self.expansion)
        self.mlp_norm = self._norm("mlp_norm", channels)
        self.expand = keras.layers.Dense(hidden, name="expand", dtype=policy)
        self.act = activation_layer(self.activation, name="act", dtype=policy)
        self.reduce = keras.layers.Dense(channels, name="reduce", dtype=policy)
        self.drop = keras.layers.Dropout(self.dropout, name="drop", dtype=policy)
        self.expand.build((None, None, channels))
        self.reduce.build((None, None, hidden))

    def _before(self, norm: keras.layers.Layer, inputs: Any) -> Any:
        """What a part gets of `inputs`."""
        return norm(inputs) if self.norm == "pre" else inputs

    def _after(
        self, norm: keras.layers.Layer, inputs: Any, out: Any, training: bool | None = None
    ) -> Any:
        """What comes behind a part that made `out` of `inputs`."""
        total = inputs + self.drop(out, training=training)
        return total if self.norm == "pre" else norm(total)

    def _think(self, inputs: Any, training: bool | None = None) -> Any:
        """The perceptron on each token."""
        x = self.expand(self._before(self.mlp_norm, inputs))
        x = self.act(x, training=training) if self.activation == "gelu" else self.act(x)
        return self._after(self.mlp_norm, inputs, self.reduce(x), training)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        return config | {
            "num_heads": self.num_heads,
            "expansion": self.expansion,
            "dropout": self.dropout,
            "attention_dropout": self.attention_dropout,
            "activation": self.activation,
            "norm": self.norm,
        }
