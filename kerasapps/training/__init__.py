"""From a model and batches to a trained model: runtime, optimizers, phases, checkpoints.

Importing this package imports no TensorFlow; each public name is loaded when it is first used. The
names stand in `__init__.pyi`.
"""

from __future__ import annotations

from kerasapps.lazy import lazy_names

__all__, __getattr__, __dir__ = lazy_names(__name__, __file__)
