"""What all batched searches return, check and do in a step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from kerasapps.deploy.hypotheses import check_search, length_divisors
from kerasapps.errors import ConfigError
from kerasapps.models.translator import Translator

Function = TypeVar("Function", bound=Callable[..., Any])


def as_written(function: Function) -> Function:
    """`function` and all that it calls, kept from autograph.

    No search and no network branches on a tensor in Python, and a network that autograph rewrites
    takes many times as long to trace.
    """
    return cast(Function, tf.autograph.experimental.do_not_convert(function))


class Hypotheses(NamedTuple):
    """Translations of a batch of sentences, the best of each first.

    Attributes:
        ids: int32, `(batch, n, max_length)`: without the start mark, the end mark (3) last, then
            padding (0). All padding where a sentence has fewer than `n` hypotheses.
        scores: float32, `(batch, n)`: log-probability over `length ** length_penalty`, minus
            infinity where there is no hypothesis. The length counts the end mark.
        attention: float32, `(batch, max_length, source length)`, where the network looked for each
            piece of the one hypothesis; None for beam search, and where it was not asked for.
    """

    ids: tf.Tensor
    scores: tf.Tensor
    attention: tf.Tensor | None


def write(ids: tf.Tensor, tokens: tf.Tensor, position: tf.Tensor) -> tf.Tensor:
    """`ids`, `(…, length)`, with `tokens`, `(…)`, at `position` of each row."""
    return tf.where(tf.equal(tf.range(ids.shape[-1]), position), tokens[..., None], ids)


def pick(values: tf.Tensor, places: tf.Tensor) -> tf.Tensor:
    """Of each row of `values` what stands at that row's `places`."""
    return tf.gather(values, places, batch_dims=1)


def as_before(new: Any, old: Any) -> Any:
    """`new` with the static shapes of `old`, on which the loop insists."""
    return tf.nest.map_structure(lambda now, then: tf.ensure_shape(now, then.shape), new, old)


def divisors_for(
    network: Translator,
    max_length: int | None,
    *,
    length_penalty: float,
    beam: int = 1,
    n_best: int = 1,
) -> NDArray[np.float32]:
    """By what a total is divided at each length up to the limit, which is thereby checked."""
    longest = network.shape.max_target
    limit = longest if max_length is None else max_length
    check_search(max_length=limit, length_penalty=length_penalty, beam=beam, n_best=n_best)
    if limit > longest:
        raise ConfigError(f"max_length {limit} is more than the network writes: {longest}.")
    return length_divisors(limit, length_penalty)
