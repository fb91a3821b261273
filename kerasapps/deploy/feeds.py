"""One example → what each input of a TFLite file wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kerasapps.errors import BundleError
from kerasapps.model_inputs import ModelInputs

BERT_INPUTS = frozenset({"input_word_ids", "input_mask", "input_type_ids"})


def feeds(names: Sequence[str], example: ModelInputs) -> dict[str, np.ndarray]:
    """The values of a file's inputs for one example.

    An example with an array an input is given by name. Of one array, a file with one input gets
    the example itself. A BERT-shaped one gets the ids, a mask that is 1 where the id is not the
    padding's 0, and zeros as segment numbers.

    Args:
        names: names of the file's inputs.
        example: one raw input without the batch, such as a picture, or ids, `(length,)`.

    Returns:
        An array for each name.

    Raises:
        BundleError: if the file has other inputs than the example, or of one array several inputs
            that are not BERT's.
    """
    if isinstance(example, Mapping):
        return _by_name(names, example)
    if len(names) == 1:
        return {names[0]: example}
    if set(names) != BERT_INPUTS:
        raise BundleError(
            f"This TFLite file has the inputs {', '.join(sorted(names)) or 'none'}; known are "
            f"files with one input, or with {', '.join(sorted(BERT_INPUTS))}. Export it again."
        )
    return {
        "input_word_ids": example,
        "input_mask": (example != 0).astype(example.dtype),
        "input_type_ids": np.zeros_like(example),
    }


def as_channels(pixels: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """Grey pixels as a file takes them: three times the same where it takes three channels.

    Args:
        pixels: values of one input, of any kind, `(…, channels)` for a picture.
        shape: what the file takes, without the batch.
    """
    is_grey = pixels.ndim > 2 and pixels.shape[-1] == 1
    return np.repeat(pixels, 3, axis=-1) if is_grey and tuple(shape[2:]) == (3,) else pixels


def _by_name(names: Sequence[str], example: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    if set(names) != set(example):
        raise BundleError(
            f"This TFLite file has the inputs {', '.join(sorted(names)) or 'none'}, and is given "
            f"{', '.join(sorted(example)) or 'none'}. Export it again."
        )
    return {name: example[name] for name in names}
