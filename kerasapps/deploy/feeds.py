"""One row of token ids, or one picture → what each input of a TFLite file wants."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kerasapps.errors import BundleError

BERT_INPUTS = frozenset({"input_word_ids", "input_mask", "input_type_ids"})


def feeds(names: Sequence[str], example: np.ndarray) -> dict[str, np.ndarray]:
    """The values of a file's inputs for one example.

    A file with one input gets the example itself. A BERT-shaped one gets the ids, a mask that is
    1 where the id is not the padding's 0, and zeros as segment numbers.

    Args:
        names: names of the file's inputs.
        example: one raw input without the batch: a picture, or ids, `(length,)`.

    Returns:
        An array of the example's shape for each name.

    Raises:
        BundleError: if there are several inputs and their names are not BERT's.
    """
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
