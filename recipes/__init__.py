"""One public `train_*` function for each task, loaded when it is first used; see `__init__.pyi`.

Judging or timing a bundle needs modules of this package, but no TensorFlow.
"""

from __future__ import annotations

from kerasapps.lazy import lazy_names

__all__, __getattr__, __dir__ = lazy_names(__name__, __file__)
