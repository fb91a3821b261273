"""Networks of the user's: made, held against the data, and brought into the form that ours have."""

from __future__ import annotations

import keras

from kerasapps.config.own import OwnNetwork, own_title
from kerasapps.errors import ConfigError
from kerasapps.models.common import InputShape
from kerasapps.models.own_inputs import Expected, connected
from kerasapps.models.own_outputs import checked_outputs, refuse_probabilities
from kerasapps.models.own_source import first_embedding, made_network
from kerasapps.models.tabular_common import TabularShape
from kerasapps.models.text_common import TextShape
from kerasapps.models.translator import Translator, TranslatorShape


def own_classifier(
    own: OwnNetwork, *, input_shape: InputShape, num_classes: int, classes: bool = True
) -> keras.Model:
    """A network of the user's for pictures.

    Args:
        own: what makes it.
        input_shape: `(height, width, channels)`.
        num_classes: number of logits; 1 for a number.
        classes: whether it answers with logits; else with a number.

    Returns:
        A model from float32 pictures 0 to 255 to float32 `(batch, num_classes)`.

    Raises:
        ConfigError: if it takes or gives something else, or cannot be made or saved.
    """
    facts = {"input_shape": tuple(input_shape), "num_classes": num_classes}
    network = made_network(own, facts)
    expected = {"pictures": (tuple(input_shape), "float32")}
    return _fitted(own, network, expected, outputs=num_classes, classes=classes)


def own_text_classifier(own: OwnNetwork, shape: TextShape, *, classes: bool = True) -> keras.Model:
    """A network of the user's for texts.

    Args:
        own: what makes it.
        shape: `length`, `vocabulary_size` and `num_classes`, 1 for a number, are read.
        classes: whether it answers with logits; else with a number.

    Returns:
        A model from int32 ids `(batch, length)` to float32 `(batch, num_classes)`.

    Raises:
        ConfigError: as `own_classifier`, or if it knows fewer ids than the texts have.
    """
    assert shape.length is not None
    facts = {
        "input_shape": (shape.length,),
        "num_classes": shape.num_classes,
        "vocabulary_size": shape.vocabulary_size,
    }
    network = made_network(own, facts)
    _check_vocabulary(own, network, shape.vocabulary_size)
    expected = {"ids": ((shape.length,), "int32")}
    return _fitted(own, network, expected, outputs=shape.num_classes, classes=classes)


def own_row_network(own: OwnNetwork, shape: TabularShape, *, classes: bool) -> keras.Model:
    """A network of the user's for table rows.

    Args:
        own: what makes it.
        shape: `numbers`, `categories` and `outputs` are read.
        classes: whether it answers with logits; else with a number.

    Returns:
        A model from `numbers`, float32 `(batch, p)`, and `categories`, int32 `(batch, q)`, those
        of them that the rows have, to float32 `(batch, outputs)`.

    Raises:
        ConfigError: as `own_classifier`.
    """
    both = {
        "numbers": ((shape.numbers,), "float32"),
        "categories": ((len(shape.categories),), "int32"),
    }
    expected = {name: each for name, each in both.items() if each[0][0]}
    facts = {
        "input_shape": {name: each[0] for name, each in expected.items()},
        "num_classes": shape.outputs,
        "category_sizes": shape.categories,
    }
    return _fitted(own, made_network(own, facts), expected, outputs=shape.outputs, classes=classes)


def own_translator(own: OwnNetwork, shape: TranslatorShape) -> Translator:
    """A network of the user's that translates.

    Args:
        own: what makes it: a function of `shape`.
        shape: vocabularies and lengths.

    Raises:
        ConfigError: if what comes is no `Translator` of this shape, or cannot be made or saved.
    """
    network = made_network(own, {"shape": shape})
    if not isinstance(network, Translator):
        raise ConfigError(
            f"{own_title(own)} is a {type(network).__name__}, and translating takes a network that "
            "reads a sentence once and writes piece after piece: give a function (shape) that "
            "returns a kerasapps.models.Translator, such as Seq2SeqTransformer(shape, …)."
        )
    if network.shape != shape:
        raise ConfigError(
            f"{own_title(own)} was made for another shape than the data have: {shape}. Give a "
            "function (shape) in its place."
        )
    return network


def _check_vocabulary(own: OwnNetwork, network: keras.Model, size: int) -> None:
    layer = first_embedding(network)
    if layer is not None and layer.input_dim < size:
        raise ConfigError(
            f"{own_title(own)}: the layer {layer.name!r} knows {layer.input_dim} ids, and the "
            f"texts have {size}. Give a function (input_shape, num_classes, vocabulary_size), or "
            f"set TextConfig.vocab_size to {layer.input_dim}."
        )


def _fitted(
    own: OwnNetwork, network: keras.Model, expected: Expected, *, outputs: int, classes: bool
) -> keras.Model:
    """The network with inputs of this shape and outputs as training wants them."""
    title = own_title(own)
    inputs, output, last = connected(title, network, expected)
    output = checked_outputs(title, output, last, outputs=outputs, classes=classes)
    fitted = keras.Model(inputs, output, name=network.name)
    if not fitted.trainable_weights:
        raise ConfigError(f"{title} has no weights that learn.")
    if last is None and classes and outputs > 1:
        refuse_probabilities(title, fitted)
    return fitted
