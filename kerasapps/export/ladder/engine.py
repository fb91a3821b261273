"""ai-edge-quantizer, run over a float32 TFLite file: what it is asked for, and what it is told."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from kerasapps.export.ladder.graph import floats, products, untagged

Call: TypeAlias = tuple[str, Mapping[str, np.ndarray]]
"""A signature, and the value of each of its inputs."""
Ranges: TypeAlias = Mapping[str, Mapping[str, np.ndarray]]
"""Name of an activation → its `min` and `max`, float32 `(1,)`."""
Form = Literal["int4", "int4_weights", "int8_weights", "int8", "int16", "float"]
"""How operations are computed; see `Recipe`."""

_BLOCK = 32
_TOO_FEW_BITS = 1e-6


@dataclass(frozen=True)
class Recipe:
    """What is made of a network.

    Of the forms, "int8" and "int16" have int8 weights and activations of so many bits, whose ranges
    are found on examples. "int4" has weights of 4 bits, those of matrix products and tables in
    blocks of 32 where they divide, 8 bits where no kernel takes fewer; activations are float32, and
    8 bits within a product. The forms with "weights" compute in float32.

    Attributes:
        form: of all operations that there is a kernel for.
        left: tags of those that are left out of it (see `graph.layers`).
        left_as: their form.
    """

    form: Form
    left: Collection[str] = ()
    left_as: Form = "float"

    @property
    def is_static(self) -> bool:
        """Whether ranges of activations must be known."""
        return {self.form, *([self.left_as] if self.left else [])} & {"int8", "int16"} != set()


def ranges_of(content: bytes, calls: Iterable[Call]) -> Ranges:
    """Of every activation the smallest and the largest value that it had in some calls.

    Args:
        content: a tagged float32 file.
        calls: with examples.
    """
    interpreter = _interpreter(content)
    found: dict[str, list[float]] = {}
    graphs, runners = floats(content), dict[str, Any]()
    for signature, values in calls:
        if signature not in runners:
            runners[signature] = interpreter.get_signature_runner(signature)
        runners[signature](**values)
        graph, tensors = graphs[signature]
        for place, name in tensors:
            tensor = interpreter.get_tensor(place, graph)
            low, high = float(tensor.min()), float(tensor.max())
            known = found.setdefault(name, [low, high])
            known[:] = min(known[0], low), max(known[1], high)
    return {
        name: {
            "min": np.array([low], np.float32),
            "max": np.array([max(high, low + _TOO_FEW_BITS)], np.float32),
        }
        for name, (low, high) in found.items()
    }


def quantized(content: bytes, recipe: Recipe, ranges: Ranges | None = None) -> bytes:
    """The TFLite file of a recipe.

    Args:
        content: a tagged float32 file.
        recipe: what is made of it.
        ranges: of its activations; needed where the recipe is static.

    Raises:
        Exception: whatever the quantizer raises of what it cannot do.
    """
    return untagged(quantized_tagged(content, recipe, ranges))


def quantized_tagged(content: bytes, recipe: Recipe, ranges: Ranges | None = None) -> bytes:
    """As `quantized`, with the names of the tagged file."""
    from ai_edge_quantizer import quantizer

    with _errors_alone():  # it tells of each rule that another replaces
        engine = quantizer.Quantizer(bytearray(content), None)
        rules = _Rules(engine)
        rules.add(recipe.form, content)
        if recipe.left:
            rules.add(recipe.left_as, content, only=sorted(recipe.left))
        rules.keep_ends()
        told = ranges if recipe.is_static else None
        result = engine.quantize(told, enable_progress_bar=False, enable_progress_report=False)
    return bytes(result.quantized_model)


@contextmanager
def _errors_alone() -> Iterator[None]:
    """Inside, nothing less than an error is logged."""
    logger = logging.getLogger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


class _Rules:
    """The quantizer's rules, of which the last that fits counts; it knows them by their pattern."""

    def __init__(self, engine: Any) -> None:
        from ai_edge_quantizer import qtyping
        from ai_edge_quantizer.algorithm_manager import AlgorithmName

        self._engine = engine
        self._names = qtyping.TFLOperationName
        self._granularity = qtyping.QuantGranularity
        self._nothing = AlgorithmName.NO_QUANTIZE
        self._count = 0

    def add(self, form: Form, content: bytes, *, only: Sequence[str] | None = None) -> None:
        """Operations in a form: all, or those with some tags."""
        engine, every = self._engine, self._names.ALL_SUPPORTED
        if form == "float":
            engine.update_quantization_recipe(
                self._pattern(only), every, algorithm_key=self._nothing
            )
        elif form in ("int8", "int16"):
            engine.add_static_config(self._pattern(only), every, int(form[3:]), 8)
            if form == "int8":  # which the CPU's kernels refuse, if it splits in four
                engine.update_quantization_recipe(
                    self._pattern(only), self._names.SPLIT, algorithm_key=self._nothing
                )
            # A table has a scale for each row, which its static form has not.
            engine.add_dynamic_config(self._pattern(only), self._names.EMBEDDING_LOOKUP, 8)
        elif form == "int4":
            engine.add_dynamic_config(self._pattern(only), every, 8)
            engine.add_dynamic_config(self._pattern(only), every, 4)
            blocks = set(products(content, block=_BLOCK))
            tags = sorted(blocks if only is None else blocks & {*only})
            if tags:
                by_block = self._granularity.BLOCKWISE_32
                engine.add_dynamic_config(self._pattern(tags), every, 4, by_block)
        else:
            engine.add_weight_only_config(self._pattern(only), every, 8)
            if form == "int4_weights":
                engine.add_weight_only_config(self._pattern(only), every, 4)

    def keep_ends(self) -> None:
        """What goes in and out stays as it is."""
        for end in (self._names.INPUT, self._names.OUTPUT):
            self._engine.update_quantization_recipe(".*", end, algorithm_key=self._nothing)

    def _pattern(self, tags: Sequence[str] | None) -> str:
        """A pattern that no rule has yet, of all operations or of those with some tags."""
        self._count += 1
        unlike = "(?:)" * self._count
        return f"{unlike}.*" if tags is None else rf"{unlike}^(?:{'|'.join(tags)})\|"


def _interpreter(content: bytes) -> Any:
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    # A delegate would keep the values between its operations to itself.
    plain = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = Interpreter(
        model_content=content,
        experimental_op_resolver_type=plain,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    return interpreter
