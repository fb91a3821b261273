"""From a translator's two signatures to a translation, as `docs/bundles.md` says, greedily."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

State = Mapping[str, np.ndarray]
START, END = 2, 3
NEVER = 3  # ids below it: padding, unknown, start


def zero_shapes(
    encode_gives: Iterable[str], step_takes: Mapping[str, Mapping[str, Any]]
) -> dict[str, tuple[int, ...]]:
    """Inputs of `decode_step` that are zeros at first, as `encode` does not give them → shape."""
    known = {*encode_gives, "token", "position"}
    return {
        name: tuple(map(int, details["shape"]))
        for name, details in step_takes.items()
        if name not in known
    }


def translate(
    tokenizer: Any,
    sources: Sequence[np.ndarray],
    *,
    encode: Callable[[np.ndarray], State],
    step: Callable[[State], State],
    gives: Iterable[str],
    takes: Mapping[str, Mapping[str, Any]],
) -> list[str]:
    """The translation of each source; see `greedy`.

    Args:
        tokenizer: of the bundle.
        sources: as ids.
        encode: as of `greedy`.
        step: likewise.
        gives: names of what `encode` gives.
        takes: inputs of `decode_step`, each with its `shape`.
    """
    spec, zeros = tokenizer.spec, zero_shapes(gives, takes)
    sizes = {"max_source": spec.max_source, "max_target": spec.max_target}
    found = (greedy(encode, step, ids, **sizes, zeros=zeros) for ids in sources)
    return [tokenizer.decode_target(ids) for ids in found]


def greedy(
    encode: Callable[[np.ndarray], State],
    step: Callable[[State], State],
    source_ids: np.ndarray,
    *,
    max_source: int,
    max_target: int,
    zeros: Mapping[str, tuple[int, ...]],
) -> list[int]:
    """Ids of the translation that always takes the likeliest piece, its end mark left out.

    Args:
        encode: the signature of this name: ids, int32 `(1, max_source)` → a state.
        step: the signature `decode_step`: token, position and state → logits and a state.
        source_ids: of the text, its end mark last; int32 `(n,)`.
        max_source: how many the file reads.
        max_target: of the translation at most, its end mark included.
        zeros: inputs of `decode_step` that `encode` does not give → their shape.
    """
    if len(source_ids) <= 1:  # the end mark alone: no words
        return []
    row = np.zeros((1, max_source), np.int32)
    row[0, : len(source_ids)] = source_ids
    state = {name: np.zeros(shape, np.float32) for name, shape in zeros.items()} | dict(encode(row))
    ids: list[int] = []
    token = START
    while len(ids) + 1 < max_target:
        place = {"token": np.array([token], np.int32), "position": np.array(len(ids), np.int32)}
        answer = dict(step({**place, **state}))
        logits = answer.pop("logits")[0]
        answer.pop("attention", None)
        state.update(answer)
        token = NEVER + int(np.argmax(logits[NEVER:]))
        if token == END:
            break
        ids.append(token)
    return ids
