"""What is done to a built model before it is trained."""

from __future__ import annotations

import inspect
from collections.abc import Sequence

import keras
import numpy as np

from kerasapps.model_inputs import ModelInputs, count_of, rows_of


def adapt(
    model: keras.Model,
    inputs: ModelInputs,
    labels: Sequence[int] | np.ndarray | None = None,
    *,
    class_weights: Sequence[float] | None = None,
    example_weights: np.ndarray | None = None,
    limit: int = 5000,
) -> None:
    """Sets the weights that layers compute from data, such as whitening or votes of n-grams.

    Each layer with a method `adapt` is given its own inputs for `inputs`, and the labels where the
    method takes them: such a layer is left as it is when there are none. So is a normalization of
    Keras that has its mean and variance.

    Args:
        model: changed in place.
        inputs: the training split only, in its order, `(n, ...)`, or one array for each input.
        labels: n class numbers; `(n, k)` ones and zeros of k labels; `(n, 1)` numbers as they are
            learnt; or None.
        class_weights: what an example of each class counts, for layers that take labels; None: all
            the same.
        example_weights: what each example counts on top of that, float `(n,)`, likewise.
        limit: examples used at most by layers that take no labels (evenly spread), unless they say
            otherwise as `adapt_limit`.

    Examples:
        >>> shape = kerasapps.models.TextShape(vocabulary_size=50, num_classes=2, ngrams=64)
        >>> model = kerasapps.models.bag_of_ngrams(shape)
        >>> ids = np.array([[1, 7, 9, 0], [1, 8, 9, 0]] * 8, np.int32)
        >>> kerasapps.models.adapt(model, ids, [0, 1] * 8)
        >>> model(ids[:2]).numpy().argmax(axis=1)
        array([0, 1])
    """
    for layer in _adaptable(model, labelled=False):
        most = getattr(layer, "adapt_limit", limit)
        rows = slice(None, None, -(-count_of(inputs) // most))
        layer.adapt(_seen_by(layer, model, rows_of(inputs, rows)))
    if labels is not None:
        adapt_to_labels(
            model,
            [(inputs, labels)],
            class_weights=class_weights,
            example_weights=[example_weights],
        )


def adapt_to_labels(
    model: keras.Model,
    parts: Sequence[tuple[ModelInputs, Sequence[int] | np.ndarray]],
    *,
    class_weights: Sequence[float] | None = None,
    example_weights: Sequence[np.ndarray | None] | None = None,
    limit: int = 50_000,
) -> None:
    """Sets the weights that layers compute from labelled examples, and no others.

    Args:
        model: changed in place.
        parts: inputs and labels, each as `adapt` takes them; learnt from together.
        class_weights: what an example of each class counts; None: all the same.
        example_weights: of each part what its examples count on top of that, float `(n,)`; None: 1.
        limit: examples used at most (evenly spread).

    Examples:
        >>> shape = kerasapps.models.TextShape(vocabulary_size=50, num_classes=2, ngrams=64)
        >>> model = kerasapps.models.bag_of_ngrams(shape)
        >>> ids = np.array([[1, 7, 9, 0], [1, 8, 9, 0]] * 8, np.int32)
        >>> kerasapps.models.adapt_to_labels(model, [(ids, [0, 1] * 8), (ids, [0, 1] * 8)])
    """
    spread = _spread([count_of(inputs) for inputs, _ in parts], limit)
    chosen = [(*part, rows) for part, rows in zip(parts, spread, strict=True) if len(rows)]
    weights = _weights_of(example_weights, spread)
    for layer in _adaptable(model, labelled=True):
        seen = [_seen_by(layer, model, rows_of(inputs, rows)) for inputs, _, rows in chosen]
        labels = [np.asarray(labels)[rows] for _, labels, rows in chosen]
        layer.adapt(
            np.concatenate(seen),
            np.concatenate(labels),
            class_weights=class_weights,
            **({} if weights is None else {"example_weights": weights}),
        )


def _weights_of(
    given: Sequence[np.ndarray | None] | None, spread: Sequence[np.ndarray]
) -> np.ndarray | None:
    """What each of the chosen examples of all parts counts; None where all count 1."""
    if given is None or all(each is None for each in given):
        return None
    return np.concatenate(
        [
            np.ones(len(rows)) if each is None else each[rows]
            for each, rows in zip(given, spread, strict=True)
        ]
    )


def _spread(counts: Sequence[int], limit: int) -> list[np.ndarray]:
    """Rows of each part: all, or exactly `limit`, evenly spread over all parts.

    So files that are sorted by label bring all labels, and one example more costs none.
    """
    total = sum(counts)
    places = np.arange(total)
    if total > limit:
        places = np.linspace(0, total - 1, limit).astype(np.int64)
    ends = np.cumsum(counts)
    parts = np.split(places, np.searchsorted(places, ends[:-1]))
    return [part - start for part, start in zip(parts, ends - counts, strict=True)]


def _adaptable(model: keras.Model, *, labelled: bool) -> list[keras.Layer]:
    """The layers with a method `adapt` that takes labels, or those whose method takes none."""
    layers = [
        layer
        for layer in model.layers
        if callable(getattr(layer, "adapt", None)) and not _is_settled(layer)
    ]
    return [
        layer
        for layer in layers
        if ("labels" in inspect.signature(layer.adapt).parameters) == labelled
    ]


def learns_labels(model: keras.Model) -> bool:
    """Whether `adapt_to_labels` sets any weights of a model."""
    return bool(_adaptable(model, labelled=True))


def _is_settled(layer: keras.Layer) -> bool:
    """Whether Keras's normalization was given, or has learnt, its mean and variance before."""
    if not isinstance(layer, keras.layers.Normalization):
        return False
    if layer.input_mean is not None:
        return True
    mean, variance, _ = layer.get_weights()
    return bool(mean.any() or (variance != 1).any())


def _seen_by(layer: keras.Layer, model: keras.Model, inputs: ModelInputs) -> np.ndarray:
    """What a layer gets of some examples."""
    return _outputs(keras.Model(model.input, layer.input), inputs)


def backbone(model: keras.Model) -> keras.Layer | None:
    """The pretrained layer of a model built on a preset, or None.

    Examples:
        >>> model = kerasapps.models.mlp(input_shape=(8, 8, 1), num_classes=2)
        >>> kerasapps.models.backbone(model) is None
        True
    """
    return next((layer for layer in model.layers if layer.name == "backbone"), None)


def linear_head(model: keras.Model) -> keras.layers.Dense | None:
    """The last layer, where nothing but it and the pretrained part has weights to learn.

    None where there is no pretrained part, or the last layer is not linear.

    Examples:
        >>> model = kerasapps.models.mlp(input_shape=(8, 8, 1), num_classes=2)
        >>> kerasapps.models.linear_head(model) is None
        True
    """
    pretrained = backbone(model)
    if pretrained is None:
        return None
    last = model.layers[-1]
    if not isinstance(last, keras.layers.Dense) or not last.use_bias:
        return None
    known = {id(weight) for layer in (pretrained, last) for weight in layer.weights}
    others = [weight for weight in model.trainable_weights if id(weight) not in known]
    return None if others or last.activation is not keras.activations.linear else last


def _outputs(network: keras.Model, inputs: ModelInputs, *, batch_size: int = 256) -> np.ndarray:
    """What a network makes of some inputs, for a single pass over them.

    `predict` would compile it twice, once for the last, smaller batch, and warn of that where
    several networks are trained in one process.
    """
    starts = range(0, count_of(inputs), batch_size)
    batches = (
        network(rows_of(inputs, slice(start, start + batch_size)), training=False)
        for start in starts
    )
    return np.concatenate([keras.ops.convert_to_numpy(batch) for batch in batches])
