"""Whole translations from a `Translator`, and the tags of sentences from scores of their words.

Translations are batched in TensorFlow: `graph` and, compiled, `compiled`;
`kerasapps.deploy.translation_search` does the same without it, one sentence at a time. Tags are
found by `viterbi`, without TensorFlow, and in a graph by `viterbi_graph`.

Importing this package imports no TensorFlow; each public name is loaded when it is first used. The
names stand in `__init__.pyi`.
"""

from __future__ import annotations

from kerasapps.lazy import lazy_names

__all__, __getattr__, __dir__ = lazy_names(__name__, __file__)
